// What a sweep knows of an object before it reads a page: the answer of the newest snapshot.
// Thread safety: belongs to the thread of the writer, and lives no longer than it.
#pragma once

#include "directory/canonical.h"
#include "store/snapshots.h"

namespace entrad::backup {

directory::Known known_answers(store::SnapshotWriter& writer, api::ObjectKind kind,
                               api::Section section);

}  // namespace entrad::backup
