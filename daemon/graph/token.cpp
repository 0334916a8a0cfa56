// Parts: the table of the sign-in service's codes, the request, its answer, the single flight.
#include "graph/token.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/json.h"
#include "base/text.h"
#include "graph/assertion.h"
#include "graph/backoff.h"
#include "graph/classes.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::ErrorKind;
using base::SteadyTime;
using nlohmann::json;

constexpr Duration kEarly = std::chrono::minutes(5);
constexpr std::int64_t kUsualLife = 3599;

struct Advice {
  std::int64_t code;
  std::string_view message;
  std::string_view hint;
};
constexpr std::array<Advice, 14> kAdvice{{
    {7000215, "the client secret is wrong",
     "put the secret's value (not its id) into the secret file"},
    {7000222, "the client secret has expired",
     "make a new secret in the app registration and put its value into the secret file"},
    {700016, "the app registration is not in this tenant",
     "check client_id and tenant_id; an admin of the tenant must consent to the app"},
    {700027, "the certificate is not registered for the app",
     "upload the certificate to the app registration; after a rotation wait a few minutes"},
    {700021, "the certificate's assertion names another app", "check client_id"},
    {700023, "the certificate's assertion names another audience",
     "check tenant_id and the login endpoint"},
    {700024, "the certificate's assertion is not valid at this time",
     "set this machine's clock right (timedatectl)"},
    {70011, "the scope was refused", "check the Graph endpoint of the tenant's cloud"},
    {90002, "there is no such tenant",
     "check tenant_id, and that the cloud is the one that the tenant is in"},
    {70021, "no federated credential of the app matches",
     "check issuer, subject and audience of the federated credential"},
    {700212, "no federated credential of the app matches the audience",
     "check the audience of the federated credential"},
    {700213, "no federated credential of the app matches the subject",
     "check the subject of the federated credential"},
    {53003, "a Conditional Access policy blocks the app",
     "exclude the app from the policy for workload identities"},
    {900023, "the tenant id is neither a GUID nor a domain", "check tenant_id"},
}};

const Advice* advice_for(const json& answer) {
  const auto codes = answer.find("error_codes");
  if (codes == answer.end() || !codes->is_array()) return nullptr;
  for (const json& code : *codes)
    for (const Advice& advice : kAdvice)
      if (code == advice.code) return &advice;
  return nullptr;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

base::Result<std::string> read_credential(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || text.str().empty())
    return base::fail(ErrorKind::authentication_failed,
                      "the credential file " + file.string() + " cannot be read or is empty",
                      "check that it exists and that the daemon's user may read it");
  return text.str();
}

bool is_temporary(const Response& response, const json& answer) {
  if (response.status == 0 || response.status == 429 || response.status >= 500) return true;
  return !answer.is_object() || text_of(answer, "error") == "temporarily_unavailable";
}

std::string pair(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + base::url_encode(value);
}

std::string_view first_line(std::string_view text) {
  return base::trim(text.substr(0, text.find_first_of("\r\n")));
}

base::Error refusal(const Response& response, const json& answer, const std::string& tenant) {
  base::Error error;
  error.kind = ErrorKind::authentication_failed;
  const std::string description = text_of(answer, "error_description");
  if (const Advice* advice = advice_for(answer)) {
    error.message = std::string(advice->message);
    error.hint = std::string(advice->hint);
  } else {
    error.message =
        "the sign-in service refused the app registration: " + std::string(first_line(description));
    error.hint = "look the AADSTS code up at https://login.microsoftonline.com/error";
  }
  error.message = "tenant " + tenant + ": " + error.message;
  error.details = {{"status", response.status},
                   {"code", text_of(answer, "error")},
                   {"message", first_line(description)}};
  return error;
}

}  // namespace

TokenSource::TokenSource(const Tenant& tenant, const Credential& credential, Transport& login,
                         base::Clock& clock)
    : tenant_(tenant), credential_(credential), login_(login), clock_(clock) {}

