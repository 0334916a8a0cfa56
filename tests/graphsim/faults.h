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
  std::string query;   ///< part of the query string; empty: any
  std::uint64_t nth = 0;
  double probability = 1;
  std::uint64_t count = 0;  ///< at most so many times; 0: no limit
  std::optional<bool> in_batch;
  std::string action;         ///< see the table in the README
  bool spoils_retry = false;  ///< the same request again gets a page token that Graph won't know
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
  const Fault* hit(const Request& request, const std::vector<std::string>& segments);

 private:
  std::vector<Fault> faults_;
  Stream stream_;
};

/// The answer that a fault gives in place of the real one.
Response fault_answer(const Fault& fault);
/// emptyPage and foreignLink: what they make of the real page.
void bend_page(const Fault& fault, const Request& request, Response& page);
/// Makes the page's nextLink one that Graph will not know.
void spoil_next_link(Response& page);

}  // namespace graphsim
