// Questions to the index, each beside a peer that is asked the same.
// Thread safety: none needed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "bench/bench_report.h"
#include "bench/index_peers.h"
#include "bench/index_store.h"

namespace entrad::bench {

// One user, all versions of one user, and the difference of the last two snapshots. `suffix` ends
// the names of the lines. Closes the store for the part that needs a daemon, and opens it again.
void ask(BenchReport& report, const std::string& suffix, OurStore& ours, const Peers& peers,
         const std::filesystem::path& folder, std::uint32_t people);

}  // namespace entrad::bench
