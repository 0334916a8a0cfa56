// Map: what a writer holds (State) / starting, and going on (start, resume) / putting / sealing
// (sweep, seal) / the public faces.
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/guid_sort.h"
#include "store/rows/changes.h"
#include "store/rows/snapshot_rows.h"
#include "store/snapshots.h"
#include "store/writing/intake.h"
#include "store/writing/recognition.h"
#include "store/writing/tally.h"
#include "store/writing/unsealed.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kObjectsInOneBurial = 500;
constexpr std::size_t kIdBytes = 16;
// Checkpoints of the writer's own: the ids that were seen. No step's name begins so.
constexpr std::string_view kSeenNotes = "~seen ";

using Ids = std::vector<base::Guid>;

std::string seen_name(api::ObjectKind kind, std::size_t number) {
  return std::string(kSeenNotes) + std::string(api::name(kind)) + " " + std::to_string(number);
}

}  // namespace

struct SnapshotWriter::State {
  State(Environment& where, base::Clock& time, std::string tenant_name, std::string attempt_name)
      : environment(where), clock(time), attempt(std::move(attempt_name)) {
    snapshot.tenant = std::move(tenant_name);
    for (const auto name : api::Words<api::Section>::names)
      snapshot.sections[std::string(name)] = {api::Completeness::absent, "not backed up"};
  }
  ~State();

  base::Result<void> start(api::SnapshotKind kind, base::WallTime now);
  void resume();
  base::Result<void> put(const Put& put);
  bool is_unchanged(api::ObjectKind kind, const base::Guid& id, api::Section section,
                    std::string_view raw);
  FingerprintsOf answers(api::ObjectKind kind, api::Section section) const {
    return {to.tenant, kind, section};
  }
  void saw(api::ObjectKind kind, const base::Guid& id);
  void note_seen();
  base::Result<api::Snapshot> seal(base::WallTime now);
  Tally look_over(std::map<api::ObjectKind, Ids>& strangers) const;
  base::Result<Tally> bury_gone();
  base::Result<void> bury_all(api::ObjectKind kind, const Ids& gone);
  void put_seal(WriteTxn& txn);
  base::Result<void> check_open() const;

  Environment& environment;
  base::Clock& clock;
  std::string attempt;
  Unsealed to;
  api::Snapshot snapshot;
  std::unique_ptr<Intake> intake;
  std::map<std::string, std::string> notes;
  std::map<std::string, std::string> cursors;
  std::map<api::ObjectKind, Ids> seen;
  std::map<api::ObjectKind, std::size_t> noted;  // of seen, by checkpoints
  std::map<api::ObjectKind, std::set<base::Guid>> removed;
  std::set<api::ObjectKind> swept;

  Recognition recognition{environment};
  std::optional<base::Error> failure;  // the first one; the snapshot cannot be sealed any more
  bool started = false;
  bool resumed = false;
  bool sealed = false;
};

SnapshotWriter::State::~State() {
  if (sealed) return;
  if (intake && !attempt.empty()) (void)intake->flush();
  intake.reset();
  // What cannot be dropped now (a full disk, say) is invisible and is dropped by the next begin().
  try {
    if (started && attempt.empty()) (void)drop_unsealed(environment, to.tenant, to.number);
  } catch (const std::exception&) {
  }
  environment.release(snapshot.tenant);
}

base::Result<void> SnapshotWriter::State::start(api::SnapshotKind kind, base::WallTime now) {
  std::optional<Pending> left;
  {
    const auto reader = environment.read();
    if (const auto known_tenant = find_tenant(*reader, snapshot.tenant)) {
      to.tenant = *known_tenant;
      left = pending_snapshot(*reader, to.tenant);
    }
  }
  resumed = left && !attempt.empty() && left->attempt == attempt && left->kind == kind;
  if (left && !resumed)
    if (auto dropped = drop_unsealed(environment, to.tenant, left->number); !dropped)
      return dropped;
  snapshot.kind = kind;
  snapshot.started_at = resumed ? left->started_at : now;
  std::uint64_t seed = 0;
  auto done = environment.write([&](Write& write) -> base::Result<void> {
    to.tenant = find_or_add_tenant(write.txn, snapshot.tenant);
    snapshot.parent = newest_number(write.txn, to.tenant);
    snapshot.number = {snapshot.parent.value + 1};
    seed = fingerprint_seed(write.txn);
    if (!resumed)
      put_pending(write.txn, to.tenant, {snapshot.number, kind, snapshot.started_at, attempt});
    return {};
  });
  if (!done) return done;
  to.number = snapshot.number;
  to.has_parent = snapshot.parent.value != 0;
  recognition.begin(to, seed);
  if (resumed) resume();
  intake = std::make_unique<Intake>(environment, clock, to);
  started = true;
  return {};
}

