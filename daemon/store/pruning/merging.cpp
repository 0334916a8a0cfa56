// Map: rows (rows_between, row_before) / what becomes of them (merge_of, sections, the user) /
// names that lead nowhere / the public faces.
#include "store/pruning/merging.h"

#include <algorithm>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "directory/canonical.h"
#include "store/contents/packing.h"
#include "store/rows/user_rows.h"
#include "store/rows/versions.h"

namespace entrad::store {
namespace {

struct Row {
  base::SnapshotNumber snapshot;
  std::string value;
};

// What is to be done with the rows of one prefix.
struct Merge {
  Table table = Table::history;
  Key prefix;
  std::vector<Row> rows;    // those between, oldest first
  bool last_stays = false;  // with the number `until`
  std::string last_value;   // what it says then
  // Of a user who is gone: the last content, where its row goes and a later mark may mean it.
  std::string lost_content;

  bool is_moved(const Between& between) const {
    return last_stays && number(between) != rows.back().snapshot;
  }
  // That of the last row afterwards.
  base::SnapshotNumber number(const Between& between) const {
    return between.after.value == 0 ? rows.back().snapshot : between.until;
  }
  bool is_written(const Between& between) const {
    return is_moved(between) || (last_stays && last_value != rows.back().value);
  }
};

base::SnapshotNumber snapshot_in(std::string_view key, const Key& prefix) {
  return {KeyReader(key.substr(std::string_view(prefix).size())).number()};
}

std::vector<Row> rows_between(const Txn& txn, Table table, const Key& prefix,
                              const Between& between) {
  std::vector<Row> rows;
  auto cursor = txn.cursor(table);
  bool found = cursor.seek(Key(prefix).number(between.after.value + 1));
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next()) {
    const auto snapshot = snapshot_in(cursor.key(), prefix);
    if (snapshot > between.until) break;
    rows.push_back({snapshot, std::string(cursor.value())});
  }
  return rows;
}

std::optional<std::string> value_before(const Txn& txn, Table table, const Key& prefix,
                                        const Between& between) {
  auto cursor = txn.cursor(table);
  if (!cursor.seek_at_or_before(Key(prefix).number(between.after)) ||
      !cursor.key().starts_with(std::string_view(prefix)))
    return std::nullopt;
  return std::string(cursor.value());
}

// `audit` holds what was new in each snapshot.
std::string put_together(const Txn& txn, Packing& packing, const SectionOf& what,
                         const std::vector<Row>& rows) {
  auto all = nlohmann::json::array();
  for (const Row& row : rows)
    if (name_in(row.value))
      for (auto& entry : base::read_json(packing.unpack(txn, what.tenant, row.value)))
        all.push_back(std::move(entry));
  const std::string content = directory::canonical(all);
  return packing.pack(txn, {what.tenant, what.kind, what.section}, content, name_of(content));
}

Merge merge_section(const Txn& txn, Packing& packing, const Between& between,
                    const SectionOf& what) {
  Merge merge{Table::history, history_prefix(what), {}, false, {}, {}};
  merge.rows = rows_between(txn, merge.table, merge.prefix, between);
  if (merge.rows.empty()) return merge;
  const auto before = value_before(txn, merge.table, merge.prefix, between);
  const auto name = before ? name_in(*before) : std::nullopt;
  merge.last_stays = name != name_in(merge.rows.back().value);
  merge.last_value = merge.rows.back().value;
  if (what.section == api::Section::audit && merge.rows.size() > 1) {
    merge.last_stays = true;
    merge.last_value = put_together(txn, packing, what, merge.rows);
  }
  return merge;
}

bool any_row_between(const Txn& txn, const Between& between, const SectionOf& what) {
  const Key prefix = history_prefix(what);
  auto cursor = txn.cursor(Table::history);
  return cursor.seek(Key(prefix).number(between.after.value + 1)) &&
         cursor.key().starts_with(std::string_view(prefix)) &&
         snapshot_in(cursor.key(), prefix) <= between.until;
}

Merge merge_user(const Txn& txn, const Between& between, const base::Guid& id,
                 bool a_section_stays) {
  Merge merge{Table::user, Key().tenant(between.tenant).id(id), {}, false, {}, {}};
  merge.rows = rows_between(txn, merge.table, merge.prefix, between);
  if (merge.rows.empty()) return merge;
  const auto before = user_as_of(txn, between.tenant, id, between.after);
  const auto last = user_as_of(txn, between.tenant, id, between.until);
  const bool was_there = before && !before->gone;
  const std::string_view content_before = before ? before->value : std::string_view();
  if (last->gone) {
    merge.last_stays = was_there;
    merge.last_value = merge.rows.back().value;
    if (last->value != content_before) merge.lost_content = last->value;
    return merge;
  }
  const bool same = last->value == content_before;
  merge.last_stays = a_section_stays || !was_there || !same;
  merge.last_value = same ? kUserAsBefore : last->value;
  return merge;
}

// All of one object.
struct Plan {
  std::vector<std::pair<api::Section, Merge>> sections;
  std::optional<Merge> user;
};

Plan plan(const Txn& txn, Packing& packing, const Between& between, const Changed& changed) {
  Plan all;
  bool any_stays = false;
  for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
    const SectionOf what{between.tenant, changed.kind, changed.id, static_cast<api::Section>(i)};
    if (!changed.has(what.section)) {
      any_stays = any_stays || any_row_between(txn, between, what);
      continue;
    }
    auto merge = merge_section(txn, packing, between, what);
    any_stays = any_stays || merge.last_stays;
    if (!merge.rows.empty()) all.sections.emplace_back(what.section, std::move(merge));
  }
  if (changed.kind == api::ObjectKind::user)
    all.user = merge_user(txn, between, changed.id, any_stays);
  return all;
}

