#include "store/user_rows.h"

#include <array>

#include "base/text.h"

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kEnabled = 1;
constexpr std::uint8_t kSynced = 2;
constexpr std::size_t kIdAt = 4;         // after the tenant
constexpr std::size_t kSnapshotAt = 20;  // after the id
constexpr std::size_t kKeyBytes = 28;

std::string folded_texts(const UserSummary& summary) {
  std::string folded = base::fold(summary.display_name);
  folded += '\0';
  folded += base::fold(summary.user_principal_name);
  folded += '\0';
  folded += base::fold(summary.mail);
  return folded;
}

std::string_view sized_text(KeyReader& reader) { return reader.take(reader.number32()); }

base::Guid id_in(std::string_view key) {
  if (key.size() != kKeyBytes) throw Damage("a user row's key has a wrong length");
  return base::Guid::from_bytes(key.substr(kIdAt, 16));
}

base::SnapshotNumber snapshot_in(std::string_view key) {
  return {KeyReader(key.substr(kSnapshotAt)).number()};
}

// Takes a row of the same user, newer than those taken before.
void take(UserState& state, base::SnapshotNumber snapshot, std::string_view value) {
  state.changed_in = snapshot;
  state.gone = is_gone(value);
  if (!state.gone) state.value = value;
}

}  // namespace

std::string user_value(const UserSummary& summary) {
  const std::uint8_t flags =
      (summary.account_enabled ? kEnabled : 0U) | (summary.on_premises_synced ? kSynced : 0U);
  Key value;
  value.byte(kFormat).byte(flags);
  const std::string folded = folded_texts(summary);
  for (const std::string_view text :
       std::array<std::string_view, 5>{summary.display_name, summary.user_principal_name,
                                       summary.mail, summary.user_type, folded})
    value.number32(static_cast<std::uint32_t>(text.size())).text(text);
  return value.str();
}

bool is_gone(std::string_view value) {
  if (value.empty() || value.front() != static_cast<char>(kFormat))
    throw Damage("a user row has an unknown format");
  return value.size() == 1;
}

UserView read_user(std::string_view value) {
  KeyReader reader(value);
  if (reader.byte() != kFormat) throw Damage("a user row has an unknown format");
  const auto flags = reader.byte();
  UserView user;
  user.account_enabled = (flags & kEnabled) != 0;
  user.on_premises_synced = (flags & kSynced) != 0;
  user.display_name = sized_text(reader);
  user.user_principal_name = sized_text(reader);
  user.mail = sized_text(reader);
  user.user_type = sized_text(reader);
  user.folded = sized_text(reader);
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
  return Key().tenant(tenant).text(cut_for_key(folded_name)).byte(0).id(id);
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
    if (gone) continue;
    state->value = cursor.value();
    break;
  }
  return state;
}

void for_each_user(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
                   const std::function<void(const UserState&)>& on_user) {
  const Key prefix = Key().tenant(tenant);
  std::optional<UserState> state;
  auto cursor = txn.cursor(Table::user);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next()) {
    const auto id = id_in(cursor.key());
    if (state && state->id != id) {
      on_user(*state);
      state.reset();
    }
    const auto snapshot = snapshot_in(cursor.key());
    if (snapshot > number) continue;
    if (!state) state = UserState{id, snapshot, false, {}};
    take(*state, snapshot, cursor.value());
  }
  if (state) on_user(*state);
}

std::vector<base::Guid> users_named(const Txn& txn, TenantNumber tenant,
                                    std::string_view folded_name) {
  const Key prefix = Key().tenant(tenant).text(cut_for_key(folded_name)).byte(0);
  std::vector<base::Guid> ids;
  auto cursor = txn.cursor(Table::name);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next()) {
    // A folded name cannot hold a zero byte, so what follows the prefix is one id.
    const auto rest = cursor.key().substr(std::string_view(prefix).size());
    if (rest.size() == 16) ids.push_back(base::Guid::from_bytes(rest));
  }
  return ids;
}

}  // namespace entrad::store
