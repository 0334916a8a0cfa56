// User rows: what lists and search know of a user, kept by snapshot like versions.
//
// A row is written in each snapshot in which any section of the user changed, so that the row as of
// a snapshot also says when the user last changed. Where only other things changed than what lists
// show, the row is a mark of one byte, and the reader steps back to the last row with content. A
// tombstone says that the user is gone. The name table leads from a hash of a folded
// userPrincipalName to every user that ever had it; it is a hint, and the rows say who had it when.
// Who removes old rows (prune) must leave each user a row with content: write_user() compares with
// rows before only, so a mark whose content row goes away becomes a row with content itself.
// Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/snapshots.h"
#include "base/guid.h"
#include "base/ids.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"
#include "store/snapshots.h"

namespace entrad::store {

// A row with content, read in place: its texts end with the transaction.
struct UserView {
  bool account_enabled = false;
  bool on_premises_synced = false;
  std::string_view display_name;
  std::string_view user_principal_name;
  std::string_view mail;
  std::string_view user_type;
};

std::string user_value(const UserSummary& summary);
// The same from a value of schema 1. Throws Damage when it is none.
std::string user_value_from_schema_1(std::string_view value);
constexpr std::string_view kUserGone("\x01", 1);      // a tombstone's value, in both schemas
constexpr std::string_view kUserAsBefore("\x03", 1);  // the same content as the row before
bool is_gone(std::string_view value);                 // throws Damage
bool is_as_before(std::string_view value);
UserView read_user(std::string_view value);  // of a row with content; throws Damage
api::UserRow to_row(const base::Guid& id, const UserView& user);

Key user_key(TenantNumber tenant, const base::Guid& id, base::SnapshotNumber snapshot);
// `folded_name` is a userPrincipalName, folded, of any length.
Key name_key(TenantNumber tenant, std::string_view folded_name, const base::Guid& id);

// Brings a user's row of the snapshot being written in line with its sections.
struct UserChange {
  std::string_view value;        // user_value() of its object now; empty: that was not put
  bool section_changed = false;  // the section just put differs from the parent's
  // Does any section of the user differ from the parent's? Asked only when it had a row already.
  std::function<bool()> any_section_changed;
};
// True: a row was written.
bool write_user(WriteTxn& txn, TenantNumber tenant, const base::Guid& id,
                base::SnapshotNumber number, const UserChange& change);
// The name by which a user is found, as name_key() makes it. Names lie in an order of their own, so
// that many are better sorted and written together, apart from the rows.
void write_name(WriteTxn& txn, std::string_view key);
// The user is gone from this snapshot on, whatever was written of it before in the same snapshot.
void write_user_gone(WriteTxn& txn, TenantNumber tenant, const base::Guid& id,
                     base::SnapshotNumber number);

// A user as of a snapshot: its newest row, and its content.
struct UserState {
  base::Guid id;
  base::SnapshotNumber changed_in;
  bool gone = false;
  std::string_view value;  // of the newest row with content; empty: there never was one
};

std::optional<UserState> user_as_of(const Txn& txn, TenantNumber tenant, const base::Guid& id,
                                    base::SnapshotNumber number);

// Walks over every user of a tenant as of a snapshot, gone ones included, in the order of ids, a
// piece at a time, so that no read transaction lasts long.
class UserWalk {
 public:
  UserWalk(TenantNumber tenant, base::SnapshotNumber number);

  using OnUser = std::function<void(const UserState&)>;
  // Goes over the next `rows` rows or a few more. False: that was the last of them.
  bool step(const Txn& txn, std::size_t rows, const OnUser& on_user);

 private:
  base::SnapshotNumber number_;
  std::string prefix_;  // where the walk ends
  std::string next_;    // where the next step begins
};

// The same in one transaction.
void for_each_user(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                   const UserWalk::OnUser& on_user);

// Everyone who ever had this userPrincipalName (folded), and perhaps others: see their rows.
std::vector<base::Guid> users_named(const Txn& txn, TenantNumber tenant,
                                    std::string_view folded_name);

}  // namespace entrad::store
