// One client's run of graph_bench: a simulator of its own, the client as a child process, and what
// both have to say afterwards.
//
// The client gets one argument, a file with its job:
//   {"graph", "login": origins, "caFile", "tenantId", "clientId", "secretFile",
//    "tenantUsers": how many the tenant has before, "users": file with an array of what to POST,
//    "timeScale", "quotas": file, "modules": where require() finds npm's packages,
//    "scriptAtOnce": how many requests the script has under way}
// and prints {"failed": requests given up, "why": the first one's error}.
// Thread safety: none needed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace entrad::bench {

struct Setup {
  std::size_t users = 6200;   // to re-create
  double time_scale = 6;      // of the simulator and of the clients
  double latency = 0.2;       // of Graph, in seconds of its time
  std::size_t at_once = 8;    // requests of the script
  std::string modules;        // folder with node_modules
  std::string source_folder;  // of the project
  std::string binary_folder;
};

struct Measured {
  std::uint64_t writes = 0;    // accepted
  std::uint64_t requests = 0;  // that reached Graph, items of batches each
  std::uint64_t throttled = 0;
  std::uint64_t failed = 0;  // given up by the client
  std::string why;
  std::uint64_t created = 0;         // users
  std::uint64_t windows = 0;         // whole ones, from the first write to the last
  double writes_a_window = 0;        // mean over these
  double seconds = 0;                // from the first write to the last, of Graph's time
  double cpu_microseconds_each = 0;  // of the client's process, user and system, over `writes`

  double share_of_quota() const;
  double share_throttled() const;
};

// Graph's write quota of an app, config/quotas.json: what `writes_a_window` is compared with.
constexpr double kWindowSeconds = 150;
constexpr double kWindowWrites = 3000;

// Both throw std::runtime_error when the client ends with an error.
Measured run_ours(const Setup& setup);
Measured run_script(const Setup& setup);

}  // namespace entrad::bench
