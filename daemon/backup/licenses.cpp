// Licences that users hold themselves: read from what the list of users says anyway.
#include <algorithm>

#include "backup/cloud.h"
#include "backup/sweep.h"
#include "base/json.h"
#include "directory/canonical.h"
#include "directory/sections.h"

namespace entrad::backup {
namespace {

constexpr const char* kStates = "licenseAssignmentStates";

}  // namespace

// A user of whom Graph does not say keeps what is known: unreadable is not empty.
base::Result<void> put_licenses(Sweep& sweep, const directory::Slice& user) {
  const std::string states = user.part(kStates);
  if (!states.starts_with('[')) return {};
  const bool none = states == "[]";
  return sweep.writer().put(api::ObjectKind::user, user.id, api::Section::licenses,
                            none ? states : directory::licenses_section(base::read_json(states)));
}

base::Result<void> sweep_licenses(Sweep& sweep) {
  const auto unknown =
      known_as_unknown(sweep.store(), sweep.tenant(), "users", sweep.clock().wall());
  if (std::find(unknown.begin(), unknown.end(), kStates) == unknown.end())
    sweep.writer().mark(api::Section::licenses, api::Completeness::complete);
  else
    sweep.writer().mark(api::Section::licenses, api::Completeness::absent,
                        std::string("this cloud does not know ") + kStates);
  return {};
}

}  // namespace entrad::backup
