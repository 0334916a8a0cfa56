#include "restore/plan/outsiders.h"

#include <algorithm>

#include "directory/sections.h"
#include "store/snapshots.h"

namespace entrad::restore {
namespace {

struct Outsiders {
  std::uint64_t reports = 0;    // had one for a manager
  std::uint64_t sponsored = 0;  // had one for a sponsor
};

Outsiders counted(const Context& context, const std::unordered_set<base::Guid>& created,
                  const std::unordered_set<base::Guid>& selected) {
  Outsiders outside;
  if (created.empty() || context.request.selection.all) return outside;
  const store::Snapshots& snapshots = context.store.snapshots();
  const auto for_each = [&](api::Section section, const auto& hung) {
    snapshots.for_each_content(context.request.tenant, context.snapshot.number,
                               api::ObjectKind::user, section,
                               [&](const base::Guid& user, const std::string& content) {
                                 if (!selected.contains(user)) hung(content);
                                 return true;
                               });
  };
  for_each(api::Section::manager, [&](const std::string& content) {
    const auto manager = directory::read_manager(content);
    outside.reports += manager && created.contains(*manager) ? 1 : 0;
  });
  for_each(api::Section::sponsors, [&](const std::string& content) {
    const auto sponsors = directory::read_memberships(content);
    const bool hung = std::any_of(sponsors.begin(), sponsors.end(), [&](const auto& sponsor) {
      return created.contains(sponsor.id);
    });
    outside.sponsored += hung ? 1 : 0;
  });
  return outside;
}

}  // namespace

void note_outsiders(const Context& context, const std::unordered_set<base::Guid>& created,
                    const std::unordered_set<base::Guid>& selected, api::Plan& plan) {
  const Outsiders outside = counted(context, created, selected);
  const std::string remedy =
      ": afterwards run entractl backup, then entractl restore --changed-since " +
      context.snapshot.number.str();
  if (outside.reports > 0)
    plan.risks["outside this restore had one of these for a manager, and have nobody now" + remedy +
               " --with-manager"] = outside.reports;
  if (outside.sponsored > 0)
    plan.risks["outside this restore had one of these for a sponsor, and have lost that" + remedy +
               " --with-object"] = outside.sponsored;
}

}  // namespace entrad::restore
