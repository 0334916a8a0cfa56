// The simulator, a governor and sessions to it: what a test of the session starts from.
// Thread safety: as its parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fakes/graphsim_process.h"
#include "graph/session.h"

namespace entrad::graph::test {

// Both programs run their clocks at the same scale, so that waits are short and still whole.
constexpr double kScale = 60;

inline fakes::GraphsimOptions options(const std::string& tenant,
                                      const std::filesystem::path& quotas = {}) {
  fakes::GraphsimOptions out;
  out.tenants = {tenant};
  out.time_scale = kScale;
  out.quotas = quotas;
  return out;
}

class Rig {
 public:
  explicit Rig(
      const fakes::GraphsimOptions& options = test::options("aurora:users=120,seed=7,lag=0"),
      Quotas quotas = Quotas::published())
      : clock(options.time_scale),
        sim(options),
        governor(std::move(quotas), clock),
        tenant(sim.tenant("aurora")) {
    renew_sessions();
  }
  // After a change to `tenant`.
  void renew_sessions() {
    sessions = std::make_unique<Sessions>(std::vector{tenant}, governor, clock);
  }
  Session& session(Purpose purpose = Purpose::restore) {
    return **sessions->session("aurora", purpose);
  }
  // Ids of the first `count` users, as Graph lists them.
  std::vector<std::string> users(std::size_t count) {
    Request request;
    request.path = "/users?$select=id&$top=" + std::to_string(count);
    const auto reply = session().send(request, {});
    std::vector<std::string> ids;
    for (const auto& row : reply->body.at("value")) ids.push_back(row.at("id"));
    return ids;
  }

  base::SystemClock clock;
  fakes::GraphsimProcess sim;
  Governor governor;
  Tenant tenant;
  std::unique_ptr<Sessions> sessions;
};

inline Request get(const std::string& path) {
  Request request;
  request.path = path;
  return request;
}

}  // namespace entrad::graph::test
