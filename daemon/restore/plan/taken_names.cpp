#include "restore/plan/taken_names.h"

#include <algorithm>

#include "base/text.h"
#include "graph/calls.h"
#include "restore/new_name.h"

namespace entrad::restore {
namespace {

using graph::Request;
namespace calls = graph::calls;

std::string wanted_name(const Candidate& candidate) {
  return candidate.goal.wanted.object.text("userPrincipalName");
}

std::string live_name(const Candidate& candidate) {
  return candidate.live.sections.object.text("userPrincipalName");
}

bool is_same(const std::string& one, const std::string& other) {
  return base::ascii_lower(one) == base::ascii_lower(other);
}

// A user that comes back needs a name; one that is there, only if it is to have another one.
bool needs_name(const Candidate& candidate) {
  const api::RestoreRequest& request = *candidate.goal.request;
  if (!request.with_object && request.as_new.empty()) return false;
  return candidate.live.where != Where::live ||
         !is_same(wanted_name(candidate), live_name(candidate));
}

std::string way_out(const api::RestoreRequest& request) {
  if (!request.to_tenant.empty())
    return "rename or delete that user, or choose another --domain, then plan again; or say what "
           "name to give instead: --when-taken \"{local}.restored@{domain}\"";
  if (!request.as_new.empty()) return "rename or delete that user, or choose another name";
  return "rename or delete that user, then plan again; or say what name to give instead: "
         "--when-taken \"{local}.restored@{domain}\"";
}

api::Failure taken_by(const std::string& holder, const Candidate& candidate) {
  return {"conflict",
          "another user (" + holder + ") now has the userPrincipalName " + wanted_name(candidate),
          way_out(*candidate.goal.request)};
}

// Who has these names: an id, or nothing.
base::Result<std::vector<std::string>> holders_of(const Context& context,
                                                  const std::vector<std::string>& names,
                                                  const graph::Call& call) {
  std::vector<Request> requests;
  for (const std::string& name : names) requests.push_back(calls::get_user_by_name(name, "id"));
  std::vector<std::string> holders(names.size());
  if (requests.empty()) return holders;
  auto replies = context.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < names.size(); ++i)
    if ((*replies)[i].done()) holders[i] = (*replies)[i].body.value("id", "");
  return holders;
}

}  // namespace

base::Result<void> TakenNames::settle(std::vector<Candidate>& candidates,
                                      const std::function<bool(const std::string&)>& may_be_taken,
                                      const graph::Call& call) {
  std::vector<Candidate*> asked;
  for (Candidate& candidate : candidates)
    if (needs_name(candidate) && may_be_taken(wanted_name(candidate))) asked.push_back(&candidate);
  if (auto found = find_holders(asked, call); !found) return found;
  if (auto done = rename(asked, call); !done) return done;
  find_equal_names(candidates);
  return {};
}

base::Result<void> TakenNames::find_holders(const std::vector<Candidate*>& candidates,
                                            const graph::Call& call) {
  std::vector<std::string> names;
  for (const Candidate* one : candidates) names.push_back(wanted_name(*one));
  auto holders = holders_of(context_, names, call);
  if (!holders) return base::pass(holders);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Candidate& one = *candidates[i];
    const std::string& holder = (*holders)[i];
    if (holder.empty() || holder == one.live.id.str()) continue;
    (one.live.where == Where::live ? one.keeps_name : one.name_taken) = taken_by(holder, one);
  }
  return {};
}

base::Result<void> TakenNames::rename(const std::vector<Candidate*>& candidates,
                                      const graph::Call& call) {
  std::vector<std::string> names;
  std::vector<Candidate*> renamed;
  for (Candidate* one : candidates) {
    const std::string& words = one->goal.request->when_taken;
    if (words.empty() || (!one->name_taken && !one->keeps_name)) continue;
    const std::string name = name_from(words, one->goal.wanted.object.get());
    if (one->name_taken) {
      names.push_back(name);
      renamed.push_back(one);
    } else if (is_same(name, live_name(*one))) {  // by an earlier restore
      one->keeps_name.reset();
      give_name(one->goal, live_name(*one));
    }
  }
  auto holders = holders_of(context_, names, call);
  if (!holders) return base::pass(holders);
  for (std::size_t i = 0; i < renamed.size(); ++i) {
    Candidate& one = *renamed[i];
    const std::string& holder = (*holders)[i];
    if (holder.empty() || holder == one.live.id.str()) {
      one.name_taken.reset();
      give_name(one.goal, names[i]);
    } else {
      one.name_taken->message += ", and another one (" + holder + ") has " + names[i];
      one.name_taken->hint = "choose another --when-taken, then plan again";
    }
  }
  return {};
}

// A template may give two users one name, and so may a domain in which several come together.
void TakenNames::find_equal_names(std::vector<Candidate>& candidates) {
  for (Candidate& candidate : candidates) {
    const api::RestoreRequest& request = *candidate.goal.request;
    const bool names_are_new =
        !request.as_new.empty() || !request.to_tenant.empty() || !request.when_taken.empty();
    if (!names_are_new || candidate.live.where == Where::live || candidate.name_taken) continue;
    const std::string name = wanted_name(candidate);
    if (given_.insert(base::ascii_lower(name)).second) continue;
    candidate.name_taken =
        api::Failure{"conflict", "another user of this restore gets the name " + name + " too",
                     "restore this user by itself, with another name"};
  }
}

}  // namespace entrad::restore
