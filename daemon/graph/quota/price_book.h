// PriceBook: what each kind of call costs: the published price until Graph's answers say better.
//
// A higher price is believed at once, a lower one when several answers in a row have told it, so
// that one cheap answer never makes us overrun a quota.
// Source: the response header x-ms-resource-unit, "the resource unit used for this request", of
// Microsoft's "Throttling guidance".
// Thread safety: every member may be called from any thread. Owned by Governor.
#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/quota/quotas.h"

namespace entrad::graph {

class PriceBook {
 public:
  explicit PriceBook(const Quotas& quotas) : quotas_(quotas) {}

  std::vector<Charge> price(std::string_view method, std::string_view path) const;
  // What Graph charged: the price, with `units` where it told them.
  std::vector<Charge> bill(std::string_view method, std::string_view path,
                           std::optional<std::uint64_t> units) const;
  // An accepted call cost `units`.
  void learn(std::string_view method, std::string_view path, std::uint64_t units);

  nlohmann::json save() const;  // the learned ones, by kind
  void load(const nlohmann::json& saved);

 private:
  struct Entry {
    std::uint64_t units = 0;
    std::uint64_t lower = 0;  // the largest of the lower prices told in a row
    int times_lower = 0;
  };
  std::vector<Charge> with_units(std::vector<Charge> charges, std::uint64_t units) const;

  const Quotas& quotas_;
  mutable std::mutex mutex_;  // guards learned_
  std::map<std::string, Entry, std::less<>> learned_;
};

// Calls of one kind cost the same: the method, the path with ids left out, and the options of the
// query that change the price.
std::string kind_of_call(std::string_view method, std::string_view path);

}  // namespace entrad::graph
