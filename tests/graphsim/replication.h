// Replication lag: fresh objects that not every replica knows yet, and fresh changes that a read
// may still miss. Graph promises no bound; app-only calls have no session affinity (documentation
// page "Best practices", and Microsoft's developer blog on consistency). Delays are seeded. Thread
// safety: one thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <vector>

#include "clock.h"
#include "random.h"

namespace graphsim {

class Replication {
 public:
  /// `lag`: longest delay in simulated seconds, 0 switches lag off.
  Replication(const Clock& clock, double lag, std::uint64_t seed)
      : clock_(clock), lag_(lag), stream_(seed) {}

  /// An object appears: other replicas know it after a drawn delay.
  void appeared(std::uint64_t key);
  bool visible(std::uint64_t key);

  /// Some properties of an object change; `before` holds their former values.
  void changed(std::uint64_t key, nlohmann::json before);
  /// Former values where this read happens to hit a replica that lags; else nullptr.
  const nlohmann::json* older(std::uint64_t key);

  /// A link is added or removed; `misread` is true where this read still sees the former state.
  void linked(std::uint64_t key);
  bool misread(std::uint64_t key);

  /// A member leaves a container: reads may still show it there for a while.
  void departed(std::uint32_t container, std::uint32_t member);
  void came_back(std::uint32_t container, std::uint32_t member);
  std::vector<std::uint32_t> still_in(std::uint32_t container);  ///< members this read still shows
  std::vector<std::uint32_t> still_of(std::uint32_t member);     ///< containers likewise

 private:
  struct Departure {
    std::uint32_t container, member;
    double until;
  };
  void prune_departures();

  double deadline() { return clock_.now() + lag_ * stream_.fraction(); }
  template <typename Map>
  void prune(Map& map);

  struct Former {
    double until = 0;
    nlohmann::json values;
    double deadline() const { return until; }
  };
  const Clock& clock_;
  double lag_;
  Stream stream_;
  std::unordered_map<std::uint64_t, Former> hidden_, former_, links_;
  std::vector<Departure> departures_;
};

/// Key of a link between a container and an object.
constexpr std::uint64_t link_key(std::uint64_t kind, std::uint64_t from, std::uint64_t to) {
  return mix(mix(kind + 77) ^ (from << 32 | to));
}

}  // namespace graphsim
