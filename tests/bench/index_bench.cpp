// The snapshot index against its peers: time of a first snapshot and of a sweep, size after thirty
// nights, single users, versions, differences of snapshots, searches, memory, a year of nights.
//
//   index_bench [--users N] [--nights N] [--year N] [--folder DIR] [--quick]
//
// Prints one line a goal, NAME VALUE GOAL ok|short, a ratio against a peer of the same run; lines
// that begin with # are what the ratios are made of. Wants a machine with nothing else to do:
// 100,000 users take about fifteen minutes, 1,000,000 two hours and 30 GB of disk.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>

#include "bench/bench_report.h"
#include "bench/index_bench_search.h"
#include "bench/index_peers.h"
#include "bench/index_people.h"
#include "bench/index_questions.h"
#include "bench/index_store.h"
#include "bench/index_year.h"

namespace entrad::bench {
namespace {

constexpr int kGoes = 3;  // at what takes seconds: the best one counts, on either side

struct Size {
  std::uint32_t users = 0;
  std::uint32_t nights = 0;
};

class Run {
 public:
  Run(BenchReport& report, const Size& size, std::filesystem::path folder)
      : report_(report),
        size_(size),
        folder_(std::move(folder)),
        suffix_("." + std::to_string(size.users)),
        revisions_(size.users, 0),
        ours_(folder_ / "store"),
        peers_(folder_ / "tree", folder_) {}

  void all() {
    std::filesystem::create_directories(folder_ / "tree");
    for (std::uint32_t i = 0; i < size_.users; ++i) write_file(folder_ / "tree", i, 0, size_.users);
    peers_.make();
    first();
    sweeps();
    for (std::uint32_t day = kGoes + 1; day < size_.nights; ++day) night(day);
    sizes();
    ask(report_, suffix_, ours_, peers_, folder_, size_.users);
    report_.line("heap.mib" + suffix_, ours_.most_heap_mib(), 512);
    std::filesystem::create_directories(folder_ / "names");
    bench_search(report_, size_.users, folder_ / "names");
  }
  double first_microseconds() const { return first_seconds_ / size_.users * 1e6; }

 private:
  void first() {
    const Pages pages = write_pages(folder_ / "pages", size_.users, revisions_);
    first_seconds_ = ours_.sweep(pages, size_.users, 0);
    double restic = settled_seconds_of([&] { peers_.restic_backup(); });
    for (int i = 1; i < kGoes; ++i) {
      first_seconds_ = std::min(first_seconds_, first_elsewhere(pages));
      restic = std::min(restic, restic_elsewhere());
    }
    const double git = settled_seconds_of([&] { peers_.git_commit(0); });
    peers_.borg_backup(0);
    report_.note("ours.first" + suffix_, first_seconds_, "s");
    report_.note("restic.first" + suffix_, restic, "s");
    report_.note("git.first" + suffix_, git, "s");
    report_.line("first.of_restic" + suffix_, first_seconds_ / restic, 0.2);
  }

  double first_elsewhere(const Pages& pages) {
    const auto place = folder_ / "elsewhere";
    const double seconds = OurStore(place).sweep(pages, size_.users, 0);
    std::filesystem::remove_all(place);
    return seconds;
  }

  double restic_elsewhere() {
    const auto place = folder_ / "elsewhere";
    const Peers peers(folder_ / "tree", place);
    peers.make_restic();
    const double seconds = settled_seconds_of([&] { peers.restic_backup(); });
    std::filesystem::remove_all(place);
    return seconds;
  }

  void change(std::uint32_t day) {
    for (const auto number : changed_on(day, size_.users)) {
      ++revisions_[number];
      write_file(folder_ / "tree", number, revisions_[number], size_.users);
    }
  }

