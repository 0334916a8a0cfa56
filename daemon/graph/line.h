// Line: one attempt at a time, from asking for a token and a permit to telling the governor how it
// went. Everything that a session sends goes through here.
// Thread safety: every member may be called from any thread. Owned by Session.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "graph/governor.h"
#include "graph/session.h"
#include "graph/token.h"
#include "graph/transport.h"

namespace entrad::graph {

class Line {
 public:
  // Errors: invalid_argument (an endpoint or the CA file cannot be used).
  static base::Result<std::unique_ptr<Line>> open(const Tenant& tenant,
                                                  const Credential& credential, Governor& governor,
                                                  base::Clock& clock);

  struct Answer {
    Response response;
    std::string token;              // what it was asked with
    bool waited_for_quota = false;  // for long enough to be told of it
    base::SteadyTime sent{};
    base::Duration took{};
  };
  // What Graph charged, as its answer tells; nullopt: as priced.
  using Bill = std::function<std::optional<std::vector<Charge>>(const Response&)>;
  // One exchange, priced `charges`; after a 401 once more with a new token. A 429 has been told to
  // the governor. Errors: cancelled, authentication_failed, graph_unavailable (no token).
  base::Result<Answer> exchange(const Request& request, const std::vector<Charge>& charges,
                                const Call& call, const Bill& bill);

  // One request until its class is neither throttled nor, as long as trying again may help,
  // transient. `read` turns each answer into a reply. Errors: as above.
  using Read = std::function<Reply(const Response&)>;
  base::Result<Reply> deliver(const Request& request, const Call& call, const Read& read);
  base::Result<Reply> deliver(const Request& request, const Call& call);
  // The same, but a tenant that is said to lack a licence is believed at once.
  base::Result<Reply> deliver_without_doubt(const Request& request, const Call& call);

  // An item of a batch was refused with 429.
  void throttled(const std::vector<Charge>& charges, const Response& response,
                 std::optional<base::Duration> retry_after);
  // Counts an answer, and heeds what it says about the quota.
  void count(const Request& request, const Response& response);

  std::vector<Charge> price(const Request& request) const;
  // What an answer says that it cost, which is learned for later.
  std::vector<Charge> bill(const Request& request, const Response& response);
  TokenSource& tokens() { return *tokens_; }
  Governor& governor() { return governor_; }
  base::Clock& clock() { return clock_; }
  const Tenant& tenant() const { return tenant_; }
  const std::string& app() const { return app_; }
  Session::Counters counters() const;

 private:
  Line(const Tenant& tenant, std::string app, Governor& governor, base::Clock& clock);
  Outgoing outgoing(const Request& request, const std::string& token) const;
  base::Result<Answer> attempt(const Request& request, const std::vector<Charge>& charges,
                               const Call& call, const Bill& bill);
  base::Result<Reply> deliver(const Request& request, const Call& call, const Read& read,
                              int doubts);
  void heed_limit(const Request& request, const Response& response);

  const Tenant tenant_;
  const std::string app_;  // client id
  Governor& governor_;
  base::Clock& clock_;
  std::unique_ptr<Transport> login_;
  std::unique_ptr<Transport> graph_;
  std::unique_ptr<TokenSource> tokens_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::uint64_t> throttled_{0};
};

constexpr std::string_view kBatchPath = "/$batch";

}  // namespace entrad::graph
