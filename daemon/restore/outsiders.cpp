#include "restore/outsiders.h"

#include "directory/sections.h"
#include "store/snapshots.h"

namespace entrad::restore {

std::uint64_t reports_outside(const Context& context, const std::unordered_set<base::Guid>& created,
                              const std::unordered_set<base::Guid>& selected) {
  std::uint64_t reports = 0;
  if (created.empty()) return reports;
  context.store.snapshots().for_each_content(
      context.request.tenant, context.snapshot.number, api::ObjectKind::user, api::Section::manager,
      [&](const base::Guid& user, const std::string& content) {
        const auto manager = directory::read_manager(content);
        reports += manager && created.contains(*manager) && !selected.contains(user) ? 1 : 0;
        return true;
      });
  return reports;
}

}  // namespace entrad::restore
