// Pruning: pins, what retention would remove, and the removal of snapshots from a tenant's history.
//
// A removed snapshot is gone for every reader at once. Its rows are merged into the next kept one
// afterwards, a piece at a time, and a process that is killed in between leaves that to the next
// one. Numbers and digests of the snapshots that stay never change. Pages that become free are used
// again by later writes; the data file itself does not shrink.
// Thread safety: every member may be called from any thread. Owned by Store.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/retention.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace entrad::store {

struct Environment;
class Snapshots;

class Pruning {
 public:
  // Tells `snapshots` to forget its lists when rows went or moved.
  Pruning(Environment& environment, Snapshots& snapshots);

  // Keeps a snapshot whatever the retention. Pinning again with a note replaces it.
  // Errors: not_found, invalid_argument (a note of more than 1,000 bytes).
  base::Result<api::Pin> pin(const std::string& tenant, base::SnapshotNumber number,
                             const std::string& note, const std::string& by, base::WallTime now);
  base::Result<void> unpin(const std::string& tenant, base::SnapshotNumber number);  // not_found
  std::vector<api::Pin> pins(const std::string& tenant) const;

  // What would be removed, and what that frees. Costs what the snapshots that go have changed.
  // Errors: store_damaged.
  base::Result<api::PrunePlan> plan(const std::string& tenant, const api::Retention& retention,
                                    base::WallTime now) const;
  // Of those that are named. Errors: also not_found.
  base::Result<api::PrunePlan> plan(const std::string& tenant,
                                    const std::vector<base::SnapshotNumber>& named) const;
  // Without what it frees: costs next to nothing.
  base::Result<std::vector<api::Verdict>> verdicts(const std::string& tenant,
                                                   const api::Retention& retention,
                                                   base::WallTime now) const;

  // Removes those of the snapshots that still may go: there, not the newest, not pinned, and not
  // read by a job that is not over. Returns their numbers. What they leave behind is merged by
  // clean_up(). Errors: store_full, store_damaged.
  base::Result<std::vector<base::SnapshotNumber>> remove(
      const std::string& tenant, const std::vector<base::SnapshotNumber>& numbers);

  struct Cleaned {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    bool is_done = true;  // false: it was stopped; call again to go on
  };
  // Merges what removed snapshots left behind, those of former processes included. `on_piece` is
  // told after each piece how many of its removed snapshots are merged. Errors: store_full,
  // store_damaged.
  using OnPiece = std::function<void(std::uint64_t merged)>;
  base::Result<Cleaned> clean_up(const std::string& tenant, const std::stop_token& stop,
                                 const OnPiece& on_piece = nullptr);
  // Removed snapshots that are not merged yet.
  std::vector<base::SnapshotNumber> left_behind(const std::string& tenant) const;

 private:
  base::Result<api::PrunePlan> priced(const std::string& tenant, api::PrunePlan plan) const;
  base::Result<Cleaned> merge_all(const std::string& tenant, const std::stop_token& stop,
                                  const OnPiece& on_piece);

  Environment& environment_;
  Snapshots& snapshots_;
};

}  // namespace entrad::store
