// Map: what keeps a snapshot (others_of) / pins / plan and its estimate / remove / clean_up.
#include "store/pruning/pruning.h"

#include <algorithm>
#include <tuple>

#include "store/environment.h"
#include "store/pruning/merging.h"
#include "store/pruning/retention.h"
#include "store/rows/changes.h"
#include "store/rows/job_rows.h"
#include "store/rows/removal_rows.h"
#include "store/rows/snapshot_rows.h"
#include "store/rows/versions.h"
#include "store/snapshots.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kLongestNote = 1'000;
constexpr std::size_t kObjectsInOneStep = 5'000;

void add_readers(const Txn& txn, const std::string& tenant, OtherReasons& reasons) {
  auto cursor = txn.cursor(Table::job);
  for (bool found = cursor.seek(std::string_view("\0", 1)); found; found = cursor.next()) {
    const auto head = job_head(cursor.key(), cursor.value());
    if (api::is_final(head.state)) continue;
    const auto job = find_light_job(txn, head.id);
    if (job && job->snapshot && job->snapshot_tenant.value_or(job->tenant) == tenant)
      reasons.emplace(*job->snapshot, "job " + head.id.str() + " reads it");
  }
}

// What keeps snapshots beside the rules.
OtherReasons others_of(const Txn& txn, TenantNumber number, const std::string& tenant) {
  OtherReasons reasons;
  for (const auto& pin : pins_of(txn, number))
    reasons.emplace(pin.snapshot, pin.note.empty() ? "pinned" : "pinned: " + pin.note);
  add_readers(txn, tenant, reasons);
  return reasons;
}

bool is_before(const Changed& a, const Changed& b) {
  return std::tie(a.kind, a.id) < std::tie(b.kind, b.id);
}

// Each object once, with all its sections.
std::vector<Changed> changes_of(const Txn& txn, TenantNumber tenant,
                                const std::vector<base::SnapshotNumber>& numbers) {
  std::vector<Changed> all;
  for (const auto number : numbers)
    for_each_change_block(txn, tenant, number, 0, [&](std::uint32_t, auto changes) {
      all.insert(all.end(), changes.begin(), changes.end());
      return true;
    });
  std::sort(all.begin(), all.end(), is_before);
  std::vector<Changed> once;
  for (const Changed& one : all) {
    if (once.empty() || is_before(once.back(), one)) once.push_back({one.kind, one.id, 0});
    once.back().sections = static_cast<std::uint16_t>(once.back().sections | one.sections);
  }
  return once;
}

// Snapshots that go, between two that stay.
struct Gap {
  Between between;
  std::vector<base::SnapshotNumber> removed;
};

std::vector<Gap> gaps_in(TenantNumber tenant, const std::vector<api::Verdict>& verdicts) {
  std::vector<Gap> gaps;
  Gap gap{{tenant, {}, {}}, {}};
  for (const auto& verdict : verdicts) {
    if (!verdict.kept) {
      gap.removed.push_back(verdict.snapshot);
      continue;
    }
    gap.between.until = verdict.snapshot;
    if (!gap.removed.empty()) gaps.push_back(gap);
    gap = {{tenant, verdict.snapshot, {}}, {}};
  }
  return gaps;
}

using Numbers = std::vector<base::SnapshotNumber>;

Numbers staying(const std::vector<api::Verdict>& verdicts) {
  Numbers stay;
  for (const auto& verdict : verdicts)
    if (verdict.kept) stay.push_back(verdict.snapshot);
  return stay;
}

// Is a user in snapshots that go, and in none that stays? Told once, of the gap where they begin.
bool is_lost(const Txn& txn, const Between& between, const Changed& changed, const Numbers& stay) {
  if (changed.kind != api::ObjectKind::user || !changed.has(api::Section::object)) return false;
  bool was_there = false;
  const auto all =
      versions_of(txn, {between.tenant, changed.kind, changed.id, api::Section::object});
  for (auto version = all.begin(); version != all.end(); ++version) {
    if (!version->is_live()) continue;
    const bool is_between = between.after < version->snapshot && version->snapshot < between.until;
    if (!was_there && !is_between) return false;
    was_there = true;
    const auto next = std::next(version);
    const auto seen_by = std::lower_bound(stay.begin(), stay.end(), version->snapshot);
    if (seen_by != stay.end() && (next == all.end() || *seen_by < next->snapshot)) return false;
  }
  return was_there;
}

struct Estimate {
  Freed freed;
  std::uint64_t users_lost = 0;
};

