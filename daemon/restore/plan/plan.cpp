// Plan: select, resolve, compare, price. A thousand users at a time, so that memory does not grow
// with the number of users: one by one, or, where that is cheaper, as lists bring them.
#include <algorithm>
#include <functional>
#include <future>
#include <unordered_set>

#include "base/text.h"
#include "restore/apply/moved.h"
#include "restore/compare/todo.h"
#include "restore/goal.h"
#include "restore/live/census.h"
#include "restore/live/reading.h"
#include "restore/live/role_list.h"
#include "restore/live/schedule_list.h"
#include "restore/live/sponsors_and_owned.h"
#include "restore/other_tenant/missing_groups.h"
#include "restore/plan/left_behind.h"
#include "restore/plan/outsiders.h"
#include "restore/plan/price.h"
#include "restore/plan/risks.h"
#include "restore/plan/taken_names.h"
#include "restore/progress.h"
#include "restore/restore.h"
#include "restore/state.h"
#include "restore/targets.h"
#include "restore/user_requests.h"
#include "store/journal.h"

namespace entrad::restore {
namespace {

using base::Guid;
using store::ItemRow;

constexpr std::size_t kSlice = 1000;

class Planner {
 public:
  Planner(const Context& context, const Goals& goals, std::vector<Guid> users, std::stop_token stop)
      : context_(context),
        goals_(goals),
        users_(std::move(users)),
        targets_(context,
                 context.request.as_new.empty()
                     ? std::unordered_set<Guid>(users_.begin(), users_.end())
                     : std::unordered_set<Guid>(),
                 goals.other_tenant()),
        names_(context),
        price_(context.quotas, context.session.apps().size()),
        left_behind_(context),
        risks_(context),
        progress_(context.store.journal(), context.session, context.clock, context.job),
        call_(progress_.call(std::move(stop), users_.size())),
        schedules_(context, call_) {}

  base::Result<api::Plan> make();

 private:
  base::Result<void> learn_other_tenant();
  base::Result<void> keep_missing_groups();
  base::Result<void> patiently(const std::function<base::Result<void>()>& step);
  base::Result<void> read_one_by_one();
  base::Result<void> read_by_lists();
  base::Result<void> slice(std::size_t from, std::size_t to);
  // The rows of a page are kept while the next one is settled.
  base::Result<void> settle(std::vector<Candidate> candidates);
  base::Result<void> finish_keeping();
  using Prepared = base::Result<std::vector<Candidate>>;
  Prepared prepare(std::vector<Census::Found> found) const;
  base::Result<void> read_beforehand(std::vector<Candidate>& candidates) const;
  base::Result<void> read_each(std::vector<Candidate>& candidates) const;
  Candidate candidate_of(std::size_t seq, Live live) const;
  base::Result<void> add_roles(std::vector<Candidate>& candidates);
  base::Result<void> add_methods(std::vector<Candidate>& candidates) const;
  base::Result<void> learn_targets(const std::vector<Candidate>& candidates);
  base::Result<void> settle_names(std::vector<Candidate>& candidates);
  bool is_protected(const Candidate& candidate) const;
  ItemRow enter(Candidate& candidate);
  void count(const Candidate& candidate, const Todo& todo);

