// Simulated time: seconds since the start of the program, running `scale` times as fast as the wall
// clock. Windows, Retry-After, token life and replication lag are measured with it; timestamps
// inside objects are wall time. A test that must not depend on how fast its machine is leaves the
// scale at 1 and moves the time on itself. Thread safe.
#pragma once

#include <atomic>
#include <chrono>

namespace graphsim {

class Clock {
 public:
  explicit Clock(double scale) : scale_(scale), start_(std::chrono::steady_clock::now()) {}

  double now() const {
    const std::chrono::duration<double> real = std::chrono::steady_clock::now() - start_;
    return real.count() * scale_ + ahead_.load();
  }
  void advance(double seconds) { ahead_ += seconds; }
  /// The time of day, moved on by what advance() was given; it runs at the usual speed, as
  /// entrad's does with any scale.
  std::chrono::system_clock::time_point wall() const {
    return std::chrono::system_clock::now() +
           std::chrono::seconds(static_cast<std::int64_t>(ahead_.load()));
  }
  /// Real time that `simulated_seconds` take.
  std::chrono::microseconds real(double simulated_seconds) const {
    return std::chrono::microseconds(static_cast<std::int64_t>(simulated_seconds * 1e6 / scale_));
  }
  double scale() const { return scale_; }

 private:
  double scale_;
  std::atomic<double> ahead_{0};
  std::chrono::steady_clock::time_point start_;
};

}  // namespace graphsim
