// User column: the folded texts of all users of a snapshot in memory, in the order of their names.
//
// It is what search looks in and what lists are sorted by; what a page shows is read from the rows.
// Each user's texts (display name, userPrincipalName, and mail unless it is the same) follow each
// other in one buffer with a zero byte after each. Beside them a user takes 28 bytes: where its
// texts start, its id, the snapshot it changed in, and its place in the order of ids. Together 90
// to 115 bytes a user. Made from the rows in 0.85 s for 1,000,000 users and 70 ms for 100,000, half
// of them with names beyond ASCII (one core of 2026).
// Limits: 4 GiB of texts in one column (about 45 million users), 2^32 snapshots.
// Thread safety: never changes once it is made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guid.h"
#include "base/ids.h"
#include "store/lists/needle.h"
#include "store/rows/user_rows.h"
#include "store/snapshots.h"

namespace entrad::store {

using Position = std::uint32_t;  // of a user in the order of names; equal names in that of ids

class UserColumn {
 public:
  class Builder;

  std::size_t size() const { return ids_.size(); }
  std::size_t bytes() const;

  // Those that have the folded needle in their texts or their id, in the order of names. An empty
  // needle finds all.
  std::vector<Position> find(std::string_view needle) const;
  // The same users, in this order. `users` may come in any.
  std::vector<Position> sorted(const std::vector<Position>& users, UserSort sort) const;
  bool comes_first(Position left, Position right, UserSort sort) const;

  base::Guid id(Position user) const { return ids_[user].guid(); }
  std::optional<Position> position_of(const base::Guid& id) const;

 private:
  std::string text_;
  std::vector<std::uint32_t> starts_;  // one more than users
  std::vector<IdBits> ids_;
  std::vector<std::uint32_t> changed_in_;
  std::vector<Position> by_id_;
};

// Takes users in the order of ids.
class UserColumn::Builder {
 public:
  void add(const UserState& state, const UserView& user);
  UserColumn finish() &&;

 private:
  // Names are told apart by their first bytes, as two numbers, nearly always.
  struct SortKey {
    std::uint64_t first;
    std::uint64_t second;
    std::uint32_t user;  // in the order of ids
  };
  std::vector<SortKey> sorted_keys() const;

  std::string text_;
  std::vector<std::uint32_t> starts_;
  std::vector<IdBits> ids_;
  std::vector<std::uint32_t> changed_in_;
};

// Those who are there as of a snapshot, and those who are gone.
struct UserColumns {
  UserColumn present;
  UserColumn gone;
  std::size_t bytes() const { return sizeof(*this) + present.bytes() + gone.bytes(); }
};

}  // namespace entrad::store
