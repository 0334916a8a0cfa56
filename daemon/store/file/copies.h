// Copies: hot copies of the store, in copies/ of its own directory.
//
// A copy is written as copies/making-NAME and gets its name when it is whole and synced; what a
// killed process left half-made is removed by the next copy. Thread safety: one copy at a time is
// the caller's duty; copies_in() may be called from any thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/environment.h"
#include "store/store.h"

namespace entrad::store {

base::Result<Copy> make_copy(const Environment& environment, const std::string& name,
                             std::size_t keep);
std::vector<Copy> copies_in(const std::filesystem::path& directory);

// Whether the store there is a copy that nobody has worked with yet, and that it is no longer.
bool is_marked_as_copy(const std::filesystem::path& directory);
void unmark_copy(const std::filesystem::path& directory);

}  // namespace entrad::store
