// Snapshots as text for people.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "api/snapshots.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

// Every section that was to be backed up is complete.
bool is_whole(const api::Snapshot& snapshot);
std::string snapshot_table(const std::vector<api::Snapshot>& snapshots, const View& view);
std::string snapshot_details(const api::Snapshot& snapshot, bool parent_pruned, const View& view);

}  // namespace entrad::ctl::render
