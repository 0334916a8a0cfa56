// Apply: passes over the open items until each reads back as the snapshot has it, or cannot.
#include <algorithm>
#include <functional>

#include "restore/apply/entry.h"
#include "restore/apply/link_waves.h"
#include "restore/apply/moved.h"
#include "restore/apply/pass.h"
#include "restore/live/census.h"
#include "restore/live/reading.h"
#include "restore/other_tenant/missing_groups.h"
#include "restore/progress.h"
#include "restore/restore.h"
#include "restore/user_requests.h"
#include "store/lineage.h"

namespace entrad::restore {
namespace {

using api::Item;
using api::Job;
using api::Outcome;
using base::Guid;
using store::ItemRow;

constexpr std::size_t kSlice = 2000;
// Between the reads that must be equal. Long enough to meet another replica.
constexpr std::chrono::seconds kBetweenReads{2};
constexpr std::chrono::minutes kFresh{5};
constexpr int kQuickPasses = 5;

void count_outcomes(const std::vector<ItemRow>& rows, Job& job) {
  for (const ItemRow& row : rows) ++job.outcomes[std::string(api::name(row.item.outcome))];
  job.progress.done += rows.size();
}

class Applier {
 public:
  Applier(const Context& context, const api::RestoreRequest& asked, std::stop_token stop)
      : context_(context),
        goals_(context, asked),
        journal_(context.store.journal()),
        progress_(context.store.journal(), context.session, context.clock, context.job),
        stop_(stop),
        call_(progress_.call(stop, at_most_few_users())),
        memory_(context.clock),
        targets_(context, selected(), goals_.other_tenant()),
        writer_(context, targets_, call_) {}

  base::Result<void> run();
  base::Result<void> close();

 private:
  std::size_t at_most_few_users() const;
  std::unordered_set<Guid> selected();
  bool nothing_is_written() const;
  bool plan_is_fresh() const;
  // How a pass sees what the users are.
  enum class Look { from_plan, one_by_one, cheapest };
  base::Result<bool> pass(Look look);
  base::Result<std::uint64_t> pass_one_by_one(Pass& pass, bool from_plan);
  base::Result<std::uint64_t> pass_by_lists(Pass& pass, const std::vector<std::uint64_t>& seqs,
                                            std::vector<Guid> ids);
  base::Result<void> learn_other_tenant();
  base::Result<void> later_passes();
  base::Result<void> quick_passes(Pass::Turn turn);
  base::Result<void> pass_over(std::set<std::uint64_t> seqs, Pass::Turn turn);
  using LookAt = std::function<base::Result<void>(std::vector<Entry>&)>;
  base::Result<std::uint64_t> pass_slice(Pass& pass, std::vector<ItemRow> rows, const LookAt& look);
  void who_is_open(std::vector<std::uint64_t>& seqs, std::vector<Guid>& ids) const;
  std::vector<ItemRow> open_items(std::uint64_t& from) const;
  std::vector<ItemRow> open_among(std::set<std::uint64_t>& seqs) const;
  base::Result<void> rest();
  bool judge(Entry& entry);
  void finish(Entry& entry);
  base::Result<void> store_finished(const std::vector<ItemRow>& rows);
  base::Result<void> count_from_items();

