#include "backup/audit_mark.h"

#include <nlohmann/json.hpp>

#include "store/own_state.h"

namespace entrad::backup {
namespace {

using nlohmann::json;

constexpr std::size_t kMostMarks = 3;

std::string name_of(const std::string& tenant) { return "auditMarks/" + tenant; }

// Oldest first.
json marks_of(store::Store& store, const std::string& tenant) {
  const auto kept = store.own_state().kept(name_of(tenant));
  return kept && *kept && (*kept)->is_array() ? **kept : json::array();
}

}  // namespace

std::optional<AuditMark> audit_mark(store::Store& store, const std::string& tenant,
                                    base::SnapshotNumber parent) {
  std::optional<AuditMark> newest;
  for (const json& mark : marks_of(store, tenant)) {
    const base::SnapshotNumber snapshot{mark.at("snapshot").get<std::uint64_t>()};
    if (snapshot.value > parent.value) continue;
    newest = AuditMark{snapshot, mark.at("newest"), mark.at("ids")};
  }
  return newest;
}

base::Result<void> keep_audit_mark(store::Store& store, const std::string& tenant,
                                   const AuditMark& mark) {
  json marks = json::array();
  for (json& older : marks_of(store, tenant))
    if (older.at("snapshot").get<std::uint64_t>() < mark.snapshot.value)
      marks.push_back(std::move(older));
  if (marks.size() >= kMostMarks) marks.erase(marks.begin());
  marks.push_back({{"snapshot", mark.snapshot.value}, {"newest", mark.newest}, {"ids", mark.ids}});
  return store.own_state().keep(name_of(tenant), marks);
}

}  // namespace entrad::backup
