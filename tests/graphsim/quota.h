// Graph's throttling as data (config/quotas.json): sliding windows per app and tenant, per tenant
// over all apps, or per app over all tenants, and the cost of each request in resource units.
// Facts: Microsoft's page "Microsoft Graph throttling limits", section "Identity and access".
// Thread safety: one thread. Owned by Simulation.
#pragma once

#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "clock.h"
#include "query.h"

namespace graphsim {

/// One request as the quotas see it.
struct Charge {
  std::string method;
  std::vector<std::string> segments;
  std::string app_id, tenant_id;
  std::size_t tenant_users = 0;
};

/// What admitting a request means: the cost to book once the answer is known, or the refusal.
struct Verdict {
  std::uint32_t resource_units = 1;
  bool is_write = false;
  struct Entry {
    std::string window;  ///< key of the sliding window
    std::uint32_t cost;
  };
  std::vector<Entry> entries;
  bool refused = false;
  std::uint32_t retry_after = 0;  ///< simulated seconds, at least 1
  std::string scope, information;
};

class Quotas {
 public:
  explicit Quotas(const Clock& clock) : clock_(clock) {}
  /// Replaces the limits and costs; what the windows hold already counts on. Throws std::exception
  /// on a malformed table, and changes nothing then.
  void load(const nlohmann::json& table);

  Verdict judge(const Charge& charge, const Query& query);
  /// Books an admitted request; returns the fullest window's share of its limit, 0 without quotas.
  double book(const Verdict& verdict);

 private:
  struct Bucket {
    std::string unit, scope;
    double window_seconds = 0;
    std::uint32_t limit = 0;
    std::map<std::string, std::uint32_t> limit_by_size;
  };
  struct Cost {
    std::string method, path;
    std::uint32_t units;
  };
  struct Table {
    std::map<std::string, Bucket> buckets;
    std::vector<std::pair<std::string, std::size_t>> sizes;  ///< name, largest number of users
    std::vector<Cost> costs;
    int on_select = -1, on_expand = 1, on_small_top = -1, floor = 1;
  };
  struct Window {
    std::deque<std::pair<double, std::uint32_t>> spent;
    std::uint64_t sum = 0;
    std::uint32_t limit = 0;
    double seconds = 0;
  };

  std::uint32_t cost_of(const Charge& charge, const Query& query, bool& listed) const;
  std::string size_class(std::size_t users) const;
  Window& window(const std::string& bucket, const Charge& charge, std::string& key);
  /// The window of the bucket, and those of the same service for the tenant and for the app.
  void want(const std::string& bucket, std::uint32_t cost, const Charge& charge, Verdict& out);
  void want_one(const std::string& bucket, std::uint32_t cost, const Charge& charge, Verdict& out);
  void expire(Window& window) const;
  double wait_for_room(const Window& window, std::uint32_t cost) const;

  const Clock& clock_;
  Table table_;
  std::map<std::string, Window> windows_;
};

}  // namespace graphsim