void carry_out(WriteTxn& txn, const Between& between, const Merge& merge) {
  for (const Row& row : merge.rows)
    if (!merge.last_stays || &row != &merge.rows.back() || merge.is_moved(between))
      txn.erase(merge.table, Key(merge.prefix).number(row.snapshot));
  if (merge.is_written(between))
    txn.put(merge.table, Key(merge.prefix).number(merge.number(between)), merge.last_value);
}

// The first mark after the rows that went: a user who came back as it was.
void keep_lost_content(WriteTxn& txn, const Between& between, const Merge& merge) {
  if (merge.lost_content.empty()) return;
  const auto later = rows_between(txn, merge.table, merge.prefix,
                                  {between.tenant, between.until, {~std::uint64_t{0}}});
  for (const Row& row : later) {
    if (is_gone(row.value)) continue;
    if (is_as_before(row.value))
      txn.put(merge.table, Key(merge.prefix).number(row.snapshot), merge.lost_content);
    return;
  }
}

void count(const Merge& merge, Freed& freed) {
  const auto key_bytes = std::string_view(merge.prefix).size() + sizeof(std::uint64_t);
  for (const Row& row : merge.rows) {
    if (merge.last_stays && &row == &merge.rows.back()) continue;
    ++freed.rows;
    freed.bytes += key_bytes + row.value.size();
  }
}

Freed count(const Plan& all) {
  Freed freed;
  for (const auto& [section, merge] : all.sections) count(merge, freed);
  if (all.user) count(*all.user, freed);
  return freed;
}

std::string folded_name(std::string_view value) {
  if (is_gone(value) || is_as_before(value)) return {};
  return base::fold(read_user(value).user_principal_name);
}

// The name index leads to whoever ever had a name: takes out those that no row of the user holds
// any more.
void forget_names(WriteTxn& txn, const Between& between, const base::Guid& id, const Merge& merge) {
  std::vector<Row> left =
      rows_between(txn, Table::user, merge.prefix, {between.tenant, {0}, {~std::uint64_t{0}}});
  for (const Row& row : merge.rows) {
    const auto name = folded_name(row.value);
    if (name.empty()) continue;
    const Key key = name_key(between.tenant, name, id);
    const bool is_held = std::any_of(left.begin(), left.end(), [&](const Row& other) {
      const auto held = folded_name(other.value);
      return !held.empty() && name_key(between.tenant, held, id).str() == key.str();
    });
    if (!is_held) txn.erase(Table::name, key);
  }
}

}  // namespace

std::optional<Changed> merge(WriteTxn& txn, Packing& packing, const Between& between,
                             const Changed& changed, Freed& freed) {
  const Plan all = plan(txn, packing, between, changed);
  const Freed by_this = count(all);
  freed.rows += by_this.rows;
  freed.bytes += by_this.bytes;
  Changed moved{changed.kind, changed.id, 0};
  for (const auto& [section, one] : all.sections) {
    carry_out(txn, between, one);
    if (one.is_moved(between)) moved.add(section);
  }
  if (all.user && !all.user->rows.empty()) {
    carry_out(txn, between, *all.user);
    keep_lost_content(txn, between, *all.user);
    forget_names(txn, between, changed.id, *all.user);
    if (all.user->is_moved(between)) return moved;
  }
  if (moved.sections == 0) return std::nullopt;
  return moved;
}

Freed freed_by_merging(const Txn& txn, Packing& packing, const Between& between,
                       const Changed& changed) {
  return count(plan(txn, packing, between, changed));
}

}  // namespace entrad::store
