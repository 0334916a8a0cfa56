#include "restore/report/step_index.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace entrad::restore {
namespace {

constexpr std::size_t kAtOnce = 2000;

std::uint32_t narrow(std::uint64_t seq) {
  if (seq > std::numeric_limits<std::uint32_t>::max())
    throw std::runtime_error("a job has more steps than a report can be made of");
  return static_cast<std::uint32_t>(seq);
}

}  // namespace

void StepIndex::read_on(const store::Journal& journal, base::JobId job) {
  const auto old = static_cast<std::ptrdiff_t>(uses_.size());
  for (;;) {
    const auto steps = journal.steps(job, next_, kAtOnce);
    if (steps.empty()) break;
    next_ = steps.back().seq + 1;
    for (const store::Step& step : steps)
      for (const std::uint64_t item : step.items)
        uses_.emplace_back(narrow(item), narrow(step.seq));
  }
  std::sort(uses_.begin() + old, uses_.end());
  std::inplace_merge(uses_.begin(), uses_.begin() + old, uses_.end());
}

std::map<std::uint64_t, std::vector<std::uint64_t>> StepIndex::steps_of(std::uint64_t first,
                                                                        std::uint64_t last) const {
  std::map<std::uint64_t, std::vector<std::uint64_t>> steps;
  auto use = std::lower_bound(uses_.begin(), uses_.end(), std::pair{narrow(first), 0U});
  for (; use != uses_.end() && use->first <= last; ++use) steps[use->first].push_back(use->second);
  return steps;
}

std::map<std::uint64_t, std::vector<std::uint64_t>> StepIndexes::steps_of(
    const store::Journal& journal, base::JobId job, std::uint64_t first, std::uint64_t last) {
  const std::lock_guard lock(mutex_);
  const auto known = std::find_if(indexes_.begin(), indexes_.end(),
                                  [job](const auto& index) { return index.first == job; });
  if (known == indexes_.end()) {
    if (indexes_.size() == kMost) indexes_.erase(indexes_.begin());
    indexes_.emplace_back(job, StepIndex());
  } else {
    std::rotate(known, known + 1, indexes_.end());
  }
  indexes_.back().second.read_on(journal, job);
  return indexes_.back().second.steps_of(first, last);
}

void StepIndexes::forget(base::JobId job) {
  const std::lock_guard lock(mutex_);
  std::erase_if(indexes_, [job](const auto& index) { return index.first == job; });
}

}  // namespace entrad::restore
