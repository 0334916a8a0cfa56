// Parts: opening, one attempt, the exchange with its 401, delivering with retries, throttling.
#include "graph/line.h"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "base/guid.h"
#include "base/json.h"
#include "graph/backoff.h"
#include "graph/reply.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::ErrorKind;

// Microsoft has seen licensed tenants refused like this for a moment.
constexpr std::string_view kNoPremium = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
constexpr int kLicenceDoubts = 2;

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

// A write takes read units too; Graph says which of the two quotas was overrun.
std::vector<Charge> overrun(const std::vector<Charge>& charges, const Response& response) {
  const std::string information = header(response, "x-ms-throttle-information");
  const bool writes = information == "WriteLimitExceeded";
  const bool units = information == "ResourceUnitLimitExceeded";
  if (!writes && !units) return charges;
  std::vector<Charge> chosen;
  std::copy_if(charges.begin(), charges.end(), std::back_inserter(chosen),
               [&](const Charge& charge) {
                 return (charge.bucket.find("write") != std::string::npos) == writes;
               });
  return chosen.empty() ? charges : chosen;
}

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

Tenant tidy(Tenant tenant) {
  tenant.endpoints.login = without_slash(tenant.endpoints.login);
  tenant.endpoints.graph = without_slash(tenant.endpoints.graph);
  return tenant;
}

}  // namespace

Line::Line(const Tenant& tenant, std::string app, Governor& governor, base::Clock& clock)
    : tenant_(tidy(tenant)), app_(std::move(app)), governor_(governor), clock_(clock) {}

base::Result<std::unique_ptr<Line>> Line::open(const Tenant& tenant, const Credential& credential,
                                               Governor& governor, base::Clock& clock) {
  std::unique_ptr<Line> line(new Line(tenant, credential.client_id, governor, clock));
  auto login = Transport::open(line->tenant_.endpoints.login, tenant.ca_file);
  if (!login) return base::pass(login, "tenant " + tenant.name);
  auto graph = Transport::open(line->tenant_.endpoints.graph, tenant.ca_file);
  if (!graph) return base::pass(graph, "tenant " + tenant.name);
  line->login_ = std::move(*login);
  line->graph_ = std::move(*graph);
  line->tokens_ = std::make_unique<TokenSource>(line->tenant_, credential, *line->login_, clock);
  return line;
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
  auto token = tokens_->get(call.stop);
  if (!token) return base::pass(token);
  bool waited = false;
  const WaitListener on_wait = [&](Duration wait, const std::string& reason) {
    waited = true;
    if (call.on_wait) call.on_wait(wait, reason);
  };
  auto permit = governor_.acquire(tenant_.name, app_, charges, call.stop, on_wait, call.lane);
  if (!permit) return base::pass(permit);
  const base::SteadyTime sent = clock_.steady();
  Response response = graph_->send(outgoing(request, *token), call.stop);
  const Duration took = clock_.steady() - sent;
  if (response.status == 429) {
    permit->free_of_charge();
    throttled(charges, response, retry_after(response, clock_.wall()));
  } else if (const auto billed = response.status == 0 ? std::nullopt : bill(response)) {
    permit->answered(*billed);
  } else if (response.status != 0 || response.maybe_sent) {
    permit->answered();
  }
  return Answer{std::move(response), std::move(*token), waited, sent, took};
}

base::Result<Line::Answer> Line::exchange(const Request& request,
                                          const std::vector<Charge>& charges, const Call& call,
                                          const Bill& bill) {
  auto answer = attempt(request, charges, call, bill);
  if (!answer || answer->response.status != 401) return answer;
  tokens_->drop(answer->token);
  return attempt(request, charges, call, bill);
}

base::Result<Reply> Line::deliver(const Request& request, const Call& call, const Read& read,
                                  int doubts) {
  const std::vector<Charge> charges = price(request);
  const Bill billed = [&](const Response& response) { return bill(request, response); };
  for (int tries = 0;;) {
    auto answer = exchange(request, charges, call, billed);
    if (!answer) return base::pass(answer);
    const Response& response = answer->response;
    count(request, response);
    Reply reply = read(response);
    const bool stopped =
        call.stop.stop_requested() && response.status == 0 && reply.verdict.cls == Class::transient;
    if (stopped) return base::fail(ErrorKind::cancelled, "stopped while Graph was asked");
    const bool throttle = reply.verdict.cls == Class::throttled;
    const bool doubtful =
        reply.verdict.code == kNoPremium && is_read(request.method) && doubts-- > 0;
    const bool again = reply.verdict.cls == Class::transient && tries < kMostRetries;
    if (!throttle && !doubtful && !again) return reply;
    // The governor waits for what is throttled, unless no quota of its applies.
    if (throttle && !charges.empty()) continue;
    const auto asked = retry_after(response, clock_.wall());
    if (!clock_.wait_for(pause_before_retry(tries, asked), call.stop))
      return base::fail(ErrorKind::cancelled, "stopped before asking Graph again");
    if (!throttle) ++tries;
  }
}

base::Result<Reply> Line::deliver(const Request& request, const Call& call, const Read& read) {
  return deliver(request, call, read, kLicenceDoubts);
}

base::Result<Reply> Line::deliver(const Request& request, const Call& call) {
  return deliver(request, call,
                 [&request](const Response& response) { return reply_of(request, response); });
}

base::Result<Reply> Line::deliver_without_doubt(const Request& request, const Call& call) {
  const Read read = [&request](const Response& response) { return reply_of(request, response); };
  return deliver(request, call, read, 0);
}

void Line::throttled(const std::vector<Charge>& charges, const Response& response,
                     std::optional<Duration> retry_after) {
  governor_.throttled(tenant_.name, app_, overrun(charges, response), retry_after,
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
  const bool slower = governor_.near_limit(tenant_.name, app_, price(request), share);
  if (slower)
    spdlog::info(
        "tenant={} graph says that {} of its read quota is used, more than entrad knows "
        "of: reading more slowly for a while",
        tenant_.name, text.substr(0, 8));
  else
    spdlog::debug("tenant={} graph says that {} of its quota is used", tenant_.name,
                  text.substr(0, 8));
}

Session::Counters Line::counters() const { return {requests_, writes_, throttled_}; }

}  // namespace entrad::graph
