// Map: values (Texts, user_value, read_user) / keys / one user as of a snapshot / writing a user's
// row / walking over all.
#include "store/rows/user_rows.h"

#include <array>

#include "base/text.h"

namespace entrad::store {
namespace {

constexpr std::uint8_t kSchema1 = 1;  // content as schema 1 wrote it, or alone: a tombstone
constexpr std::uint8_t kContent = 2;
constexpr std::uint8_t kEnabled = 1;
constexpr std::uint8_t kSynced = 2;
constexpr std::uint8_t kMailIsName = 4;  // mail is the userPrincipalName and is not written
constexpr std::uint8_t kMember = 8;      // userType is "Member" and is not written
constexpr std::uint8_t kGuest = 16;      // the same of "Guest"
constexpr std::size_t kIdAt = 4;         // after the tenant
constexpr std::size_t kSnapshotAt = 20;  // after the id
constexpr std::size_t kKeyBytes = 28;
constexpr std::size_t kIdBytes = 16;

constexpr std::string_view kMemberWord = "Member";
constexpr std::string_view kGuestWord = "Guest";

// A text after its size in bytes: seven bits a byte, the lowest first, the top bit says "more".
void append_sized(std::string& value, std::string_view text) {
  auto size = text.size();
  for (; size >= 0x80; size >>= 7) value += static_cast<char>(size & 0x7f) | '\x80';
  value += static_cast<char>(size);
  value += text;
}

std::string_view take_sized(KeyReader& reader) {
  std::size_t size = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    const std::size_t byte = reader.byte();
    size |= (byte & 0x7f) << shift;
    if (byte < 0x80) return reader.take(size);
  }
  throw Damage("a user row has a text without end");
}

std::uint8_t flags_of(const UserView& user) {
  unsigned flags = user.account_enabled ? kEnabled : 0U;
  if (user.on_premises_synced) flags |= kSynced;
  if (user.mail == user.user_principal_name) flags |= kMailIsName;
  if (user.user_type == kMemberWord) flags |= kMember;
  if (user.user_type == kGuestWord) flags |= kGuest;
  return static_cast<std::uint8_t>(flags);
}

std::string value_of(const UserView& user) {
  const auto flags = flags_of(user);
  std::string value{static_cast<char>(kContent), static_cast<char>(flags)};
  append_sized(value, user.display_name);
  append_sized(value, user.user_principal_name);
  if ((flags & kMailIsName) == 0) append_sized(value, user.mail);
  if ((flags & (kMember | kGuest)) == 0) append_sized(value, user.user_type);
  return value;
}

UserView view_of(const UserSummary& summary) {
  return {summary.account_enabled,
          summary.on_premises_synced,
          summary.display_name,
          summary.user_principal_name,
          summary.mail,
          summary.user_type};
}

base::Guid id_in(std::string_view key) {
  if (key.size() != kKeyBytes) throw Damage("a user row's key has a wrong length");
  return base::Guid::from_bytes(key.substr(kIdAt, kIdBytes));
}

base::SnapshotNumber snapshot_in(std::string_view key) {
  return {KeyReader(key.substr(kSnapshotAt)).number()};
}

// Takes a row of the same user, newer than those taken before.
void take(UserState& state, base::SnapshotNumber snapshot, std::string_view value) {
  state.changed_in = snapshot;
  state.gone = is_gone(value);
  if (!state.gone && !is_as_before(value)) state.value = value;
}

base::SnapshotNumber before(base::SnapshotNumber number) { return {number.value - 1}; }

Key name_prefix(TenantNumber tenant, std::string_view folded_name) {
  constexpr std::size_t kHashBytes = 8;
  return Key().tenant(tenant).text(base::sha256(folded_name).substr(0, kHashBytes));
}

}  // namespace

std::string user_value(const UserSummary& summary) { return value_of(view_of(summary)); }

std::string user_value_from_schema_1(std::string_view value) {
  KeyReader reader(value);
  if (reader.byte() != kSchema1) throw Damage("a user row has an unknown format");
  if (reader.rest().empty()) return std::string(kUserGone);
  const auto flags = reader.byte();
  UserView user;
  user.account_enabled = (flags & kEnabled) != 0;
  user.on_premises_synced = (flags & kSynced) != 0;
  for (auto* text : {&user.display_name, &user.user_principal_name, &user.mail, &user.user_type})
    *text = reader.take(reader.number32());
  return value_of(user);
}

bool is_as_before(std::string_view value) { return value == kUserAsBefore; }

bool is_gone(std::string_view value) {
  if (value == kUserGone) return true;
  if (is_as_before(value) || (value.size() > 1 && value.front() == static_cast<char>(kContent)))
    return false;
  throw Damage("a user row has an unknown format");
}

UserView read_user(std::string_view value) {
  KeyReader reader(value);
  if (reader.byte() != kContent) throw Damage("a user row has an unknown format");
  const auto flags = reader.byte();
  UserView user;
  user.account_enabled = (flags & kEnabled) != 0;
  user.on_premises_synced = (flags & kSynced) != 0;
  user.display_name = take_sized(reader);
  user.user_principal_name = take_sized(reader);
  user.mail = (flags & kMailIsName) != 0 ? user.user_principal_name : take_sized(reader);
  user.user_type = (flags & kMember) != 0  ? kMemberWord
                   : (flags & kGuest) != 0 ? kGuestWord
                                           : take_sized(reader);
  return user;
}

