// Managers, from the list of users with each one's manager expanded: one request for 999 of them.
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
using base::Guid;
using nlohmann::json;

struct Managers {
  std::vector<Guid> of_users;  // nil: none
  std::vector<bool> answered;  // whether Graph told us about the user at all
};

void take(const directory::Slice& slice, const People& people, Managers& out) {
  const auto user = people.index(slice.id);
  if (!user) return;
  const json row = base::read_json(slice.content);
  const auto manager = row.find("manager");
  const bool has_one = manager != row.end() && manager->is_object();
  const auto id = has_one ? Guid::parse(manager->value("id", std::string())) : std::nullopt;
  out.of_users[*user] = id.value_or(Guid());
  out.answered[*user] = true;
}

base::Result<Managers> read(Sweep& sweep) {
  const std::size_t users = sweep.people().size();
  sweep.progress().begin("managers", users);
  const Managers unanswered{std::vector<Guid>(users), std::vector<bool>(users)};
  Managers managers = unanswered;
  const auto take_page = [&](std::string_view page) {
    std::uint64_t objects = 0;
    auto sliced = directory::for_each_object(page, [&](const directory::Slice& slice) {
      take(slice, sweep.people(), managers);
      ++objects;
    });
    sweep.progress().advance(objects);
    return sliced;
  };
  auto done = sweep.pages(graph::calls::list_managers(), take_page, [&] { managers = unanswered; });
  if (!done) return base::pass(done, "read the managers");
  return managers;
}

base::Result<std::uint64_t> put_sections(Sweep& sweep, const Managers& managers) {
  const auto& users = sweep.people().ids();
  std::uint64_t unanswered = 0;
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (!managers.answered[i]) {
      ++unanswered;
      continue;
    }
    const Guid& manager = managers.of_users[i];
    auto put =
        sweep.writer().put(ObjectKind::user, users[i], Section::manager,
                           directory::manager_section(manager.is_nil() ? nullptr : &manager));
    if (!put) return base::pass(put);
    if (auto going = sweep.stopped(); !going) return base::pass(going);
  }
  return unanswered;
}

}  // namespace

base::Result<void> sweep_managers(Sweep& sweep) {
  const auto managers = read(sweep);
  if (!managers && is_denied(managers.error())) {
    sweep.writer().mark(Section::manager, Completeness::absent, lacking("User.Read.All"));
    return {};
  }
  if (!managers) return base::unexpected(managers.error());
  const auto unanswered = put_sections(sweep, *managers);
  if (!unanswered) return base::unexpected(unanswered.error());
  const bool all = *unanswered == 0;
  sweep.writer().mark(Section::manager, all ? Completeness::complete : Completeness::partial,
                      all ? "" : counted(*unanswered, "user") + " could not be read any more");
  return {};
}

}  // namespace entrad::backup
