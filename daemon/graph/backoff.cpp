#include "graph/backoff.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace entrad::graph {
namespace {

constexpr double kLongest = 30;

}  // namespace

base::Duration pause_before_retry(int tries, std::optional<base::Duration> asked_for) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const double most = std::min(kLongest, std::exp2(tries));
  const std::chrono::duration<double> drawn(std::uniform_real_distribution<>(0.1, most)(random));
  return std::max(std::chrono::duration_cast<base::Duration>(drawn),
                  asked_for.value_or(base::Duration::zero()));
}

}  // namespace entrad::graph
