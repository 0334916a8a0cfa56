// From schema 1: contents lay in `blob` by their SHA-256, `version` said which section had which
// one from which snapshot on, user rows had five texts, no row had a check. Every snapshot is
// written again in its turn, as a backup would, and keeps its number, times and counts; only its
// digest is computed anew, over other names.
#include <algorithm>
#include <map>

#include "store/contents/content.h"
#include "store/environment.h"
#include "store/migration/migration.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/versions.h"
#include "store/snapshots.h"

namespace entrad::store {
namespace {

constexpr std::size_t kRowsInOneCommit = 5'000;
constexpr std::uint8_t kFormat = 1;
constexpr std::uint8_t kEnabled = 1;
constexpr std::uint8_t kSynced = 2;

// Tables whose rows are the same but for the check.
constexpr std::array kCopied{Table::tenant, Table::job,      Table::request,
                             Table::item,   Table::step,     Table::open_step,
                             Table::event,  Table::document, Table::lineage};

// What lists showed of a user, from its row in schema 1; nullopt: a tombstone.
std::optional<UserSummary> summary_from_schema_1(std::string_view value) {
  KeyReader reader(value);
  if (reader.byte() != kFormat) throw Damage("a user row has an unknown format");
  if (reader.rest().empty()) return std::nullopt;
  const auto flags = reader.byte();
  const auto text = [&] { return std::string(reader.take(reader.number32())); };
  UserSummary summary;
  summary.account_enabled = (flags & kEnabled) != 0;
  summary.on_premises_synced = (flags & kSynced) != 0;
  summary.display_name = text();
  summary.user_principal_name = text();
  summary.mail = text();
  summary.user_type = text();
  return summary;
}

struct Step {  // what one snapshot changed in one section
  SectionOf what;
  std::string hash;  // of the blob; empty: a tombstone
};

class Migration {
 public:
  Migration(const ReadTxn& old, Environment& fresh,
            const std::function<void(const std::string&)>& say)
      : old_(old), fresh_(fresh), say_(say), snapshots_(fresh, clock_) {}

  base::Result<void> run() {
    if (auto done = copy("meta", Table::meta); !done) return done;
    for (const auto table : kCopied)
      if (auto done = copy(kTableNames[index_of(table)], table); !done) return done;
    ForeignTable tenants(old_, "tenant");
    for (auto row = tenants.first(); row; row = tenants.next())
      if (auto done = tenant(std::string(row->first),
                             TenantNumber{KeyReader(row->second.substr(1)).number32()});
          !done)
        return done;
    return {};
  }

 private:
  using Steps = std::map<std::uint64_t, std::vector<Step>>;
  using UserRows = std::map<std::uint64_t, std::vector<std::pair<base::Guid, std::string>>>;

  base::Result<void> copy(std::string_view name, Table table);
  base::Result<void> tenant(const std::string& name, TenantNumber number);
  base::Result<void> snapshot(const api::Snapshot& old, std::vector<Step>& steps,
                              const std::vector<std::pair<base::Guid, std::string>>& users);
  base::Result<void> put_user(SnapshotWriter& writer, const base::Guid& id,
                              const UserSummary& summary);
  base::Result<void> seal(SnapshotWriter& writer, api::Snapshot old);
  std::string content(const std::string& hash);
  Steps steps_of(TenantNumber tenant);
  UserRows users_of(TenantNumber tenant);

