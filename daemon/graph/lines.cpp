// Parts: opening, the choice of a line, those that drop out, delivering with retries.
#include "graph/lines.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "graph/answers/reply.h"
#include "graph/backoff.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::ErrorKind;

// Microsoft has seen licensed tenants refused like this for a moment.
constexpr std::string_view kNoPremium = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
constexpr int kLicenceDoubts = 2;

std::string without_slash(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

Tenant tidy(Tenant tenant) {
  tenant.endpoints.login = without_slash(tenant.endpoints.login);
  tenant.endpoints.graph = without_slash(tenant.endpoints.graph);
  return tenant;
}

// Why the registration is of no use, as it seems; empty: it is of use.
std::string refusal(const base::Result<Line::Answer>& answer) {
  if (!answer)
    return answer.error().kind == ErrorKind::authentication_failed ? answer.error().message : "";
  return answer->response.status == 401 ? "Graph does not accept a fresh token of it" : "";
}

}  // namespace

Lines::Lines(const Tenant& tenant, Governor& governor, base::Clock& clock)
    : tenant_(tidy(tenant)), governor_(governor), clock_(clock) {}

base::Result<std::unique_ptr<Lines>> Lines::open(const Tenant& tenant,
                                                 const std::vector<Credential>& credentials,
                                                 Governor& governor, base::Clock& clock) {
  std::unique_ptr<Lines> lines(new Lines(tenant, governor, clock));
  auto login = Transport::open(lines->tenant_.endpoints.login, tenant.ca_file);
  if (!login) return base::pass(login, "tenant " + tenant.name);
  auto graph = Transport::open(lines->tenant_.endpoints.graph, tenant.ca_file);
  if (!graph) return base::pass(graph, "tenant " + tenant.name);
  lines->login_ = std::move(*login);
  lines->graph_ = std::move(*graph);
  for (const Credential& credential : credentials)
    lines->lines_.push_back(std::make_unique<Line>(
        lines->tenant_, credential, Line::Ways{*lines->login_, *lines->graph_}, governor, clock));
  return lines;
}

bool Lines::is_out(const Line& line) const {
  const auto out = out_until_.find(&line);
  return out != out_until_.end() && clock_.steady() < out->second;
}

Line& Lines::soonest(const std::vector<Charge>& charges, Lane lane) {
  if (lines_.size() == 1) return *lines_.front();
  Line* best = nullptr;
  Governor::Outlook best_outlook;
  const std::lock_guard lock(mutex_);
  for (const auto& line : lines_) {
    if (is_out(*line)) continue;
    const Governor::Outlook outlook = governor_.outlook(tenant_.name, line->app(), charges, lane);
    if (best != nullptr && !(outlook < best_outlook)) continue;
    best = line.get();
    best_outlook = outlook;
  }
  if (best != nullptr) return *best;
  // All are out: the one that was refused first is asked again.
  return **std::min_element(lines_.begin(), lines_.end(), [&](const auto& a, const auto& b) {
    return out_until_.at(a.get()) < out_until_.at(b.get());
  });
}

Line& Lines::at_home_or_soonest(Line* home, const std::vector<Charge>& charges, Lane lane) {
  if (home != nullptr) {
    const std::lock_guard lock(mutex_);
    if (!is_out(*home)) return *home;
  }
  return soonest(charges, lane);
}

bool Lines::drop_out(const Line& line, const std::string& why) {
  if (lines_.size() == 1) return false;
  const std::lock_guard lock(mutex_);
  const bool news = !is_out(line);
  out_until_[&line] = clock_.steady() + kOutFor;
  const auto left = std::count_if(lines_.begin(), lines_.end(),
                                  [this](const auto& other) { return !is_out(*other); });
  if (news)
    spdlog::warn("tenant={} app registration {} drops out, {} of {} are left: {}", tenant_.name,
                 line.app(), left, lines_.size(), why);
  return left > 0;
}

void Lines::come_back(const Line& line) {
  if (lines_.size() == 1) return;
  const std::lock_guard lock(mutex_);
  if (!is_out(line) && out_until_.erase(&line) > 0)
    spdlog::info("tenant={} app registration {} is accepted again", tenant_.name, line.app());
}

base::Result<Lines::Answer> Lines::exchange(const Request& request,
                                            const std::vector<Charge>& charges, const Call& call,
                                            const Line::Bill& bill, Line* home) {
  for (;;) {
    Line& line = at_home_or_soonest(home, charges, call.lane);
    auto answer = line.exchange(request, charges, call, bill);
    const std::string why = refusal(answer);
    if (!why.empty() && drop_out(line, why)) continue;
    if (!answer) return base::pass(answer);
    if (why.empty()) come_back(line);
    return Answer{std::move(*answer), &line};
  }
}

base::Result<Reply> Lines::deliver(const Request& request, const Call& call, const Read& read,
                                   Line* home, int doubts) {
  const std::vector<Charge> charges = price(request);
  const Line::Bill billed = [&](const Response& response) { return bill(request, response); };
  for (int tries = 0;;) {
    auto answer = exchange(request, charges, call, billed, home);
    if (!answer) return base::pass(answer);
    const Response& response = answer->response;
    answer->via->count(request, response);
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

base::Result<Reply> Lines::deliver(const Request& request, const Call& call, const Read& read,
                                   Line* home) {
  return deliver(request, call, read, home, kLicenceDoubts);
}

base::Result<Reply> Lines::deliver_without_doubt(const Request& request, const Call& call) {
  const Read read = [&request](const Response& response) { return reply_of(request, response); };
  return deliver(request, call, read, nullptr, 0);
}

base::Result<Reply> Lines::deliver(const Request& request, const Call& call) {
  return deliver(request, call,
                 [&request](const Response& response) { return reply_of(request, response); });
}

Session::Counters Lines::counters() const {
  Session::Counters sum;
  for (const auto& line : lines_) {
    const Session::Counters one = line->counters();
    sum.requests += one.requests;
    sum.writes += one.writes;
    sum.throttled += one.throttled;
  }
  return sum;
}

}  // namespace entrad::graph
