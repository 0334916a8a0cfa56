// Retention: judges which snapshots of a tenant are kept, and by which rule.
// Thread safety: pure.
#pragma once

#include <map>
#include <vector>

#include "api/retention.h"
#include "api/snapshots.h"
#include "base/clock.h"

namespace entrad::store {

// What keeps a snapshot beside the rules: a pin's note, or the job that reads it, in words.
using OtherReasons = std::multimap<base::SnapshotNumber, std::string>;

// A verdict for each of `snapshots` (oldest first, all of the tenant), in their order. The newest
// is always kept, and the newest in which no section is partial.
std::vector<api::Verdict> judge(const std::vector<api::Snapshot>& snapshots,
                                const api::Retention& retention, const OtherReasons& others,
                                base::WallTime now);

// The same where `named` are to go and no rule is asked: the newest stays, and what others keep.
std::vector<api::Verdict> judge_named(const std::vector<api::Snapshot>& snapshots,
                                      const std::vector<base::SnapshotNumber>& named,
                                      const OtherReasons& others);

}  // namespace entrad::store
