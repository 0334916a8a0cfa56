// Session: requests to one tenant for one purpose, with one app registration or a pool of them. The
// rest of the daemon talks to Graph through it.
//
// It gets tokens (renewed early, single-flight; one renewal on 401), asks the governor, keeps a
// pool of keep-alive connections, follows pages after checking their host, and puts up to 20
// requests in a
// `$batch`. Reads are tried again by themselves when that is safe; a write whose outcome is unknown
// comes back as Class::ambiguous and is never repeated here.
// Thread safety: every member may be called from any thread. Owned by Sessions.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "graph/answers/classes.h"
#include "graph/quota/governor.h"
#include "graph/tenant.h"

namespace entrad::graph {

struct DeltaCursor;  // graph/delta.h
struct DeltaReader;
struct DeltaRound;

struct Request {
  std::string method = "GET";
  std::string path;               // relative to /v1.0, with query, encoded
  nlohmann::json body = nullptr;  // null: none
  bool eventual = false;          // ConsistencyLevel: eventual
};

struct Reply {
  Verdict verdict;
  int status = 0;
  nlohmann::json body = nullptr;  // null when empty
  bool done() const { return verdict.cls == Class::done; }
};

// What goes with a call: who may stop it, who is told when it waits, and how urgent it is.
struct Call {
  std::stop_token stop;
  WaitListener on_wait;
  Lane lane = Lane::normal;
};

class Session {
 public:
  ~Session();

  // One request. A value is an answer of any class but throttled, transient or unauthorized; those
  // are tried again here as long as they can be. Errors: cancelled, graph_unavailable (gave up
  // after repeated tries), authentication_failed.
  base::Result<Reply> send(const Request& request, const Call& call);

  // Many requests, in batches of up to 20 over several connections; replies in the order of the
  // requests. Throttled items are sent again after the longest Retry-After; reads also when
  // transient. Errors (for all): cancelled, authentication_failed. Graph being unreachable shows in
  // each reply as ambiguous (writes that may have been received) or, after repeated tries, as
  // transient (reads, and writes that were certainly not received).
  base::Result<std::vector<Reply>> batch(const std::vector<Request>& requests, const Call& call);

  // GETs `path` and every page after it; `on_page` gets each page's body. Errors: those of the
  // first page that failed for good, of `on_page`, or graph_refused for a link to another host.
  base::Result<void> pages(const Request& first,
                           const std::function<base::Result<void>(std::string_view)>& on_page,
                           const Call& call);
  // The same from a link on, which an answer in a batch may carry: "@odata.nextLink".
  base::Result<void> pages_after(const std::string& link,
                                 const std::function<base::Result<void>(std::string_view)>& on_page,
                                 const Call& call);

  // The same as pages, for a reader that gathers what the pages bring: when Graph has forgotten a
  // page token, `on_discard` is called, which drops all that `on_page` has taken of this
  // collection, and the collection is read anew from its first page, up to three times.
  base::Result<void> collection(const Request& first,
                                const std::function<base::Result<void>(std::string_view)>& on_page,
                                const std::function<void()>& on_discard, const Call& call);

  // Rounds of a delta query; `first` is calls::users_delta or calls::groups_delta. See
  // graph/delta.h.
  base::Result<DeltaRound> delta(const Request& first, const DeltaCursor& since,
                                 const DeltaReader& reader, const Call& call);
  base::Result<DeltaCursor> latest_delta(const Request& first, const Call& call);

  // The permissions that the token carries: its `roles` claim, for diagnosis only.
  // Empty as well when the token cannot be read.
  base::Result<std::vector<std::string>> granted_roles(const Call& call);
  // All that the token of one of apps() says about itself; null when it cannot be read.
  base::Result<nlohmann::json> token_claims(const Call& call, std::size_t which = 0);
  // Client ids of its app registrations, at least one; empty for the machine's own identity.
  std::vector<std::string> apps() const;

  // How many batches are under way at once, as things are.
  std::size_t width() const;

  // How many users the tenant has: Graph's read quota depends on it. Forwarded to the governor.
  void set_users(std::uint64_t users);

  const Tenant& tenant() const;
  std::string url_of(std::string_view path) const;  // absolute, for @odata.id

  // Counters since the start.
  struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t writes = 0;
    std::uint64_t throttled = 0;
  };
  Counters counters() const;

 private:
  friend class Sessions;
  struct Parts;
  explicit Session(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// All sessions of the daemon, made when first asked for.
class Sessions {
 public:
  Sessions(std::vector<Tenant> tenants, Governor& governor, base::Clock& clock);
  ~Sessions();

  std::vector<std::string> tenants() const;
  // Errors: not_found with a hint that lists the configured tenants.
  base::Result<const Tenant*> tenant(const std::string& name) const;
  base::Result<Session*> session(const std::string& tenant, Purpose purpose);
  Governor& governor();

 private:
  Governor& governor_;
  base::Clock& clock_;
  std::vector<Tenant> tenants_;
  std::mutex mutex_;
  std::map<std::pair<std::string, Purpose>, std::unique_ptr<Session>> sessions_;
};

}  // namespace entrad::graph
