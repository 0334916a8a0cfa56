// Snapshots: sealed points in time of a tenant, and every version of every object in them.
//
// A version is one distinct content of one section of one object. Content is canonical JSON, named
// by its SHA-256 and packed with a dictionary. "As of snapshot n" is the newest version whose
// snapshot is <= n. A snapshot is visible only when it is sealed; the next `begin` of the same
// tenant goes on with what an interrupted attempt left behind, or drops it. Thread safety: all
// members of Snapshots may be called from any thread; a SnapshotWriter belongs to one thread. Reads
// that return no Result throw std::runtime_error when the store is damaged. Readers never see an
// unsealed snapshot. Owned by Store.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "api/snapshots.h"
#include "api/words.h"
#include "base/clock.h"
#include "base/guid.h"
#include "base/ids.h"
#include "base/result.h"

namespace entrad::store {

struct Environment;
class UserSearch;

// What can be listed and searched of a user without opening its versions.
struct UserSummary {
  std::string display_name;
  std::string user_principal_name;
  std::string mail;
  std::string user_type;
  bool account_enabled = true;
  bool on_premises_synced = false;
};

enum class UserSort { name, id, modified };

struct UserQuery {
  std::string
      search;  // any part of display name, userPrincipalName, mail or id; any script; folded
  // Graph's `$filter` on attributes of the `object` section, see directory/filter.h; empty: none.
  std::string filter;
  UserSort sort = UserSort::name;
  bool descending = false;
  bool deleted = false;     // only users that are in the store but not in this snapshot any more
  std::size_t limit = 100;  // rows in a page, at most 1,000
  std::string cursor;       // of the page before; empty: from the start
};

// One version of one section. nullopt: gone from this snapshot on.
struct SectionVersion {
  base::SnapshotNumber snapshot;
  std::optional<std::string> content;
};

// What became of one section between two snapshots.
struct SectionFate {
  bool before = false;  // it was there in the first
  bool after = false;   // it was there in the second
  bool differs = false;
};

class SnapshotWriter {
 public:
  ~SnapshotWriter();  // an unsealed snapshot is dropped, unless its attempt has a name
  SnapshotWriter(SnapshotWriter&&) noexcept;

  base::SnapshotNumber number() const;
  base::SnapshotNumber parent() const;  // 0: the first
  // begin() found one that was interrupted and goes on with it: what was put and committed is
  // there.
  bool is_resumed() const;

  // Whether what Graph answered for this section is byte for byte what it answered for the newest
  // sealed snapshot; then nothing need be put. The object counts as seen. `raw` is whatever the
  // content is made from, always in the same way.
  bool is_unchanged(api::ObjectKind kind, const base::Guid& id, api::Section section,
                    std::string_view raw);
  // The bytes of the answer that is_unchanged() compares with; 0: nothing is known of it.
  std::size_t known_size(api::ObjectKind kind, const base::Guid& id, api::Section section);
  // is_unchanged() is asked about that one soon: memory is asked for it meanwhile.
  void expect(api::ObjectKind kind, const base::Guid& id, api::Section section);
  // Adds one section's content (canonical JSON). Rows are packed and committed in the background.
  // Putting the same object and section again replaces it. Errors, perhaps of an earlier put:
  // store_full, store_damaged, shutting_down.
  base::Result<void> put(api::ObjectKind kind, const base::Guid& id, api::Section section,
                         std::string_view content);
  // Adds a user's `object` section together with what lists and search show of it.
  base::Result<void> put_user(const base::Guid& id, UserSummary summary, std::string_view content);

  // Whether there is a content of this section, put here and committed or else in the parent.
  bool holds(api::ObjectKind kind, const base::Guid& id, api::Section section) const;

  // The object is gone: said so by a delta round. Putting its object later takes it back.
  void remove(api::ObjectKind kind, const base::Guid& id);

  // A step's own note of how far it is (a nextLink, say), committed together with all that was put
  // before it, and kept until the snapshot is sealed or dropped. Names are plain words.
  void checkpoint(const std::string& name, std::string note);
  // What was put until now is committed. It is from time to time anyway. Errors: as put.
  base::Result<void> flush();
  // As the interrupted backup left it, or as this one wrote it.
  std::optional<std::string> checkpoint(const std::string& name) const;
  // Where the next delta round of a collection starts; stored in the same transaction as the seal.
  void keep_cursor(const std::string& collection, std::string cursor);

  // A section that could not be read (wholly) says so; it stays as unknown, never as empty: its
  // older versions are neither replaced nor removed. Default: absent, "not backed up".
  void mark(api::Section section, api::Completeness completeness, std::string reason = {});
  // Every live object of this kind has been put: those of the parent that were not are gone now.
  void mark_swept(api::ObjectKind kind);

  // Makes it visible, with counts and digest. The writer is finished afterwards.
  base::Result<api::Snapshot> seal(base::WallTime now);

