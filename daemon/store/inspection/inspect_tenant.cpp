// Map: what is computed anew (Moments) / history / user rows and names / lists of changes / small
// tables / the whole of a tenant.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "store/contents/content.h"
#include "store/inspection/inspection.h"
#include "store/rows/changes.h"
#include "store/rows/fingerprints.h"
#include "store/rows/removal_rows.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/user_rows.h"
#include "store/rows/versions.h"
#include "store/writing/tally.h"

namespace entrad::store {
namespace {

constexpr std::size_t kDigestPiece = 64U << 10U;
constexpr std::size_t kIdBytes = 16;

void expect(bool sound, const std::string& what) {
  if (!sound) throw Damage(what);
}

std::string words_for(const SectionOf& what) {
  return std::string(api::name(what.section)) + " of " + std::string(api::name(what.kind)) + " " +
         what.id.str();
}

// One sealed snapshot, computed anew.
struct Moment {
  api::Snapshot snapshot;
  Sha256 digest;
  std::string undigested;
  std::map<std::string, std::uint64_t> counts;
  std::uint64_t rows = 0;       // of history, with its number
  std::uint64_t live_rows = 0;  // those that are no tombstone
  std::uint64_t user_rows = 0;
  std::uint64_t users = 0;  // that its list shows

  void add(const SectionOf& what, const ContentName& name) {
    if (!is_digested(what, name)) return;
    undigested += static_cast<char>(what.kind);
    undigested += static_cast<char>(what.section);
    undigested += what.id.bytes();
    undigested += bytes_of(name);
    if (undigested.size() >= kDigestPiece) digest_it();
    if (what.section == api::Section::object) ++counts[std::string(api::name(what.kind))];
  }
  void digest_it() {
    digest.add(undigested);
    undigested.clear();
  }
};

// Of the objects with fingerprints in a bucket: those that are there.
std::set<ShortId> live_in(const Txn& txn, const FingerprintsOf& of, std::size_t bucket,
                          base::SnapshotNumber number) {
  const auto prefix = Key().tenant(of.tenant).kind(of.kind).section(of.section).str();
  std::string next = Key()
                         .text(prefix)
                         .byte(static_cast<std::uint8_t>(bucket >> 4U))
                         .byte(static_cast<std::uint8_t>((bucket & 0xFU) << 4U))
                         .str();
  std::set<ShortId> live;
  auto cursor = txn.cursor(Table::history);
  while (cursor.seek(next) && cursor.key().starts_with(prefix)) {
    const auto id = base::Guid::from_bytes(cursor.key().substr(prefix.size(), kIdBytes));
    if (bucket_of(short_of(id)) != bucket) break;
    const SectionOf what{of.tenant, of.kind, id, of.section};
    const auto version = version_as_of(txn, what, number);
    if (version && version->is_live()) live.insert(short_of(id));
    next = history_key(what, {~std::uint64_t{0}}).str();
  }
  return live;
}

base::SnapshotNumber number_in(std::string_view key) { return {KeyReader(key.substr(4)).number()}; }

class Tenant {
 public:
  Tenant(Environment& environment, TenantNumber number, std::string name, Findings& findings,
         const std::stop_token& stop)
      : environment_(environment),
        number_(number),
        name_(std::move(name)),
        findings_(findings),
        stop_(stop) {}

  bool inspect();

 private:
  struct Row {
    base::SnapshotNumber snapshot;
    std::string value;
  };
  using Rows = std::vector<Row>;  // of one section or user, oldest first

  void take_up_snapshots();
  bool history();
  void section(const Txn& txn, const SectionOf& what, const Rows& rows);
  void content(const Txn& txn, const Row& row);
  bool users();
  void user(const Txn& txn, const base::Guid& id, const Rows& rows);
  void lists();
  void list(Moment& moment);
  void compare();
  void compare_counts(const Moment& moment);
  bool each_row(Table table, const OnRow& on_row);
  bool index_tables();
  bool snapshot_tables();
  void fingerprints(const Txn& txn, std::string_view key, std::string_view value);
  Moment* moment_at(base::SnapshotNumber number);
  std::string where() const { return "tenant " + name_; }
  std::string where(const Moment& moment) const {
    return "snapshot " + moment.snapshot.number.str() + " of " + name_;
  }

