// The text of a credential's file, read anew for each use.
// Thread safety: pure but for the file.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace entrad::graph {

// Errors: authentication_failed that names the file when it is not there, empty, or far too large
// to be a credential.
base::Result<std::string> read_credential_file(const std::filesystem::path& file);

}  // namespace entrad::graph
