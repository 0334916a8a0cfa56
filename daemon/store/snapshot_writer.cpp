// Map: what a writer holds (State) / putting (put, flush) / sealing (sweep, seal) / begin.
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "store/snapshot_rows.h"
#include "store/snapshots.h"
#include "store/tally.h"
#include "store/unsealed.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kPutsInOneCommit = 2'000;
constexpr std::size_t kBytesInOneCommit = 8U << 20;
constexpr std::size_t kObjectsInOneBurial = 500;
constexpr std::size_t kRowsInOneStep = 20'000;

}  // namespace

struct SnapshotWriter::State {
  State(Environment& where, std::string tenant_name) : environment(where) {
    snapshot.tenant = std::move(tenant_name);
    for (const auto name : api::Words<api::Section>::names)
      snapshot.sections[std::string(name)] = {api::Completeness::absent, "not backed up"};
  }
  ~State();

  base::Result<void> start(api::SnapshotKind kind, base::WallTime now);
  base::Result<void> put(Put put);
  base::Result<void> flush();
  base::Result<void> sweep(api::ObjectKind kind);
  base::Result<void> bury_all(api::ObjectKind kind, const std::vector<base::Guid>& gone);
  base::Result<api::Snapshot> seal(base::WallTime now);
  base::Result<void> check_open() const;

  Environment& environment;
  TenantNumber tenant{};
  api::Snapshot snapshot;
  std::vector<Put> puts;
  std::size_t put_bytes = 0;
  std::map<api::ObjectKind, std::vector<base::Guid>> seen;
  std::set<api::ObjectKind> swept;
  std::optional<base::Error> failure;  // the first one; the snapshot cannot be sealed any more
  bool started = false;
  bool sealed = false;
};

SnapshotWriter::State::~State() {
  if (sealed) return;
  // What cannot be dropped now (a full disk, say) is invisible and is dropped by the next begin().
  try {
    if (started) (void)drop_unsealed(environment, tenant, snapshot.number);
  } catch (const std::exception&) {
  }
  environment.release(snapshot.tenant);
}

base::Result<void> SnapshotWriter::State::start(api::SnapshotKind kind, base::WallTime now) {
  std::optional<base::SnapshotNumber> left;
  {
    const auto reader = environment.read();
    if (const auto known = find_tenant(*reader, snapshot.tenant)) {
      tenant = *known;
      left = pending_snapshot(*reader, tenant);
    }
  }
  if (left)
    if (auto dropped = drop_unsealed(environment, tenant, *left); !dropped) return dropped;
  auto done = environment.write([&](Write& write) -> base::Result<void> {
    tenant = find_or_add_tenant(write.txn, snapshot.tenant);
    snapshot.parent = newest_number(write.txn, tenant);
    snapshot.number = {snapshot.parent.value + 1};
    put_pending(write.txn, tenant, snapshot.number);
    return {};
  });
  snapshot.kind = kind;
  snapshot.started_at = now;
  started = done.has_value();
  return done;
}

base::Result<void> SnapshotWriter::State::check_open() const {
  if (sealed) throw std::logic_error("a sealed snapshot cannot be written");
  if (failure) return base::unexpected(*failure);
  return {};
}

base::Result<void> SnapshotWriter::State::put(Put put) {
  if (auto open = check_open(); !open) return open;
  if (put.what.section == api::Section::object) seen[put.what.kind].push_back(put.what.id);
  put_bytes += put.content.size();
  puts.push_back(std::move(put));
  if (puts.size() < kPutsInOneCommit && put_bytes < kBytesInOneCommit) return {};
  return flush();
}

base::Result<void> SnapshotWriter::State::flush() {
  auto done = telling_damage([&]() -> base::Result<void> {
    prepare(environment, puts);
    return environment.write([&](Write& write) -> base::Result<void> {
      for (const Put& put : puts) store_put(write.txn, put, snapshot.number);
      return {};
    });
  });
  puts.clear();
  put_bytes = 0;
  if (!done) failure = done.error();
  return done;
}