  Environment& environment_;
  const TenantNumber number_;
  const std::string name_;
  Findings& findings_;
  const std::stop_token& stop_;
  std::map<base::SnapshotNumber, Moment> moments_;
  std::set<base::SnapshotNumber> removed_;  // not merged yet when the inspection began
};

Moment* Tenant::moment_at(base::SnapshotNumber number) {
  const auto found = moments_.find(number);
  return found == moments_.end() ? nullptr : &found->second;
}

void Tenant::take_up_snapshots() {
  const auto reader = environment_.read();
  for (auto& snapshot : sealed_snapshots(*reader, number_)) {
    const auto number = snapshot.number;
    moments_[number].snapshot = std::move(snapshot);
  }
  for (const auto number : removed_ones(*reader, number_)) removed_.insert(number);
}

void Tenant::content(const Txn& txn, const Row& row) {
  const auto name = name_in(row.value);
  if (!name) return;
  expect(name_of(environment_.packing().unpack(txn, number_, row.value)) == *name,
         "it is not what was stored");
  ++findings_.totals().contents;
}

void Tenant::section(const Txn& txn, const SectionOf& what, const Rows& rows) {
  auto next = rows.begin();
  std::optional<ContentName> shown;
  for (const Row& row : rows) {
    const auto place = words_for(what) + " in snapshot " + row.snapshot.str() + " of " + name_;
    findings_.guard(place, [&] {
      content(txn, row);
      Moment* const moment = moment_at(row.snapshot);
      if (moment != nullptr) {
        ++moment->rows;
        if (name_in(row.value) && !is_logged(what.section)) ++moment->live_rows;
      } else {
        // Older than all, unsealed, or not merged yet.
        expect(moments_.empty() || row.snapshot < moments_.begin()->first ||
                   row.snapshot > moments_.rbegin()->first || removed_.contains(row.snapshot),
               "there is no such snapshot");
      }
    });
  }
  for (auto& [number, moment] : moments_) {
    for (; next != rows.end() && next->snapshot <= number; ++next) shown = name_in(next->value);
    if (shown) moment.add(what, *shown);
  }
}

bool Tenant::history() {
  std::string group;
  SectionOf what;
  Rows rows;
  const auto end_group = [&](const Txn& txn) {
    if (!rows.empty()) findings_.guard(words_for(what), [&] { section(txn, what, rows); });
    rows.clear();
  };
  const auto prefix = Key().tenant(number_).str();
  const bool went_on =
      for_each_row_of(environment_, Table::history, prefix, findings_, stop_,
                      [&](const Txn& txn, std::string_view key, std::string_view value) {
                        findings_.guard(place_of(Table::history, key), [&] {
                          KeyReader reader(key);
                          SectionOf of;
                          of.tenant = TenantNumber{reader.number32()};
                          of.kind = reader.kind();
                          of.section = reader.section();
                          of.id = reader.id();
                          const auto section_key = history_prefix(of).str();
                          if (section_key != group) {
                            end_group(txn);
                            group = section_key;
                            what = of;
                          }
                          rows.push_back({{reader.number()}, std::string(value)});
                        });
                      });
  end_group(*environment_.read());
  return went_on;
}

void Tenant::user(const Txn& txn, const base::Guid& id, const Rows& rows) {
  const auto objects = versions_of(txn, {number_, api::ObjectKind::user, id, api::Section::object});
  bool has_content = false;
  for (const Row& row : rows) {
    if (Moment* const moment = moment_at(row.snapshot)) ++moment->user_rows;
    if (is_gone(row.value)) continue;
    if (is_as_before(row.value)) {
      expect(has_content, "a row means one before it, and there is none");
      continue;
    }
    has_content = true;
    const auto user = read_user(row.value);
    expect(txn.has(Table::name, name_key(number_, base::fold(user.user_principal_name), id)),
           "the index of names lacks it");
  }
  auto next = rows.begin();
  auto next_object = objects.begin();
  bool is_listed = false;
  bool is_there = false;
  for (auto& [number, moment] : moments_) {
    for (; next != rows.end() && next->snapshot <= number; ++next)
      is_listed = !is_gone(next->value);
    for (; next_object != objects.end() && next_object->snapshot <= number; ++next_object)
      is_there = next_object->is_live();
    expect(is_listed == is_there, "the list of users does not agree with the objects in snapshot " +
                                      number.str() + " of " + name_);
    if (is_listed) ++moment.users;
  }
}

bool Tenant::users() {
  std::optional<base::Guid> id;
  Rows rows;
  const auto end_user = [&](const Txn& txn) {
    if (id) findings_.guard("user " + id->str() + " of " + name_, [&] { user(txn, *id, rows); });
    rows.clear();
  };
  const bool went_on =
      for_each_row_of(environment_, Table::user, Key().tenant(number_).str(), findings_, stop_,
                      [&](const Txn& txn, std::string_view key, std::string_view value) {
                        findings_.guard(place_of(Table::user, key), [&] {
                          KeyReader reader(key);
                          reader.number32();
                          const auto of = reader.id();
                          if (id != of) {
                            end_user(txn);
                            id = of;
                          }
                          rows.push_back({{reader.number()}, std::string(value)});
                        });
                      });
  end_user(*environment_.read());
  return went_on;
}

// Each row of history and of users with the snapshot's number is in its list of changes.
void Tenant::list(Moment& moment) {
  const auto reader = environment_.read();
  const auto number = moment.snapshot.number;
  if (is_first(number)) return;
  std::map<std::pair<api::ObjectKind, base::Guid>, std::uint16_t> listed;
  for_each_change_block(*reader, number_, number, 0, [&](std::uint32_t, auto changes) {
    for (const Changed& one : changes) {
      auto& sections = listed[{one.kind, one.id}];
      sections = static_cast<std::uint16_t>(sections | one.sections);
    }
    return true;
  });
  std::uint64_t rows = 0;
  std::uint64_t user_rows = 0;
  for (const auto& [object, sections] : listed) {
    const Changed one{object.first, object.second, sections};
    for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i) {
      const SectionOf what{number_, one.kind, one.id, static_cast<api::Section>(i)};
      if (one.has(what.section) && reader->has(Table::history, history_key(what, number))) ++rows;
    }
    if (one.kind == api::ObjectKind::user &&
        reader->has(Table::user, user_key(number_, one.id, number)))
      ++user_rows;
  }
  expect(rows == moment.rows, "its list of changes names " + std::to_string(rows) + " rows of " +
                                  std::to_string(moment.rows));
  expect(user_rows == moment.user_rows, "its list of changes names " + std::to_string(user_rows) +
                                            " rows of users of " +
                                            std::to_string(moment.user_rows));
}

void Tenant::lists() {
  // A prune that ran meanwhile, or is not done, moves rows from one number to another.
  {
    const auto reader = environment_.read();
    if (!removed_.empty() || !removed_ones(*reader, number_).empty()) return;
    for (const auto& [number, moment] : moments_)
      if (!is_sealed(*reader, number_, number)) return;
  }
  for (auto& [number, moment] : moments_)
    findings_.guard(where(moment), [&, &one = moment] { list(one); });
}

void Tenant::compare_counts(const Moment& moment) {
  auto counts = moment.snapshot.counts;
  std::erase_if(counts, [](const auto& count) { return count.second == 0; });
  expect(counts == moment.counts, "it has not as many objects as it says");
  const auto users = counts.find("user");
  expect(moment.users == (users == counts.end() ? 0 : users->second),
         "the list of users has not as many as there are");
  // Without its parent, rows of snapshots that were removed are among its own.
  const auto parent = moment.snapshot.parent;
  if (parent.value == 0 ? moment.snapshot.number.value == 1 : moment_at(parent) != nullptr)
    expect(moment.live_rows == moment.snapshot.changed, "it has not as many changes as it says");
}

void Tenant::compare() {
  const auto reader = environment_.read();
  for (auto& [number, moment] : moments_) {
    if (!is_sealed(*reader, number_, number)) continue;  // pruned meanwhile
    ++findings_.totals().snapshots;
    findings_.guard(where(moment), [&, &one = moment] {
      one.digest_it();
      expect(base::hex(one.digest.finish()) == one.snapshot.digest,
             "its digest does not agree any more");
      if (removed_.empty()) compare_counts(one);
    });
  }
}

void Tenant::fingerprints(const Txn& txn, std::string_view key, std::string_view value) {
  KeyReader reader(key);
  const FingerprintsOf of{TenantNumber{reader.number32()}, reader.kind(), reader.section()};
  const auto ids = fingerprinted(key, value);
  if (ids.empty()) return;
  const auto live = live_in(txn, of, bucket_of(ids.front()), newest_number(txn, number_));
  for (const auto id : ids)
    expect(live.contains(id), "it speaks of a section " + std::string(api::name(of.section)) +
                                  " of a " + std::string(api::name(of.kind)) +
                                  " that is not there");
}

bool Tenant::each_row(Table table, const OnRow& on_row) {
  return for_each_row_of(environment_, table, Key().tenant(number_).str(), findings_, stop_,
                         [&](const Txn& txn, std::string_view key, std::string_view value) {
                           findings_.guard(place_of(table, key), [&] { on_row(txn, key, value); });
                         });
}

bool Tenant::index_tables() {
  std::uint32_t next_target = 0;
  return each_row(Table::target,
                  [&](const Txn&, std::string_view key, std::string_view value) {
                    expect(KeyReader(key.substr(4)).number32() == next_target++,
                           "a number before it is missing");
                    KeyReader reader(value.substr(1));
                    reader.kind();
                    reader.id();
                  }) &&
         each_row(Table::fingerprint,
                  [&](const Txn& txn, std::string_view key, std::string_view value) {
                    fingerprints(txn, key, value);
                  }) &&
         each_row(Table::change, [&](const Txn& txn, std::string_view key, std::string_view) {
           const auto number = number_in(key);
           const auto pending = pending_snapshot(txn, number_);
           expect(is_sealed(txn, number_, number) || is_removed(txn, number_, number) ||
                      (pending && pending->number == number),
                  "there is no such snapshot");
           for_each_change_block(txn, number_, number, 0, [](std::uint32_t, auto) { return true; });
         });
}

bool Tenant::snapshot_tables() {
  return each_row(Table::snapshot,
                  [&](const Txn& txn, std::string_view key, std::string_view) {
                    const auto snapshot = sealed_snapshot(txn, number_, number_in(key));
                    expect(
                        snapshot && snapshot->number == number_in(key) && snapshot->tenant == name_,
                        "it is another snapshot's");
                  }) &&
         each_row(Table::pin,
                  [&](const Txn& txn, std::string_view key, std::string_view) {
                    expect(is_sealed(txn, number_, number_in(key)), "there is no such snapshot");
                  }) &&
         each_row(Table::removed,
                  [&](const Txn& txn, std::string_view key, std::string_view) {
                    expect(!is_sealed(txn, number_, number_in(key)),
                           "that snapshot is still there");
                  }) &&
         each_row(Table::pending,
                  [&](const Txn& txn, std::string_view, std::string_view) {
                    const auto pending = pending_snapshot(txn, number_);
                    expect(pending && pending->number > newest_number(txn, number_),
                           "that snapshot is sealed");
                  }) &&
         each_row(Table::checkpoint,
                  [&](const Txn& txn, std::string_view, std::string_view) {
                    expect(pending_snapshot(txn, number_).has_value(), "no backup goes on with it");
                  }) &&
         each_row(Table::cursor, [&](const Txn& txn, std::string_view key, std::string_view) {
           const auto cursor = cursor_of(txn, number_, key.substr(4));
           expect(cursor && cursor->snapshot <= newest_number(txn, number_),
                  "it speaks of a snapshot that is not there");
         });
}

bool Tenant::inspect() {
  findings_.guard(where(), [&] { take_up_snapshots(); });
  if (!history() || !users()) return false;
  findings_.guard(where(), [&] { compare(); });
  findings_.guard(where(), [&] { lists(); });
  return index_tables() && snapshot_tables();
}

}  // namespace

bool inspect_tenant(Environment& environment, TenantNumber tenant, const std::string& name,
                    Findings& findings, const std::stop_token& stop) {
  return Tenant(environment, tenant, name, findings, stop).inspect();
}

}  // namespace entrad::store
