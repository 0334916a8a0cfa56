#include "replication.h"

namespace graphsim {

template <typename Map>
void Replication::prune(Map& map) {
  constexpr std::size_t kSweepSize = 4096;
  if (map.size() < kSweepSize || (map.size() & (kSweepSize - 1)) != 0) return;
  const double now = clock_.now();
  std::erase_if(map, [now](const auto& entry) { return entry.second.until <= now; });
}

void Replication::appeared(std::uint64_t key) {
  if (lag_ <= 0) return;
  prune(hidden_);
  hidden_[key].until = deadline();
}

bool Replication::visible(std::uint64_t key) {
  if (hidden_.empty()) return true;
  const auto it = hidden_.find(key);
  if (it == hidden_.end()) return true;
  if (it->second.until > clock_.now()) return false;
  hidden_.erase(it);
  return true;
}

void Replication::changed(std::uint64_t key, nlohmann::json before) {
  if (lag_ <= 0) return;
  prune(former_);
  former_[key] = {deadline(), std::move(before)};
}

const nlohmann::json* Replication::older(std::uint64_t key) {
  if (former_.empty()) return nullptr;
  const auto it = former_.find(key);
  if (it == former_.end()) return nullptr;
  if (it->second.until <= clock_.now()) {
    former_.erase(it);
    return nullptr;
  }
  return stream_.below(2) == 0 ? &it->second.values : nullptr;
}

void Replication::linked(std::uint64_t key) {
  if (lag_ <= 0) return;
  prune(links_);
  links_[key].until = deadline();
}

bool Replication::misread(std::uint64_t key) {
  if (links_.empty()) return false;
  const auto it = links_.find(key);
  if (it == links_.end()) return false;
  if (it->second.until <= clock_.now()) {
    links_.erase(it);
    return false;
  }
  return stream_.below(2) == 0;
}

void Replication::departed(std::uint32_t container, std::uint32_t member) {
  if (lag_ <= 0) return;
  prune_departures();
  departures_.push_back({container, member, deadline()});
}

void Replication::came_back(std::uint32_t container, std::uint32_t member) {
  std::erase_if(departures_,
                [&](const Departure& d) { return d.container == container && d.member == member; });
}

void Replication::prune_departures() {
  std::erase_if(departures_, [now = clock_.now()](const Departure& d) { return d.until <= now; });
}

std::vector<std::uint32_t> Replication::still_in(std::uint32_t container) {
  std::vector<std::uint32_t> out;
  prune_departures();
  for (const Departure& d : departures_)
    if (d.container == container && stream_.below(2) == 0) out.push_back(d.member);
  return out;
}

std::vector<std::uint32_t> Replication::still_of(std::uint32_t member) {
  std::vector<std::uint32_t> out;
  prune_departures();
  for (const Departure& d : departures_)
    if (d.member == member && stream_.below(2) == 0) out.push_back(d.container);
  return out;
}

}  // namespace graphsim
