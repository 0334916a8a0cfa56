#include "graph/width.h"

#include <algorithm>
#include <utility>

namespace entrad::graph {
namespace {

// Some may queue, so that Graph never waits for us. Between the two nothing changes.
constexpr double kEnoughQueue = 3;
constexpr double kTooManyQueue = 6;
// Over so many answers the present latency is a mean: batches differ.
constexpr std::uint64_t kPresentAnswers = 32;
// The lowest is a mean of so many at least, and is forgotten in about so long: Graph may get slower
// for good. Sooner, a queue of our own making would soon pass for Graph's latency.
constexpr std::uint64_t kLowestAnswers = 8;
constexpr base::Duration kMemory = std::chrono::hours(1);

double seconds(base::Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

void Width::Latency::add(const Landing& landing) {
  answers = std::min(answers + 1, kPresentAnswers);
  present += (seconds(landing.took) - present) / static_cast<double>(answers);
  const double passed = seconds(landing.sent - std::exchange(last, landing.sent));
  if (answers <= kLowestAnswers || present < lowest)
    lowest = present;
  else
    lowest += (present - lowest) * std::clamp(passed / seconds(kMemory), 0.0, 1.0);
}

double Width::queueing(const Landing& landing) {
  auto found = latencies_.find(landing.kind);
  if (found == latencies_.end()) found = latencies_.try_emplace(std::string(landing.kind)).first;
  Latency& latency = found->second;
  latency.add(landing);
  return latency.present > 0 ? width_ * (1 - latency.lowest / latency.present) : 0;
}

// What was sent before the last halving tells nothing new.
void Width::halve(const Landing& landing) {
  if (landing.sent < halved_) return;
  halved_ = landing.sent + landing.took;
  width_ = std::max(1.0, width_ / 2);
}

void Width::landed(const Landing& landing, std::size_t under_way) {
  if (landing.trouble) return halve(landing);
  const double queue = queueing(landing);
  const double step = 1 / width_;
  if (landing.waited_for_quota || queue > kTooManyQueue)
    width_ = std::max(std::min<double>(width_, kFew), width_ - step);
  else if (queue < kEnoughQueue && under_way >= now())
    width_ = std::min<double>(kMost, width_ + step);
}

}  // namespace entrad::graph
