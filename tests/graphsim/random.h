// Deterministic randomness: every generated fact of a tenant is a pure function of a seed and a few
// numbers, so a tenant of a million users needs no table. Stateless except for `Stream`.
// Thread safety: free functions are pure; a Stream belongs to one thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace graphsim {

/// Finaliser of splitmix64: a bijection on 64 bits with good avalanche.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

/// Pseudo-random number for (seed, index, purpose): the same arguments always give the same number.
constexpr std::uint64_t draw(std::uint64_t seed, std::uint64_t index, std::uint64_t purpose) {
  return mix(mix(seed ^ mix(purpose)) + index);
}

constexpr std::uint64_t hash_text(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return mix(h);
}

/// A number in [0,1).
constexpr double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

/// A sequence of numbers from one seed.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() { return draw(state_, ++count_, 1); }
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  double fraction() { return unit(next()); }

 private:
  std::uint64_t state_;
  std::uint64_t count_ = 0;
};

}  // namespace graphsim
