// Asks for all that a backup asks for, always for the whole list: clouds learn.
#include <array>

#include "directory/attributes.h"
#include "graph/check/check_lines.h"
#include "graph/select.h"

namespace entrad::graph {
namespace {

struct List {
  const char* collection;  // as backups name it
  const char* path;
  const char* what;
  std::string (*select)();
};
constexpr std::array<List, 3> kLists{{
    {"users", "/users", "properties of users", directory::user_select},
    {"groups", "/groups", "properties of groups", directory::group_select},
    {"administrativeUnits", "/directory/administrativeUnits", "properties of admin. units",
     directory::administrative_unit_select},
}};

base::Result<void> check_list(Session& session, const List& list, api::TenantCheck& check,
                              CheckLines& lines, const Call& call) {
  auto usable = usable_select(session, list.path, list.select(), call);
  if (!usable) {
    // A missing permission is a line of its section already.
    if (usable.error().kind == base::ErrorKind::permission_denied) return {};
    return lines.finding(list.what, usable.error());
  }
  if (usable->unknown.empty()) {
    lines.good(list.what, "all that a backup asks for are known here");
  } else {
    lines.limited(list.what, "this cloud does not know " + joined(usable->unknown),
                  "nothing to do: backups and restores leave them out, and the next check asks "
                  "again");
  }
  check.unknown_properties[list.collection] = std::move(usable->unknown);
  return {};
}

}  // namespace

base::Result<void> check_properties(Session& session, api::TenantCheck& check, CheckLines& lines,
                                    const Call& call) {
  for (const List& list : kLists)
    if (auto done = check_list(session, list, check, lines, call); !done) return done;
  return {};
}

}  // namespace entrad::graph
