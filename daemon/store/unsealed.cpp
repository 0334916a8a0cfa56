// Map: rows_of / a user's row (refresh_user) / write_rows / bury / drop_unsealed.
#include "store/unsealed.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "store/snapshot_rows.h"
#include "store/user_rows.h"

namespace entrad::store {
namespace {

base::SnapshotNumber before(base::SnapshotNumber number) { return {number.value - 1}; }

SectionOf what_of(const Unsealed& to, const Row& row) {
  return {to.tenant, row.kind, row.id, row.section};
}

std::optional<ContentName> parent_name(const Txn& txn, const SectionOf& what,
                                       base::SnapshotNumber number) {
  const auto version = version_as_of(txn, what, before(number));
  return version ? version->name : std::nullopt;
}

void learn_from(Environment& environment, const Txn& txn, TenantNumber tenant,
                const std::vector<Put>& puts) {
  std::map<Packing::Class, std::vector<std::string_view>> classes;
  for (const Put& put : puts)
    if (put.content.size() > kLongestShort && put.section != api::Section::memberships)
      classes[{tenant, put.kind, put.section}].push_back(put.content);
  for (const auto& [of, contents] : classes) environment.packing().learn(txn, of, contents);
}

bool any_section_changed(const Txn& txn, const Unsealed& to, const base::Guid& id) {
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    const SectionOf what{to.tenant, api::ObjectKind::user, id, static_cast<api::Section>(i)};
    if (txn.has(Table::history, history_key(what, to.number))) return true;
  }
  return false;
}

// Brings the user's row of this snapshot in line with its sections and, if given, its new summary.
// True: it was written.
bool refresh_user(WriteTxn& txn, const Unsealed& to, const Row& put) {
  const Key key = user_key(to.tenant, put.id, to.number);
  if (put.changed && !put.summary && txn.has(Table::user, key)) return false;
  const auto newest = user_as_of(txn, to.tenant, put.id, to.number);
  const bool has_row = newest && newest->changed_in == to.number;
  std::string current;
  if (put.summary)
    current = user_value(*put.summary);
  else if (newest && !newest->gone)
    current = std::string(newest->value);
  if (current.empty()) return false;  // the user's object has still to come
  const auto parent = has_row ? user_as_of(txn, to.tenant, put.id, before(to.number)) : newest;
  const bool same = parent && !parent->gone && parent->value == current;
  // Sections may have been put before the object.
  const bool changed = !same || put.changed || any_section_changed(txn, to, put.id);
  if (!changed) {
    if (has_row) txn.erase(Table::user, key);
    return false;
  }
  txn.put(Table::user, key, current);
  if (!put.summary) return true;
  const Key name = name_key(to.tenant, base::fold(put.summary->user_principal_name), put.id);
  if (!txn.has(Table::name, name)) txn.put(Table::name, name, {});
  return true;
}

void bury_user_row(WriteTxn& txn, const Unsealed& to, const base::Guid& id) {
  const auto parent = user_as_of(txn, to.tenant, id, before(to.number));
  const Key key = user_key(to.tenant, id, to.number);
  if (parent && !parent->gone)
    txn.put(Table::user, key, kUserGone);
  else
    txn.erase(Table::user, key);
}

// True: the section has, or had until now, a row of its own in this snapshot.
bool write_row(WriteTxn& txn, const Unsealed& to, const Row& row) {
  const Key key = history_key(what_of(to, row), to.number);
  if (!row.changed) return to.has_parent && txn.erase(Table::history, key);
  txn.put(Table::history, key, row.value);
  return true;
}

// A user's row may change while its sections do not.
void note_change(std::vector<Changed>& changes, const Row& row, bool has_section) {
  if (changes.empty() || changes.back().kind != row.kind || changes.back().id != row.id)
    changes.push_back({row.kind, row.id, 0});
  if (has_section) changes.back().add(row.section);
}

}  // namespace

std::vector<Row> rows_of(Environment& environment, const Unsealed& to, std::vector<Put> puts) {
  std::vector<Row> rows;
  rows.reserve(puts.size());
  const auto reader = environment.read();
  learn_from(environment, *reader, to.tenant, puts);
  for (Put& put : puts) {
    Row& row = rows.emplace_back();
    row.kind = put.kind;
    row.id = put.id;
    row.section = put.section;
    row.summary = std::move(put.summary);
    const ContentName name = name_of(put.content);
    row.changed = !to.has_parent || parent_name(*reader, what_of(to, row), to.number) != name;
    if (row.changed)
      row.value = environment.packing().pack(*reader, {to.tenant, put.kind, put.section},
                                             put.content, name);
  }
  return rows;
}

void sort_rows(std::vector<Row>& rows) {
  const auto key = [](const Row& row) { return std::tie(row.kind, row.section, row.id); };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return key(a) < key(b); });
  const auto kept = std::unique(rows.rbegin(), rows.rend(),
                                [&](const Row& a, const Row& b) { return key(a) == key(b); });
  rows.erase(rows.begin(), kept.base());
}

void write_rows(WriteTxn& txn, const Unsealed& to, std::span<const Row> rows) {
  std::vector<Changed> changes;
  for (const Row& row : rows) {
    const bool touched = write_row(txn, to, row);
    bool refreshed = false;
    if (row.kind == api::ObjectKind::user && (touched || row.summary))
      refreshed = refresh_user(txn, to, row);
    if (touched || refreshed) note_change(changes, row, touched);
  }
  append_changes(txn, to.tenant, to.number, changes);
}

Changed bury(WriteTxn& txn, const Unsealed& to, api::ObjectKind kind, const base::Guid& id) {
  Changed change{kind, id, 0};
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    const SectionOf what{to.tenant, kind, id, static_cast<api::Section>(i)};
    const Key key = history_key(what, to.number);
    if (!to.has_parent || !parent_name(txn, what, to.number)) {
      txn.erase(Table::history, key);
      continue;
    }
    txn.put(Table::history, key, Packing::gone());
    change.add(what.section);
  }
  if (kind == api::ObjectKind::user) bury_user_row(txn, to, id);
  return change;
}

namespace {

struct Block {
  std::uint32_t number = 0;
  std::vector<Changed> changes;
};

std::optional<Block> first_block(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number) {
  std::optional<Block> first;
  for_each_change_block(txn, tenant, number, 0, [&](std::uint32_t block, auto changes) {
    first = Block{block, {changes.begin(), changes.end()}};
    return false;
  });
  return first;
}

void erase_rows(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number,
                const Block& block) {
  for (const Changed& one : block.changes) {
    for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
      const auto section = static_cast<api::Section>(i);
      if (one.has(section))
        txn.erase(Table::history, history_key({tenant, one.kind, one.id, section}, number));
    }
    if (one.kind == api::ObjectKind::user) txn.erase(Table::user, user_key(tenant, one.id, number));
  }
  erase_change_block(txn, tenant, number, block.number);
}

}  // namespace

base::Result<void> drop_unsealed(Environment& environment, TenantNumber tenant,
                                 base::SnapshotNumber number) {
  while (const auto block = first_block(*environment.read(), tenant, number)) {
    auto done = environment.write([&](Write& write) -> base::Result<void> {
      erase_rows(write.txn, tenant, number, *block);
      return {};
    });
    if (!done) return done;
  }
  return environment.write([&](Write& write) -> base::Result<void> {
    erase_pending(write.txn, tenant);
    return {};
  });
}

}  // namespace entrad::store
