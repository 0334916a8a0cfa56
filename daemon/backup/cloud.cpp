#include "backup/cloud.h"

#include <spdlog/spdlog.h>

#include "graph/check/check.h"
#include "store/unknown_properties.h"

namespace entrad::backup {
namespace {

constexpr std::chrono::hours kTrustedFor{24 * 7};

}  // namespace

std::vector<std::string> known_as_unknown(store::Store& store, const std::string& tenant,
                                          const std::string& collection, base::WallTime now) {
  auto known = store::unknown_properties(store.own_state(), tenant, collection);
  if (!known || now - known->found_at > kTrustedFor) return {};
  return std::move(known->names);
}

void remember(store::Store& store, const std::string& tenant, const std::string& collection,
              std::vector<std::string> unknown, base::WallTime now) {
  const auto before = store::unknown_properties(store.own_state(), tenant, collection);
  if (unknown.empty() && (!before || before->names.empty())) return;
  const auto kept = store::remember_unknown_properties(store.own_state(), tenant, collection,
                                                       {std::move(unknown), now});
  if (!kept)
    spdlog::warn("{}: what graph does not know of {} could not be remembered: {}", tenant,
                 collection, kept.error().message);
}

base::Result<api::TenantCheck> check_tenant(store::Store& store, graph::Sessions& sessions,
                                            base::Clock& clock, const std::string& tenant,
                                            const graph::Call& call) {
  auto check = graph::check(sessions, tenant, call);
  if (!check) return check;
  for (const auto& [collection, unknown] : check->unknown_properties)
    remember(store, tenant, collection, unknown, clock.wall());
  return check;
}

}  // namespace entrad::backup
