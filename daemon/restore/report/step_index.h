// StepIndex: which steps of a job served which items, for reading a report page by page. The
// journal has steps in the order in which they were sent, and those of one user lie far apart.
//
// 8 bytes are kept for each item that a step served, while somebody reads the pages of a job.
// Thread safety: every member of StepIndexes may be called from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "store/journal.h"

namespace entrad::restore {

class StepIndex {
 public:
  // Takes over the steps that have come since the last time.
  void read_on(const store::Journal& journal, base::JobId job);
  // Item -> its steps, in their order, for items from `first` to `last`.
  std::map<std::uint64_t, std::vector<std::uint64_t>> steps_of(std::uint64_t first,
                                                               std::uint64_t last) const;

 private:
  std::uint64_t next_ = 0;                                     // step to read on from
  std::vector<std::pair<std::uint32_t, std::uint32_t>> uses_;  // item and step, in that order
};

class StepIndexes {
 public:
  std::map<std::uint64_t, std::vector<std::uint64_t>> steps_of(const store::Journal& journal,
                                                               base::JobId job, std::uint64_t first,
                                                               std::uint64_t last);
  // The last page was read.
  void forget(base::JobId job);

 private:
  // Of readers who went away in the middle no more than these are kept.
  static constexpr std::size_t kMost = 3;

  std::mutex mutex_;
  std::vector<std::pair<base::JobId, StepIndex>> indexes_;  // guarded by mutex_; the latest last
};

}  // namespace entrad::restore
