// Admin roles: the tenant's role definitions, and each user's assignments from the one list that
// holds all of the tenant's. Assignments to groups reach users through their memberships.
#include <algorithm>

#include "backup/sweep.h"
#include "base/json.h"
#include "directory/canonical.h"
#include "directory/sections.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::ErrorKind;
using directory::Role;
using nlohmann::json;
using Assigned = std::vector<std::pair<People::Index, Role>>;

base::Result<void> read_definitions(Sweep& sweep) {
  sweep.progress().begin("role definitions", 0);
  const auto put_page = [&](std::string_view page) {
    base::Result<void> put;
    auto read = directory::for_each_object(page, [&](const directory::Slice& slice) {
      if (put)
        put = sweep.writer().put(ObjectKind::role_definition, slice.id, Section::object,
                                 slice.content);
    });
    return read ? put : read;
  };
  auto done = sweep.pages(graph::calls::list_role_definitions(), put_page, drop_nothing);
  if (!done) return base::pass(done, "read the role definitions");
  sweep.writer().mark_swept(ObjectKind::role_definition);
  return {};
}

std::string text_of(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Ids of assignments are opaque and change, so that a row is who, what and where.
void take(const json& row, const People& people, Assigned& out) {
  const auto principal = base::Guid::parse(text_of(row, "principalId"));
  const Role role{text_of(row, "roleDefinitionId"), text_of(row, "directoryScopeId")};
  if (!principal || role.role_definition_id.empty() || role.directory_scope_id.empty()) return;
  if (const auto user = people.index(*principal)) out.emplace_back(*user, role);
}

base::Result<void> take_page(Sweep& sweep, std::string_view page, Assigned& out) {
  const json body = base::parse_json(page);
  if (!body.is_object() || !body.contains("value") || !body["value"].is_array())
    return base::fail(ErrorKind::graph_refused, "graph answered with no list of role assignments",
                      "try again");
  for (const json& row : body["value"])
    if (row.is_object()) take(row, sweep.people(), out);
  sweep.progress().advance(body["value"].size());
  return {};
}

base::Result<Assigned> read_assignments(Sweep& sweep) {
  sweep.progress().begin("role assignments", 0);
  Assigned assigned;
  auto done = sweep.pages(
      graph::calls::list_role_assignments(),
      [&](std::string_view page) { return take_page(sweep, page, assigned); },
      [&assigned] { assigned.clear(); });
  if (!done) return base::pass(done, "read the role assignments");
  std::sort(assigned.begin(), assigned.end());
  return assigned;
}

base::Result<void> put_sections(Sweep& sweep, const Assigned& assigned) {
  const auto& users = sweep.people().ids();
  auto next = assigned.begin();
  for (std::size_t i = 0; i < users.size(); ++i) {
    std::vector<Role> mine;
    for (; next != assigned.end() && next->first == i; ++next) mine.push_back(next->second);
    auto put = sweep.writer().put(ObjectKind::user, users[i], Section::roles,
                                  directory::roles_section(std::move(mine)));
    if (!put) return put;
    if (auto going = sweep.stopped(); !going) return going;
  }
  sweep.writer().mark(Section::roles, Completeness::complete);
  return {};
}

base::Result<void> absent_if_denied(Sweep& sweep, base::Error error) {
  if (!is_denied(error)) return base::unexpected(std::move(error));
  sweep.writer().mark(Section::roles, Completeness::absent,
                      lacking("RoleManagement.Read.Directory"));
  return {};
}

}  // namespace

base::Result<void> sweep_roles(Sweep& sweep) {
  if (auto read = read_definitions(sweep); !read)
    return absent_if_denied(sweep, std::move(read).error());
  auto assigned = read_assignments(sweep);
  if (!assigned) return absent_if_denied(sweep, std::move(assigned).error());
  return put_sections(sweep, *assigned);
}

}  // namespace entrad::backup