void SnapshotWriter::State::resume() {
  const auto reader = environment.read();
  for (auto& [name, text] : checkpoints(*reader, to.tenant)) {
    if (!name.starts_with(kSeenNotes)) {
      notes[name] = text;
      continue;
    }
    const auto word = name.substr(kSeenNotes.size(), name.rfind(' ') - kSeenNotes.size());
    const auto kind = api::parse<api::ObjectKind>(word);
    if (!kind || text.size() % kIdBytes != 0) throw Damage("a list of seen ids is none");
    for (std::size_t at = 0; at < text.size(); at += kIdBytes)
      seen[*kind].push_back(base::Guid::from_bytes(std::string_view(text).substr(at, kIdBytes)));
    noted[*kind] = seen[*kind].size();
  }
  if (!to.has_parent) return;
  for_each_change_block(*reader, to.tenant, to.number, 0, [&](std::uint32_t, auto changes) {
    for (const Changed& one : changes)
      for (std::size_t i = 0; i < api::Words<api::Section>::names.size(); ++i)
        if (const auto section = static_cast<api::Section>(i); one.has(section))
          recognition.was_put(answers(one.kind, section), one.id);
    return true;
  });
}

base::Result<void> SnapshotWriter::State::check_open() const {
  if (sealed) throw std::logic_error("a sealed snapshot cannot be written");
  if (failure) return base::unexpected(*failure);
  return {};
}

void SnapshotWriter::State::saw(api::ObjectKind kind, const base::Guid& id) {
  seen[kind].push_back(id);
  if (const auto gone = removed.find(kind); gone != removed.end()) gone->second.erase(id);
}

base::Result<void> SnapshotWriter::State::put(const Put& put) {
  if (auto open = check_open(); !open) return open;
  if (put.section == api::Section::object) saw(put.kind, put.id);
  recognition.put(answers(put.kind, put.section), put.id);
  auto done = intake->put(put);
  if (!done) failure = done.error();
  return done;
}

bool SnapshotWriter::State::is_unchanged(api::ObjectKind kind, const base::Guid& id,
                                         api::Section section, std::string_view raw) {
  if (!recognition.is_unchanged(answers(kind, section), id, raw)) return false;
  if (section == api::Section::object) saw(kind, id);
  return true;
}

void SnapshotWriter::State::note_seen() {
  if (attempt.empty()) return;
  for (const auto& [kind, ids] : seen) {
    std::size_t& done = noted[kind];
    if (done == ids.size()) continue;
    std::string text;
    for (std::size_t i = done; i < ids.size(); ++i) text += ids[i].bytes();
    intake->note(seen_name(kind, done), std::move(text));
    done = ids.size();
  }
}

// Of the kinds that were swept: who is not seen, but there, or of whom something was put without
// the object. A log tells of objects that are not there too.
Tally SnapshotWriter::State::look_over(std::map<api::ObjectKind, Ids>& strangers) const {
  std::optional<std::pair<api::ObjectKind, api::Section>> among;
  Ids::const_iterator next;  // of those that were seen; rows come in the order of ids
  const auto look = [&](const Txn&, const SectionOf& what, const Version&) {
    if (is_logged(what.section) || !swept.contains(what.kind)) return;
    const Ids& present = seen.at(what.kind);
    if (among != std::pair(what.kind, what.section)) {
      among = {what.kind, what.section};
      next = present.begin();
    }
    while (next != present.end() && *next < what.id) ++next;
    if (next == present.end() || *next != what.id) strangers[what.kind].push_back(what.id);
  };
  return tally(environment, to.tenant, to.number, look);
}

// What is in the snapshot when everybody who is gone has been taken out of it.
base::Result<Tally> SnapshotWriter::State::bury_gone() {
  for (const auto kind : swept) base::sort_unique(seen[kind]);
  std::map<api::ObjectKind, Ids> gone;
  Tally all = look_over(gone);
  for (const auto& [kind, ids] : removed)
    gone[kind].insert(gone[kind].end(), ids.begin(), ids.end());
  for (auto& [kind, ids] : gone) {
    base::sort_unique(ids);
    if (auto done = bury_all(kind, ids); !done) return base::pass(done);
  }
  if (gone.empty()) return all;
  return tally(environment, to.tenant, to.number);
}

base::Result<void> SnapshotWriter::State::bury_all(api::ObjectKind kind, const Ids& gone) {
  recognition.bury(kind, short_ids(gone));
  for (std::size_t from = 0; from < gone.size(); from += kObjectsInOneBurial) {
    const auto until = std::min(gone.size(), from + kObjectsInOneBurial);
    std::vector<Changed> changes;
    auto done = environment.write([&](Write& write) -> base::Result<void> {
      changes.clear();
      for (std::size_t i = from; i < until; ++i) {
        const Changed buried = bury(write.txn, to, kind, gone[i]);
        if (buried.sections != 0) changes.push_back(buried);
      }
      append_changes(write.txn, to.tenant, to.number, changes);
      return {};
    });
    if (!done) return done;
    for (const Changed& one : changes)
      if (one.has(api::Section::object)) ++snapshot.removed;
  }
  return {};
}

