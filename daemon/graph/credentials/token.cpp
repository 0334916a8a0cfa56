// Parts: when to ask again, asking, the single flight.
#include "graph/credentials/token.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "base/time_text.h"
#include "graph/backoff.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::ErrorKind;
using base::SteadyTime;

constexpr Duration kEarly = std::chrono::minutes(5);
// While the old token is good, a failed renewal is tried again this much later.
constexpr Duration kBetweenRenewals = std::chrono::seconds(30);
constexpr int kMostSoon = 2;
constexpr Duration kSoon = std::chrono::seconds(5);

// Decides after each failure whether and when to ask again.
class Patience {
 public:
  // How long to wait before asking again; nullopt: the failure stands.
  std::optional<Duration> after(const Attempt& failed) {
    if (failed.again == Again::backoff && backoffs_ < kMostRetries)
      return pause_before_retry(backoffs_++, failed.asked_for);
    if (failed.again == Again::soon && soons_ < kMostSoon)
      return std::max(kSoon * ++soons_, failed.asked_for.value_or(Duration::zero()));
    if (failed.again == Again::resync && !resynced_ && failed.ahead) {
      resynced_ = true;
      ahead_ = *failed.ahead;
      return Duration::zero();
    }
    return std::nullopt;
  }
  Duration ahead() const { return ahead_; }

 private:
  int backoffs_ = 0;
  int soons_ = 0;
  bool resynced_ = false;
  Duration ahead_ = Duration::zero();
};

void warn_of_clock(Duration ahead) {
  spdlog::warn("this machine's clock differs from the sign-in service's by {}: set it right",
               base::human_duration(std::max(ahead, -ahead)));
}

}  // namespace

TokenSource::TokenSource(const Tenant& tenant, const Credential& credential, Transport& login,
                         base::Clock& clock)
    : TokenSource(token_issuer(tenant, credential, login, clock), clock) {}

TokenSource::TokenSource(std::unique_ptr<TokenIssuer> issuer, base::Clock& clock)
    : issuer_(std::move(issuer)), clock_(clock) {}

base::Result<Grant> TokenSource::ask(bool patiently, std::stop_token stop) {
  Patience patience;
  for (;;) {
    Attempt attempt = issuer_->ask(patience.ahead(), stop);
    if (attempt.grant) {
      if (patience.ahead() != Duration::zero()) warn_of_clock(patience.ahead());
      return std::move(attempt.grant);
    }
    if (stop.stop_requested())
      return base::fail(ErrorKind::cancelled, "stopped while getting a token");
    const auto pause = patience.after(attempt);
    if (!pause || (!patiently && *pause > Duration::zero())) return std::move(attempt.grant);
    if (!clock_.wait_for(*pause, stop))
      return base::fail(ErrorKind::cancelled, "stopped while getting a token");
  }
}

// What another thread's asking has come to; "" when it came to nothing for this one.
base::Result<std::string> TokenSource::wait_for_other(std::unique_lock<std::mutex>& lock,
                                                      std::stop_token stop) {
  const std::uint64_t before = answers_;
  while (asking_ && answers_ == before) {
    if (stop.stop_requested())
      return base::fail(ErrorKind::cancelled, "stopped while waiting for a token");
    clock_.wait_on(changed_, lock, clock_.steady() + std::chrono::hours(1), stop);
  }
  if (is_good(clock_.steady())) return held_.token;
  if (refused_) return base::unexpected<base::Error>(*refused_);
  return std::string();
}

base::Result<Grant> TokenSource::ask_alone(std::unique_lock<std::mutex>& lock,
                                           std::stop_token stop) {
  const bool patiently = !is_good(clock_.steady());
  asking_ = true;
  lock.unlock();
  base::Result<Grant> grant = base::fail(ErrorKind::internal, "no token was asked for");
  std::exception_ptr broken;
  try {
    grant = ask(patiently, std::move(stop));
  } catch (...) {
    broken = std::current_exception();  // the others must not wait for ever
  }
  lock.lock();
  asking_ = false;
  ++answers_;
  refused_.reset();
  changed_.notify_all();
  if (broken) std::rethrow_exception(broken);
  return grant;
}

base::Result<std::string> TokenSource::get(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (asking_) {
    if (is_good(clock_.steady())) return held_.token;
    auto shared = wait_for_other(lock, stop);
    if (!shared || !shared->empty()) return shared;
  }
  if (is_fresh(clock_.steady())) return held_.token;
  auto grant = ask_alone(lock, std::move(stop));
  const SteadyTime now = clock_.steady();
  if (grant) {
    const Duration life = grant->life;
    held_ = {std::move(grant->token), now + life, now + life - std::min(kEarly, life / 2)};
    return held_.token;
  }
  if (is_good(now)) {
    spdlog::warn("a token could not be renewed in time, the old one is used: {}",
                 grant.error().message);
    held_.renew = now + kBetweenRenewals;
    return held_.token;
  }
  // A thread that was stopped says nothing about the credential.
  if (grant.error().kind != ErrorKind::cancelled) refused_ = grant.error();
  return base::pass(grant);
}

void TokenSource::drop(const std::string& token) {
  const std::lock_guard lock(mutex_);
  if (held_.token == token) held_ = Held();
}

}  // namespace entrad::graph
