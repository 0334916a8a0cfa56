#include "quota.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "encoding.h"
#include "routes.h"

namespace graphsim {
namespace {

constexpr std::uint32_t kSmallTop = 20;

bool under(const std::vector<std::string>& segments, std::string_view first) {
  return !segments.empty() && same_text(segments.front(), first);
}

}  // namespace

void Quotas::load(const nlohmann::json& table) {
  for (const auto& [name, b] : table.at("buckets").items()) {
    if (name.starts_with("_")) continue;
    Bucket bucket{b.at("unit"),
                  b.value("scope", "appTenant"),
                  b.at("windowSeconds"),
                  b.value("limit", 0U),
                  {}};
    if (b.contains("limitBySize"))
      for (const auto& [size, limit] : b.at("limitBySize").items())
        bucket.limit_by_size[size] = limit;
    buckets_[name] = std::move(bucket);
  }
  if (table.contains("sizeClasses"))
    for (const auto& [name, c] : table.at("sizeClasses").items())
      if (c.is_object())
        sizes_.emplace_back(name, c.value("maxUsers", std::numeric_limits<std::size_t>::max()));
  std::sort(sizes_.begin(), sizes_.end(), [](auto& a, auto& b) { return a.second < b.second; });
  if (table.contains("costs"))
    for (const auto& c : table.at("costs"))
      if (c.contains("ru")) costs_.push_back({c.at("method"), c.at("path"), c.at("ru")});
  if (!table.contains("modifiers")) return;
  const auto& m = table.at("modifiers");
  on_select_ = m.value("select", on_select_);
  on_expand_ = m.value("expand", on_expand_);
  on_small_top_ = m.value("smallTop", on_small_top_);
  floor_ = m.value("floor", floor_);
}

std::uint32_t Quotas::cost_of(const Charge& charge, const Query& query, bool& listed) const {
  int units = 1;
  listed = false;
  for (const Cost& c : costs_) {
    if (c.method != charge.method || !path_fits(c.path, charge.segments)) continue;
    units = static_cast<int>(c.units);
    listed = true;
    break;
  }
  if (charge.method != "GET" && !listed) return 1;
  if (query.has("$select")) units += on_select_;
  if (query.has("$expand")) units += on_expand_;
  if (query.top() && *query.top() < kSmallTop) units += on_small_top_;
  return static_cast<std::uint32_t>(std::max(units, floor_));
}

std::string Quotas::size_class(std::size_t users) const {
  for (const auto& [name, most] : sizes_)
    if (users <= most) return name;
  return sizes_.empty() ? "" : sizes_.back().first;
}

void Quotas::expire(Window& window) const {
  const double oldest = clock_.now() - window.seconds;
  while (!window.spent.empty() && window.spent.front().first <= oldest) {
    window.sum -= window.spent.front().second;
    window.spent.pop_front();
  }
}

Quotas::Window& Quotas::window(const std::string& name, const Charge& charge, std::string& key) {
  const Bucket& bucket = buckets_.at(name);
  key = name + "|" + charge.tenant_id + (bucket.scope == "tenant" ? "" : "|" + charge.app_id);
  Window& w = windows_[key];
  w.seconds = bucket.window_seconds;
  const auto sized = bucket.limit_by_size.find(size_class(charge.tenant_users));
  w.limit = sized == bucket.limit_by_size.end() ? bucket.limit : sized->second;
  expire(w);
  return w;
}

double Quotas::wait_for_room(const Window& window, std::uint32_t cost) const {
  std::uint64_t sum = window.sum;
  for (const auto& [when, spent] : window.spent) {
    sum -= spent;
    if (sum + cost <= window.limit) return when + window.seconds - clock_.now();
  }
  return window.seconds;
}

void Quotas::want(const std::string& name, std::uint32_t cost, const Charge& charge, Verdict& out) {
  if (!buckets_.contains(name)) return;
  std::string key;
  const Window& w = window(name, charge, key);
  out.entries.push_back({key, cost});
  if (w.sum + cost <= w.limit) return;
  const double wait = std::max(1.0, std::ceil(wait_for_room(w, cost)));
  out.refused = true;
  out.retry_after = std::max(out.retry_after, static_cast<std::uint32_t>(wait));
  const Bucket& bucket = buckets_.at(name);
  const bool tenant = bucket.scope == "tenant";
  out.scope = (tenant ? "Tenant/" : "Tenant_Application/") +
              std::string(bucket.unit == "writes" ? "Write" : "ReadWrite") + "/" +
              (tenant ? "" : charge.app_id) + "/" + charge.tenant_id;
  out.information = bucket.unit == "writes"          ? "WriteLimitExceeded"
                    : bucket.unit == "resourceUnits" ? "ResourceUnitLimitExceeded"
                                                     : "CPULimitExceeded";
}

Verdict Quotas::judge(const Charge& charge, const Query& query) {
  Verdict out;
  bool listed = false;
  out.resource_units = cost_of(charge, query, listed);
  const bool methods = charge.segments.size() > 2 && under(charge.segments, "users") &&
                       same_text(charge.segments[2], "authentication");
  const bool audit = under(charge.segments, "auditLogs") || under(charge.segments, "reports");
  out.is_write = charge.method != "GET" && !listed && !methods && !audit;
  if (methods) {
    want("authMethods", 1, charge, out);
  } else if (audit) {
    want("audit", 1, charge, out);
  } else {
    want("directory.read", out.resource_units, charge, out);
    if (out.is_write) {
      want("directory.write", 1, charge, out);
      want("directory.write.tenant", 1, charge, out);
    }
  }
  return out;
}

double Quotas::book(const Verdict& verdict) {
  double fullest = 0;
  for (const Verdict::Entry& entry : verdict.entries) {
    Window& w = windows_[entry.window];
    w.spent.emplace_back(clock_.now(), entry.cost);
    w.sum += entry.cost;
    if (w.limit > 0) fullest = std::max(fullest, static_cast<double>(w.sum) / w.limit);
  }
  return fullest;
}

}  // namespace graphsim
