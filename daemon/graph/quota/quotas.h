// Graph's limits and prices, as data (config/quotas.json).
//
// Source: Microsoft's "Microsoft Graph service-specific throttling limits", identity and access.
// Thread safety: immutable after loading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace entrad::graph {

struct Charge {  // what one request takes from one bucket
  std::string bucket;
  std::uint64_t units = 0;
};

struct Bucket {
  // Who shares it: an app registration in one tenant has it alone, or all apps of a tenant share
  // it, or an app has it for all tenants together.
  enum class Scope { app_tenant, tenant, app };

  std::string name;  // "directory.read", "directory.write", "authMethods", ...
  Scope scope = Scope::app_tenant;
  bool resource_units = false;  // counts what Graph tells in x-ms-resource-unit
  base::Duration window{};
  std::uint64_t limit = 0;  // for buckets by size class: the limit of the smallest class
  std::map<std::string, std::uint64_t> limit_by_size;
};

class Quotas {
 public:
  // Errors: invalid_argument that names the file and what is wrong in it.
  static base::Result<Quotas> load(const std::filesystem::path& file);
  static base::Result<Quotas> parse(const nlohmann::json& document, const std::string& source);
  // The published limits, built in, for when no file is configured.
  static Quotas published();

  const std::vector<Bucket>& buckets() const;
  const Bucket* find(std::string_view bucket) const;
  // `path` relative to /v1.0, with its query. A service's limit for all apps of a tenant is the
  // bucket with ".tenant" after its name, that for an app over all tenants the one with ".app".
  std::vector<Charge> price(std::string_view method, std::string_view path) const;
  std::string size_class(std::uint64_t users) const;  // "S", "M", "L"

  // Shortest time in which `writes` can go out through a bucket whose window is free at the start.
  base::Duration least_time(std::string_view bucket, std::uint64_t writes) const;

 private:
  struct Cost {
    std::string method;
    std::vector<std::string> path;
    std::int64_t units = 0;
  };
  std::optional<std::int64_t> listed_cost(std::string_view method,
                                          const std::vector<std::string>& path) const;

  nlohmann::json document_;
  std::vector<Cost> costs_;
  std::vector<Bucket> buckets_;
};

// The options of a query that change a call's price, in one spelling.
std::string price_options(std::string_view query);

}  // namespace entrad::graph
