// Parts: opening, the request and Arc's second one, the answer, whose token it is.
#include "graph/credentials/managed_identity.h"

#include <spdlog/spdlog.h>

#include "base/guid.h"
#include "base/json.h"
#include "base/text.h"
#include "graph/credentials/arc_key.h"
#include "graph/credentials/claims.h"
#include "graph/credentials/token_answer.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::ErrorKind;
using nlohmann::json;

// While the metadata service is updated (410), for at most 70 seconds.
constexpr Duration kWhileUpdated = std::chrono::seconds(15);

struct Words {
  std::string_view name;
  std::string_view no_answer;  // what to do
  std::string_view refused;
};

Words words_of(MachineForm form) {
  switch (form) {
    case MachineForm::arc:
      return {"the Azure Arc agent", "see that the agent runs: azcmagent show",
              "see that the machine is connected (azcmagent show) and has its identity"};
    case MachineForm::app_service:
      return {"the app platform's identity service", "see that the app has a managed identity",
              "assign the managed identity to the app; to name a user-assigned one give client_id"};
    case MachineForm::virtual_machine:
      break;
  }
  return {
      "the Azure metadata service",
      "managed_identity works on Azure's machines only: elsewhere use a certificate or "
      "federated_token_file",
      "assign the managed identity to this machine; to name a user-assigned one give client_id"};
}

bool may_pass(int status) {
  return status == 404 || status == 410 || status == 429 || status >= 500;
}

// "error_description" of the metadata service and Arc, "message" of App Service.
std::string words_in(const Response& response) {
  const json answer = base::parse_json(response.body);
  for (const char* key : {"error_description", "message", "error"})
    if (const auto words = text_at(answer, key); !words.empty())
      return std::string(first_line(words));
  return "status " + std::to_string(response.status);
}

std::string header(const Response& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

bool same_id(const std::string& a, const std::string& b) {
  return base::ascii_lower(a) == base::ascii_lower(b);
}

}  // namespace

ManagedIdentity::ManagedIdentity(const Tenant& tenant, std::string client_id,
                                 MachineSurroundings around, base::Clock& clock)
    : tenant_(tenant),
      client_id_(std::move(client_id)),
      around_(std::move(around)),
      clock_(clock) {}

base::Result<void> ManagedIdentity::open() {
  if (transport_) return {};
  auto endpoint = identity_endpoint(around_);
  if (!endpoint) return base::pass(endpoint);
  // Old agents would hand out the machine's own identity instead, and not say so.
  if (endpoint->form == MachineForm::arc && !client_id_.empty())
    return base::fail(ErrorKind::authentication_failed,
                      "an Azure Arc machine has its own managed identity only",
                      "leave out client_id of this credential");
  Transport::Limits limits;
  limits.connect = std::chrono::seconds(5);
  limits.answer = std::chrono::seconds(30);
  limits.body_bytes = std::size_t{1} << 20;
  limits.of_this_machine = true;
  auto transport = Transport::open(endpoint->origin, {}, limits);
  if (!transport) {
    transport.error().kind = ErrorKind::authentication_failed;
    return base::pass(transport, "the managed identity's address");
  }
  endpoint_ = std::move(*endpoint);
  transport_ = std::move(*transport);
  return {};
}

Outgoing ManagedIdentity::request() const {
  Outgoing out;
  out.method = "GET";
  out.target = endpoint_.path + "?api-version=" + std::string(endpoint_.api_version) +
               "&resource=" + base::url_encode(tenant_.endpoints.graph);
  if (!client_id_.empty()) out.target += "&client_id=" + base::url_encode(client_id_);
  out.headers["Accept"] = "application/json";
  if (endpoint_.form == MachineForm::app_service)
    out.headers["X-IDENTITY-HEADER"] = around_.identity_header;
  else
    out.headers["Metadata"] = "true";
  return out;
}

base::Result<Response> ManagedIdentity::exchange(std::stop_token stop) {
  Outgoing asked = request();
  Response response = transport_->send(asked, stop);
  if (endpoint_.form != MachineForm::arc || response.status != 401) return response;
  auto key = arc_key(header(response, "www-authenticate"), around_.arc_keys);
  if (!key) return base::pass(key);
  asked.headers["Authorization"] = "Basic " + *key;
  return transport_->send(asked, std::move(stop));
}

base::Error ManagedIdentity::no_answer(const std::string& why) const {
  const Words words = words_of(endpoint_.form);
  return {ErrorKind::graph_unavailable,
          std::string(words.name) + " at " + endpoint_.origin + " gave no token: " + why,
          std::string(words.no_answer), nullptr};
}

base::Error ManagedIdentity::refusal(const std::string& words) const {
  const Words known = words_of(endpoint_.form);
  return {ErrorKind::authentication_failed, std::string(known.name) + " gives no token: " + words,
          std::string(known.refused), nullptr};
}

Attempt ManagedIdentity::read(const Response& response) const {
  const auto failed = [](base::Error error, Again again, std::optional<Duration> asked_for) {
    return Attempt{base::unexpected<base::Error>(std::move(error)), again, asked_for, {}};
  };
  if (response.status == 0) return failed(no_answer(response.trouble), Again::soon, {});
  if (response.status == 200) {
    auto grant = grant_of(base::parse_json(response.body), clock_.wall());
    if (!grant) return failed(no_answer("its answer holds none"), Again::backoff, {});
    if (auto checked = check(*grant); !checked) return {base::pass(checked)};
    return {std::move(*grant)};
  }
  if (!may_pass(response.status)) return failed(refusal(words_in(response)), Again::no, {});
  auto asked_for = retry_after(response, clock_.wall());
  if (response.status == 410)
    asked_for = std::max(asked_for.value_or(kWhileUpdated), kWhileUpdated);
  return failed(no_answer(words_in(response)), Again::backoff, asked_for);
}

// The platform decides whose token it gives; a wrong one would work in a wrong place.
base::Result<void> ManagedIdentity::check(const Grant& grant) const {
  const json claims = claims_of(grant.token);
  const std::string app = text_at(claims, "appid");
  if (!client_id_.empty() && !app.empty() && !same_id(app, client_id_))
    return base::fail(ErrorKind::authentication_failed,
                      "the machine gave a token of the identity " + app + ", not of client_id",
                      "assign the identity that client_id names to this machine");
  const std::string home = text_at(claims, "tid");
  if (!home.empty() && base::Guid::parse(tenant_.tenant_id) && !same_id(home, tenant_.tenant_id))
    return base::fail(ErrorKind::authentication_failed,
                      "the machine's managed identity belongs to another tenant, " + home,
                      "a managed identity reaches its own tenant only: use an app registration "
                      "with a certificate or federated_token_file");
  return {};
}

Attempt ManagedIdentity::ask(Duration /*ahead*/, std::stop_token stop) {
  const std::string where = "tenant " + tenant_.name;
  if (auto opened = open(); !opened) return {base::pass(opened, where)};
  auto response = exchange(std::move(stop));
  if (!response) return {base::pass(response, where)};
  spdlog::debug("token of the managed identity of tenant {}: status {}", tenant_.name,
                response->status);
  Attempt attempt = read(*response);
  if (!attempt.grant) attempt.grant = base::pass(attempt.grant, where);
  return attempt;
}

}  // namespace entrad::graph
