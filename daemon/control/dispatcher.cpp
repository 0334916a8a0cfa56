#include "control/dispatcher.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "api/error_table.h"
#include "base/guid.h"

namespace entrad::control {
namespace {

std::pair<std::string_view, std::string_view> path_and_query(std::string_view target) {
  const std::size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

// A mistake of ours. The peer gets a number by which it is found in the log, and no insides.
Answer mistake(const Question& question, const std::exception& error) {
  const std::string incident = base::Guid::random().str();
  spdlog::error("incident={} method={} failed: {}", incident, question.method, error.what());
  base::Error words;
  words.message = "a mistake in entrad, incident " + incident;
  words.hint = "look for that number in the daemon's log: journalctl -u entrad";
  words.details = {{"incident", incident}};
  return answer_of(words);
}

// Paths hold names of users, so only what changes something is logged, by its pattern.
void log_change(const Question& question, const Answer& answer) {
  if (question.method == "GET") return;
  const auto found = match(question.method, path_and_query(question.target).first);
  spdlog::info("control {} {} by={} uid={} status={}", question.method,
               found ? found->route->pattern : "(no route)", question.peer.name, question.peer.uid,
               answer.status);
}

}  // namespace

Answer answer_of(const base::Error& error) {
  Answer answer;
  answer.status = api::error_row(error.kind).http_status;
  answer.body = api::error_json(error);
  return answer;
}

Dispatcher::Dispatcher(Context context, Groups groups, uid_t daemon_user)
    : context_(std::move(context)), groups_(groups), daemon_user_(daemon_user) {}

Speed Dispatcher::speed_of(const Question& question) {
  const auto found = match(question.method, path_and_query(question.target).first);
  return found ? found->route->speed : Speed::quick;
}

Answer Dispatcher::answer(Question question) const {
  try {
    auto result = answer_or_fail(question);
    Answer given = result ? std::move(*result) : answer_of(result.error());
    log_change(question, given);
    return given;
  } catch (const std::exception& error) {
    return mistake(question, error);
  }
}

base::Result<Answer> Dispatcher::answer_or_fail(Question& question) const {
  const auto [path, query] = path_and_query(question.target);
  auto found = match(question.method, path);
  if (!found && found.error().details.contains("allow")) {
    Answer refused = answer_of(found.error());
    refused.status = 405;
    refused.allow = found.error().details["allow"];
    return refused;
  }
  if (!found) return base::pass(found);
  auto allowed = decide(question.peer, found->route->need, groups_, daemon_user_);
  if (!allowed) return base::pass(allowed);
  if (context_.stopping && found->route->method != "GET")
    return base::fail(base::ErrorKind::shutting_down, "the daemon is stopping",
                      "try again when it is up");
  auto values = read_query(query, *found->route);
  if (!values) return base::pass(values);
  question.parts = std::move(found->parts);
  question.query = std::move(*values);
  return found->route->handler(question, context_);
}

}  // namespace entrad::control
