// When a restore is over: how it ended, and what can be asked for then: to undo it, or to try again
// what has failed.
#include <algorithm>
#include <set>

#include "base/guid.h"
#include "base/text.h"
#include "restore/restore.h"
#include "restore/user_requests.h"

namespace entrad::restore {
namespace {

using api::Item;
using api::Job;
using api::JobKind;
using api::Outcome;
using base::ErrorKind;

constexpr std::size_t kAtOnce = 1000;

base::Result<Job> ended(const store::Journal& journal, base::JobId id) {
  auto job = journal.job(id);
  if (!job) return job;
  if (job->kind != JobKind::restore && job->kind != JobKind::undo)
    return base::fail(ErrorKind::failed_precondition, "job " + id.str() + " is a " +
                                                          std::string(api::name(job->kind)) +
                                                          ": it has written nothing to the tenant");
  if (!api::is_final(job->state))
    return base::fail(ErrorKind::failed_precondition,
                      "job " + id.str() + " is still " + std::string(api::name(job->state)),
                      "cancel it first, or wait for its end: entractl jobs cancel " + id.str());
  return job;
}

bool is_unfinished(Outcome outcome) {
  return outcome == Outcome::partial || outcome == Outcome::impossible ||
         outcome == Outcome::failed || outcome == Outcome::skipped;
}

bool has(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_meant(const Item& item, const api::RetryRequest& which) {
  if (!is_unfinished(item.outcome)) return false;
  if (!which.outcomes.empty() && !has(which.outcomes, api::name(item.outcome))) return false;
  return which.kinds.empty() ||
         std::any_of(item.problems.begin(), item.problems.end(),
                     [&](const api::Failure& problem) { return has(which.kinds, problem.kind); });
}

base::Result<void> check_outcomes(const std::vector<std::string>& outcomes) {
  for (const std::string& word : outcomes) {
    const auto outcome = api::parse<Outcome>(word);
    if (!outcome || !is_unfinished(*outcome))
      return base::fail(ErrorKind::invalid_argument,
                        "\"" + word + "\" is no outcome that could be tried again",
                        "use partial, impossible, failed or skipped");
  }
  return {};
}

}  // namespace

api::JobState final_state(const Job& job) {
  const auto count = [&job](Outcome outcome) {
    const auto found = job.outcomes.find(std::string(api::name(outcome)));
    return found == job.outcomes.end() ? 0U : found->second;
  };
  const auto good = count(Outcome::restored) + count(Outcome::already_right);
  const auto bad = count(Outcome::partial) + count(Outcome::impossible) + count(Outcome::failed) +
                   count(Outcome::skipped);
  if (bad == 0) return api::JobState::succeeded;
  return good + count(Outcome::partial) > 0 ? api::JobState::partial : api::JobState::failed;
}

base::Result<api::RestoreRequest> request_to_undo(const store::Journal& journal, base::JobId id) {
  auto job = ended(journal, id);
  if (!job) return base::pass(job);
  if (job->kind == JobKind::undo)
    return request_to_undo(journal, job->request.get<api::UndoRequest>().job);
  auto request = widest(job->request.get<api::RestoreRequest>());
  request.user_options.clear();
  request.when_taken.clear();
  request.with_object = true;
  request.exact = true;
  request.attributes.clear();
  request.attribute_mode = api::AttributeMode::overwrite;
  request.as_new.clear();
  request.create_missing_groups = false;
  request.block_sign_in = false;
  request.revoke_sessions = false;
  request.temporary_access_pass = false;
  request.seal_to.clear();
  request.approved = false;
  return request;
}

base::Result<api::RestoreRequest> request_to_retry(const store::Journal& journal, base::JobId id,
                                                   const api::RetryRequest& which) {
  if (auto sound = check_outcomes(which.outcomes); !sound) return base::pass(sound);
  auto job = ended(journal, id);
  if (!job) return base::pass(job);
  if (job->kind != JobKind::restore)
    return base::fail(ErrorKind::failed_precondition, "job " + id.str() + " is an undo",
                      "undo once more, which does what is left: entractl jobs undo " +
                          std::to_string(job->request.get<api::UndoRequest>().job.value));
  auto request = job->request.get<api::RestoreRequest>();
  request.selection = {};
  std::set<std::string> names;
  for (std::uint64_t from = 0;;) {
    const auto rows = journal.items(id, from, kAtOnce);
    if (rows.empty()) break;
    from = rows.back().item.seq + 1;
    for (const auto& row : rows) {
      if (!is_meant(row.item, which)) continue;
      request.selection.users.push_back(row.item.user_id);
      names.insert(base::ascii_lower(row.item.user_id));
      names.insert(base::ascii_lower(row.item.user_principal_name));
    }
  }
  if (request.selection.users.empty())
    return base::fail(ErrorKind::failed_precondition,
                      "job " + id.str() + " has no user who could be tried again",
                      "see how each of them ended: entractl jobs items " + id.str());
  std::erase_if(request.user_options, [&names](const api::UserOptions& one) {
    return !names.contains(base::ascii_lower(one.user));
  });
  request.at = job->snapshot ? job->snapshot->str() : request.at;
  request.approved = which.approved;
  request.removals_approved = false;
  return request;
}

}  // namespace entrad::restore
