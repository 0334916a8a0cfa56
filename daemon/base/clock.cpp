#include "base/clock.h"

#include <algorithm>
#include <utility>

namespace entrad::base {

using std::chrono::steady_clock;

SystemClock::SystemClock(double scale) : scale_(scale), origin_(steady_clock::now()) {}

WallTime SystemClock::wall() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const {
  const std::chrono::duration<double, std::nano> elapsed = steady_clock::now() - origin_;
  return SteadyTime(origin_.time_since_epoch()) +
         std::chrono::duration_cast<Duration>(elapsed * scale_);
}

steady_clock::time_point SystemClock::real(SteadyTime scaled) const {
  const std::chrono::duration<double, std::nano> elapsed =
      scaled - SteadyTime(origin_.time_since_epoch());
  constexpr std::chrono::duration<double, std::nano> kFarAway = std::chrono::hours(24 * 365);
  return origin_ +
         std::chrono::duration_cast<steady_clock::duration>(std::min(elapsed / scale_, kFarAway));
}

bool SystemClock::wait_until(SteadyTime deadline, std::stop_token stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_until(lock, stop, real(deadline), [] { return false; });
  return !stop.stop_requested();
}

void SystemClock::wait_on(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
                          SteadyTime deadline, std::stop_token stop) {
  bool woken = false;
  changed.wait_until(lock, std::move(stop), real(deadline),
                     [&woken] { return std::exchange(woken, true); });
}

}  // namespace entrad::base
