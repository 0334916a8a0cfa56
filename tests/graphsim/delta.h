// Rounds of a delta query: their first request checked, their tokens read and written, their pages
// closed. What stands on a page: delta_users.cpp, delta_groups.cpp. A token carries all of its
// round, so that nothing is kept here between two pages. Facts: Microsoft's pages "Use delta query
// to track changes", "user: delta", "group: delta".
// Thread safety: one thread, for one request.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "call.h"

namespace graphsim {

struct DeltaRound {
  std::string set;  ///< "users", "groups"
  std::vector<std::string> select;
  std::vector<std::string> ids;  ///< what the $filter names; empty: all
  bool full = true;              ///< else: what changed since the deltaLink
  std::size_t position = 0;      ///< full: of objects; else in the log of changes
  std::size_t until = 0;         ///< where the log ended when the round began
  std::size_t pass = 0;          ///< groups come in several passes, each with some of the members
  std::size_t from = 0;          ///< next member of the group at `position`
  std::size_t span = 0;          ///< how many users a pass is about

  bool wants(std::string_view property) const;
  bool about(const std::string& id) const;
  /// The selected names without relations.
  std::vector<std::string> properties() const;
};

/// The round that this request is of. Throws what Graph refuses.
DeltaRound delta_round(Call& call, const std::string& set, std::size_t visible_changes);

/// How a forgotten deltaLink is answered; nullopt where the request does not carry one.
std::optional<Response> forgotten_round(Call& call, const std::string& set);

/// `$deltatoken=latest`: no objects, the link only.
bool asks_for_latest(const Call& call);
/// `Prefer: return=minimal` on a round of changes.
bool is_minimal(const Call& call, const DeltaRound& round);

/// The page, in no order, with the link to the next, or the new deltaLink where it was the last.
Response delta_page(Call& call, const DeltaRound& round, std::vector<Json> items, bool last);

}  // namespace graphsim
