// The daemon about itself and its tenants.
// Thread safety: plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/wire.h"
#include "base/ids.h"

namespace entrad::api {

// One quota bucket of the governor, live.
struct BucketStatus {
  std::string tenant;  // empty for a limit of the app over all tenants
  std::string app;     // client id of the app registration; empty for a tenant-wide bucket
  std::string bucket;  // "directory.read", "directory.write", ...
  std::uint64_t used = 0;
  std::uint64_t limit = 0;
  std::uint64_t window_seconds = 0;
  std::uint64_t throttled = 0;                   // 429 answers since the start
  std::optional<base::WallTime> closed_until;    // after a 429
  std::string reason;                            // why it is closed, in Graph's words
  std::map<std::string, std::uint64_t> waiting;  // requests that wait for it, by lane

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("app", app);
    f("bucket", bucket);
    f("used", used);
    f("limit", limit);
    f("windowSeconds", window_seconds);
    f("throttled", throttled);
    f("closedUntil", closed_until);
    f("reason", reason);
    f("waiting", waiting);
  }
};

// GET /v1/queue: what the governor lets out, and who waits for it.
struct QueueStatus {
  std::vector<BucketStatus> buckets;

  template <typename F>
  void fields(F&& f) {
    f("buckets", buckets);
  }
};

struct TenantStatus {
  std::string name;
  std::string tenant_id;
  std::uint64_t snapshots = 0;
  std::optional<base::SnapshotNumber> last_snapshot;
  std::optional<base::WallTime> last_snapshot_at;
  std::uint64_t users = 0;  // in the last snapshot

  template <typename F>
  void fields(F&& f) {
    f("name", name);
    f("tenantId", tenant_id);
    f("snapshots", snapshots);
    f("lastSnapshot", last_snapshot);
    f("lastSnapshotAt", last_snapshot_at);
    f("users", users);
  }
};

struct StoreStatus {
  std::string path;
  std::uint64_t used_bytes = 0;
  std::uint64_t map_bytes = 0;
  std::uint64_t free_disk_bytes = 0;
  std::string trouble;  // why writes have stopped; empty: healthy

  template <typename F>
  void fields(F&& f) {
    f("path", path);
    f("usedBytes", used_bytes);
    f("mapBytes", map_bytes);
    f("freeDiskBytes", free_disk_bytes);
    f("trouble", trouble);
  }
};

struct DaemonStatus {
  std::string version;
  std::string state;  // "starting", "ready", "stopping"
  base::WallTime started_at{};
  std::vector<TenantStatus> tenants;
  std::map<std::string, std::uint64_t> jobs;  // state -> count
  StoreStatus store;
  std::vector<BucketStatus> buckets;

  template <typename F>
  void fields(F&& f) {
    f("version", version);
    f("state", state);
    f("startedAt", started_at);
    f("tenants", tenants);
    f("jobs", jobs);
    f("store", store);
    f("buckets", buckets);
  }
};

}  // namespace entrad::api