  void sweeps() {
    double ours = std::numeric_limits<double>::max();
    double git = ours;
    for (std::uint32_t day = 1; day <= kGoes; ++day) {
      change(day);
      const Pages pages = write_pages(folder_ / "pages", size_.users, revisions_);
      ours = std::min(ours, ours_.sweep(pages, size_.users, day));
      git = std::min(git, settled_seconds_of([&] { peers_.git_commit(day); }));
      peers_.restic_backup();
      peers_.borg_backup(day);
    }
    report_.note("ours.sweep" + suffix_, ours, "s");
    report_.note("git.sweep" + suffix_, git, "s");
    report_.line("sweep.of_git" + suffix_, ours / git, 1.0 / 3);
    std::filesystem::remove_all(folder_ / "pages");
  }

  void night(std::uint32_t day) {
    change(day);
    ours_.night(size_.users, day, revisions_);
    peers_.git_commit(day);
    peers_.restic_backup();
    peers_.borg_backup(day);
  }

  void sizes() {
    peers_.git_gc();
    const auto ours = static_cast<double>(ours_.bytes());
    const auto against = [&](const char* peer, const std::filesystem::path& path, double goal) {
      const auto bytes = static_cast<double>(disk_bytes(path));
      report_.note(std::string(peer) + ".size" + suffix_, bytes / (1U << 20U), "MiB");
      report_.line(std::string("size.of_") + peer + suffix_, ours / bytes, goal);
    };
    report_.note("ours.size" + suffix_, ours / (1U << 20U), "MiB");
    against("restic", peers_.restic(), 0.25);
    against("borg", peers_.borg(), 0.25);
    against("git", peers_.git(), 1);
  }

  BenchReport& report_;
  Size size_;
  std::filesystem::path folder_;
  std::string suffix_;
  std::vector<std::uint32_t> revisions_;
  OurStore ours_;
  Peers peers_;
  double first_seconds_ = 0;
};

void run(BenchReport& report, const std::vector<Size>& sizes, std::uint32_t nights_of_year,
         const std::filesystem::path& folder) {
  std::vector<double> each;
  for (const Size& size : sizes) {
    const auto place = folder / std::to_string(size.users);
    std::filesystem::remove_all(place);
    std::filesystem::create_directories(place);
    Run one(report, size, place);
    one.all();
    each.push_back(one.first_microseconds());
    std::filesystem::remove_all(place);
  }
  if (nights_of_year > 0) {
    const auto place = folder / "year";
    std::filesystem::remove_all(place);
    std::filesystem::create_directories(place);
    bench_year(report, sizes.front().users, nights_of_year, place);
    std::filesystem::remove_all(place);
  }
  if (each.size() > 1) report.line("time_a_user.large_of_small", each.back() / each.front(), 1.3);
}

}  // namespace
}  // namespace entrad::bench

int main(int argc, char** argv) {
  std::vector<std::uint32_t> users{100'000, 1'000'000};
  std::uint32_t nights = 30;
  std::filesystem::path folder = "index_bench.data";
  std::uint32_t year = 365;
  bool quick = false;
  CLI::App app("The snapshot index against restic, borg, git and SQLite");
  app.add_option("--users", users, "how many users, once or several times");
  app.add_option("--nights", nights, "snapshots, at least 4");
  app.add_option("--year", year, "nights of the year, with the smallest number of users; 0: none");
  app.add_option("--folder", folder, "where everything is put; emptied");
  app.add_flag("--quick", quick, "2,000 users and 4 nights, to see that it works");
  CLI11_PARSE(app, argc, argv);
  try {
    std::vector<entrad::bench::Size> sizes;
    for (const auto count : users) sizes.push_back({count, nights});
    if (quick) {
      sizes = {{2'000, 4}};
      year = 20;
    }
    entrad::bench::BenchReport report;
    entrad::bench::run(report, sizes, year, std::filesystem::absolute(folder));
    return quick ? 0 : report.exit_code();
  } catch (const std::exception& problem) {
    std::cerr << "index_bench: " << problem.what() << "\n";
    return 2;
  }
}
