// Injected faults: which requests fail, how, and whether before or after they were applied. Set
// over the control interface. Thread safety: one thread. Owned by Simulation.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "exchange.h"
#include "random.h"

namespace graphsim {

struct Fault {
  std::string method;  ///< empty: any
  std::string path;    ///< pattern below /v1.0; empty: any
  std::uint64_t nth = 0;
  double probability = 1;
  std::uint64_t count = 0;  ///< at most so many times; 0: no limit
  std::optional<bool> in_batch;
  std::string action;  ///< status, drop, delay, html
  bool after = false;
  unsigned status = 503;
  Headers headers;
  Json body;
  double seconds = 0;
  std::uint64_t seen = 0, fired = 0;
};

class Faults {
 public:
  Faults() : stream_(1) {}
  /// Replaces everything; throws std::exception on a malformed list.
  void set(const Json& request);
  void clear() { faults_.clear(); }
  bool empty() const { return faults_.empty(); }

  /// The fault that hits this request, or null.
  const Fault* hit(const std::string& method, const std::vector<std::string>& segments,
                   bool in_batch);

 private:
  std::vector<Fault> faults_;
  Stream stream_;
};

/// The answer that a fault gives in place of the real one.
Response fault_answer(const Fault& fault);

}  // namespace graphsim
