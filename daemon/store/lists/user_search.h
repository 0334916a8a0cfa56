// User search: what Snapshots keeps in memory of the lists that it was asked for.
//
// The columns of a few snapshots, and of the last questions the users that they mean, in order, so
// that the next page of a list does not ask again. Snapshots are immutable, so what is kept stays
// true until rows are removed (prune), which forgets it.
// Thread safety: any thread that holds no Reader. Owned by Snapshots.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "directory/filter.h"
#include "store/environment.h"
#include "store/lists/shelf.h"
#include "store/lists/user_column.h"
#include "store/rows/keys.h"

namespace entrad::store {

// Everything that decides which users a list shows, and in what order.
struct UserQuestion {
  TenantNumber tenant{};
  base::SnapshotNumber number;
  std::string needle;  // folded
  std::string filter;  // as it was written
  UserSort sort = UserSort::name;
  bool deleted = false;
};

struct UserAnswer {
  std::vector<Position> users;  // in order, ascending
  std::size_t bytes() const { return sizeof(*this) + users.capacity() * sizeof(Position); }
};

class UserSearch {
 public:
  explicit UserSearch(Environment& environment) : environment_(environment) {}

  // nullptr: the snapshot is gone. Throws Damage.
  std::shared_ptr<const UserColumns> columns(TenantNumber tenant, base::SnapshotNumber number);
  // `filter`: what `question.filter` means; nullptr when there is none. Throws Damage.
  std::shared_ptr<const UserAnswer> answer(const UserQuestion& question, const UserColumn& column,
                                           const directory::Filter* filter);
  void forget(TenantNumber tenant);

 private:
  static constexpr std::size_t kColumnBytes = 256U << 20;
  static constexpr std::size_t kAnswerBytes = 64U << 20;

  std::shared_ptr<const UserColumns> read_columns(TenantNumber tenant,
                                                  base::SnapshotNumber number) const;
  std::vector<Position> filtered(const UserQuestion& question, const UserColumn& column,
                                 const directory::Filter& filter,
                                 const std::vector<Position>& users) const;

  Environment& environment_;
  Shelf<UserColumns> columns_{kColumnBytes};
  Shelf<UserAnswer> answers_{kAnswerBytes};
};

}  // namespace entrad::store
