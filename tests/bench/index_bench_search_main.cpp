// The searches of index_bench alone: `index_bench_search [--quick] [USERS...]`, by default 100,000
// and 1,000,000 users. Exit code 1 when a goal falls short.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "bench/index_bench_search.h"

namespace {

std::vector<std::uint64_t> sizes_in(int count, char** arguments) {
  std::vector<std::uint64_t> sizes;
  for (int i = 1; i < count; ++i)
    sizes.push_back(std::string_view(arguments[i]) == "--quick" ? 20'000
                                                                : std::stoull(arguments[i]));
  if (sizes.empty()) sizes = {100'000, 1'000'000};
  return sizes;
}

}  // namespace

int main(int count, char** arguments) {
  entrad::bench::BenchReport report;
  try {
    for (const auto users : sizes_in(count, arguments)) {
      auto name = (std::filesystem::temp_directory_path() / "entrad-search-XXXXXX").string();
      if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
      const std::filesystem::path folder(name);
      try {
        entrad::bench::bench_search(report, users, folder);
      } catch (...) {
        std::filesystem::remove_all(folder);
        throw;
      }
      std::filesystem::remove_all(folder);
    }
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "index_bench_search: %s\n", failure.what());
    return 2;
  }
  return report.exit_code();
}
