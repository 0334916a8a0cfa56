// When the certificate of a credential ends, so that somebody can renew it in time.
// Thread safety: pure but for the file.
#pragma once

#include <filesystem>
#include <optional>

#include "base/clock.h"

namespace entrad::graph {

// The earliest end of the certificates in a PEM file; nullopt: there is none to be read.
std::optional<base::WallTime> certificate_end(const std::filesystem::path& file);

}  // namespace entrad::graph
