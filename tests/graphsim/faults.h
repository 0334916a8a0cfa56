// Injected faults: which requests fail, how, and whether before or after they were applied; single
// ones, by name from a catalogue, or a seeded mix. Set over the control interface; see README.md in
// this folder. Thread safety: one thread. Owned by Simulation.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "exchange.h"
#include "random.h"

namespace graphsim {

struct Fault {
  std::string name;    ///< in the catalogue; empty: none
  std::string method;  ///< those it is about, as in "PATCH POST"; empty: any
  std::string path;    ///< pattern below /v1.0; empty: any but $batch itself
  std::string query;   ///< part of the query; empty: any
  std::uint64_t nth = 0;
  double probability = 1;
  std::uint64_t count = 0;    ///< at most so many times; 0: no limit
  std::uint64_t spacing = 0;  ///< in a mix: at least so many matching requests lie between two
  std::optional<bool> in_batch;
  bool gateway = false;       ///< in a mix: hits $batch as a whole, never an item of it
  std::string action;         ///< see the table in the README
  bool spoils_retry = false;  ///< the same request again gets a page token that Graph won't know
  bool after = false;
  unsigned status = 503;
  Headers headers;
  std::optional<double> retry_date;  ///< Retry-After as a date, so many (real) seconds from now
  Json body;
  double seconds = 0;
  std::uint64_t seen = 0, fired = 0, seen_when_fired = 0;

  /// The request is carried out, and its answer is spoiled on the way.
  bool spoils() const {
    return action == "delay" || action == "cut" || action == "garble" || action == "emptyPage" ||
           action == "foreignLink";
  }
};

/// Every fault and odd answer that Microsoft or field reports describe: name, match, action; `mix`
/// says that a client can get over it without anybody's help.
const Json& fault_catalogue();

class Faults {
 public:
  Faults() : stream_(1) {}
  /// Replaces everything; throws std::exception on a malformed list.
  void set(const Json& request);
  void clear();
  bool empty() const { return faults_.empty() && mix_.empty(); }

  /// The fault that hits this request, or null.
  const Fault* hit(const Request& request, const std::vector<std::string>& segments);
  /// How often each named one has hit.
  Json render() const;

 private:
  const Fault* hit_mix(const Request& request, const std::vector<std::string>& segments);

  std::vector<Fault> faults_;
  std::vector<Fault> mix_;
  double share_ = 0;
  Stream stream_;
};

/// The answer that a fault gives in place of the real one.
Response fault_answer(const Fault& fault);
/// What a fault that spoils makes of the real one.
void spoil(const Fault& fault, Response& response);
/// emptyPage and foreignLink: what they make of the real page.
void bend_page(const Fault& fault, const Request& request, Response& page);
/// Makes the page's nextLink one that Graph will not know.
void spoil_next_link(Response& page);

}  // namespace graphsim
