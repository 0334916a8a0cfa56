// Taken before a full backup lists anything: what changes while it reads comes with the next round.
#include "backup/rounds.h"

#include <spdlog/spdlog.h>

#include "backup/cursors.h"
#include "backup/sweep.h"
#include "directory/attributes.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

struct Rounds {
  const char* collection;
  const std::string& cursor;
  std::string select;
  graph::Request (*round)(const std::string&);
};

// Without a cursor the next backup is full again, which costs requests but loses nothing.
base::Result<void> take(Sweep& sweep, const Rounds& rounds) {
  RoundCursor cursor;
  auto taken = sweep.selecting(
      rounds.collection, rounds.select, [&](const std::string& select) -> base::Result<void> {
        auto latest = sweep.session().latest_delta(rounds.round(select), sweep.call());
        if (!latest) return base::pass(latest);
        cursor.delta = std::move(*latest);
        return {};
      });
  if (!taken && !is_about_one_object(taken.error())) return base::pass(taken);
  cursor.is_denied = !taken && is_denied(taken.error());
  if (!taken && !cursor.is_denied) {
    spdlog::warn("{}: graph gives no link to later changes of {}, the next backup will be full: {}",
                 sweep.tenant(), rounds.collection, taken.error().message);
    return {};
  }
  sweep.writer().keep_cursor(rounds.cursor, to_text(cursor));
  return {};
}

}  // namespace

graph::Request users_round(const std::string& select) {
  return graph::calls::users_delta(select + ",manager");
}

graph::Request groups_round(const std::string& select) {
  return graph::calls::groups_delta(select + ",members");
}

base::Result<void> take_cursors(Sweep& sweep) {
  sweep.progress().begin("where changes begin", 0);
  auto wanted = wanted_user_properties(sweep);
  if (!wanted) return base::pass(wanted);
  if (auto users = take(sweep, {"users", cursors::kUsers, wanted->select, users_round}); !users)
    return users;
  return take(sweep, {"groups", cursors::kGroups, directory::group_select(), groups_round});
}

}  // namespace entrad::backup
