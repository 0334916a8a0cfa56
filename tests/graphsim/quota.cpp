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

std::string window_key(const std::string& bucket, const std::string& scope, const Charge& charge) {
  if (scope == "app") return bucket + "||" + charge.app_id;
  return bucket + "|" + charge.tenant_id + (scope == "tenant" ? "" : "|" + charge.app_id);
}

// Source: Microsoft's "Throttling guidance", x-ms-throttle-scope: Scope/Limit/ApplicationId/
// TenantId.
std::string scope_text(const std::string& scope, bool writes, const Charge& charge) {
  const std::string who = scope == "tenant" ? "Tenant"
                          : scope == "app"  ? "Application"
                                            : "Tenant_Application";
  return who + "/" + (writes ? "Write" : "ReadWrite") + "/" +
         (scope == "tenant" ? "" : charge.app_id) + "/" + (scope == "app" ? "" : charge.tenant_id);
}

}  // namespace

void Quotas::load(const nlohmann::json& table) {
  Table fresh;
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
    fresh.buckets[name] = std::move(bucket);
  }
  if (table.contains("sizeClasses"))
    for (const auto& [name, c] : table.at("sizeClasses").items())
      if (c.is_object())
        fresh.sizes.emplace_back(name,
                                 c.value("maxUsers", std::numeric_limits<std::size_t>::max()));
  std::sort(fresh.sizes.begin(), fresh.sizes.end(),
            [](auto& a, auto& b) { return a.second < b.second; });
  if (table.contains("costs"))
    for (const auto& c : table.at("costs"))
      if (c.contains("ru")) fresh.costs.push_back({c.at("method"), c.at("path"), c.at("ru")});
  const auto m = table.value("modifiers", nlohmann::json::object());
  fresh.on_select = m.value("select", fresh.on_select);
  fresh.on_expand = m.value("expand", fresh.on_expand);
  fresh.on_small_top = m.value("smallTop", fresh.on_small_top);
  fresh.floor = m.value("floor", fresh.floor);
  table_ = std::move(fresh);
}

std::uint32_t Quotas::cost_of(const Charge& charge, const Query& query, bool& listed) const {
  int units = 1;
  listed = false;
  for (const Cost& c : table_.costs) {
    if (c.method != charge.method || !path_fits(c.path, charge.segments)) continue;
    units = static_cast<int>(c.units);
    listed = true;
    break;
  }
  if (charge.method != "GET" && !listed) return 1;
  if (query.has("$select")) units += table_.on_select;
  if (query.has("$expand")) units += table_.on_expand;
  if (query.top() && *query.top() < kSmallTop) units += table_.on_small_top;
  return static_cast<std::uint32_t>(std::max(units, table_.floor));
}

std::string Quotas::size_class(std::size_t users) const {
  for (const auto& [name, most] : table_.sizes)
    if (users <= most) return name;
  return table_.sizes.empty() ? "" : table_.sizes.back().first;
}

void Quotas::expire(Window& window) const {
  const double oldest = clock_.now() - window.seconds;
  while (!window.spent.empty() && window.spent.front().first <= oldest) {
    window.sum -= window.spent.front().second;
    window.spent.pop_front();
  }
}

Quotas::Window& Quotas::window(const std::string& name, const Charge& charge, std::string& key) {
  const Bucket& bucket = table_.buckets.at(name);
  key = window_key(name, bucket.scope, charge);
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
  for (const char* scope : {"", ".tenant", ".app"}) want_one(name + scope, cost, charge, out);
}

void Quotas::want_one(const std::string& name, std::uint32_t cost, const Charge& charge,
                      Verdict& out) {
  if (!table_.buckets.contains(name)) return;
  std::string key;
  const Window& w = window(name, charge, key);
  out.entries.push_back({key, cost});
  if (w.sum + cost <= w.limit) return;
  const double wait = std::max(1.0, std::ceil(wait_for_room(w, cost)));
  out.refused = true;
  out.retry_after = std::max(out.retry_after, static_cast<std::uint32_t>(wait));
  const Bucket& bucket = table_.buckets.at(name);
  out.scope = scope_text(bucket.scope, bucket.unit == "writes", charge);
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
  want("requests", 1, charge, out);
  if (methods) {
    want("authMethods", 1, charge, out);
  } else if (audit) {
    want("audit", 1, charge, out);
  } else {
    want("directory.read", out.resource_units, charge, out);
    if (out.is_write) want("directory.write", 1, charge, out);
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