base::Result<std::string> TokenSource::proof(const std::string& token_url) const {
  const bool by_secret = credential_.certificate_file.empty();
  const auto& file = by_secret ? credential_.client_secret_file : credential_.certificate_file;
  auto text = read_credential(file);
  if (!text) return text;
  if (by_secret) return pair("client_secret", base::trim(*text));
  auto assertion = client_assertion(*text, credential_.client_id, token_url, clock_.wall());
  if (!assertion) {
    assertion.error().kind = ErrorKind::authentication_failed;
    return base::pass(assertion, "the certificate file " + file.string() + " cannot be used");
  }
  return pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer") +
         "&" + pair("client_assertion", *assertion);
}

base::Result<std::string> TokenSource::form() const {
  const std::string token_url =
      tenant_.endpoints.login + "/" + tenant_.tenant_id + "/oauth2/v2.0/token";
  auto shown = proof(token_url);
  if (!shown) return shown;
  return pair("client_id", credential_.client_id) + "&" +
         pair("scope", tenant_.endpoints.graph + "/.default") + "&grant_type=client_credentials&" +
         *shown;
}

base::Result<TokenSource::Grant> TokenSource::read_answer(const Response& response,
                                                          bool& again) const {
  const json answer = base::parse_json(response.body);
  const bool has_token = response.status == 200 && answer.is_object() &&
                         answer.contains("access_token") && answer["access_token"].is_string();
  if (!has_token) {
    again = is_temporary(response, answer);
    if (!again) return base::unexpected<base::Error>(refusal(response, answer, tenant_.name));
    const std::string why =
        response.status == 0 ? response.trouble : "status " + std::to_string(response.status);
    return base::fail(ErrorKind::graph_unavailable,
                      "the sign-in service of tenant " + tenant_.name + " gave no token: " + why,
                      "check the network, the login endpoint and Microsoft's service health");
  }
  const auto given = answer.find("expires_in");
  const auto life = std::chrono::seconds(
      given != answer.end() && given->is_number() ? given->get<std::int64_t>() : kUsualLife);
  const SteadyTime now = clock_.steady();
  return Grant{answer["access_token"].get<std::string>(), now + life,
               now + life - std::min<Duration>(kEarly, life / 2)};
}

base::Result<TokenSource::Grant> TokenSource::ask(std::stop_token stop) {
  Outgoing request;
  request.method = "POST";
  request.target = "/" + base::url_encode(tenant_.tenant_id) + "/oauth2/v2.0/token";
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Accept", "application/json"}};
  for (int tries = 0;; ++tries) {
    auto filled = form();  // again each time: an assertion is used once
    if (!filled) return base::pass(filled);
    request.body = std::move(*filled);
    const Response response = login_.send(request, stop);
    bool again = false;
    auto grant = read_answer(response, again);
    spdlog::debug("token for {} of tenant {}: status {}", credential_.client_id, tenant_.name,
                  response.status);
    if (grant || !again || tries >= kMostRetries) return grant;
    if (!clock_.wait_for(pause_before_retry(tries, retry_after(response, clock_.wall())), stop))
      return base::fail(ErrorKind::cancelled, "stopped while getting a token");
  }
}

bool TokenSource::is_fresh(SteadyTime now) const {
  return !grant_.token.empty() && now < grant_.renew;
}

base::Result<std::string> TokenSource::get(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (!is_fresh(clock_.steady()) && asking_) {
    if (stop.stop_requested())
      return base::fail(ErrorKind::cancelled, "stopped while waiting for a token");
    clock_.wait_on(changed_, lock, clock_.steady() + std::chrono::hours(1), stop);
  }
  if (is_fresh(clock_.steady())) return grant_.token;
  asking_ = true;
  lock.unlock();
  base::Result<Grant> grant = base::fail(ErrorKind::internal, "no token was asked for");
  std::exception_ptr broken;
  try {
    grant = ask(stop);
  } catch (...) {
    broken = std::current_exception();  // the others must not wait for ever
  }
  lock.lock();
  asking_ = false;
  changed_.notify_all();
  if (broken) std::rethrow_exception(broken);
  if (grant) grant_ = std::move(*grant);
  const bool usable = !grant_.token.empty() && clock_.steady() < grant_.expires;
  if (grant || usable) return grant_.token;
  return base::pass(grant);
}

void TokenSource::drop(const std::string& token) {
  const std::lock_guard lock(mutex_);
  if (grant_.token == token) grant_ = Grant();
}

}  // namespace entrad::graph
