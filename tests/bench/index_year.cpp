#include "bench/index_year.h"

#include <algorithm>
#include <stdexcept>

#include "bench/index_store.h"

namespace entrad::bench {
namespace {

constexpr int kGoes = 5;
constexpr int kNextGoes = 20;  // of some tenths of a millisecond each

// The first list of a snapshot, with nothing of it in memory, and the next one.
struct ListTimes {
  double first = 0;
  double next = 0;
};

ListTimes list_times(OurStore& ours, base::SnapshotNumber number) {
  const auto ask = [&] {
    const auto page = ours.snapshots().users(kTenant, number, {});
    if (!page || page->users.empty()) throw std::runtime_error("nobody is listed");
  };
  ListTimes best{1e9, 1e9};
  for (int i = 0; i < kGoes; ++i) {
    ours.snapshots().forget_lists(kTenant);
    best.first = std::min(best.first, seconds_of(ask));
    for (int next = 0; next < kNextGoes; ++next) best.next = std::min(best.next, seconds_of(ask));
  }
  return best;
}

}  // namespace

void bench_year(BenchReport& report, std::uint32_t people, std::uint32_t nights,
                const std::filesystem::path& folder) {
  std::vector<std::uint32_t> revisions(people, 0);
  OurStore ours(folder / "year");
  {
    const Pages pages = write_pages(folder / "pages", people, revisions);
    (void)ours.sweep(pages, people, 0);
    std::filesystem::remove_all(folder / "pages");
  }
  // The pages that a first delta copies are there once, not each night.
  constexpr std::uint32_t kSettled = 10;
  double before = 0;
  for (std::uint32_t day = 1; day < nights; ++day) {
    for (const auto number : changed_on(day, people)) ++revisions[number];
    ours.night(people, day, revisions);
    if (day == kSettled) before = static_cast<double>(ours.bytes());
  }
  const double grown = static_cast<double>(ours.bytes()) - before;
  report.line("year.mb_a_night", grown / 1e6 / (nights - 1 - kSettled), 2);
  const auto today = list_times(ours, {nights});
  ListTimes worst;
  for (std::uint32_t day = 1; day < nights; day += std::max(1U, nights / 12)) {
    const auto times = list_times(ours, {day});
    worst.first = std::max(worst.first, times.first);
    worst.next = std::max(worst.next, times.next);
  }
  report.note("year.first_list_today", today.first * 1e3, "ms");
  report.note("year.next_list_today", today.next * 1e3, "ms");
  // A tenth is what two runs of the same differ by.
  report.line("year.any_first_list_of_today", worst.first / today.first, 1.1);
  report.line("year.any_next_list_of_today", worst.next / today.next, 1.1);
}

}  // namespace entrad::bench
