// Parts: tokens, error codes, the clocks, refusals, the whole answer.
#include "graph/credentials/token_answer.h"

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "base/text.h"
#include "base/time_text.h"
#include "graph/answers/http_date.h"
#include "graph/credentials/sign_in_codes.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::ErrorKind;
using nlohmann::json;
using std::chrono::seconds;

// Entra's tokens live up to 28 hours; what is outside of this is a mistake.
constexpr seconds kUsualLife{3599};
constexpr seconds kLongestLife = std::chrono::hours(48);
// A difference that no assertion is refused for.
constexpr Duration kAgreement = std::chrono::minutes(1);

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc()) return std::nullopt;
  return number;
}

std::optional<std::int64_t> number_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return std::nullopt;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  return found->is_string() ? whole_number(found->get<std::string>()) : std::nullopt;
}

// The first code of the answer, from its list or from its words ("AADSTS7000215: ...").
std::optional<std::int64_t> code_of(const json& answer) {
  constexpr std::string_view kPrefix = "AADSTS";
  const auto codes = answer.find("error_codes");
  if (codes != answer.end() && codes->is_array())
    for (const json& code : *codes)
      if (code.is_number_integer()) return code.get<std::int64_t>();
  const std::string words = text_at(answer, "error_description");
  const auto at = words.find(kPrefix);
  if (at == std::string::npos) return std::nullopt;
  return whole_number(std::string_view(words).substr(at + kPrefix.size()));
}

std::optional<Duration> ahead_of(const Response& response, base::WallTime now) {
  const auto date = response.headers.find("date");
  if (date == response.headers.end()) return std::nullopt;
  const auto theirs = parse_http_date(date->second);
  if (!theirs) return std::nullopt;
  return std::chrono::floor<seconds>(*theirs) - std::chrono::floor<seconds>(now);
}

// The service may have turned an assertion down for our clock or for the token's own times.
void explain_time(base::Error& error, const std::optional<Duration>& ahead) {
  if (!ahead) {
    error.hint += "; and see that a federated token's file is renewed";
    return;
  }
  const Duration apart = std::max(*ahead, -*ahead);
  if (apart < kAgreement) {
    error.message += ", though this machine's clock is right (" + base::human_duration(apart) +
                     " from the sign-in service's)";
    error.hint = "see that the federated token's file is renewed before its token expires";
    return;
  }
  error.message += ": this machine's clock is " + base::human_duration(apart) +
                   (*ahead > Duration::zero() ? " behind" : " ahead of") + " the sign-in service's";
}

// Entra's own words for a code that is not in the table, and where it explains it.
base::Error unknown_refusal(const Response& response, const json& answer, std::string words) {
  const std::string link = text_at(answer, "error_uri");
  if (words.empty()) words = "status " + std::to_string(response.status);
  return {ErrorKind::authentication_failed,
          "the sign-in service refused the app registration: " + words,
          "look it up at " + (link.empty() ? "https://login.microsoftonline.com/error" : link),
          nullptr};
}

base::Error refusal(const Response& response, const json& answer, const SignInCode* known) {
  const std::string description = text_at(answer, "error_description");
  const std::string words(first_line(description.empty() ? text_at(answer, "error") : description));
  base::Error error = unknown_refusal(response, answer, words);
  if (known != nullptr) {
    error.message = std::string(known->message);
    error.hint = std::string(known->hint);
  }
  error.details = {
      {"status", response.status}, {"code", text_at(answer, "error")}, {"message", words}};
  return error;
}

base::Error no_answer(const Response& response, const json& answer) {
  std::string why =
      response.status == 0 ? response.trouble : "status " + std::to_string(response.status);
  if (const auto words = text_at(answer, "error_description"); !words.empty())
    why += ", " + std::string(first_line(words));
  return {ErrorKind::graph_unavailable, "the sign-in service gave no token: " + why,
          "check the network, the login endpoint and Microsoft's service health", nullptr};
}

bool is_trouble_of_the_service(const Response& response, const json& answer) {
  return response.status == 0 || response.status == 429 || response.status >= 500 ||
         !answer.is_object() || response.status == 200 ||
         text_at(answer, "error") == "temporarily_unavailable";
}

Attempt failed(base::Error error, const std::string& tenant, Again again,
               std::optional<Duration> asked_for, std::optional<Duration> ahead) {
  return {base::unexpected<base::Error>(std::move(error).within("tenant " + tenant)), again,
          asked_for, ahead};
}

}  // namespace

std::string text_at(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string_view first_line(std::string_view text) {
  return base::trim(text.substr(0, text.find_first_of("\r\n")));
}

std::optional<Grant> grant_of(const json& answer, base::WallTime now) {
  std::string token = text_at(answer, "access_token");
  if (token.empty()) return std::nullopt;
  const auto since_epoch = std::chrono::floor<seconds>(now.time_since_epoch()).count();
  std::int64_t life = kUsualLife.count();
  if (const auto given = number_at(answer, "expires_in"))
    life = *given;
  else if (const auto end = number_at(answer, "expires_on"))
    life = std::max<std::int64_t>(*end, 0) - since_epoch;
  return Grant{std::move(token), seconds(std::clamp<std::int64_t>(life, 0, kLongestLife.count()))};
}

Attempt read_sign_in(const Response& response, const std::string& tenant, base::WallTime now) {
  const json answer = base::parse_json(response.body);
  if (response.status == 200)
    if (auto grant = grant_of(answer, now)) return {std::move(*grant)};
  const auto asked_for = retry_after(response, now);
  if (is_trouble_of_the_service(response, answer))
    return failed(no_answer(response, answer), tenant, Again::backoff, asked_for, std::nullopt);
  const auto code = code_of(answer);
  const SignInCode* known = code ? find_sign_in_code(*code) : nullptr;
  base::Error error = refusal(response, answer, known);
  if (known == nullptr) return failed(std::move(error), tenant, Again::no, asked_for, std::nullopt);
  if (known->again == Again::backoff) error.kind = ErrorKind::graph_unavailable;
  const auto ahead = ahead_of(response, now);
  if (known->again == Again::resync) explain_time(error, ahead);
  return failed(std::move(error), tenant, known->again, asked_for, ahead);
}

}  // namespace entrad::graph