  const ReadTxn& old_;
  Environment& fresh_;
  const std::function<void(const std::string&)>& say_;
  base::SystemClock clock_;
  Snapshots snapshots_;
  TenantNumber number_{};
  std::map<base::Guid, std::string> objects_;  // user -> hash of its object, as of now
  std::map<base::Guid, std::string> listed_;   // user -> its row, as of now
};

base::Result<void> Migration::copy(std::string_view name, Table table) {
  ForeignTable from(old_, name);
  auto row = from.first();
  while (row) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (; row && rows.size() < kRowsInOneCommit; row = from.next())
      if (table != Table::meta || row->first != "schema")
        rows.emplace_back(row->first, row->second);
    auto done = fresh_.write([&](Write& write) -> base::Result<void> {
      for (const auto& [key, value] : rows) write.txn.put(table, key, value);
      return {};
    });
    if (!done) return done;
  }
  return {};
}

Migration::Steps Migration::steps_of(TenantNumber tenant) {
  Steps steps;
  const std::string prefix = Key().tenant(tenant).str();
  ForeignTable versions(old_, "version");
  for (auto row = versions.seek(prefix); row && row->first.starts_with(prefix);
       row = versions.next()) {
    KeyReader key(row->first.substr(prefix.size()));
    Step step;
    step.what.tenant = tenant;
    step.what.kind = key.kind();
    step.what.id = key.id();
    step.what.section = key.section();
    step.hash = row->second.substr(1);
    steps[key.number()].push_back(std::move(step));
  }
  return steps;
}

Migration::UserRows Migration::users_of(TenantNumber tenant) {
  UserRows users;
  const std::string prefix = Key().tenant(tenant).str();
  ForeignTable rows(old_, "user");
  for (auto row = rows.seek(prefix); row && row->first.starts_with(prefix); row = rows.next()) {
    KeyReader key(row->first.substr(prefix.size()));
    const auto id = key.id();
    users[key.number()].emplace_back(id, row->second);
  }
  return users;
}

std::string Migration::content(const std::string& hash) {
  ForeignTable blobs(old_, "blob");
  const auto row = blobs.seek(hash);
  if (!row || row->first != hash) throw Damage("a content of the old store is lost");
  auto text = unpack(row->second);
  Sha256 sha;
  sha.add(text);
  if (sha.finish() != hash) throw Damage("a content of the old store is not what was stored");
  return text;
}

base::Result<void> Migration::tenant(const std::string& name, TenantNumber number) {
  number_ = number;
  objects_.clear();
  listed_.clear();
  auto steps = steps_of(number);
  auto users = users_of(number);
  const std::string prefix = Key().tenant(number).str();
  ForeignTable rows(old_, "snapshot");
  for (auto row = rows.seek(prefix); row && row->first.starts_with(prefix); row = rows.next()) {
    const auto old = unpack_as<api::Snapshot>(row->second);
    say_("writing snapshot " + old.number.str() + " of " + name + " anew");
    if (auto done = snapshot(old, steps[old.number.value], users[old.number.value]); !done)
      return done;
    steps.erase(old.number.value);
    users.erase(old.number.value);
  }
  return {};
}

base::Result<void> Migration::put_user(SnapshotWriter& writer, const base::Guid& id,
                                       const UserSummary& summary) {
  const auto object = objects_.find(id);
  if (object == objects_.end()) throw Damage("user " + id.str() + " is listed and not there");
  return writer.put_user(id, summary, content(object->second));
}

base::Result<void> Migration::snapshot(
    const api::Snapshot& old, std::vector<Step>& steps,
    const std::vector<std::pair<base::Guid, std::string>>& users) {
  auto writer = snapshots_.begin(old.tenant, old.kind, old.started_at);
  if (!writer) return base::pass(writer);
  if (writer->number() != old.number)
    throw Damage("snapshot " + writer->number().str() + " of " + old.tenant + " is missing");
  std::map<base::Guid, bool> objects;  // of users, that this snapshot changed
  for (const Step& step : steps) {
    const auto& what = step.what;
    const bool is_user_object =
        what.kind == api::ObjectKind::user && what.section == api::Section::object;
    if (is_user_object) {
      objects[what.id] = true;
      if (step.hash.empty())
        objects_.erase(what.id);
      else
        objects_[what.id] = step.hash;
    }
    if (step.hash.empty()) {
      if (what.section == api::Section::object) writer->remove(what.kind, what.id);
    } else if (!is_user_object) {
      auto done = writer->put(what.kind, what.id, what.section, content(step.hash));
      if (!done) return done;
    }
  }
  for (const auto& [id, value] : users) {
    const bool is_new = listed_[id] != value;
    listed_[id] = value;
    const auto summary = summary_from_schema_1(value);
    if (!summary || (!is_new && !objects.contains(id))) continue;
    if (auto done = put_user(*writer, id, *summary); !done) return done;
  }
  return seal(*writer, old);
}

base::Result<void> Migration::seal(SnapshotWriter& writer, api::Snapshot old) {
  auto sealed = writer.seal(old.sealed_at);
  if (!sealed) return base::pass(sealed);
  auto counts = old.counts;
  std::erase_if(counts, [](const auto& count) { return count.second == 0; });
  if (sealed->counts != counts)
    throw Damage("snapshot " + old.number.str() + " of " + old.tenant +
                 " of the old store has not as many objects as it says");
  old.digest = sealed->digest;
  return fresh_.write([&](Write& write) -> base::Result<void> {
    put_snapshot(write.txn, number_, old);
    return {};
  });
}

}  // namespace

base::Result<void> migrate_from_1(const ReadTxn& old, Environment& fresh,
                                  const std::function<void(const std::string&)>& say) {
  return Migration(old, fresh, say).run();
}

}  // namespace entrad::store
