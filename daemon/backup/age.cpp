// How old what a delta backup did not read again may be: as old as the last full one.
#include <algorithm>

#include "backup/cursors.h"
#include "backup/sweep.h"

namespace entrad::backup {
namespace {

std::uint64_t days_between(base::WallTime from, base::WallTime until) {
  const auto days = std::chrono::ceil<std::chrono::days>(until - from).count();
  return static_cast<std::uint64_t>(std::max<std::chrono::days::rep>(days, 1));
}

}  // namespace

std::string age_words(Sweep& sweep, std::uint64_t users) {
  const auto ground = read_ground(sweep.cursor(cursors::kBackup));
  const std::uint64_t days = days_between(ground ? ground->full_at : sweep.now(), sweep.now());
  return "those of " + counted(users, "user") + " are up to " + counted(days, "day") +
         " old, since graph does not say whose have changed";
}

bool parent_lacks(Sweep& sweep, api::Section section) {
  const auto& sections = sweep.parent().sections;
  const auto found = sections.find(std::string(api::name(section)));
  return found == sections.end() || found->second.completeness == api::Completeness::absent;
}

}  // namespace entrad::backup
