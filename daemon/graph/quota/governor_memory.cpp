// What the governor remembers over a restart, as a document:
//
//   {"savedAt": ms since 1970, "clean": bool, "sizes": {tenant: class}, "prices": {kind: units},
//    "buckets": [{"tenant", "app", "bucket", "spent": [[ms left, units], ...], "underWay": units,
//                 "closed": ms left, "why", "ramping"}]}
//
// Times left count from savedAt. A clock that was put back makes them end later, but never later
// than one window from the load; one that was put forward makes them end now.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "graph/quota/governor_state.h"

namespace entrad::graph {
namespace {

using base::Duration;
using base::SteadyTime;
using nlohmann::json;
using std::chrono::milliseconds;

// A year; more is a mistake in the document, and would overflow.
constexpr std::int64_t kMostMilliseconds = std::int64_t{365} * 86400 * 1000;

std::int64_t rounded_up(Duration time) { return std::chrono::ceil<milliseconds>(time).count(); }

Duration time_of(const json& value) {
  const auto count = value.get<std::int64_t>();
  if (count < 0 || count > kMostMilliseconds) throw std::invalid_argument("no such time");
  return milliseconds(count);
}

json write_memory(const ThrottleBucket::Memory& memory) {
  json row = {{"spent", json::array()}};
  for (const auto& share : memory.spent)
    row["spent"].push_back({rounded_up(share.left), share.units});
  if (memory.under_way > 0) row["underWay"] = memory.under_way;
  if (memory.closed > Duration::zero()) {
    row["closed"] = rounded_up(memory.closed);
    row["why"] = memory.why_closed;
  }
  if (memory.ramping) row["ramping"] = true;
  return row;
}

ThrottleBucket::Memory read_memory(const json& row) {
  ThrottleBucket::Memory memory;
  for (const json& share : row.at("spent"))
    memory.spent.push_back({time_of(share.at(0)), share.at(1).get<std::uint64_t>()});
  memory.under_way = row.value("underWay", std::uint64_t{0});
  if (row.contains("closed")) memory.closed = time_of(row["closed"]);
  memory.why_closed = row.value("why", "");
  memory.ramping = row.value("ramping", false);
  return memory;
}

struct Remembered {
  std::string tenant, app, bucket;
  ThrottleBucket::Memory memory;
};

struct Document {
  base::WallTime saved_at;
  bool clean = false;
  std::map<std::string, std::string> sizes;
  json prices;
  std::vector<Remembered> buckets;
};

// Throws what nlohmann throws, or std::invalid_argument.
Document read_document(const json& saved) {
  Document document;
  document.saved_at = base::WallTime(milliseconds(saved.at("savedAt").get<std::int64_t>()));
  document.clean = saved.at("clean").get<bool>();
  saved.at("sizes").get_to(document.sizes);
  document.prices = saved.at("prices");
  for (const json& row : saved.at("buckets"))
    document.buckets.push_back(
        {row.at("tenant"), row.at("app"), row.at("bucket"), read_memory(row)});
  return document;
}

// A year is long enough for anything to have run out, and cannot overflow.
Duration elapsed_since(base::WallTime saved_at, base::WallTime now, double scale) {
  const double scaled = static_cast<double>((now - saved_at).count()) * scale;
  const auto most = static_cast<double>(kMostMilliseconds);
  return milliseconds(static_cast<std::int64_t>(std::clamp(scaled, -most, most)));
}

}  // namespace

json Governor::save(bool clean_stop) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const SteadyTime now = state.clock.steady();
  json buckets = json::array();
  for (auto& [key, bucket] : state.buckets) {
    json row = write_memory(bucket.remember(now));
    row["tenant"] = std::get<0>(key);
    row["app"] = std::get<1>(key);
    row["bucket"] = std::get<2>(key);
    buckets.push_back(std::move(row));
    bucket.mark();
  }
  state.changed_since_save = false;
  state.save_wanted = false;
  return {{"savedAt", state.clock.wall().time_since_epoch().count()},
          {"clean", clean_stop},
          {"sizes", state.size_classes},
          {"prices", state.prices.save()},
          {"buckets", std::move(buckets)}};
}

void Governor::saved(bool written) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  state.pledging = written;
  for (auto& [key, bucket] : state.buckets) {
    if (written) bucket.written();
    bucket.set_pledging(written);
  }
  for (auto& [tenant, queue] : state.queues) queue.changed.notify_all();
}

bool Governor::wait_until_worth_saving(Duration period, std::stop_token stop) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  const SteadyTime latest = state.clock.steady() + period;
  while (!stop.stop_requested()) {
    const SteadyTime now = state.clock.steady();
    if (state.save_wanted || (state.changed_since_save && now >= latest)) return true;
    state.clock.wait_on(state.worth_saving, lock, now < latest ? latest : now + period, stop);
  }
  return false;
}

bool Governor::load(const json& saved, double time_scale) {
  Document document;
  try {
    document = read_document(saved);
  } catch (const std::exception&) {
    return false;
  }
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const SteadyTime now = state.clock.steady();
  const Duration elapsed = elapsed_since(document.saved_at, state.clock.wall(), time_scale);
  state.size_classes = document.sizes;
  state.prices.load(document.prices);
  for (const Remembered& row : document.buckets) {
    if (state.quotas.find(row.bucket) == nullptr) continue;
    ThrottleBucket& bucket = *state.bucket({row.tenant, row.app, row.bucket});
    bucket.recall(row.memory, elapsed, now);
    if (!document.clean) bucket.assume_pledge_taken(now);
  }
  return true;
}

}  // namespace entrad::graph
