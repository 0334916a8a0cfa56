#include "restore/report/changes.h"

#include <algorithm>
#include <unordered_map>

#include "restore/report/account.h"
#include "restore/report/report.h"
#include "store/snapshots.h"

namespace entrad::restore {
namespace {

constexpr std::size_t kAtOnce = 500;

// The names that the store knows now. What is in no snapshot any more is called by its id.
store::Names newest_names(store::Store& store, const std::string& tenant) {
  const auto newest = store.snapshots().newest(tenant);
  return {store.snapshots(), tenant, newest ? newest->number : base::SnapshotNumber{0}};
}

class PageReader {
 public:
  PageReader(store::Store& store, StepIndexes& indexes, const api::Job& job)
      : journal_(store.journal()),
        indexes_(indexes),
        job_(job.id),
        sealed_(job.request.is_object() && !job.request.value("sealTo", "").empty()),
        names_(newest_names(store, job.tenant)) {}

  api::ReportPage read(const ChangesWanted& wanted) {
    api::ReportPage page;
    // One more than are wanted tells whether there is a next page.
    const std::size_t at_once = wanted.only_changed ? kAtOnce : std::min(kAtOnce, wanted.limit + 1);
    for (std::uint64_t from = wanted.from;;) {
      const auto rows = journal_.items(job_, from, at_once);
      if (rows.empty()) break;
      if (take(rows, wanted, page)) return page;
      from = rows.back().item.seq + 1;
    }
    indexes_.forget(job_);
    return page;
  }

 private:
  // True: the page is full.
  bool take(const std::vector<store::ItemRow>& rows, const ChangesWanted& wanted,
            api::ReportPage& page) {
    const auto steps =
        indexes_.steps_of(journal_, job_, rows.front().item.seq, rows.back().item.seq);
    for (const store::ItemRow& row : rows) {
      const auto own = steps.find(row.item.seq);
      auto changes =
          account_of(row, own == steps.end() ? std::vector<std::uint64_t>() : own->second);
      if (wanted.only_changed && changes.empty()) continue;
      if (page.users.size() == wanted.limit) {
        page.next = row.item.seq;
        return true;
      }
      page.users.push_back({row.item, std::move(changes)});
    }
    steps_.clear();
    return false;
  }

  std::vector<api::ReportedChange> account_of(const store::ItemRow& row,
                                              const std::vector<std::uint64_t>& steps) {
    Account account(row, names_, sealed_);
    for (const std::uint64_t seq : steps)
      if (const store::Step* step = step_of(seq)) account.add(*step);
    return account.take();
  }

  // Users of one page are often in the same groups, and so served by the same steps.
  const store::Step* step_of(std::uint64_t seq) {
    const auto known = steps_.find(seq);
    if (known != steps_.end()) return &known->second;
    auto steps = journal_.steps(job_, seq, 1);
    if (steps.empty() || steps.front().seq != seq) return nullptr;
    return &steps_.emplace(seq, std::move(steps.front())).first->second;
  }

  const store::Journal& journal_;
  StepIndexes& indexes_;
  const base::JobId job_;
  const bool sealed_;
  store::Names names_;
  std::unordered_map<std::uint64_t, store::Step> steps_;
};

}  // namespace

base::Result<api::ReportPage> changes(store::Store& store, StepIndexes& indexes, base::JobId id,
                                      const ChangesWanted& wanted) {
  auto job = reported_job(store.journal(), id);
  if (!job) return base::pass(job);
  return PageReader(store, indexes, *job).read(wanted);
}

}  // namespace entrad::restore
