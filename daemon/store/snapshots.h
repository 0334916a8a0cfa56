// Snapshots: sealed points in time of a tenant, and every version of every object in them.
//
// A version is one distinct content of one section of one object. Content is canonical JSON, stored
// once by its SHA-256. "As of snapshot n" is the newest version whose snapshot is <= n.
// A snapshot is visible only when it is sealed; what an interrupted one left behind is dropped by
// the next `begin` of the same tenant. Thread safety: all members of Snapshots may be called from
// any thread; a SnapshotWriter belongs to one thread. Reads that return no Result throw
// std::runtime_error when the store is damaged. Readers never see an unsealed snapshot. Owned by
// Store.
#pragma once

#include <functional>
#include <memory>
#include <optional>
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
  ~SnapshotWriter();  // an unsealed snapshot is dropped
  SnapshotWriter(SnapshotWriter&&) noexcept;

  base::SnapshotNumber number() const;

  // Adds one section's content (canonical JSON). Rows are committed a few thousand at a time.
  // Putting the same object and section again replaces it. Errors: store_full, store_damaged.
  base::Result<void> put(api::ObjectKind kind, const base::Guid& id, api::Section section,
                         std::string content);
  // Adds a user's `object` section together with what lists and search show of it.
  base::Result<void> put_user(const base::Guid& id, const UserSummary& summary,
                              std::string content);

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
  explicit Snapshots(Environment& environment);

  // Starts the next snapshot of a tenant. One at a time for each tenant: else failed_precondition.
  base::Result<SnapshotWriter> begin(const std::string& tenant, api::SnapshotKind kind,
                                     base::WallTime now);

  std::vector<api::Snapshot> list(const std::string& tenant) const;  // oldest first
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
  bool exists(const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
              const base::Guid& id) const;
  // Like content() for a user that was deleted before `number`: the last version it had.
  std::optional<std::string> last_content(const std::string& tenant, base::SnapshotNumber number,
                                          api::ObjectKind kind, const base::Guid& id,
                                          api::Section section) const;

  std::vector<api::VersionRow> versions(const std::string& tenant, const base::Guid& user) const;
  // Errors: invalid_argument for a cursor that is none of ours.
  base::Result<api::UserPage> users(const std::string& tenant, base::SnapshotNumber number,
                                    const UserQuery& query) const;
  // By object id or userPrincipalName (any case), as of a snapshot, users deleted before it
  // included. Errors: not_found with a hint; conflict when two deleted users shared the name.
  base::Result<base::Guid> find_user(const std::string& tenant, base::SnapshotNumber number,
                                     std::string_view id_or_name) const;
  // Every object of a kind that was there, in the order of ids, until `on_id` returns false.
  void for_each(const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
                const std::function<bool(const base::Guid&)>& on_id) const;

  // What the snapshots after `from`, up to `to`, wrote: each object and section that changed, as
  // often as it did, in no promised order. `from` may be 0.
  void for_each_change(
      const std::string& tenant, base::SnapshotNumber from, base::SnapshotNumber to,
      const std::function<void(api::ObjectKind, const base::Guid&, api::Section)>& on_change) const;
  // One section of every object of a kind that had it then, in the order of ids.
  void for_each_content(
      const std::string& tenant, base::SnapshotNumber number, api::ObjectKind kind,
      api::Section section,
      const std::function<void(const base::Guid&, std::string_view content)>& on_content) const;
  // What one section was from each sealed snapshot on that wrote it, oldest first.
  std::vector<SectionVersion> section_versions(const std::string& tenant, api::ObjectKind kind,
                                               const base::Guid& id, api::Section section) const;
  // Whether one section differs between two snapshots, and whether it was there in each. Contents
  // are not read.
  SectionFate fate(const std::string& tenant, base::SnapshotNumber from, base::SnapshotNumber to,
                   api::ObjectKind kind, const base::Guid& id, api::Section section) const;

  // Reads everything of a snapshot again and compares it with its digest. Errors: store_damaged.
  base::Result<void> check(const std::string& tenant, base::SnapshotNumber number) const;

 private:
  Environment& environment_;
};

}  // namespace entrad::store