  const Context& context_;
  const Goals& goals_;
  std::vector<Guid> users_;
  Targets targets_;
  std::optional<Census> census_;
  std::optional<RoleList> roles_;
  TakenNames names_;
  Price price_;
  LeftBehind left_behind_;
  Risks risks_;
  Progress progress_;
  graph::Call call_;
  ScheduleList schedules_;
  std::unordered_set<Guid> created_;  // in place of a user of the snapshot
  api::Plan plan_;
  std::uint64_t entered_ = 0;
  std::future<base::Result<void>> keeping_;
};

base::Result<api::Plan> Planner::make() {
  plan_.job = context_.job;
  plan_.snapshot = context_.snapshot.number;
  plan_.snapshot_time = context_.snapshot.sealed_at;
  plan_.users = users_.size();
  progress_.phase("planning", users_.size());
  if (auto learned = learn_other_tenant(); !learned) return base::pass(learned);
  const Extent extent =
      extent_of(context_, users_.size(), /*only_names=*/!context_.request.as_new.empty());
  if (auto read = reads_by_lists(context_, extent) ? read_by_lists() : read_one_by_one(); !read)
    return base::pass(read);
  if (auto kept = finish_keeping(); !kept) return base::pass(kept);
  if (auto kept = keep_missing_groups(); !kept) return base::pass(kept);
  risks_.enter_into(plan_, targets_, roles_, call_);
  note_outsiders(context_, created_, {users_.begin(), users_.end()}, plan_);
  left_behind_.enter_into(plan_);
  plan_.made_at = context_.clock.wall();
  price_.enter_into(plan_);
  if (auto within = check_limits(context_.limits, plan_); !within) return base::pass(within);
  store::Journal& journal = context_.store.journal();
  auto priced = journal.update(context_.job, [this](api::Job& job) {
    job.progress.writes_planned = price_.writes();
    job.progress.eta_seconds = plan_.eta_seconds;
    return true;
  });
  if (!priced) return base::pass(priced);
  auto stored = journal.put_document(context_.job, "plan", plan_);
  if (!stored) return base::pass(stored);
  return plan_;
}

base::Result<void> Planner::learn_other_tenant() {
  OtherTenant* const other = goals_.other_tenant();
  if (!other) return {};
  auto learned = patiently([&] { return other->learn(call_); });
  plan_.to_tenant = context_.request.to_tenant;
  plan_.domain = other->domain();
  return learned;
}

base::Result<void> Planner::keep_missing_groups() {
  const OtherTenant* const other = goals_.other_tenant();
  if (!other) return {};
  plan_.counterparts = other->counterparts();
  if (other->missing_groups().empty()) return {};
  for (const auto& [id, group] : other->missing_groups()) {
    plan_.groups_to_create.push_back(group.name);
    price_.add_group();
  }
  std::sort(plan_.groups_to_create.begin(), plan_.groups_to_create.end());
  return MissingGroups::plan(context_, *other);
}

base::Result<void> Planner::patiently(const std::function<base::Result<void>()>& step) {
  for (;;) {
    auto done = step();
    if (done || !graph_is_away(done.error())) return done;
    if (auto waited = progress_.wait_for_graph(done.error(), call_); !waited) return waited;
  }
}

base::Result<void> Planner::read_one_by_one() {
  for (std::size_t from = 0; from < users_.size(); from += kSlice) {
    const std::size_t to = std::min(from + kSlice, users_.size());
    if (auto done = patiently([&] { return slice(from, to); }); !done) return done;
  }
  return {};
}

base::Result<void> Planner::read_by_lists() {
  std::vector<Guid> ids;
  for (const Guid& user : users_) ids.push_back(goals_.present_id(user));
  census_.emplace(context_, std::move(ids), depth_of(context_.request),
                  !context_.request.as_new.empty(), std::bind_front(&Targets::see, &targets_),
                  call_);
  return patiently([this] {
    return census_->read([this](std::vector<Census::Found> found) -> Census::Work {
      const auto beside = goals_.may_be_asked_beside() ? std::launch::async : std::launch::deferred;
      auto prepared = std::make_shared<std::future<Prepared>>(std::async(
          beside,
          [this, found = std::move(found)]() mutable { return prepare(std::move(found)); }));
      return [this, prepared] {
        auto candidates = prepared->get();
        return candidates ? settle(std::move(*candidates)) : base::pass(candidates);
      };
    });
  });
}

base::Result<void> Planner::slice(std::size_t from, std::size_t to) {
  std::vector<Guid> ids;
  for (std::size_t i = from; i < to; ++i) ids.push_back(goals_.present_id(users_[i]));
  Depth depth = depth_of(context_.request);
  depth.roles = false;
  auto lives = read_live(context_, ids, depth, call_);
  if (!lives) return base::pass(lives);
  std::vector<Candidate> candidates;
  for (std::size_t i = from; i < to; ++i)
    candidates.push_back(candidate_of(i, std::move((*lives)[i - from])));
  if (auto read = read_beforehand(candidates); !read) return read;
  return settle(std::move(candidates));
}

base::Result<void> Planner::settle(std::vector<Candidate> candidates) {
  if (auto read = add_roles(candidates); !read) return read;
  if (goals_.undo())
    if (auto read = read_each(candidates); !read) return read;
  if (auto learned = learn_targets(candidates); !learned) return learned;
  if (auto settled = settle_names(candidates); !settled) return settled;
  std::vector<ItemRow> rows;
  rows.reserve(candidates.size());
  for (Candidate& candidate : candidates) rows.push_back(enter(candidate));
  auto kept = finish_keeping();
  keeping_ = std::async(std::launch::async, [this, rows = std::move(rows)] {
    auto put = context_.store.journal().put_items(context_.job, rows);
    if (put) progress_.advance(entered_ += rows.size());
    return put;
  });
  return kept;
}

base::Result<void> Planner::finish_keeping() {
  return keeping_.valid() ? keeping_.get() : base::Result<void>();
}

// What the store says, and what lists do not, of one page while the one before is settled.
Planner::Prepared Planner::prepare(std::vector<Census::Found> found) const {
  std::vector<Candidate> candidates;
  candidates.reserve(found.size());
  for (Census::Found& one : found)
    candidates.push_back(candidate_of(one.place, std::move(one.live)));
  auto read = read_beforehand(candidates);
  return read ? Prepared(std::move(candidates)) : base::pass(read);
}

// An undo makes its goals of all that users are, their roles too.
base::Result<void> Planner::read_beforehand(std::vector<Candidate>& candidates) const {
  return goals_.undo() ? base::Result<void>() : read_each(candidates);
}

base::Result<void> Planner::read_each(std::vector<Candidate>& candidates) const {
  if (auto read = add_methods(candidates); !read) return read;
  std::vector<Seen> seen;
  for (Candidate& one : candidates) seen.push_back({one.user, &one.goal, &one.live});
  return read_sponsors_and_owned(context_, goals_, seen, call_);
}

Candidate Planner::candidate_of(std::size_t seq, Live live) const {
  return {seq, users_[seq], goals_.undo() ? Goal() : goals_.of(users_[seq], {}), std::move(live),
          {},  {}};
}

base::Result<void> Planner::settle_names(std::vector<Candidate>& candidates) {
  if (goals_.undo()) return {};
  const auto may_be_taken = [this](const std::string& name) {
    return !census_ || census_->may_be_taken(name);
  };
  return names_.settle(candidates, may_be_taken, call_);
}

base::Result<void> Planner::add_roles(std::vector<Candidate>& candidates) {
  if (!context_.request.with_roles) return {};
  if (!roles_) {
    auto read = RoleList::read(context_, call_);
    if (!read) return base::pass(read);
    roles_ = std::move(*read);
  }
  std::vector<ScheduleList::Holder> holders;
  for (Candidate& candidate : candidates) {
    roles_->enter_into(candidate.live);
    holders.push_back({candidate.goal.wanted, candidate.live});
  }
  return schedules_.enter_into(holders);
}

base::Result<void> Planner::add_methods(std::vector<Candidate>& candidates) const {
  if (!context_.request.with_auth_methods) return {};
  std::vector<Guid> ids;
  std::vector<Candidate*> live;
  for (Candidate& candidate : candidates) {
    const bool matters = goals_.undo() || candidate.goal.wanted.auth_methods;
    if (candidate.live.where != Where::live || !matters) continue;
    ids.push_back(candidate.live.id);
    live.push_back(&candidate);
  }
  auto methods = read_methods(context_, ids, call_);
  if (!methods) return base::pass(methods);
  for (std::size_t i = 0; i < live.size(); ++i)
    live[i]->live.sections.auth_methods = std::move((*methods)[i]);
  return {};
}

base::Result<void> Planner::learn_targets(const std::vector<Candidate>& candidates) {
  std::vector<const Sections*> wanted;
  std::vector<const Sections*> live;
  for (const Candidate& candidate : candidates) {
    wanted.push_back(&candidate.goal.wanted);
    live.push_back(&candidate.live.sections);
  }
  return targets_.learn(wanted, live, call_);
}

constexpr const char* kNameKey = "attr:userPrincipalName";

// Whether there was a name to be left as it is.
bool leave_name(Todo& todo, const api::Failure& why) {
  const auto left = std::erase_if(
      todo.changes, [](const directory::Change& one) { return key_of(one) == kNameKey; });
  if (left > 0) todo.problems.push_back(why);
  return left > 0;
}

bool blocks(const Todo& todo) {
  return std::any_of(todo.changes.begin(), todo.changes.end(), [](const directory::Change& one) {
    return one.attribute == "accountEnabled" && one.to == false;
  });
}

bool Planner::is_protected(const Candidate& candidate) const {
  if (!context_.request.as_new.empty()) return false;
  const Limits& limits = context_.limits;
  if (limits.protected_users.empty()) return false;
  const std::string name = candidate.live.sections.object.text("userPrincipalName");
  return limits.protects(candidate.user.str(), candidate.goal.user_principal_name) ||
         limits.protects(candidate.live.id.str(), name);
}

ItemRow Planner::enter(Candidate& candidate) {
  ItemRow row;
  api::Item& item = row.item;
  item.seq = candidate.seq;
  item.user_id = candidate.user.str();
  item.user_principal_name = candidate.goal.user_principal_name;
  item.display_name = candidate.goal.display_name;
  const bool is_new = !context_.request.as_new.empty();
  item.found = is_new ? kFoundAsNew : name(candidate.live.where);

  Todo todo;
  if (is_protected(candidate))
    todo.problems.push_back(
        {"permissionDenied",
         "the user is protected by the daemon's configuration, and is left alone",
         "restore it by hand, or take it out of protected in "
         "[tenant.NAME.limits]"});
  else if (candidate.name_taken)
    todo.problems.push_back(*candidate.name_taken);
  else
    todo = compare(candidate.goal, candidate.live, targets_, {});
  const bool keeps_name = candidate.keeps_name && leave_name(todo, *candidate.keeps_name);
  if (!candidate.goal.new_name.empty()) item.new_name = candidate.goal.new_name;
  item.planned = describe(todo, targets_);
  item.writes_planned = own_writes(todo);
  item.problems = todo.problems;
  item.methods_to_register = todo.to_register;
  item.needs_password_reset = todo.create;
  if (todo.empty())
    item.outcome = todo.problems.empty() ? api::Outcome::already_right : api::Outcome::impossible;
  const bool knows_methods = goals_.undo() || candidate.goal.wanted.auth_methods;
  row.work = {
      {"readMethods",
       knows_methods && (todo.create || todo.restore_from_bin || !todo.create_methods.empty() ||
                         !todo.replace_methods.empty() || !todo.extra_methods.empty())}};
  row.work["planned"] = keys_of(todo);
  if (keeps_name) row.work["refusals"][kNameKey] = *candidate.keeps_name;
  item.verified = item.outcome == api::Outcome::already_right;
  price_.add(todo, knows_methods ? method_reads(*candidate.goal.request, todo) : 0);
  count(candidate, todo);
  if (item.outcome != api::Outcome::already_right)
    row.pre_image = pre_image_of(std::move(candidate.live));
  return row;
}

void Planner::count(const Candidate& candidate, const Todo& todo) {
  const bool is_new = !context_.request.as_new.empty();
  risks_.add(candidate, todo, is_protected(candidate));
  plan_.as_new += is_new ? 1 : 0;
  if (goals_.other_tenant())
    for (const auto& problem : candidate.goal.problems)
      if (problem.kind == "notFound") ++plan_.left_out[problem.message];
  if (todo.create && !is_new && context_.request.to_tenant.empty()) {
    created_.insert(candidate.user);
    left_behind_.add(candidate.user);
  }
  plan_.blocked += blocks(todo) ? 1 : 0;
  plan_.live += candidate.live.where == Where::live ? 1 : 0;
  plan_.in_recycle_bin += candidate.live.where == Where::in_recycle_bin ? 1 : 0;
  plan_.gone += !is_new && candidate.live.where == Where::gone ? 1 : 0;
  plan_.already_right += todo.empty() && todo.problems.empty() ? 1 : 0;
  plan_.impossible += todo.empty() && !todo.problems.empty() ? 1 : 0;
}

std::string words_of(const std::map<std::string, std::uint64_t>& counts) {
  std::string words;
  for (const auto& [what, times] : counts)
    words +=
        (words.empty() ? "" : ", ") + std::to_string(times) + " " + what + (times == 1 ? "" : "s");
  return words;
}

}  // namespace

std::optional<std::string> awaits_approval(const store::Journal& journal, base::JobId job,
                                           const api::RestoreRequest& asked) {
  const api::RestoreRequest request = widest(asked);
  if (!request.approved) return "waiting for approval";
  if (!request.exact || request.removals_approved) return std::nullopt;
  const auto plan = journal.document(job, "plan");
  if (!plan) return std::nullopt;
  const std::string removals = words_of(plan->get<api::Plan>().removals);
  if (removals.empty()) return std::nullopt;
  return "waiting for approval of what it removes: " + removals;
}

base::Result<api::Plan> plan(const Context& context, std::stop_token stop) {
  Progress progress(context.store.journal(), context.session, context.clock, context.job);
  const Context wide = for_all(context);
  const Goals goals(wide, context.request);
  auto users = goals.users(progress.call(stop, 1));
  if (!users) return base::pass(users);
  Planner planner(wide, goals, std::move(*users), std::move(stop));
  return planner.make();
}

}  // namespace entrad::restore
