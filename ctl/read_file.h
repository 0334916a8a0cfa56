// ReadFile: a small file that an option names.
// Thread safety: pure but for reading the file.
#pragma once

#include <string>

#include "base/result.h"

namespace entrad::ctl {

// Errors: not_found, with `hint`.
base::Result<std::string> read_file(const std::string& path, const std::string& hint);

}  // namespace entrad::ctl
