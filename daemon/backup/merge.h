// Merge: an object as a delta round tells it, laid over what was known of it.
//
// A round shows every selected property that was ever set; a property that was never set is absent
// there, while a list shows it as null or empty. So whatever a round leaves out is as it was.
// Source: Microsoft Graph, "user: delta", "group: delta".
// Thread safety: pure functions.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "directory/canonical.h"

namespace entrad::backup {

using OnSlice = std::function<base::Result<void>(const directory::Slice&)>;

// `news` over `known`, both canonical JSON of one object; links and notes of the round are dropped.
base::Result<void> merged(std::string_view known, std::string_view news, const OnSlice& on_slice);
// Each object of a page, in its order.
base::Result<std::vector<std::string>> contents_of(std::string_view page);
// An object as a single GET answered it, without the relations that were expanded.
base::Result<void> sliced(nlohmann::json object, const OnSlice& on_slice);

}  // namespace entrad::backup
