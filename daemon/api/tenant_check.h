// What `tenants check` finds: what will work with a tenant's credentials, and what will not.
// Thread safety: plain values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/wire.h"

namespace entrad::api {

// One line of `tenants check`. `ok`: it will work; with `limited`: not for everything, and the
// tenant, its licences or its cloud are the reason, or a permission that one may do without.
struct CheckLine {
  std::string part;  // "credentials", "backup", "restore", "tenant"
  std::string what;  // "backup credential", "section memberships", "restore with roles", ...
  bool ok = false;
  bool limited = false;
  std::string found;   // what is there
  std::string remedy;  // what to do when not ok or limited
  std::string kind;    // of the error, as in an answer that failed; empty when ok

  template <typename F>
  void fields(F&& f) {
    f("part", part);
    f("what", what);
    f("ok", ok);
    f("limited", limited);
    f("found", found);
    f("remedy", remedy);
    f("kind", kind);
  }
};

struct License {  // one product that the tenant has bought
  std::string sku_id;
  std::string sku_part_number;
  std::uint64_t enabled = 0;   // seats that may be given
  std::uint64_t consumed = 0;  // seats that are

  template <typename F>
  void fields(F&& f) {
    f("skuId", sku_id);
    f("skuPartNumber", sku_part_number);
    f("enabled", enabled);
    f("consumed", consumed);
  }
};

struct QuotaLimit {  // one of Graph's quotas, as it is for the tenant's size
  std::string bucket;
  std::string unit;  // "resourceUnits", "writes", "requests"
  std::uint64_t limit = 0;
  std::uint64_t window_seconds = 0;

  template <typename F>
  void fields(F&& f) {
    f("bucket", bucket);
    f("unit", unit);
    f("limit", limit);
    f("windowSeconds", window_seconds);
  }
};

struct LeastTime {  // that the quotas allow, with nobody else using them
  std::string what;
  std::uint64_t seconds = 0;

  template <typename F>
  void fields(F&& f) {
    f("what", what);
    f("seconds", seconds);
  }
};

// What could not be found out is empty, and a line says why.
struct TenantCheck {
  std::string tenant;
  std::string display_name;
  std::vector<std::string> verified_domains;
  std::vector<std::string> federated_domains;  // of the verified ones
  std::string size_class;                      // "S", "M", "L": Graph's classes for read quotas
  std::uint64_t users = 0;
  std::optional<std::uint64_t> synced_users;  // from an on-premises Active Directory
  std::vector<License> licenses;
  std::vector<QuotaLimit> quotas;
  std::vector<LeastTime> least_times;
  // By collection: what of the properties that a backup asks for the tenant's cloud does not know.
  // A collection that could not be asked is not there.
  std::map<std::string, std::vector<std::string>> unknown_properties;
  std::map<std::string, std::vector<std::string>> granted;  // permissions, by credential
  bool ok = false;                                          // every line is
  std::vector<CheckLine> lines;

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("displayName", display_name);
    f("verifiedDomains", verified_domains);
    f("federatedDomains", federated_domains);
    f("sizeClass", size_class);
    f("users", users);
    f("syncedUsers", synced_users);
    f("licenses", licenses);
    f("quotas", quotas);
    f("leastTimes", least_times);
    f("unknownProperties", unknown_properties);
    f("granted", granted);
    f("ok", ok);
    f("lines", lines);
  }
};

}  // namespace entrad::api
