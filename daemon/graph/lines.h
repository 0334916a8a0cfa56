// Lines: the lines of all app registrations that a session may send with, usually one, and the
// choice among them for each request.
//
// Graph's quotas count for each app registration, so that a pool of them may send more. A request
// goes with the one whose windows have room soonest, as the governor tells; one that Graph has
// throttled rests while the others work. One that is refused (no token for its credential, or no
// access with a fresh one) drops out with a warning for kOutFor, and the others go on.
// Order: a request is on one line only at any time, and goes to another one only once Graph has
// refused to carry it out. Two writes to one object are in order because their caller sends the
// second when it has the answer to the first (restore/apply/writer.h: a user's waves).
// Thread safety: every member may be called from any thread. Owned by Session.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "graph/line.h"

namespace entrad::graph {

class Lines {
 public:
  // `credentials`: at least one. Errors: invalid_argument (an endpoint or the CA file cannot be
  // used).
  static base::Result<std::unique_ptr<Lines>> open(const Tenant& tenant,
                                                   const std::vector<Credential>& credentials,
                                                   Governor& governor, base::Clock& clock);

  struct Answer : Line::Answer {
    Line* via = nullptr;
  };
  // One exchange with the line that is free soonest, or with `home` as long as that is not
  // refused. Errors: cancelled, graph_unavailable (no token), authentication_failed (no line is
  // left).
  base::Result<Answer> exchange(const Request& request, const std::vector<Charge>& charges,
                                const Call& call, const Line::Bill& bill, Line* home = nullptr);

  // One request until its class is neither throttled nor, as long as trying again may help,
  // transient. `read` turns each answer into a reply. Errors: as above.
  using Read = std::function<Reply(const Response&)>;
  base::Result<Reply> deliver(const Request& request, const Call& call, const Read& read,
                              Line* home = nullptr);
  base::Result<Reply> deliver(const Request& request, const Call& call);
  // The same, but a tenant that is said to lack a licence is believed at once.
  base::Result<Reply> deliver_without_doubt(const Request& request, const Call& call);

  // The line that is free soonest for these charges.
  Line& soonest(const std::vector<Charge>& charges, Lane lane);
  // Of several, always the same: what Graph remembers of a client may be the app's own.
  Line& first() { return *lines_.front(); }
  const std::vector<std::unique_ptr<Line>>& all() const { return lines_; }

  std::vector<Charge> price(const Request& request) const { return lines_.front()->price(request); }
  // What an answer says that it cost, which is learned for later.
  std::vector<Charge> bill(const Request& request, const Response& response) {
    return lines_.front()->bill(request, response);
  }
  Governor& governor() { return governor_; }
  base::Clock& clock() { return clock_; }
  const Tenant& tenant() const { return tenant_; }
  Session::Counters counters() const;

 private:
  Lines(const Tenant& tenant, Governor& governor, base::Clock& clock);
  base::Result<Reply> deliver(const Request& request, const Call& call, const Read& read,
                              Line* home, int doubts);
  bool is_out(const Line& line) const;  // with the mutex locked
  Line& at_home_or_soonest(Line* home, const std::vector<Charge>& charges, Lane lane);
  // True: another line may try.
  bool drop_out(const Line& line, const std::string& why);
  void come_back(const Line& line);

  const Tenant tenant_;
  Governor& governor_;
  base::Clock& clock_;
  std::unique_ptr<Transport> login_;
  std::unique_ptr<Transport> graph_;
  std::vector<std::unique_ptr<Line>> lines_;
  mutable std::mutex mutex_;                           // guards what follows
  std::map<const Line*, base::SteadyTime> out_until_;  // the refused ones
};

// How long a refused app registration is not asked again.
constexpr base::Duration kOutFor = std::chrono::minutes(10);

}  // namespace entrad::graph
