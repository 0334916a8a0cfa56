// Map: prepare / a version row and its parent's (Pair, store_put) / a user's row (refresh_user) /
// bury / drop_unsealed.
#include "store/unsealed.h"

#include "base/text.h"
#include "store/content.h"
#include "store/snapshot_rows.h"
#include "store/user_rows.h"

namespace entrad::store {
namespace {

constexpr std::size_t kRowsInOneDrop = 2'000;
constexpr std::size_t kRowsInOneLook = 100'000;

base::SnapshotNumber before(base::SnapshotNumber number) { return {number.value - 1}; }

// A section's row in the snapshot being written, if it has one, and what it was in the parent.
struct Pair {
  bool has_row = false;
  std::string row_hash;
  std::string parent_hash;  // empty: not there
};

Pair pair_of(const Txn& txn, const SectionOf& what, base::SnapshotNumber number) {
  Pair pair;
  auto newest = version_as_of(txn, what, number);
  if (newest && newest->snapshot == number) {
    pair.has_row = true;
    pair.row_hash = newest->hash;
    newest = version_as_of(txn, what, before(number));
  }
  if (newest) pair.parent_hash = newest->hash;
  return pair;
}

bool any_section_changed(const Txn& txn, SectionOf what, base::SnapshotNumber number) {
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    what.section = static_cast<api::Section>(i);
    if (txn.has(Table::version, version_key(what, number))) return true;
  }
  return false;
}

void store_content(WriteTxn& txn, const Put& put) {
  if (txn.has(Table::blob, put.hash)) return;
  txn.put(Table::blob, put.hash, put.packed.empty() ? pack(put.content) : put.packed);
}

// Brings the user's row of this snapshot in line with its sections and, if given, its new summary.
void refresh_user(WriteTxn& txn, const Put& put, base::SnapshotNumber number,
                  bool section_changed) {
  const auto& [tenant, kind, id, section] = put.what;
  const auto newest = user_as_of(txn, tenant, id, number);
  const bool has_row = newest && newest->changed_in == number;
  std::string current;
  if (put.summary)
    current = user_value(*put.summary);
  else if (newest && !newest->gone)
    current = std::string(newest->value);
  if (current.empty()) return;  // the user's object has still to come
  const auto parent = has_row ? user_as_of(txn, tenant, id, before(number)) : newest;
  const bool same = parent && !parent->gone && parent->value == current;
  // Without a row of this snapshot no section has changed so far.
  const bool changed =
      !same || section_changed || (has_row && any_section_changed(txn, put.what, number));
  const Key key = user_key(tenant, id, number);
  if (!changed) {
    if (has_row) txn.erase(Table::user, key);
    return;
  }
  txn.put(Table::user, key, current);
  if (!put.summary) return;
  const Key name = name_key(tenant, base::fold(put.summary->user_principal_name), id);
  if (!txn.has(Table::name, name)) txn.put(Table::name, name, {});
}

void bury_user_row(WriteTxn& txn, TenantNumber tenant, const base::Guid& id,
                   base::SnapshotNumber number) {
  const auto parent = user_as_of(txn, tenant, id, before(number));
  const Key key = user_key(tenant, id, number);
  if (parent && !parent->gone)
    txn.put(Table::user, key, kUserGone);
  else
    txn.erase(Table::user, key);
}

// What is known of an object's end, and what the audit log says of it, outlive it.
bool survives(api::Section section) {
  return section == api::Section::deletion || section == api::Section::audit;
}

// Keys of a table's rows that belong to one snapshot: they end with its number.
struct Look {
  std::vector<std::string> keys;
  bool more = false;  // go on from `next`
  std::string next;
};

Look look_for(const Txn& txn, Table table, std::string_view prefix, std::string_view from,
              base::SnapshotNumber number) {
  Look look;
  const Key ending = Key().number(number);
  auto cursor = txn.cursor(table);
  std::size_t rows = 0;
  bool found = cursor.seek(from);
  for (; found && cursor.key().starts_with(prefix); found = cursor.next()) {
    if (look.keys.size() >= kRowsInOneDrop || rows++ >= kRowsInOneLook) {
      look.more = true;
      look.next = cursor.key();
      return look;
    }
    if (cursor.key().ends_with(std::string_view(ending))) look.keys.emplace_back(cursor.key());
  }
  return look;
}

base::Result<void> drop_from(Environment& environment, Table table, TenantNumber tenant,
                             base::SnapshotNumber number) {
  const Key prefix = Key().tenant(tenant);
  Look look;
  look.next = prefix.str();
  do {
    look = look_for(*environment.read(), table, prefix, std::string(look.next), number);
    if (look.keys.empty()) continue;
    auto done = environment.write([&](Write& write) -> base::Result<void> {
      for (const auto& key : look.keys) write.txn.erase(table, key);
      return {};
    });
    if (!done) return done;
  } while (look.more);
  return {};
}

}  // namespace

void prepare(const Environment& environment, std::vector<Put>& puts) {
  for (Put& put : puts) put.hash = base::sha256(put.content);
  std::vector<Put*> fresh;
  {
    const auto reader = environment.read();
    for (Put& put : puts)
      if (!reader->has(Table::blob, put.hash)) fresh.push_back(&put);
  }
  for (Put* put : fresh) put->packed = pack(put->content);
}

void store_put(WriteTxn& txn, const Put& put, base::SnapshotNumber number) {
  const Pair pair = pair_of(txn, put.what, number);
  const bool changed = pair.parent_hash != put.hash;
  const Key key = version_key(put.what, number);
  if (changed && pair.row_hash != put.hash) {
    store_content(txn, put);
    txn.put(Table::version, key, version_value(put.hash));
  }
  if (!changed && pair.has_row) txn.erase(Table::version, key);
  const bool touched = changed || pair.has_row;
  if (put.what.kind == api::ObjectKind::user && (touched || put.summary))
    refresh_user(txn, put, number, changed);
}

bool bury(WriteTxn& txn, TenantNumber tenant, api::ObjectKind kind, const base::Guid& id,
          base::SnapshotNumber number) {
  bool was_there = false;
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    const SectionOf what{tenant, kind, id, static_cast<api::Section>(i)};
    if (survives(what.section)) continue;
    const Pair pair = pair_of(txn, what, number);
    if (!pair.parent_hash.empty())
      txn.put(Table::version, version_key(what, number), version_value({}));
    else if (pair.has_row)
      txn.erase(Table::version, version_key(what, number));
    if (what.section == api::Section::object) was_there = !pair.parent_hash.empty();
  }
  if (kind == api::ObjectKind::user) bury_user_row(txn, tenant, id, number);
  return was_there;
}

base::Result<void> drop_unsealed(Environment& environment, TenantNumber tenant,
                                 base::SnapshotNumber number) {
  for (const Table table : {Table::version, Table::user})
    if (auto done = drop_from(environment, table, tenant, number); !done) return done;
  return environment.write([&](Write& write) -> base::Result<void> {
    erase_pending(write.txn, tenant);
    return {};
  });
}

}  // namespace entrad::store
