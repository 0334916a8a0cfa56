#include "ctl/answers.h"

#include "api/error_table.h"

namespace entrad::ctl {
namespace {

std::string text_at(const nlohmann::json& answer, const char* field) {
  const auto found = answer.find(field);
  return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A word that the tables do not have must not make the rest of the answer unreadable.
nlohmann::json with_known_words(nlohmann::json answer, const SeenJob& seen) {
  if (!api::parse<api::JobState>(seen.state)) answer["state"] = "running";
  if (!api::parse<api::JobKind>(seen.kind)) answer["kind"] = "verify";
  return answer;
}

int exit_code_of(const std::optional<api::Failure>& failure) {
  if (!failure) return api::exit_failed;
  const auto kind = api::error_kind(failure->kind);
  if (!kind) return api::exit_failed;
  const int code = api::error_row(*kind).exit_code;
  const bool is_of_a_job =
      code == api::exit_graph || code == api::exit_not_allowed || code == api::exit_not_found;
  return is_of_a_job ? code : api::exit_failed;
}

}  // namespace

bool SeenJob::is_final() const {
  const auto known = api::parse<api::JobState>(state);
  return known && api::is_final(*known);
}

base::Result<SeenJob> read_job(const nlohmann::json& answer) {
  if (!answer.is_object()) return not_understood("a job that is no object");
  SeenJob seen{{}, text_at(answer, "kind"), text_at(answer, "state"), answer};
  auto job = understand<api::Job>(with_known_words(answer, seen));
  if (!job) return base::pass(job);
  seen.job = std::move(*job);
  return seen;
}

int exit_code(const SeenJob& seen) {
  if (!seen.is_final()) return api::exit_conflict;
  switch (seen.job.state) {
    case api::JobState::succeeded:
      return api::exit_ok;
    case api::JobState::partial:
      return api::exit_partial;
    case api::JobState::failed:
      return exit_code_of(seen.job.failure);
    default:
      return api::exit_failed;
  }
}

}  // namespace entrad::ctl
