// places.h: where this checkout and its build lie, for tests that read files of the one or start
// programs of the other.
//
// Functions and not macros, so that one small file alone is compiled anew in another clone and
// ccache serves all the rest. Thread-safe: constants.
#pragma once

#include <filesystem>

namespace entrad::fakes {

std::filesystem::path source_folder();
std::filesystem::path binary_folder();

}  // namespace entrad::fakes
