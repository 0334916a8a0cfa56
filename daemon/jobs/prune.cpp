#include "jobs/prune.h"

#include "store/journal.h"
#include "store/pruning/pruning.h"
#include "store/snapshots.h"

namespace entrad::jobs {
namespace {

using base::ErrorKind;

api::Pruned done_so_far(store::Store& store, base::JobId id) {
  const auto document = store.journal().document(id, "result");
  return document ? document->get<api::Pruned>() : api::Pruned{};
}

// Told by what is there, so that a killed attempt's removals count too.
void tell_apart(store::Store& store, const api::Job& job, api::Pruned& pruned) {
  pruned.removed.clear();
  pruned.kept.clear();
  for (const auto number : job.request.get<api::PruneRequest>().snapshots) {
    const bool is_there = store.snapshots().find(job.tenant, number).has_value();
    (is_there ? pruned.kept : pruned.removed).push_back(number);
  }
}

void show(store::Store& store, base::JobId id, std::uint64_t merged, std::uint64_t total) {
  (void)store.journal().update(id, [=](api::Job& row) {
    row.progress.phase = "merging";
    row.progress.done = merged;
    row.progress.total = total;
    return true;
  });
}

std::string snapshots(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " snapshot" : " snapshots");
}

}  // namespace

base::Result<api::Pruned> prune(store::Store& store, const api::Job& job,
                                const std::stop_token& stop) {
  auto pruned = done_so_far(store, job.id);
  const auto wanted = job.request.get<api::PruneRequest>().snapshots;
  auto removed = store.pruning().remove(job.tenant, wanted);
  if (!removed) return base::pass(removed);
  tell_apart(store, job, pruned);
  const auto total = store.pruning().left_behind(job.tenant).size();
  show(store, job.id, 0, total);
  std::uint64_t shown = 0;
  auto cleaned = store.pruning().clean_up(job.tenant, stop, [&](std::uint64_t merged) {
    if (merged != shown) show(store, job.id, shown = merged, total);
  });
  if (!cleaned) return base::pass(cleaned);
  pruned.rows += cleaned->rows;
  pruned.bytes += cleaned->bytes;
  auto kept = store.journal().put_document(job.id, "result", pruned);
  if (!kept) return base::pass(kept);
  if (!cleaned->is_done) return base::fail(ErrorKind::cancelled, "stopped while it merged");
  return pruned;
}

std::string words_of(const api::Pruned& pruned) {
  std::string words = snapshots(pruned.removed.size()) + " went";
  if (!pruned.kept.empty())
    words +=
        ", " + std::to_string(pruned.kept.size()) + " stayed: pinned, the newest, or read by a job";
  return words;
}

}  // namespace entrad::jobs
