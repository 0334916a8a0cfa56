// Plan: select, resolve, compare, price. A thousand users at a time, so that memory does not grow
// with the number of users.
#include <algorithm>

#include "graph/calls.h"
#include "restore/price.h"
#include "restore/progress.h"
#include "restore/restore.h"
#include "restore/selection.h"
#include "restore/state.h"
#include "restore/targets.h"
#include "restore/todo.h"
#include "store/journal.h"

namespace entrad::restore {
namespace {

using base::Guid;
using graph::Request;
using store::ItemRow;
namespace calls = graph::calls;

constexpr std::size_t kSlice = 1000;

struct Candidate {
  Guid user;  // as in the snapshot
  Sections wanted;
  Live live;
  std::optional<api::Failure> name_taken;
};

class Planner {
 public:
  Planner(const Context& context, std::vector<Guid> users, std::stop_token stop)
      : context_(context),
        users_(std::move(users)),
        targets_(context, {users_.begin(), users_.end()}),
        price_(context.quotas, context.session.apps().size()),
        progress_(context.store.journal(), context.session, context.clock, context.job),
        call_(progress_.call(std::move(stop), users_.size())) {}

  base::Result<api::Plan> make();

 private:
  base::Result<void> slice(std::size_t from, std::size_t to);
  base::Result<std::vector<Candidate>> resolve(std::size_t from, std::size_t to);
  base::Result<void> add_methods(std::vector<Candidate>& candidates);
  base::Result<void> learn_targets(const std::vector<Candidate>& candidates);
  base::Result<void> find_taken_names(std::vector<Candidate>& candidates);
  ItemRow enter(std::size_t seq, const Candidate& candidate);
  void note_risks(const Candidate& candidate, const Todo& todo);