// Objects of a swept kind that were there, or of which something was put, but not the object.
base::Result<void> SnapshotWriter::State::sweep(api::ObjectKind kind) {
  auto& present = seen[kind];
  std::sort(present.begin(), present.end());
  std::vector<base::Guid> gone;
  VersionWalk walk(tenant, kind, snapshot.number);
  for (bool more = true; more;) {
    const auto reader = environment.read();
    more = walk.step(*reader, kRowsInOneStep, [&](const SectionOf& what, const Version&) {
      if (!gone.empty() && gone.back() == what.id) return;
      if (!std::binary_search(present.begin(), present.end(), what.id)) gone.push_back(what.id);
    });
  }
  return bury_all(kind, gone);
}

base::Result<void> SnapshotWriter::State::bury_all(api::ObjectKind kind,
                                                   const std::vector<base::Guid>& gone) {
  for (std::size_t from = 0; from < gone.size(); from += kObjectsInOneBurial) {
    const auto until = std::min(gone.size(), from + kObjectsInOneBurial);
    std::uint64_t removed = 0;
    auto done = environment.write([&](Write& write) -> base::Result<void> {
      removed = 0;
      for (std::size_t i = from; i < until; ++i)
        if (bury(write.txn, tenant, kind, gone[i], snapshot.number)) ++removed;
      return {};
    });
    if (!done) return done;
    snapshot.removed += removed;
  }
  return {};
}

base::Result<api::Snapshot> SnapshotWriter::State::seal(base::WallTime now) {
  if (auto done = flush(); !done) return base::pass(done);
  for (const auto kind : swept)
    if (auto done = sweep(kind); !done) return base::pass(done);
  const Tally found = tally(environment, tenant, snapshot.number);
  for (const auto kind : swept) snapshot.counts[std::string(api::name(kind))] = 0;
  for (const auto& [kind, count] : found.objects)
    snapshot.counts[std::string(api::name(kind))] = count;
  snapshot.changed = found.changed;
  snapshot.digest = found.digest;
  snapshot.sealed_at = now;
  auto done = environment.write([&](Write& write) -> base::Result<void> {
    put_snapshot(write.txn, tenant, snapshot);
    erase_pending(write.txn, tenant);
    return {};
  });
  if (!done) return base::pass(done);
  sealed = true;
  // As it will be read: stamps are stored in whole seconds.
  return nlohmann::json(snapshot).get<api::Snapshot>();
}

SnapshotWriter::SnapshotWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
SnapshotWriter::SnapshotWriter(SnapshotWriter&&) noexcept = default;
SnapshotWriter::~SnapshotWriter() = default;

base::SnapshotNumber SnapshotWriter::number() const { return state_->snapshot.number; }

base::Result<void> SnapshotWriter::put(api::ObjectKind kind, const base::Guid& id,
                                       api::Section section, std::string content) {
  if (kind == api::ObjectKind::user && section == api::Section::object)
    throw std::logic_error("a user's object is put with its summary, by put_user()");
  return state_->put({{state_->tenant, kind, id, section}, std::move(content), std::nullopt});
}

base::Result<void> SnapshotWriter::put_user(const base::Guid& id, const UserSummary& summary,
                                            std::string content) {
  return state_->put({{state_->tenant, api::ObjectKind::user, id, api::Section::object},
                      std::move(content),
                      summary});
}

void SnapshotWriter::mark(api::Section section, api::Completeness completeness,
                          std::string reason) {
  state_->snapshot.sections[std::string(api::name(section))] = {completeness, std::move(reason)};
}

void SnapshotWriter::mark_swept(api::ObjectKind kind) { state_->swept.insert(kind); }

base::Result<api::Snapshot> SnapshotWriter::seal(base::WallTime now) {
  if (auto open = state_->check_open(); !open) return base::pass(open);
  auto sealed = telling_damage([&] { return state_->seal(now); });
  if (!sealed)
    state_->failure = sealed.error();
  else
    state_->environment.release(state_->snapshot.tenant);
  return sealed;
}

base::Result<SnapshotWriter> Snapshots::begin(const std::string& tenant, api::SnapshotKind kind,
                                              base::WallTime now) {
  if (tenant.empty()) return base::fail(ErrorKind::invalid_argument, "a snapshot needs a tenant");
  if (!environment_.claim(tenant))
    return base::fail(ErrorKind::failed_precondition,
                      "a snapshot of " + tenant + " is being written already",
                      "wait until that backup has ended");
  auto state = std::make_unique<SnapshotWriter::State>(environment_, tenant);
  auto started = telling_damage([&] { return state->start(kind, now); });
  if (!started) return base::pass(started);
  return SnapshotWriter(std::move(state));
}

}  // namespace entrad::store
