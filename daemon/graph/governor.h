// Governor: the one place that decides when a request may go out.
//
// One sliding window for each tenant, app registration and service. What is sent counts from the
// moment it is asked for until one window after its answer came, so that however long the way to
// Graph was, Graph's own window is never overrun. A 429 closes the bucket, not the request, for
// exactly Retry-After; without one for an exponentially growing time with full jitter. After a 429
// the bucket opens gradually.
// Thread safety: every member may be called from any thread. Owned by app/; shared by all sessions.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "api/status.h"
#include "base/clock.h"
#include "base/result.h"
#include "graph/quotas.h"

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
    void answered();        // accepted or refused: the window runs from now
    void free_of_charge();  // Graph did not count it (it was throttled)

   private:
    friend class Governor;
    struct Holding;
    std::unique_ptr<Holding> holding_;
  };

  Governor(Quotas quotas, base::Clock& clock);
  ~Governor();

  const Quotas& quotas() const;
  // Graph's limits depend on how many users the tenant has; until told, the smallest class holds.
  void set_size(const std::string& tenant, std::uint64_t users);

  // Waits until `charges` fit into their windows and no bucket of them is closed.
  // Errors: cancelled (stop was requested).
  base::Result<Permit> acquire(const std::string& tenant, const std::string& app,
                               const std::vector<Charge>& charges, std::stop_token stop,
                               const WaitListener& on_wait = nullptr);
  // A 429 for a request with these charges.
  void throttled(const std::string& tenant, const std::string& app,
                 const std::vector<Charge>& charges, std::optional<base::Duration> retry_after);

  std::vector<api::BucketStatus> status() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace entrad::graph