  const Context& context_;
  std::vector<Guid> users_;
  Targets targets_;
  Price price_;
  Progress progress_;
  graph::Call call_;
  api::Plan plan_;
};

base::Result<api::Plan> Planner::make() {
  plan_.job = context_.job;
  plan_.snapshot = context_.snapshot.number;
  plan_.snapshot_time = context_.snapshot.sealed_at;
  plan_.users = users_.size();
  progress_.phase("planning", users_.size());
  for (std::size_t from = 0; from < users_.size(); from += kSlice) {
    const std::size_t to = std::min(from + kSlice, users_.size());
    auto done = slice(from, to);
    while (!done && graph_is_away(done.error())) {
      if (auto waited = progress_.wait_for_graph(done.error(), call_); !waited)
        return base::pass(waited);
      done = slice(from, to);
    }
    if (!done) return base::pass(done);
    progress_.advance(to);
  }
  plan_.made_at = context_.clock.wall();
  price_.enter_into(plan_);
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

base::Result<void> Planner::slice(std::size_t from, std::size_t to) {
  auto candidates = resolve(from, to);
  if (!candidates) return base::pass(candidates);
  if (auto read = add_methods(*candidates); !read) return read;
  if (auto learned = learn_targets(*candidates); !learned) return learned;
  if (auto found = find_taken_names(*candidates); !found) return found;
  std::vector<ItemRow> rows;
  rows.reserve(candidates->size());
  for (std::size_t i = 0; i < candidates->size(); ++i)
    rows.push_back(enter(from + i, (*candidates)[i]));
  return context_.store.journal().put_items(context_.job, rows);
}

base::Result<std::vector<Candidate>> Planner::resolve(std::size_t from, std::size_t to) {
  std::vector<Candidate> candidates;
  std::vector<Guid> ids;
  for (std::size_t i = from; i < to; ++i) {
    candidates.push_back({users_[i], read_wanted(context_, users_[i]), {}, {}});
    ids.push_back(present_id(context_, users_[i]));
  }
  const api::RestoreRequest& request = context_.request;
  const Depth depth{request.with_object, request.with_memberships, request.with_roles};
  auto lives = read_live(context_, ids, depth, call_);
  if (!lives) return base::pass(lives);
  for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].live = std::move((*lives)[i]);
  return candidates;
}

base::Result<void> Planner::add_methods(std::vector<Candidate>& candidates) {
  if (!context_.request.with_auth_methods) return {};
  std::vector<Guid> ids;
  std::vector<Candidate*> live;
  for (Candidate& candidate : candidates) {
    if (candidate.live.where != Where::live || !candidate.wanted.auth_methods) continue;
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
  std::vector<directory::Link> links;
  std::vector<Guid> managers;
  for (const Candidate& candidate : candidates) {
    const auto& wanted = candidate.wanted;
    if (wanted.memberships)
      links.insert(links.end(), wanted.memberships->begin(), wanted.memberships->end());
    if (wanted.manager && wanted.manager->id && !targets_.is_selected(*wanted.manager->id))
      managers.push_back(*wanted.manager->id);
  }
  if (auto learned = targets_.learn_links(links, call_); !learned) return learned;
  return targets_.learn_users(managers, call_);
}

// A user that comes back needs its userPrincipalName for itself.
base::Result<void> Planner::find_taken_names(std::vector<Candidate>& candidates) {
  if (!context_.request.with_object) return {};
  std::vector<Request> requests;
  std::vector<Candidate*> absent;
  for (Candidate& candidate : candidates) {
    if (candidate.live.where == Where::live) continue;
    const std::string name = candidate.wanted.object.value("userPrincipalName", "");
    requests.push_back(calls::get_user_by_name(name, "id"));
    absent.push_back(&candidate);
  }
  if (requests.empty()) return {};
  auto replies = context_.session.batch(requests, call_);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < absent.size(); ++i) {
    const graph::Reply& reply = (*replies)[i];
    if (!reply.done()) continue;
    const std::string holder = reply.body.value("id", "");
    if (holder == absent[i]->live.id.str()) continue;
    absent[i]->name_taken =
        api::Failure{"conflict",
                     "another user (" + holder + ") now has the userPrincipalName " +
                         absent[i]->wanted.object.value("userPrincipalName", ""),
                     "rename or delete that user, then plan again"};
  }
  return {};
}

ItemRow Planner::enter(std::size_t seq, const Candidate& candidate) {
  ItemRow row;
  api::Item& item = row.item;
  item.seq = seq;
  item.user_id = candidate.user.str();
  item.user_principal_name = candidate.wanted.object.value("userPrincipalName", "");
  if (const auto name = candidate.wanted.object.find("displayName");
      name != candidate.wanted.object.end() && name->is_string())
    item.display_name = *name;
  item.found = name(candidate.live.where);
  row.pre_image = pre_image_of(candidate.live);

  Todo todo;
  if (candidate.name_taken)
    todo.problems.push_back(*candidate.name_taken);
  else
    todo = compare(context_.request, candidate.wanted, candidate.live, targets_, {});
  item.planned = describe(todo, targets_);
  item.writes_planned = own_writes(todo);
  item.problems = todo.problems;
  item.methods_to_register = todo.to_register;
  item.needs_password_reset = todo.create;
  if (todo.empty())
    item.outcome = todo.problems.empty() ? api::Outcome::already_right : api::Outcome::impossible;
  row.work = {{"readMethods", todo.create || todo.restore_from_bin ||
                                  !todo.create_methods.empty() || !todo.replace_methods.empty()}};
  item.verified = item.outcome == api::Outcome::already_right;

  price_.add(todo);
  note_risks(candidate, todo);
  plan_.live += candidate.live.where == Where::live ? 1 : 0;
  plan_.in_recycle_bin += candidate.live.where == Where::in_recycle_bin ? 1 : 0;
  plan_.gone += candidate.live.where == Where::gone ? 1 : 0;
  plan_.already_right += item.outcome == api::Outcome::already_right ? 1 : 0;
  plan_.impossible += item.outcome == api::Outcome::impossible ? 1 : 0;
  return row;
}

void Planner::note_risks(const Candidate& candidate, const Todo& todo) {
  const auto& object = candidate.wanted.object;
  if (todo.create)
    ++plan_.risks
          ["get a new object id: what named the old one outside this restore (Conditional "
           "Access, Azure, SharePoint) must be set again"];
  if (todo.create && object.value("onPremisesSyncEnabled", nlohmann::json()) == true)
    ++plan_.risks["were synchronised from Active Directory and come back as cloud users"];
  if (!todo.empty() && !todo.problems.empty())
    ++plan_.risks["can only partly be restored: see entractl jobs items " + context_.job.str()];
  if (candidate.name_taken) ++plan_.risks["have lost their userPrincipalName to another user"];
}

}  // namespace

base::Result<void> check_request(const api::RestoreRequest& request) {
  using base::ErrorKind;
  if (request.selection.empty())
    return base::fail(ErrorKind::invalid_argument, "the selection is empty",
                      "name users by id or userPrincipalName, or use --all or --search TEXT");
  const int ways = (request.selection.all ? 1 : 0) + (request.selection.users.empty() ? 0 : 1) +
                   (request.selection.search.empty() ? 0 : 1);
  if (ways > 1)
    return base::fail(ErrorKind::invalid_argument, "users are selected in more than one way",
                      "use one of: names or ids, --all, --search");
  if (!request.with_object && !request.with_memberships && !request.with_roles &&
      !request.with_auth_methods && !request.block_sign_in)
    return base::fail(ErrorKind::invalid_argument, "nothing is asked to be restored",
                      "add --with-object, --with-memberships, --with-roles, --with-auth-methods or "
                      "--block-sign-in");
  return {};
}

base::Result<api::Plan> plan(const Context& context, std::stop_token stop) {
  auto users = select(context.store.snapshots(), context.request.tenant, context.snapshot,
                      context.request.selection);
  if (!users) return base::pass(users);
  Planner planner(context, std::move(*users), std::move(stop));
  return planner.make();
}

}  // namespace entrad::restore
