// Governor: the one place that decides when a request may go out.
//
// One sliding window for each tenant, app registration and service, for each tenant and service,
// and for each app registration and service over all tenants, as far as Graph limits them. What is
// sent counts from the moment it is asked for until one window after its answer came, so that
// however long the way to Graph was, Graph's own window is never overrun. A 429 closes the bucket,
// not the request, for exactly Retry-After; without one for an exponentially growing time with full
// jitter. After a 429 the bucket opens gradually.
//
// Who goes first: the higher lane, and in a lane whoever came first. What those before it will take
// is kept free for them in every bucket, so that nobody is overtaken where it matters, and nobody
// waits for a bucket that has room for all. A background call that has waited for 10 s counts as
// normal from then on, so that restores do not starve backups; break-glass calls are too few to
// starve anybody. Tenants do not wait for each other, except where they use one app registration
// and its limit over all tenants is near: there the same order holds among all of them.
//
// Over a restart: save() gives what has to be remembered, load() takes it back. Once saved() was
// called, no bucket lets more than its pledge (an eighth of its limit) out before it is saved
// again; after a crash load() counts that pledge as taken just before. So a crash costs an eighth
// of a window at most, and no crash makes us overrun one.
//
// Source: Microsoft's "Throttling guidance" and "service-specific throttling limits".
// Thread safety: every member may be called from any thread. Owned by app/; shared by all sessions.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "api/status.h"
#include "base/clock.h"
#include "base/result.h"
#include "graph/quota/lane.h"
#include "graph/quota/price_book.h"
#include "graph/quota/quotas.h"

namespace entrad::graph {

// Who waits may say so: called when a request will have to wait for more than a second of steady
// time, and again with an empty reason when it goes on.
using WaitListener = std::function<void(base::Duration wait, const std::string& reason)>;

class Governor {
 public:
  // A right to send; gives back what it holds when it dies unanswered.
  class Permit {
   public:
    Permit() = default;
    Permit(Permit&&) noexcept;
    Permit& operator=(Permit&&) noexcept;
    ~Permit();
    void answered();  // accepted or refused: the window runs from now
    void answered(const std::vector<Charge>& bill);  // and Graph counted this instead
    void free_of_charge();                           // Graph did not count it (it refused it)

   private:
    friend class Governor;
    struct Holding;
    std::unique_ptr<Holding> holding_;
  };

  Governor(Quotas quotas, base::Clock& clock);
  ~Governor();

  const Quotas& quotas() const;
  PriceBook& prices();
  // Graph's limits depend on how many users the tenant has; until told, the smallest class holds.
  void set_size(const std::string& tenant, std::uint64_t users);

  // Waits until `charges` fit into their windows and no bucket of them is closed.
  // Errors: cancelled (stop was requested).
  base::Result<Permit> acquire(const std::string& tenant, const std::string& app,
                               const std::vector<Charge>& charges, std::stop_token stop,
                               const WaitListener& on_wait = nullptr, Lane lane = Lane::normal);
  // What awaits a request with these charges if it is asked for now; the lesser is the better
  // choice among the app registrations that could send it.
  struct Outlook {
    base::Duration wait{};  // as far as it can be told
    double load = 0;        // share of the fullest window, with what waits for it
    bool operator<(const Outlook& other) const {
      return wait != other.wait ? wait < other.wait : load < other.load;
    }
  };
  Outlook outlook(const std::string& tenant, const std::string& app,
                  const std::vector<Charge>& charges, Lane lane);
  // A 429 for a request with these charges. `why`: Graph's word for what was overrun, if it told.
  void throttled(const std::string& tenant, const std::string& app,
                 const std::vector<Charge>& charges, std::optional<base::Duration> retry_after,
                 const std::string& why = "");
  // Graph says that `share` of the limit is used (x-ms-throttle-limit-percentage), in the answer to
  // a read with these charges. Where we count clearly less, somebody else uses the quota, and the
  // difference counts as used for a window. True: something was counted.
  bool near_limit(const std::string& tenant, const std::string& app,
                  const std::vector<Charge>& charges, double share);

  std::vector<api::BucketStatus> status() const;

  // What has to be remembered, with the wall time; a few kilobytes at most.
  nlohmann::json save(bool clean_stop);
  // What save() gave last has been written (true), or cannot be: then nobody waits for it.
  void saved(bool written);
  // Waits until something should be saved: at once when a pledge runs low, at `latest` when
  // anything changed, else for as long as nothing changes. False: stop was requested.
  bool wait_until_worth_saving(base::Duration period, std::stop_token stop);
  // What an earlier process saved. `time_scale`: how much faster than wall time steady time runs.
  // A document that cannot be understood is ignored. False: it was.
  bool load(const nlohmann::json& saved, double time_scale = 1.0);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace entrad::graph
