// Parts: which quota was overrun, one attempt, the exchange with its 401, throttling.
#include "graph/line.h"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/guid.h"
#include "base/json.h"
#include "graph/answers/reply.h"

namespace entrad::graph {
namespace {

using base::Duration;

std::string header(const Response& response, const char* name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

std::optional<std::uint64_t> whole_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return number;
}

// Who shares the limit that was overrun, as Graph's answer tells. Where it does not, it is believed
// to be the narrowest: others who are over a wider one are told so themselves.
Bucket::Scope scope_of(const Response& response) {
  const std::string scope = header(response, "x-ms-throttle-scope");
  const std::string who = scope.substr(0, scope.find('/'));
  if (who == "Tenant") return Bucket::Scope::tenant;
  if (who == "Application") return Bucket::Scope::app;
  return Bucket::Scope::app_tenant;
}

}  // namespace

Line::Line(const Tenant& tenant, const Credential& credential, const Ways& ways, Governor& governor,
           base::Clock& clock)
    : tenant_(tenant.name),
      app_(credential.client_id),
      governor_(governor),
      clock_(clock),
      graph_(ways.graph),
      tokens_(tenant, credential, ways.login, clock) {}

// A request takes from several quotas; Graph says which of them was overrun.
std::vector<Charge> Line::overrun(const std::vector<Charge>& charges,
                                  const Response& response) const {
  const std::string information = header(response, "x-ms-throttle-information");
  const bool writes = information == "WriteLimitExceeded";
  const bool units = information == "ResourceUnitLimitExceeded";
  const Bucket::Scope scope = scope_of(response);
  std::vector<Charge> of_scope;
  std::vector<Charge> chosen;
  for (const Charge& charge : charges) {
    const Bucket* bucket = governor_.quotas().find(charge.bucket);
    if (bucket == nullptr || bucket->scope != scope) continue;
    of_scope.push_back(charge);
    const bool of_writes = charge.bucket.find("write") != std::string::npos;
    if ((!writes && !units) || of_writes == writes) chosen.push_back(charge);
  }
  if (!chosen.empty()) return chosen;
  return of_scope.empty() ? charges : of_scope;
}

std::vector<Charge> Line::price(const Request& request) const {
  return governor_.prices().price(request.method, request.path);
}

std::vector<Charge> Line::bill(const Request& request, const Response& response) {
  PriceBook& prices = governor_.prices();
  const auto units = whole_number(header(response, "x-ms-resource-unit"));
  const bool accepted = response.status >= 200 && response.status < 300;
  if (units && accepted) prices.learn(request.method, request.path, *units);
  return prices.bill(request.method, request.path, units);
}

Outgoing Line::outgoing(const Request& request, const std::string& token) const {
  Outgoing out;
  out.method = request.method;
  out.target = "/v1.0" + request.path;
  out.headers = {{"Authorization", "Bearer " + token},
                 {"Accept", "application/json"},
                 {"Accept-Encoding", "gzip"},
                 {"User-Agent", "entrad/" ENTRAD_VERSION},
                 {"client-request-id", base::Guid::random().str()},
                 {"return-client-request-id", "true"}};
  if (request.eventual) out.headers["ConsistencyLevel"] = "eventual";
  if (request.body.is_null()) return out;
  out.headers["Content-Type"] = "application/json";
  out.body = base::json_text(request.body);
  return out;
}

base::Result<Line::Answer> Line::attempt(const Request& request, const std::vector<Charge>& charges,
                                         const Call& call, const Bill& bill) {
  // Before the wait, so that nobody holds quota who has no token; and after it, because the wait
  // may be longer than the token lives.
  auto token = tokens_.get(call.stop);
  if (!token) return base::pass(token);
  bool waited = false;
  const WaitListener on_wait = [&](Duration wait, const std::string& reason) {
    waited = true;
    if (call.on_wait) call.on_wait(wait, reason);
  };
  auto permit = governor_.acquire(tenant_, app_, charges, call.stop, on_wait, call.lane);
  if (!permit) return base::pass(permit);
  token = tokens_.get(call.stop);
  if (!token) return base::pass(token);
  const base::SteadyTime sent = clock_.steady();
  Response response = graph_.send(outgoing(request, *token), call.stop);
  const Duration took = clock_.steady() - sent;
  if (is_uncounted(response.status))
    permit->free_of_charge();
  else if (const auto billed = response.status == 0 ? std::nullopt : bill(response))
    permit->answered(*billed);
  else if (response.status != 0 || response.maybe_sent)
    permit->answered();
  if (response.status == 429) throttled(charges, response, retry_after(response, clock_.wall()));
  return Answer{std::move(response), std::move(*token), waited, sent, took};
}

base::Result<Line::Answer> Line::exchange(const Request& request,
                                          const std::vector<Charge>& charges, const Call& call,
                                          const Bill& bill) {
  auto answer = attempt(request, charges, call, bill);
  if (!answer || answer->response.status != 401) return answer;
  tokens_.drop(answer->token);
  return attempt(request, charges, call, bill);
}

void Line::throttled(const std::vector<Charge>& charges, const Response& response,
                     std::optional<Duration> retry_after) {
  governor_.throttled(tenant_, app_, overrun(charges, response), retry_after,
                      header(response, "x-ms-throttle-information"));
}

void Line::count(const Request& request, const Response& response) {
  if (response.status == 0 && !response.maybe_sent) return;
  ++requests_;
  if (response.status == 429)
    ++throttled_;
  else if (!is_read(request.method))
    ++writes_;
  if (is_read(request.method)) heed_limit(request, response);
}

// The header comes near the limit only, and not to everybody: logged, and believed as far as our
// own count does not explain it.
void Line::heed_limit(const Request& request, const Response& response) {
  const std::string text = header(response, "x-ms-throttle-limit-percentage");
  if (text.empty()) return;
  const double share = std::strtod(text.c_str(), nullptr);
  const bool slower = governor_.near_limit(tenant_, app_, price(request), share);
  if (slower)
    spdlog::info(
        "tenant={} graph says that {} of its read quota is used, more than entrad knows "
        "of: reading more slowly for a while",
        tenant_, text.substr(0, 8));
  else
    spdlog::debug("tenant={} graph says that {} of its quota is used", tenant_, text.substr(0, 8));
}

Session::Counters Line::counters() const { return {requests_, writes_, throttled_}; }

}  // namespace entrad::graph