api::UserRow to_row(const base::Guid& id, const UserView& user) {
  api::UserRow row;
  row.id = id.str();
  row.display_name = user.display_name;
  row.user_principal_name = user.user_principal_name;
  row.mail = user.mail;
  row.user_type = user.user_type;
  row.account_enabled = user.account_enabled;
  row.on_premises_synced = user.on_premises_synced;
  return row;
}

Key user_key(TenantNumber tenant, const base::Guid& id, base::SnapshotNumber snapshot) {
  return Key().tenant(tenant).id(id).number(snapshot);
}

Key name_key(TenantNumber tenant, std::string_view folded_name, const base::Guid& id) {
  return name_prefix(tenant, folded_name).id(id);
}

std::optional<UserState> user_as_of(const Txn& txn, TenantNumber tenant, const base::Guid& id,
                                    base::SnapshotNumber number) {
  const Key prefix = Key().tenant(tenant).id(id);
  std::optional<UserState> state;
  auto cursor = txn.cursor(Table::user);
  bool found = cursor.seek_at_or_before(user_key(tenant, id, number));
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.previous()) {
    const bool gone = is_gone(cursor.value());
    if (!state) state = UserState{id, snapshot_in(cursor.key()), gone, {}};
    if (gone || is_as_before(cursor.value())) continue;
    state->value = cursor.value();
    break;
  }
  return state;
}

bool write_user(WriteTxn& txn, TenantNumber tenant, const base::Guid& id,
                base::SnapshotNumber number, const UserChange& change) {
  const Key key = user_key(tenant, id, number);
  if (change.section_changed && change.value.empty() && txn.has(Table::user, key)) return false;
  const auto newest = user_as_of(txn, tenant, id, number);
  const bool has_row = newest && newest->changed_in == number;
  const auto parent = has_row ? user_as_of(txn, tenant, id, before(number)) : newest;
  const bool parent_gone = !parent || parent->gone;
  const std::string parent_value(parent ? parent->value : std::string_view());
  std::string current;  // empty: the user's object has still to come
  if (!change.value.empty())
    current = std::string(change.value);
  else if (newest && !newest->gone)
    current = std::string(newest->value);
  if (current.empty()) return false;
  const bool same = current == parent_value;
  // Without a row of this snapshot no other section has changed so far.
  const bool changed =
      !same || parent_gone || change.section_changed || (has_row && change.any_section_changed());
  if (!changed) {
    if (has_row) txn.erase(Table::user, key);
    return false;
  }
  txn.put(Table::user, key, same ? kUserAsBefore : std::string_view(current));
  return true;
}

void write_name(WriteTxn& txn, std::string_view key) {
  if (!txn.has(Table::name, key)) txn.put(Table::name, key, {});
}

void write_user_gone(WriteTxn& txn, TenantNumber tenant, const base::Guid& id,
                     base::SnapshotNumber number) {
  const auto parent = user_as_of(txn, tenant, id, before(number));
  const Key key = user_key(tenant, id, number);
  if (parent && !parent->gone)
    txn.put(Table::user, key, kUserGone);
  else
    txn.erase(Table::user, key);
}

UserWalk::UserWalk(TenantNumber tenant, base::SnapshotNumber number)
    : number_(number), prefix_(Key().tenant(tenant).str()), next_(prefix_) {}

bool UserWalk::step(const Txn& txn, std::size_t rows, const OnUser& on_user) {
  auto cursor = txn.cursor(Table::user);
  std::string_view user;  // the part of its keys that names it
  std::optional<UserState> state;
  std::size_t seen = 0;
  bool found = cursor.seek(next_);
  for (; found && cursor.key().starts_with(prefix_); found = cursor.next(), ++seen) {
    const auto key = cursor.key();
    if (key.substr(0, kSnapshotAt) != user) {
      if (state) on_user(*state);
      state.reset();
      user = key.substr(0, kSnapshotAt);
      if (seen >= rows) {
        next_ = user;
        return true;
      }
    }
    const auto snapshot = snapshot_in(key);
    if (snapshot > number_) continue;
    if (!state) state = UserState{id_in(key), snapshot, false, {}};
    take(*state, snapshot, cursor.value());
  }
  if (state) on_user(*state);
  return false;
}

void for_each_user(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                   const UserWalk::OnUser& on_user) {
  UserWalk(tenant, number).step(txn, ~std::size_t{0}, on_user);
}

std::vector<base::Guid> users_named(const Txn& txn, TenantNumber tenant,
                                    std::string_view folded_name) {
  const Key prefix = name_prefix(tenant, folded_name);
  std::vector<base::Guid> ids;
  auto cursor = txn.cursor(Table::name);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    ids.push_back(base::Guid::from_bytes(cursor.key().substr(std::string_view(prefix).size())));
  return ids;
}

}  // namespace entrad::store