 private:
  friend class Snapshots;
  struct State;
  explicit SnapshotWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Snapshots {
 public:
  Snapshots(Environment& environment, base::Clock& clock);
  ~Snapshots();
  Snapshots(const Snapshots&) = delete;
  Snapshots& operator=(const Snapshots&) = delete;

  // Starts the next snapshot of a tenant. `attempt` names who makes it, over restarts of the daemon
  // (a job's number): one of the same kind that this attempt left unsealed is gone on with, any
  // other is dropped; without a name an unsealed one never lasts. One at a time for each tenant:
  // else failed_precondition.
  base::Result<SnapshotWriter> begin(const std::string& tenant, api::SnapshotKind kind,
                                     base::WallTime now, const std::string& attempt = {});

  std::vector<api::Snapshot> list(const std::string& tenant) const;  // oldest first
  std::uint64_t count(const std::string& tenant) const;              // of those, unread
  // Errors: not_found, with a hint that names what there is.
  base::Result<api::Snapshot> find(const std::string& tenant, base::SnapshotNumber number) const;
  base::Result<api::Snapshot> newest(const std::string& tenant) const;
  base::Result<api::Snapshot> at(const std::string& tenant, base::WallTime time) const;
  // By what a person wrote: a snapshot number, a time as base::parse_time takes it, or nothing for
  // the newest. Errors: also invalid_argument.
  base::Result<api::Snapshot> named(const std::string& tenant, std::string_view at,
                                    base::WallTime now) const;

  // The content of one section as of a snapshot. nullopt: the object was not there then, or the
  // section has never been read.
  std::optional<std::string> content(const std::string& tenant, base::SnapshotNumber number,
                                     api::ObjectKind kind, const base::Guid& id,
                                     api::Section section) const;
  // The same of several sections, in their order, all in one look.
  std::vector<std::optional<std::string>> contents(const std::string& tenant,
                                                   base::SnapshotNumber number,
                                                   api::ObjectKind kind, const base::Guid& id,
                                                   std::span<const api::Section> sections) const;
  bool exists(const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
              const base::Guid& id) const;
  // Like content() for a user that was deleted before `number`: the last version it had.
  std::optional<std::string> last_content(const std::string& tenant, base::SnapshotNumber number,
                                          api::ObjectKind kind, const base::Guid& id,
                                          api::Section section) const;

  // One section of every object of a kind that was there, in the order of ids, until `on_content`
  // returns false. The caller may use the store from it.
  void for_each_content(
      const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
      api::Section section,
      const std::function<bool(const base::Guid&, const std::string&)>& on_content) const;
  // Every object of which a section may differ between two snapshots (`to` the later one), once,
  // in the order of kinds and ids, with those sections: bit n is the one with number n in
  // api/words.h. Costs what changed between them, not what there is. `from` 0: everything that is
  // there as of `to`.
  using OnChange = std::function<bool(api::ObjectKind, const base::Guid&, std::uint16_t sections)>;
  void for_each_change(const std::string& tenant, base::SnapshotNumber from,
                       base::SnapshotNumber to, const OnChange& on_change) const;
  // As the newest snapshot left it, see SnapshotWriter::keep_cursor.
  std::optional<std::string> cursor(const std::string& tenant, const std::string& collection) const;

  std::vector<api::VersionRow> versions(const std::string& tenant, const base::Guid& user) const;
  // A list or search of users. The first one of a snapshot reads its users' names into memory,
  // 0.1 s at 100,000 users and 1 s at 1,000,000; a search then is one scan of them. With a filter
  // each user that matches the search is read once, about 1 s for 100,000; pages that follow read
  // only their own rows. May be called while no Reader is held. Errors: invalid_argument for a
  // cursor that is none of ours, or a filter that is not understood; not_found.
  base::Result<api::UserPage> users(const std::string& tenant, base::SnapshotNumber number,
                                    const UserQuery& query) const;
  // Reads the names of a snapshot's users into memory before anybody asks. Errors: not_found.
  base::Result<void> warm(const std::string& tenant, base::SnapshotNumber number) const;
  // Pruning calls it when rows of a tenant's sealed snapshots went or moved.
  void forget_lists(const std::string& tenant) const;
  // By object id or userPrincipalName (any case), as of a snapshot, users deleted before it
  // included. With `as_ever` also by a name that only one user has, in any other snapshot: who asks
  // about somebody may know an old name, or only the newest. Errors: not_found with a hint;
  // conflict when two deleted users shared the name.
  enum class ByName { as_of, as_ever };
  base::Result<base::Guid> find_user(const std::string& tenant, base::SnapshotNumber number,
                                     std::string_view id_or_name,
                                     ByName by_name = ByName::as_of) const;
  // Every object of a kind that was there, in the order of ids, until `on_id` returns false.
  void for_each(const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
                const std::function<bool(const base::Guid&)>& on_id) const;

  // What one section was from each sealed snapshot on that wrote it, oldest first.
  std::vector<SectionVersion> section_versions(const std::string& tenant, api::ObjectKind kind,
                                               const base::Guid& id, api::Section section) const;
  // Whether one section differs between two snapshots, and whether it was there in each. Contents
  // are not read.
  SectionFate fate(const std::string& tenant, base::SnapshotNumber from, base::SnapshotNumber to,
                   api::ObjectKind kind, const base::Guid& id, api::Section section) const;

  // Reads everything of a snapshot again and compares it with its digest. Gives how many sections
  // it read. Errors: store_damaged, cancelled.
  base::Result<std::uint64_t> check(const std::string& tenant, base::SnapshotNumber number,
                                    const std::stop_token& stop = {}) const;

 private:
  Environment& environment_;
  base::Clock& clock_;
  std::unique_ptr<UserSearch> search_;  // what lists keep in memory; synchronized by itself
};

}  // namespace entrad::store