void SnapshotWriter::State::put_seal(WriteTxn& txn) {
  recognition.seal(txn);
  for (const auto& [collection, text] : cursors)
    put_cursor(txn, to.tenant, collection, {to.number, text});
  put_snapshot(txn, to.tenant, snapshot);
  erase_pending(txn, to.tenant);
}

base::Result<api::Snapshot> SnapshotWriter::State::seal(base::WallTime now) {
  if (auto done = intake->flush(); !done) return base::pass(done);
  intake.reset();
  auto counted = bury_gone();
  if (!counted) return base::pass(counted);
  for (const auto kind : swept) snapshot.counts[std::string(api::name(kind))] = 0;
  for (const auto& [kind, count] : counted->objects)
    snapshot.counts[std::string(api::name(kind))] = count;
  snapshot.changed = counted->changed;
  snapshot.digest = counted->digest;
  snapshot.sealed_at = now;
  auto done = environment.write([&](Write& write) -> base::Result<void> {
    put_seal(write.txn);
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
base::SnapshotNumber SnapshotWriter::parent() const { return state_->snapshot.parent; }
bool SnapshotWriter::is_resumed() const { return state_->resumed; }

std::size_t SnapshotWriter::known_size(api::ObjectKind kind, const base::Guid& id,
                                       api::Section section) {
  return state_->recognition.known_size(state_->answers(kind, section), id);
}

void SnapshotWriter::expect(api::ObjectKind kind, const base::Guid& id, api::Section section) {
  state_->recognition.expect(state_->answers(kind, section), id);
}

bool SnapshotWriter::is_unchanged(api::ObjectKind kind, const base::Guid& id, api::Section section,
                                  std::string_view raw) {
  return state_->is_unchanged(kind, id, section, raw);
}

base::Result<void> SnapshotWriter::put(api::ObjectKind kind, const base::Guid& id,
                                       api::Section section, std::string_view content) {
  if (kind == api::ObjectKind::user && section == api::Section::object)
    throw std::logic_error("a user's object is put with its summary, by put_user()");
  return state_->put({kind, id, section, content, std::nullopt});
}

base::Result<void> SnapshotWriter::put_user(const base::Guid& id, UserSummary summary,
                                            std::string_view content) {
  return state_->put(
      {api::ObjectKind::user, id, api::Section::object, content, std::move(summary)});
}

bool SnapshotWriter::holds(api::ObjectKind kind, const base::Guid& id, api::Section section) const {
  const auto reader = state_->environment.read();
  const auto version =
      version_as_of(*reader, {state_->to.tenant, kind, id, section}, state_->to.number);
  return version && version->is_live();
}

void SnapshotWriter::remove(api::ObjectKind kind, const base::Guid& id) {
  state_->removed[kind].insert(id);
}

void SnapshotWriter::checkpoint(const std::string& name, std::string note) {
  state_->note_seen();
  state_->notes[name] = note;
  state_->intake->note(name, std::move(note));
}

base::Result<void> SnapshotWriter::flush() {
  if (auto open = state_->check_open(); !open) return open;
  auto done = state_->intake->flush();
  if (!done) state_->failure = done.error();
  return done;
}

std::optional<std::string> SnapshotWriter::checkpoint(const std::string& name) const {
  const auto found = state_->notes.find(name);
  if (found == state_->notes.end()) return std::nullopt;
  return found->second;
}

void SnapshotWriter::keep_cursor(const std::string& collection, std::string cursor) {
  state_->cursors[collection] = std::move(cursor);
}

void SnapshotWriter::mark(api::Section section, api::Completeness completeness,
                          std::string reason) {
  state_->snapshot.sections[std::string(api::name(section))] = {completeness, std::move(reason)};
  if (state_->intake) state_->intake->end_section();
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
                                              base::WallTime now, const std::string& attempt) {
  if (tenant.empty()) return base::fail(ErrorKind::invalid_argument, "a snapshot needs a tenant");
  if (!environment_.claim(tenant))
    return base::fail(ErrorKind::failed_precondition,
                      "a snapshot of " + tenant + " is being written already",
                      "wait until that backup has ended");
  auto state = std::make_unique<SnapshotWriter::State>(environment_, clock_, tenant, attempt);
  auto started = telling_damage([&] { return state->start(kind, now); });
  if (!started) return base::pass(started);
  return SnapshotWriter(std::move(state));
}

}  // namespace entrad::store
