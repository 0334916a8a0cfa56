#include "backup/live.h"

#include <array>

#include "base/json.h"
#include "directory/attributes.h"
#include "directory/sections.h"
#include "graph/calls.h"
#include "store/known_extensions.h"
#include "store/lineage.h"
#include "store/unknown_properties.h"

namespace entrad::backup {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using graph::Class;
using graph::Reply;
using nlohmann::json;
namespace calls = graph::calls;

std::string select_of(store::Store& store, const graph::Session& session) {
  const auto unknown = store::unknown_properties(store.own_state(), session.tenant().name, "users");
  const auto extensions = store::known_extensions(store.own_state(), session.tenant().name);
  const std::string all = directory::user_select_with(extensions).select;
  return unknown ? directory::select_without(all, unknown->names) : all;
}

json without_annotations(const json& object) {
  json plain = json::object();
  for (const auto& [key, value] : object.items())
    if (key.find('@') == std::string::npos) plain[key] = value;
  return plain;
}

void add_links(std::vector<directory::Link>& links, const json& page) {
  const json targets = page.value("value", json::array());
  for (const json& target : targets) {
    const auto id = Guid::parse(target.value("id", ""));
    const std::string type = target.value("@odata.type", "");
    if (!id) continue;
    if (type == "#microsoft.graph.group") links.push_back({*id, ObjectKind::group});
    if (type == "#microsoft.graph.administrativeUnit")
      links.push_back({*id, ObjectKind::administrative_unit});
  }
}

base::Result<std::string> memberships_of(graph::Session& session, const json& page,
                                         const graph::Call& call) {
  std::vector<directory::Link> links;
  add_links(links, page);
  if (const auto next = page.find("@odata.nextLink"); next != page.end()) {
    auto rest = session.pages_after(
        next->get<std::string>(),
        [&links](std::string_view more) -> base::Result<void> {
          add_links(links, base::read_json(more));
          return {};
        },
        call);
    if (!rest) return base::pass(rest);
  }
  return directory::memberships_section(std::move(links));
}

std::string roles_of(const json& page) {
  std::vector<directory::Role> roles;
  const json rows = page.value("value", json::array());
  for (const json& row : rows) {
    directory::Role& role = roles.emplace_back();
    role.role_definition_id = row.value("roleDefinitionId", "");
    role.directory_scope_id = row.value("directoryScopeId", "");
  }
  return directory::roles_section(roles);
}

std::string manager_of(const Reply& reply) {
  const auto id = reply.done() && reply.body.is_object() ? Guid::parse(reply.body.value("id", ""))
                                                         : std::optional<Guid>();
  return directory::manager_section(id ? &*id : nullptr);
}

// The replies, in the order of the sections.
constexpr std::array kAsked{Section::object, Section::manager, Section::memberships, Section::roles,
                            Section::auth_methods};

base::Result<std::string> content_of(graph::Session& session, Section section, const Reply& reply,
                                     const graph::Call& call) {
  switch (section) {
    case Section::manager:
      return manager_of(reply);
    case Section::memberships:
      return memberships_of(session, reply.body, call);
    case Section::roles:
      return roles_of(reply.body);
    case Section::auth_methods:
      return directory::auth_methods_section(reply.body.value("value", json::array()));
    default:
      return base::json_text(without_annotations(reply.body));
  }
}

// "Has no manager" is a 404 of its own; of all other sections it means that the user is gone.
bool is_answer(Section section, const Reply& reply) {
  return reply.done() || (section == Section::manager && reply.verdict.cls == Class::absent);
}

}  // namespace

base::Result<store::UserContents> read_live(store::Store& store, graph::Session& session,
                                            const Guid& user, const graph::Call& call) {
  const std::string& tenant = session.tenant().name;
  const Guid id = store.lineage().successor(tenant, user).value_or(user);
  auto replies = session.batch({calls::get_user(id, select_of(store, session)),
                                calls::get_manager(id), calls::list_member_of(id),
                                calls::list_role_assignments_of(id), calls::list_auth_methods(id)},
                               call);
  if (!replies) return base::pass(replies);
  store::UserContents contents;
  const Reply& object = replies->front();
  if (object.verdict.cls == Class::absent) return contents;
  if (!object.done()) return base::unexpected<base::Error>(object.verdict.error);
  for (std::size_t i = 0; i < kAsked.size(); ++i) {
    const Reply& reply = (*replies)[i];
    if (!is_answer(kAsked.at(i), reply)) {
      contents.unreadable.emplace(kAsked.at(i), reply.verdict.error.message);
      continue;
    }
    auto content = content_of(session, kAsked.at(i), reply, call);
    if (!content) return base::pass(content);
    contents.sections.emplace(kAsked.at(i), base::read_json(*content));
  }
  return contents;
}

}  // namespace entrad::backup
