// Pins, plans and ends of a prune, the store, its checks and its copies, as text for people.
// Thread safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "api/keeping.h"
#include "api/retention.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

// Empty without pins.
std::string pin_lines(const std::vector<api::Pin>& pins);
// A line for each snapshot, then what goes and what that frees.
std::string prune_plan(const api::PrunePlan& plan, const View& view);
std::string pruned(const api::Pruned& pruned, const View& view);
std::string store_check(const api::StoreCheck& check, const View& view);
std::string store_copy(const api::StoreCopy& copy, const View& view);
std::string store_statistics(const api::StoreStatistics& store, const View& view);

}  // namespace entrad::ctl::render
