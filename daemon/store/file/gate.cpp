#include "store/file/gate.h"

namespace entrad::store {

Gate::Visit::Visit(Gate& gate) : gate_(gate) {
  std::unique_lock lock(gate_.mutex_);
  gate_.changed_.wait(lock, [this] { return !gate_.closed_ && gate_.visits_ < kMaxVisits; });
  ++gate_.visits_;
}

Gate::Visit::~Visit() {
  const std::lock_guard lock(gate_.mutex_);
  const bool was_full = gate_.visits_-- == kMaxVisits;
  if (was_full || gate_.closed_) gate_.changed_.notify_all();
}

Gate::Closure::Closure(Gate& gate) : gate_(gate) {
  std::unique_lock lock(gate_.mutex_);
  gate_.closed_ = true;
  gate_.changed_.wait(lock, [this] { return gate_.visits_ == 0; });
}

Gate::Closure::~Closure() {
  const std::lock_guard lock(gate_.mutex_);
  gate_.closed_ = false;
  gate_.changed_.notify_all();
}

}  // namespace entrad::store