Estimate estimate(const Environment& environment, const Gap& gap, const Numbers& stay) {
  Estimate all;
  auto numbers = gap.removed;
  if (gap.between.after.value == 0) numbers.push_back(gap.between.until);
  const auto changes = changes_of(*environment.read(), gap.between.tenant, numbers);
  for (std::size_t from = 0; from < changes.size();) {
    const auto reader = environment.read();
    const auto until = std::min(changes.size(), from + kObjectsInOneStep);
    for (; from < until; ++from) {
      const Freed one =
          freed_by_merging(*reader, environment.packing(), gap.between, changes[from]);
      all.freed.rows += one.rows;
      all.freed.bytes += one.bytes;
      if (is_lost(*reader, gap.between, changes[from], stay)) ++all.users_lost;
    }
  }
  return all;
}

bool may_go(const Txn& txn, TenantNumber tenant, base::SnapshotNumber number,
            const OtherReasons& others) {
  return is_sealed(txn, tenant, number) && number != newest_number(txn, tenant) &&
         !others.contains(number);
}

// Merges what one removed snapshot left behind, a block of changes at a time.
class Merging {
 public:
  Merging(Packing& packing, TenantNumber tenant, base::SnapshotNumber number)
      : packing_(packing), tenant_(tenant), number_(number) {}

  // In a transaction, which may be given up and run again. True: nothing is left, and the mark of
  // the removed snapshot went too.
  bool step(WriteTxn& txn, Freed& freed) {
    next_ = done_;
    const Between between{tenant_, sealed_before(txn, tenant_, number_),
                          sealed_from(txn, tenant_, number_)};
    if (between.until.value == 0) throw Damage("no snapshot follows one that was removed");
    if (const auto block = change_block_from(txn, tenant_, number_, 0)) {
      append_changes(txn, tenant_, between.until, merge_block(txn, between, *block, freed));
      erase_change_block(txn, tenant_, number_, block->number);
      return false;
    }
    // What the oldest one changed now hides rows of any that were before it.
    const auto block = between.after.value == 0
                           ? change_block_from(txn, tenant_, between.until, done_)
                           : std::nullopt;
    if (block) {
      merge_block(txn, between, *block, freed);
      next_ = block->number + 1;
      return false;
    }
    erase_removed(txn, tenant_, number_);
    return true;
  }
  void committed() { done_ = next_; }

 private:
  std::vector<Changed> merge_block(WriteTxn& txn, const Between& between, const ChangeBlock& block,
                                   Freed& freed) {
    std::vector<Changed> moved;
    for (const Changed& one : block.changes)
      if (const auto change = merge(txn, packing_, between, one, freed)) moved.push_back(*change);
    return moved;
  }

  Packing& packing_;
  TenantNumber tenant_;
  base::SnapshotNumber number_;
  std::uint32_t done_ = 0;  // blocks of the snapshot that follows
  std::uint32_t next_ = 0;
};

}  // namespace

Pruning::Pruning(Environment& environment, Snapshots& snapshots)
    : environment_(environment), snapshots_(snapshots) {}

base::Result<api::Pin> Pruning::pin(const std::string& tenant, base::SnapshotNumber number,
                                    const std::string& note, const std::string& by,
                                    base::WallTime now) {
  if (note.size() > kLongestNote)
    return base::fail(ErrorKind::invalid_argument,
                      "the note has " + std::to_string(note.size()) + " bytes",
                      "say it in at most " + std::to_string(kLongestNote));
  api::Pin pin{number, note, by, now};
  auto done = environment_.write([&](Write& write) -> base::Result<void> {
    const auto known = find_tenant(write.txn, tenant);
    if (!known || !is_sealed(write.txn, *known, number)) return no_snapshot(tenant, number);
    if (note.empty())
      for (const api::Pin& before : pins_of(write.txn, *known))
        if (before.snapshot == number) pin.note = before.note;
    put_pin(write.txn, *known, pin);
    return {};
  });
  if (!done) return base::pass(done);
  return pin;
}

base::Result<void> Pruning::unpin(const std::string& tenant, base::SnapshotNumber number) {
  return environment_.write([&](Write& write) -> base::Result<void> {
    const auto known = find_tenant(write.txn, tenant);
    if (!known || !is_sealed(write.txn, *known, number)) return no_snapshot(tenant, number);
    if (!erase_pin(write.txn, *known, number))
      return base::fail(ErrorKind::not_found, "snapshot " + number.str() + " is not pinned");
    return {};
  });
}

std::vector<api::Pin> Pruning::pins(const std::string& tenant) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  return known ? pins_of(*reader, *known) : std::vector<api::Pin>{};
}

