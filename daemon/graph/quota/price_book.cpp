#include "graph/quota/price_book.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace entrad::graph {
namespace {

constexpr int kBelief = 5;
constexpr std::uint64_t kDearest = 1000;  // more is no price but a mistake
constexpr std::size_t kMostKinds = 500;

bool is_id(std::string_view segment) {
  return std::any_of(segment.begin(), segment.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '@' || c == '\''; });
}

std::optional<std::uint64_t> units_of(const Quotas& quotas, const std::vector<Charge>& charges) {
  for (const Charge& charge : charges) {
    const Bucket* bucket = quotas.find(charge.bucket);
    if (bucket != nullptr && bucket->resource_units) return charge.units;
  }
  return std::nullopt;
}

}  // namespace

std::string kind_of_call(std::string_view method, std::string_view path) {
  const std::size_t question = std::min(path.find('?'), path.size());
  std::string kind(method);
  for (const std::string& segment : base::split(path.substr(0, question), '/')) {
    if (segment.empty()) continue;
    kind += "/";
    kind += is_id(segment) ? "{id}" : base::ascii_lower(segment);
  }
  return kind + price_options(path.substr(std::min(question + 1, path.size())));
}

std::vector<Charge> PriceBook::with_units(std::vector<Charge> charges, std::uint64_t units) const {
  for (Charge& charge : charges)
    if (quotas_.find(charge.bucket)->resource_units) charge.units = units;
  return charges;
}

std::vector<Charge> PriceBook::price(std::string_view method, std::string_view path) const {
  std::vector<Charge> charges = quotas_.price(method, path);
  const std::lock_guard lock(mutex_);
  if (learned_.empty()) return charges;
  const auto found = learned_.find(kind_of_call(method, path));
  if (found == learned_.end()) return charges;
  return with_units(std::move(charges), found->second.units);
}

std::vector<Charge> PriceBook::bill(std::string_view method, std::string_view path,
                                    std::optional<std::uint64_t> units) const {
  std::vector<Charge> charges = price(method, path);
  if (!units || *units > kDearest) return charges;
  return with_units(std::move(charges), *units);
}

void PriceBook::learn(std::string_view method, std::string_view path, std::uint64_t units) {
  if (units == 0 || units > kDearest) return;
  const auto published = units_of(quotas_, quotas_.price(method, path));
  if (!published) return;
  const std::lock_guard lock(mutex_);
  if (units == *published && learned_.empty()) return;
  const std::string kind = kind_of_call(method, path);
  auto found = learned_.find(kind);
  if (found == learned_.end()) {
    if (units == *published || learned_.size() == kMostKinds) return;
    found = learned_.emplace(kind, Entry{*published}).first;
  }
  Entry& entry = found->second;
  if (units >= entry.units) {
    entry = {units};
  } else {
    entry.lower = std::max(entry.lower, units);
    if (++entry.times_lower == kBelief) entry = {entry.lower};
  }
  const bool as_published = entry.units == *published && entry.times_lower == 0;
  if (as_published) learned_.erase(found);
}

nlohmann::json PriceBook::save() const {
  const std::lock_guard lock(mutex_);
  nlohmann::json saved = nlohmann::json::object();
  for (const auto& [kind, entry] : learned_) saved[kind] = entry.units;
  return saved;
}

void PriceBook::load(const nlohmann::json& saved) {
  if (!saved.is_object()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& [kind, units] : saved.items()) {
    if (!units.is_number_unsigned() || learned_.size() == kMostKinds) continue;
    const auto price = units.get<std::uint64_t>();
    if (price > 0 && price <= kDearest) learned_[kind] = {price};
  }
}

}  // namespace entrad::graph
