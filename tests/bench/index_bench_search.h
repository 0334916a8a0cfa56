// The searches of index_bench: any part of a name, beside SQLite's LIKE over the same names.
// Thread safety: none needed.
#pragma once

#include <cstdint>
#include <filesystem>

#include "bench/bench_report.h"

namespace entrad::bench {

// Makes a tenant of `users` and the same people in an SQLite file in `folder`, which must exist and
// be empty, asks both ten kinds of questions, and reports the worst ratio of time as
// `search_over_sqlite_like_USERS`, goal 0.2. Throws std::runtime_error when the two do not find the
// same users.
void bench_search(BenchReport& report, std::uint64_t users, const std::filesystem::path& folder);

}  // namespace entrad::bench
