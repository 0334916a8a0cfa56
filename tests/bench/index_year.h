// A year of nightly snapshots, one user in a hundred changed each day: how the store grows, and how
// fast a list of any day is.
// Thread safety: none needed.
#pragma once

#include <cstdint>
#include <filesystem>

#include "bench/bench_report.h"

namespace entrad::bench {

void bench_year(BenchReport& report, std::uint32_t people, std::uint32_t nights,
                const std::filesystem::path& folder);

}  // namespace entrad::bench
