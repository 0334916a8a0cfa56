// Versions: the rows that hold which content a section of an object had from which snapshot on.
//
// A row is written only where the content differs from the snapshot before; a tombstone says that
// the object is gone. "As of n" is the row with the largest snapshot <= n. Rows of one section of
// all objects of a kind lie together, in the order of ids.
// Thread safety: functions on a transaction of the caller's thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/words.h"
#include "base/guid.h"
#include "base/ids.h"
#include "store/contents/content_name.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

namespace entrad::store {

struct SectionOf {  // one section of one object
  TenantNumber tenant{};
  api::ObjectKind kind = api::ObjectKind::user;
  base::Guid id;
  api::Section section = api::Section::object;
};

struct Version {
  base::SnapshotNumber snapshot;
  std::optional<ContentName> name;  // nullopt: a tombstone
  std::string_view value;           // packed; ends with the transaction
  bool is_live() const { return name.has_value(); }
};

Key history_prefix(const SectionOf& what);
Key history_key(const SectionOf& what, base::SnapshotNumber snapshot);

// Each throws Damage for a row that cannot be.
std::optional<Version> version_as_of(const Txn& txn, const SectionOf& what,
                                     base::SnapshotNumber number);
// The newest one with content, at or before `number`.
std::optional<Version> last_live_version(const Txn& txn, const SectionOf& what,
                                         base::SnapshotNumber number);
// All of them, oldest first, those of an unsealed snapshot included.
std::vector<Version> versions_of(const Txn& txn, const SectionOf& what);

// Walks over everything that is there as of a snapshot, in the order of kind, section and id, a
// piece at a time, so that no read transaction lasts long.
class VersionWalk {
 public:
  VersionWalk(TenantNumber tenant, base::SnapshotNumber number);
  // Only one section of all objects of a kind.
  VersionWalk(TenantNumber tenant, api::ObjectKind kind, api::Section section,
              base::SnapshotNumber number);

  using OnVersion = std::function<void(const SectionOf&, const Version&)>;
  // Goes over the next `rows` rows or a few more. False: that was the last of them.
  bool step(const Txn& txn, std::size_t rows, const OnVersion& on_live);

 private:
  base::SnapshotNumber number_;
  std::string prefix_;  // where the walk ends
  std::string next_;    // where the next step begins
};

}  // namespace entrad::store