  const Context& context_;
  const Goals goals_;
  store::Journal& journal_;
  Progress progress_;
  std::stop_token stop_;
  graph::Call call_;
  Memory memory_;
  Targets targets_;
  Writer writer_;
  bool holds_moved_ = false;  // in the first pass after somebody has approved the plan
};

// As many users as the job has, or one more than a few.
std::size_t Applier::at_most_few_users() const {
  return journal_.items(context_.job, 0, graph::kFewUsers + 1).size();
}

// Who is in the job and is in the directory, as far as the items know, or may still come. Nobody's
// manager is a new user beside the old one.
std::unordered_set<Guid> Applier::selected() {
  std::unordered_set<Guid> users;
  if (!context_.request.as_new.empty()) return users;
  for (std::uint64_t from = 0;;) {
    const auto rows = journal_.items(context_.job, from, kSlice);
    if (rows.empty()) return users;
    from = rows.back().item.seq + 1;
    for (const ItemRow& row : rows) {
      const auto id = Guid::parse(row.item.user_id);
      if (!id) continue;
      const bool is_there = row.item.found == name(Where::live) || row.work.contains("target");
      if (is_there) memory_.present.insert(*id);
      if (is_there || row.item.outcome == Outcome::pending) users.insert(*id);
    }
  }
}

base::Result<void> Applier::run() {
  if (auto counted = count_from_items(); !counted) return counted;
  if (auto taken = take_up_unanswered(context_); !taken) return taken;
  const bool fresh = plan_is_fresh();
  const bool untouched = nothing_is_written();
  if (auto learned = learn_other_tenant(); !learned) return learned;
  for (bool first = true;; first = false) {
    const std::uint64_t before = writer_.accepted();
    const bool from_plan = first && fresh;
    holds_moved_ = first && !from_plan && untouched;
    auto open = pass(from_plan ? Look::from_plan : first ? Look::one_by_one : Look::cheapest);
    holds_moved_ = false;
    base::Result<void> done;
    if (open)
      done = later_passes();
    else
      done = base::pass(open);
    if (!done && graph_is_away(done.error())) {
      if (auto waited = progress_.wait_for_graph(done.error(), call_); !waited) return waited;
      memory_.start_patience_anew();
      continue;
    }
    if (!done) return done;
    if (!*open) return {};
    if (writer_.accepted() == before) progress_.rename("verifying");
    if (auto rested = rest(); !rested) return rested;
  }
}

// And makes what groups of the plan it lacks.
base::Result<void> Applier::learn_other_tenant() {
  OtherTenant* const other = goals_.other_tenant();
  if (!other) return {};
  for (;;) {
    auto done = other->learn(call_);
    MissingGroups groups(context_, *other, writer_);
    if (done) done = groups.make(call_);
    if (done || !graph_is_away(done.error())) return done;
    if (auto waited = progress_.wait_for_graph(done.error(), call_); !waited) return waited;
  }
}

base::Result<void> Applier::rest() {
  if (context_.clock.wait_for(kBetweenReads, stop_)) return {};
  return base::fail(base::ErrorKind::cancelled, "the restore was interrupted");
}

bool Applier::nothing_is_written() const { return journal_.steps(context_.job, 0, 1).empty(); }

// What the plan has found a moment ago need not be read again, unless it has waited for somebody's
// approval, or something was written since.
bool Applier::plan_is_fresh() const {
  const auto plan = journal_.document(context_.job, "plan");
  if (!plan || !context_.request.approved_by.empty() || !nothing_is_written()) return false;
  return context_.clock.wall() - plan->get<api::Plan>().made_at < kFresh;
}

// One look at every open item. True: some are still open.
// Lists show links as they were when the pass began. So the first pass, which may write for hours,
// looks at each user right before it writes; later ones write little.
base::Result<bool> Applier::pass(Look look) {
  LinkWaves links(context_, writer_, memory_, targets_, call_);
  Pass pass(context_, goals_, writer_, memory_, targets_, links, call_, Pass::Turn::most);
  std::vector<std::uint64_t> seqs;
  std::vector<Guid> ids;
  if (look == Look::cheapest) who_is_open(seqs, ids);
  const bool by_lists =
      look == Look::cheapest &&
      reads_by_lists(context_, extent_of(context_, ids.size(), /*only_names=*/false));
  auto left = by_lists ? pass_by_lists(pass, seqs, std::move(ids))
                       : pass_one_by_one(pass, look == Look::from_plan);
  if (!left) return base::pass(left);
  if (auto written = pass.write_undecided(); !written) return base::pass(written);
  if (auto written = links.write(); !written) return base::pass(written);
  return *left > 0;
}

void Applier::who_is_open(std::vector<std::uint64_t>& seqs, std::vector<Guid>& ids) const {
  for (std::uint64_t from = 0;;) {
    const auto rows = open_items(from);
    if (rows.empty()) return;
    for (const ItemRow& row : rows) {
      seqs.push_back(row.item.seq);
      ids.push_back(present_id(goals_, row));
    }
  }
}

base::Result<std::uint64_t> Applier::pass_one_by_one(Pass& pass, bool from_plan) {
  std::uint64_t left = 0;
  for (std::uint64_t from = 0;;) {
    auto rows = open_items(from);
    if (rows.empty()) return left;
    auto open = pass_slice(pass, std::move(rows), [&](std::vector<Entry>& entries) {
      return from_plan ? pass.take_from_plan(entries) : pass.look(entries);
    });
    if (!open) return open;
    left += *open;
  }
}

base::Result<std::uint64_t> Applier::pass_by_lists(Pass& pass,
                                                   const std::vector<std::uint64_t>& seqs,
                                                   std::vector<Guid> ids) {
  std::uint64_t left = 0;
  Census census(context_, std::move(ids), depth_of(context_.request), false,
                std::bind_front(&Targets::see, &targets_), call_);
  const auto work = [&](std::vector<Census::Found>& found) -> base::Result<void> {
    std::vector<ItemRow> rows;
    std::vector<Live> lives;
    for (Census::Found& one : found) {
      auto row = journal_.item(context_.job, seqs[one.place]);
      if (!row) continue;
      rows.push_back(std::move(*row));
      lives.push_back(std::move(one.live));
    }
    auto open = pass_slice(pass, std::move(rows), [&](std::vector<Entry>& entries) {
      return pass.take(entries, std::move(lives));
    });
    if (!open) return base::pass(open);
    left += *open;
    return {};
  };
  auto read = census.read([&work](std::vector<Census::Found> found) -> Census::Work {
    return [&work, found = std::move(found)]() mutable { return work(found); };
  });
  if (!read) return base::pass(read);
  return left;
}

// What was left to last goes when everything else has been written, or has failed for now.
base::Result<void> Applier::later_passes() {
  if (auto done = quick_passes(Pass::Turn::most); !done) return done;
  auto seqs = memory_.take_last();
  if (seqs.empty()) return {};
  if (auto done = pass_over(std::move(seqs), Pass::Turn::last); !done) return done;
  return quick_passes(Pass::Turn::last);
}

// What could not be written is looked at again before everybody else is: a write that failed is
// made good in seconds, while reading all of a big restore takes minutes.
base::Result<void> Applier::quick_passes(Pass::Turn turn) {
  for (int i = 0; i < kQuickPasses; ++i) {
    auto seqs = memory_.take_hurried();
    if (seqs.empty()) return {};
    if (auto rested = rest(); !rested) return rested;
    if (auto done = pass_over(std::move(seqs), turn); !done) return done;
  }
  return {};
}

base::Result<void> Applier::pass_over(std::set<std::uint64_t> seqs, Pass::Turn turn) {
  LinkWaves links(context_, writer_, memory_, targets_, call_);
  Pass pass(context_, goals_, writer_, memory_, targets_, links, call_, turn);
  while (!seqs.empty()) {
    auto open = pass_slice(pass, open_among(seqs),
                           [&pass](std::vector<Entry>& entries) { return pass.look(entries); });
    if (!open) return base::pass(open);
  }
  if (auto written = pass.write_undecided(); !written) return written;
  return links.write();
}

// Takes a slice of them.
std::vector<ItemRow> Applier::open_among(std::set<std::uint64_t>& seqs) const {
  std::vector<ItemRow> open;
  while (!seqs.empty() && open.size() < kSlice) {
    auto row = journal_.item(context_.job, seqs.extract(seqs.begin()).value());
    if (row && row->item.outcome == Outcome::pending) open.push_back(std::move(*row));
  }
  return open;
}

std::vector<ItemRow> Applier::open_items(std::uint64_t& from) const {
  std::vector<ItemRow> open;
  while (open.size() < kSlice) {
    auto rows = journal_.items(context_.job, from, kSlice - open.size());
    if (rows.empty()) break;
    from = rows.back().item.seq + 1;
    for (ItemRow& row : rows)
      if (row.item.outcome == Outcome::pending) open.push_back(std::move(row));
  }
  return open;
}

base::Result<std::uint64_t> Applier::pass_slice(Pass& pass, std::vector<ItemRow> rows,
                                                const LookAt& look) {
  std::vector<Entry> entries;
  entries.reserve(rows.size());
  for (ItemRow& row : rows) entries.push_back(open_entry(goals_, std::move(row)));
  if (auto looked = look(entries); !looked) return base::pass(looked);
  std::vector<ItemRow> finished;
  std::vector<store::Succession> successions;  // again, in case a crash came before the first time
  std::vector<Entry> open;
  for (Entry& entry : entries) {
    if (holds_moved_ && hold_if_moved(entry, targets_, goals_.other_tenant())) {
      finished.push_back(std::move(entry.row));
      continue;
    }
    if (!judge(entry)) {
      open.push_back(std::move(entry));
      continue;
    }
    finish(entry);
    if (entry.history.created && context_.request.as_new.empty())
      successions.push_back({entry.user, entry.live.id});
    finished.push_back(std::move(entry.row));
  }
  if (!successions.empty()) {
    auto kept = context_.store.lineage().record(context_.request.home(), successions, context_.job,
                                                context_.clock.wall());
    if (!kept) return base::pass(kept);
  }
  if (auto stored = store_finished(finished); !stored) return base::pass(stored);
  const std::uint64_t left = open.size();
  if (auto written = pass.write(open); !written) return base::pass(written);
  return left;
}

// A plan is carried out as it was approved or not at all. True: the user has been changed since.
// True: nothing is left to be done for this item, or to be hoped for.
bool Applier::judge(Entry& entry) {
  const bool refused_back =
      entry.history.given_up.contains("create") || entry.history.given_up.contains("restore");
  if (refused_back && !entry.visible) return true;
  const bool vanished =
      !entry.visible && (entry.brought_back() || !entry.to_write.create || !entry.may_be_created());
  if (entry.todo.empty() && entry.visible != entry.goal.absent) {
    entry.row.item.verified = memory_.equal_again(entry.seq());
    return entry.row.item.verified;
  }
  if (entry.todo.empty() && !entry.brought_back()) return true;
  if (!memory_.differs_too_long(entry.seq())) return false;
  refuse(entry.row, vanished ? "vanished" : "unsettled",
         {base::ErrorKind::timed_out,
          vanished ? "the user cannot be found in the directory any more"
                   : "did not read back as written within 15 minutes",
          "plan the restore again", nullptr});
  return true;
}

void Applier::finish(Entry& entry) {
  Item& item = entry.row.item;
  item.problems = entry.todo.problems;
  const auto refusals = entry.row.work.value("refusals", nlohmann::json::object());
  for (const auto& [key, why] : refusals.items()) item.problems.push_back(why.get<api::Failure>());
  if (entry.visible && entry.live.sections.auth_methods)
    item.methods_to_register = entry.todo.to_register;
  History given_up;
  given_up.given_up = entry.history.given_up;
  Live before = from_pre_image(entry.row.pre_image);
  for (const auto& [object, owners] : entry.live.owner_counts) before.owner_counts[object] = owners;
  if (entry.visible || entry.brought_back() || entry.goal.absent)
    item.done =
        describe(compare(goal_of(goals_, entry.row, before), before, targets_, given_up), targets_);
  for (const auto& words : entry.row.work.value("also", nlohmann::json::array()))
    item.done.push_back(words);
  if (item.problems.empty())
    item.outcome = item.done.empty() ? Outcome::already_right : Outcome::restored;
  else if (!item.done.empty())
    item.outcome = Outcome::partial;
  else
    item.outcome = refusals.empty() ? Outcome::impossible : Outcome::failed;
  memory_.forget(entry.seq());
}

base::Result<void> Applier::store_finished(const std::vector<ItemRow>& rows) {
  if (rows.empty()) return {};
  return journal_.put_items(context_.job, rows, [&rows](Job& job) {
    count_outcomes(rows, job);
    return true;
  });
}

// Counts anew what earlier processes finished, so that the job's numbers always fit its items.
base::Result<void> Applier::count_from_items() {
  std::map<std::string, std::uint64_t> outcomes;
  std::uint64_t total = 0;
  std::uint64_t closed = 0;
  for (std::uint64_t from = 0;;) {
    const auto rows = journal_.items(context_.job, from, kSlice);
    if (rows.empty()) break;
    from = rows.back().item.seq + 1;
    total += rows.size();
    for (const ItemRow& row : rows) {
      if (row.item.outcome == Outcome::pending) continue;
      ++outcomes[std::string(api::name(row.item.outcome))];
      ++closed;
    }
  }
  auto updated = journal_.update(context_.job, [&](Job& job) {
    job.outcomes = outcomes;
    job.progress.phase = "restoring";
    job.progress.total = total;
    job.progress.done = closed;
    return true;
  });
  if (!updated) return base::pass(updated);
  return {};
}

base::Result<void> Applier::close() {
  if (auto taken = take_up_unanswered(context_); !taken) return taken;
  for (std::uint64_t from = 0;;) {
    auto rows = open_items(from);
    if (rows.empty()) break;
    for (ItemRow& row : rows) {
      const bool touched = row.work.contains("target") || row.work.contains("tried");
      row.item.outcome = touched ? Outcome::partial : Outcome::skipped;
      row.item.problems.push_back({"cancelled",
                                   "the restore was cancelled before this user was done",
                                   "restore this user again; what is right already is left alone"});
    }
    if (auto stored = journal_.put_items(context_.job, rows); !stored) return stored;
  }
  return count_from_items();
}

}  // namespace

base::Result<void> apply(const Context& context, std::stop_token stop) {
  const Context wide = for_all(context);
  Applier applier(wide, context.request, std::move(stop));
  return applier.run();
}

base::Result<void> close_cancelled(const Context& context, std::stop_token stop) {
  const Context wide = for_all(context);
  Applier applier(wide, context.request, std::move(stop));
  return applier.close();
}

}  // namespace entrad::restore
