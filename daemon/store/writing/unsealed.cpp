// Map: rows_of / write_rows / bury / drop_unsealed.
#include "store/writing/unsealed.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/user_rows.h"
#include "store/writing/tally.h"

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
                std::span<const Put> puts) {
  std::map<Packing::Class, std::vector<std::string_view>> classes;
  for (const Put& put : puts)
    if (put.content.size() > kLongestShort && put.section != api::Section::memberships)
      classes[{tenant, put.kind, put.section}].push_back(put.content);
  for (const auto& [of, contents] : classes) environment.packing().learn(txn, of, contents);
}

bool any_section_changed(const Txn& txn, const Unsealed& to, const base::Guid& id) {
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    const SectionOf what{to.tenant, api::ObjectKind::user, id, static_cast<api::Section>(i)};
    if (is_logged(what.section)) continue;
    if (txn.has(Table::history, history_key(what, to.number))) return true;
  }
  return false;
}

// True: the section has, or had until now, a row of its own in this snapshot.
bool write_row(WriteTxn& txn, const Unsealed& to, const RowView& row) {
  const Key key = history_key({to.tenant, row.kind, row.id, row.section}, to.number);
  if (!row.changed) return to.has_parent && txn.erase(Table::history, key);
  txn.put(Table::history, key, row.value);
  return true;
}

// A user's row may change while its sections do not.
void note_change(std::vector<Changed>& changes, const RowView& row, bool has_section) {
  if (changes.empty() || changes.back().kind != row.kind || changes.back().id != row.id)
    changes.push_back({row.kind, row.id, 0});
  if (has_section) changes.back().add(row.section);
}

}  // namespace

std::vector<Row> rows_of(Environment& environment, const Unsealed& to, std::span<const Put> puts) {
  std::vector<Row> rows;
  rows.reserve(puts.size());
  const auto reader = environment.read();
  learn_from(environment, *reader, to.tenant, puts);
  for (const Put& put : puts) {
    Row& row = rows.emplace_back();
    row.kind = put.kind;
    row.id = put.id;
    row.section = put.section;
    if (put.summary) {
      row.user = user_value(*put.summary);
      row.name = name_key(to.tenant, base::fold(put.summary->user_principal_name), put.id).str();
    }
    const ContentName name = name_of(put.content);
    row.changed = !to.has_parent || parent_name(*reader, what_of(to, row), to.number) != name;
    if (row.changed)
      row.value = environment.packing().pack(*reader, {to.tenant, put.kind, put.section},
                                             put.content, name);
  }
  return rows;
}

void write_rows(WriteTxn& txn, const Unsealed& to, std::span<const RowView> rows) {
  std::vector<Changed> changes;
  for (const RowView& row : rows) {
    const bool touched = write_row(txn, to, row);
    bool written = false;
    // What a log says of a user, perhaps of what it did to others, is no change of it.
    if (row.kind == api::ObjectKind::user && !is_logged(row.section) &&
        (touched || !row.user.empty()))
      written =
          write_user(txn, to.tenant, row.id, to.number,
                     {row.user, row.changed, [&] { return any_section_changed(txn, to, row.id); }});
    if (touched || written) note_change(changes, row, touched);
  }
  if (to.has_parent) append_changes(txn, to.tenant, to.number, changes);
}

Changed bury(WriteTxn& txn, const Unsealed& to, api::ObjectKind kind, const base::Guid& id) {
  Changed change{kind, id, 0};
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    const SectionOf what{to.tenant, kind, id, static_cast<api::Section>(i)};
    if (is_logged(what.section)) continue;  // it outlives the object
    const Key key = history_key(what, to.number);
    if (!to.has_parent || !parent_name(txn, what, to.number)) {
      txn.erase(Table::history, key);
      continue;
    }
    txn.put(Table::history, key, Packing::gone());
    change.add(what.section);
  }
  if (kind == api::ObjectKind::user) write_user_gone(txn, to.tenant, id, to.number);
  return change;
}

namespace {

constexpr std::size_t kRowsInOneErasure = 5'000;

// Of a first snapshot every row of the tenant is one of it. False: none is left.
bool erase_some_of_all(WriteTxn& txn, TenantNumber tenant) {
  const Key prefix = Key().tenant(tenant);
  std::size_t erased = 0;
  for (const auto table : {Table::history, Table::user})
    for (; erased < kRowsInOneErasure; ++erased) {
      auto cursor = txn.cursor(table);
      if (!cursor.seek(prefix) || !cursor.key().starts_with(std::string_view(prefix))) break;
      txn.erase(table, std::string(cursor.key()));
    }
  return erased > 0;
}

base::Result<void> drop_first(Environment& environment, TenantNumber tenant) {
  for (bool more = true; more;) {
    auto done = environment.write([&](Write& write) -> base::Result<void> {
      more = erase_some_of_all(write.txn, tenant);
      return {};
    });
    if (!done) return done;
  }
  return {};
}

void erase_rows(WriteTxn& txn, TenantNumber tenant, base::SnapshotNumber number,
                const ChangeBlock& block) {
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
  if (is_first(number))
    if (auto done = drop_first(environment, tenant); !done) return done;
  while (const auto block = change_block_from(*environment.read(), tenant, number, 0)) {
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
