// User rows: what lists and search know of a user, kept by snapshot like versions.
//
// A row is written in each snapshot in which any section of the user changed, so that the row as of
// a snapshot also says when the user last changed. A tombstone says that the user is gone. The name
// table leads from a folded userPrincipalName to every user that ever had it; it is a hint, and the
// rows say who had it when. Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/snapshots.h"
#include "base/guid.h"
#include "base/ids.h"
#include "store/keys.h"
#include "store/lmdb.h"
#include "store/snapshots.h"

namespace entrad::store {

// A row, read in place: its texts end with the transaction.
struct UserView {
  bool account_enabled = false;
  bool on_premises_synced = false;
  std::string_view display_name;
  std::string_view user_principal_name;
  std::string_view mail;
  std::string_view user_type;
  // Folded display name, userPrincipalName and mail, with zero bytes between them.
  std::string_view folded;

  std::string_view folded_name() const { return folded.substr(0, folded.find('\0')); }
};

std::string user_value(const UserSummary& summary);
constexpr std::string_view kUserGone("\x01", 1);  // a tombstone's value
bool is_gone(std::string_view value);             // throws Damage
UserView read_user(std::string_view value);       // not of a tombstone; throws Damage
api::UserRow to_row(const base::Guid& id, const UserView& user);

Key user_key(TenantNumber tenant, const base::Guid& id, base::SnapshotNumber snapshot);
Key name_key(TenantNumber tenant, std::string_view folded_name, const base::Guid& id);

// A user as of a snapshot: its newest row, and the newest one before it that is no tombstone.
struct UserState {
  base::Guid id;
  base::SnapshotNumber changed_in;
  bool gone = false;
  std::string_view value;  // of the newest row with content; empty: there never was one
};

std::optional<UserState> user_as_of(const Txn& txn, TenantNumber tenant, const base::Guid& id,
                                    base::SnapshotNumber number);
// Every user of a tenant, gone ones included, in the order of ids.
void for_each_user(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                   const std::function<void(const UserState&)>& on_user);
// Everyone who ever had this userPrincipalName (folded), or one that begins like it and is longer
// than a key can hold.
std::vector<base::Guid> users_named(const Txn& txn, TenantNumber tenant,
                                    std::string_view folded_name);

}  // namespace entrad::store
