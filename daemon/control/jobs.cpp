#include "api/jobs.h"

#include "api/keeping.h"
#include "api/requests.h"
#include "control/bodies.h"
#include "control/handlers.h"
#include "control/parameters.h"
#include "control/wide_jobs.h"
#include "restore/restore.h"
#include "store/journal.h"

namespace entrad::control {
namespace {

using base::ErrorKind;

Answer accepted(const api::Job& job) {
  Answer answer;
  answer.status = 202;
  answer.body = job;
  answer.location = "/v1/jobs/" + job.id.str();
  return answer;
}

// Takes a request in whose struct says everything that its kind of job needs.
template <typename Request>
base::Result<Answer> submit(const nlohmann::json& body, const Question& question,
                            const Context& context) {
  auto request = read_body<Request>(body, {"kind"});
  if (!request) return base::pass(request);
  if (request->tenant.empty()) {
    std::string tenants;
    for (const std::string& one : context.services.sessions.tenants())
      tenants += (tenants.empty() ? "" : ", ") + one;
    return base::fail(ErrorKind::invalid_argument, "the body does not say for which tenant",
                      "set \"tenant\" to one of: " + tenants);
  }
  auto job = context.services.queue.submit(*request, question.peer.name);
  if (!job) return base::pass(job);
  return accepted(*job);
}

base::Result<Answer> submit_store_check(const nlohmann::json& body, const Question& question,
                                        const Context& context) {
  auto request = read_body<api::StoreCheckRequest>(body, {"kind"});
  if (!request) return base::pass(request);
  if (!request->store)
    return base::fail(ErrorKind::invalid_argument, "\"store\" is false",
                      "leave it out to check one snapshot");
  auto job = context.services.queue.submit(*request, question.peer.name);
  if (!job) return base::pass(job);
  return accepted(*job);
}

base::Result<api::JobKind> kind_of(const nlohmann::json& body) {
  const char* hint = "set \"kind\" to \"backup\", \"restore\", \"check\" or \"prune\"";
  const auto found = body.find("kind");
  if (found == body.end() || found->is_null())
    return base::fail(ErrorKind::invalid_argument, "the body does not say what kind of job", hint);
  if (!found->is_string()) return wrong_type("kind", "a text", *found);
  const auto text = found->get<std::string>();
  const auto kind = api::parse<api::JobKind>(text);
  if (!kind)
    return base::fail(ErrorKind::invalid_argument, "there is no job kind \"" + text + "\"", hint);
  if (*kind != api::JobKind::backup && *kind != api::JobKind::restore &&
      *kind != api::JobKind::check && *kind != api::JobKind::prune)
    return base::fail(ErrorKind::invalid_argument,
                      "a job of kind \"" + text + "\" cannot be submitted", hint);
  return *kind;
}

Answer whole(const api::Job& job) {
  Answer answer;
  answer.body = job;
  return answer;
}

// No body says what an empty one says.
template <typename Request>
base::Result<Request> read_if_any(const std::string& body) {
  if (expect_no_body(body)) return Request{};
  auto object = read_object(body);
  if (!object) return base::pass(object);
  return read_body<Request>(*object);
}

}  // namespace

base::Result<Answer> submit_job(const Question& question, const Context& context) {
  auto body = read_object(question.body);
  if (!body) return base::pass(body);
  auto kind = kind_of(*body);
  if (!kind) return base::pass(kind);
  if (*kind == api::JobKind::backup) return submit<api::BackupRequest>(*body, question, context);
  if (*kind == api::JobKind::prune) return submit<api::PruneRequest>(*body, question, context);
  if (*kind == api::JobKind::check && body->contains("store"))
    return submit_store_check(*body, question, context);
  if (*kind == api::JobKind::check) return submit<api::CheckRequest>(*body, question, context);
  return submit<api::RestoreRequest>(*body, question, context);
}

base::Result<Answer> get_jobs(const Question& question, const Context& context) {
  store::JobFilter filter;
  filter.tenant = text_of(question, "tenant");
  if (!filter.tenant.empty())
    if (auto known = context.services.sessions.tenant(filter.tenant); !known)
      return base::pass(known);
  auto kind = word_of<api::JobKind>(question, "kind");
  if (!kind) return base::pass(kind);
  auto open = switch_of(question, "open");
  if (!open) return base::pass(open);
  auto limit = limit_of(question);
  if (!limit) return base::pass(limit);
  filter.kind = *kind;
  filter.only_open = *open;
  filter.limit = *limit;
  Answer answer;
  answer.body = {{"jobs", nlohmann::json::array()}};
  for (const api::Job& job : context.services.store.journal().jobs(filter))
    answer.body["jobs"].push_back(without_long_lists(job));
  return answer;
}

base::Result<Answer> get_job(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto job = context.services.store.journal().job(*id);
  if (!job) return base::pass(job);
  return whole(*job);
}

base::Result<Answer> approve_job(const Question& question, const Context& context) {
  auto approval = read_if_any<api::Approval>(question.body);
  if (!approval) return base::pass(approval);
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto job = context.services.queue.approve(*id, *approval, question.peer.name);
  if (!job) return base::pass(job);
  return whole(*job);
}

base::Result<Answer> pause_job(const Question& question, const Context& context) {
  if (auto none = expect_no_body(question.body); !none) return base::pass(none);
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto job = context.services.queue.pause(*id, question.peer.name);
  if (!job) return base::pass(job);
  return whole(*job);
}

base::Result<Answer> resume_job(const Question& question, const Context& context) {
  if (auto none = expect_no_body(question.body); !none) return base::pass(none);
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto job = context.services.queue.resume(*id, question.peer.name);
  if (!job) return base::pass(job);
  return whole(*job);
}

base::Result<Answer> retry_job(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto which = read_if_any<api::RetryRequest>(question.body);
  if (!which) return base::pass(which);
  auto request = restore::request_to_retry(context.services.store.journal(), *id, *which);
  if (!request) return base::pass(request);
  auto job = context.services.queue.submit(*request, question.peer.name);
  if (!job) return base::pass(job);
  return accepted(*job);
}

base::Result<Answer> undo_job(const Question& question, const Context& context) {
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto request = read_if_any<api::UndoRequest>(question.body);
  if (!request) return base::pass(request);
  request->job = *id;
  auto job = context.services.queue.submit(*request, question.peer.name);
  if (!job) return base::pass(job);
  return accepted(*job);
}

base::Result<Answer> cancel_job(const Question& question, const Context& context) {
  if (auto none = expect_no_body(question.body); !none) return base::pass(none);
  auto id = job_of(question);
  if (!id) return base::pass(id);
  auto job = context.services.queue.cancel(*id, question.peer.name);
  if (!job) return base::pass(job);
  return whole(*job);
}

}  // namespace entrad::control
