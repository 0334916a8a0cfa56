// Line: requests with one app registration: one attempt at a time, from asking for a token and a
// permit to telling the governor how it went. Everything that a session sends goes through here.
// Source of the scopes of a limit: Microsoft's "Throttling guidance", x-ms-throttle-scope.
// Thread safety: every member may be called from any thread. Owned by Lines.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "graph/credentials/token.h"
#include "graph/quota/governor.h"
#include "graph/session.h"
#include "graph/transport/transport.h"

namespace entrad::graph {

class Line {
 public:
  struct Ways {
    Transport& login;
    Transport& graph;
  };
  // All must outlive it.
  Line(const Tenant& tenant, const Credential& credential, const Ways& ways, Governor& governor,
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

  // An item of a batch was refused with 429.
  void throttled(const std::vector<Charge>& charges, const Response& response,
                 std::optional<base::Duration> retry_after);
  // Counts an answer, and heeds what it says about the quota.
  void count(const Request& request, const Response& response);

  std::vector<Charge> price(const Request& request) const;
  // What an answer says that it cost, which is learned for later.
  std::vector<Charge> bill(const Request& request, const Response& response);
  TokenSource& tokens() { return tokens_; }
  const std::string& app() const { return app_; }
  Session::Counters counters() const;

 private:
  Outgoing outgoing(const Request& request, const std::string& token) const;
  base::Result<Answer> attempt(const Request& request, const std::vector<Charge>& charges,
                               const Call& call, const Bill& bill);
  std::vector<Charge> overrun(const std::vector<Charge>& charges, const Response& response) const;
  void heed_limit(const Request& request, const Response& response);

  const std::string tenant_;  // its short name
  const std::string app_;     // client id
  Governor& governor_;
  base::Clock& clock_;
  Transport& graph_;
  TokenSource tokens_;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::uint64_t> throttled_{0};
};

constexpr std::string_view kBatchPath = "/$batch";

}  // namespace entrad::graph