base::Result<std::vector<api::Verdict>> Pruning::verdicts(const std::string& tenant,
                                                          const api::Retention& retention,
                                                          base::WallTime now) const {
  return telling_damage([&]() -> base::Result<std::vector<api::Verdict>> {
    const auto reader = environment_.read();
    const auto known = find_tenant(*reader, tenant);
    if (!known) return std::vector<api::Verdict>{};
    return judge(sealed_snapshots(*reader, *known), retention, others_of(*reader, *known, tenant),
                 now);
  });
}

base::Result<api::PrunePlan> Pruning::plan(const std::string& tenant,
                                           const api::Retention& retention,
                                           base::WallTime now) const {
  auto judged = verdicts(tenant, retention, now);
  if (!judged) return base::pass(judged);
  return priced(tenant, {tenant, retention, std::move(*judged)});
}

base::Result<api::PrunePlan> Pruning::plan(const std::string& tenant,
                                           const std::vector<base::SnapshotNumber>& named) const {
  auto judged = telling_damage([&]() -> base::Result<std::vector<api::Verdict>> {
    const auto reader = environment_.read();
    const auto known = find_tenant(*reader, tenant);
    for (const auto number : named)
      if (!known || !is_sealed(*reader, *known, number)) return no_snapshot(tenant, number);
    if (!known) return std::vector<api::Verdict>{};
    return judge_named(sealed_snapshots(*reader, *known), named,
                       others_of(*reader, *known, tenant));
  });
  if (!judged) return base::pass(judged);
  return priced(tenant, {tenant, {}, std::move(*judged)});
}

base::Result<api::PrunePlan> Pruning::priced(const std::string& tenant, api::PrunePlan plan) const {
  return telling_damage([&]() -> base::Result<api::PrunePlan> {
    const auto known = find_tenant(*environment_.read(), tenant);
    if (!known) return std::move(plan);
    const Numbers stay = staying(plan.snapshots);
    for (const Gap& gap : gaps_in(*known, plan.snapshots)) {
      const auto all = estimate(environment_, gap, stay);
      plan.removed += gap.removed.size();
      plan.rows += all.freed.rows;
      plan.bytes += all.freed.bytes;
      plan.users_lost += all.users_lost;
    }
    return std::move(plan);
  });
}

base::Result<std::vector<base::SnapshotNumber>> Pruning::remove(
    const std::string& tenant, const std::vector<base::SnapshotNumber>& numbers) {
  std::vector<base::SnapshotNumber> removed;
  auto done = environment_.write([&](Write& write) -> base::Result<void> {
    removed.clear();
    const auto known = find_tenant(write.txn, tenant);
    if (!known) return {};
    const auto others = others_of(write.txn, *known, tenant);
    for (const auto number : numbers) {
      if (!may_go(write.txn, *known, number, others)) continue;
      erase_snapshot(write.txn, *known, number);
      mark_removed(write.txn, *known, number);
      removed.push_back(number);
    }
    return {};
  });
  if (!done) return base::pass(done);
  snapshots_.forget_lists(tenant);
  return removed;
}

base::Result<Pruning::Cleaned> Pruning::clean_up(const std::string& tenant,
                                                 const std::stop_token& stop,
                                                 const OnPiece& on_piece) {
  auto cleaned = merge_all(tenant, stop, on_piece);
  snapshots_.forget_lists(tenant);
  return cleaned;
}

base::Result<Pruning::Cleaned> Pruning::merge_all(const std::string& tenant,
                                                  const std::stop_token& stop,
                                                  const OnPiece& on_piece) {
  Cleaned cleaned;
  const auto known = find_tenant(*environment_.read(), tenant);
  std::uint64_t merged = 0;
  for (const auto number : left_behind(tenant)) {
    Merging merging(environment_.packing(), *known, number);
    for (bool is_merged = false; !is_merged;) {
      if (stop.stop_requested()) {
        cleaned.is_done = false;
        return cleaned;
      }
      Freed freed;
      auto done = environment_.write([&](Write& write) -> base::Result<void> {
        freed = {};
        is_merged = merging.step(write.txn, freed);
        return {};
      });
      if (!done) return base::pass(done);
      merging.committed();
      cleaned.rows += freed.rows;
      cleaned.bytes += freed.bytes;
      if (is_merged) ++merged;
      if (on_piece) on_piece(merged);
    }
  }
  return cleaned;
}

std::vector<base::SnapshotNumber> Pruning::left_behind(const std::string& tenant) const {
  const auto reader = environment_.read();
  const auto known = find_tenant(*reader, tenant);
  return known ? removed_ones(*reader, *known) : std::vector<base::SnapshotNumber>{};
}

}  // namespace entrad::store
