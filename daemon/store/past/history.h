// History: questions about one user's past, and what its answers are made of.
//
// Contents are compared by directory/difference.h; what they link to is named as it was called on
// its own side. All snapshots that are passed must be sealed ones of the tenant.
// Thread safety: pure but for reading the store; any thread. Throws std::runtime_error when the
// store is damaged.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/history.h"
#include "base/guid.h"
#include "base/result.h"
#include "store/past/names.h"
#include "store/snapshots.h"

namespace entrad::store {

// Everything of one user, as a comparison takes it. A section that is not here is unknown.
struct UserContents {
  std::map<api::Section, nlohmann::json> sections;
  std::map<api::Section, std::string> unreadable;  // why a section is not here, or is an older one
  bool exists() const { return sections.contains(api::Section::object); }
};

UserContents contents_of(const Snapshots& snapshots, const std::string& tenant,
                         const api::Snapshot& snapshot, const base::Guid& user);

// One side of a comparison of a user: when, what, and who names its links.
struct UserSide {
  api::Moment moment;
  const UserContents& contents;
  Names& names;
};
api::UserDifference difference(const base::Guid& user, const UserSide& from, const UserSide& to);
// The same, both sides read from the store.
api::UserDifference difference(const Snapshots& snapshots, const std::string& tenant,
                               const base::Guid& user, const api::Snapshot& from,
                               const api::Snapshot& to);
api::Moment moment_of(const api::Snapshot& snapshot);

// The links of one section that came, went or changed.
std::vector<api::LinkChange> link_changes(api::Section section, const nlohmann::json& from,
                                          const nlohmann::json& to, Names& from_names,
                                          Names& to_names);

// Every version of a user up to a snapshot, with the whole sections that changed in it, oldest
// first.
std::vector<api::VersionContents> version_contents(const Snapshots& snapshots,
                                                   const std::string& tenant,
                                                   const base::Guid& user,
                                                   base::SnapshotNumber up_to);

// Each version of a user in which an attribute ("department", "employeeOrgData.division"; any case)
// or a section of links ("memberships") changed, oldest first, up to a snapshot. Errors: not_found,
// with a hint that names attributes that are written nearly so.
base::Result<std::vector<api::AttributeVersion>> attribute_history(const Snapshots& snapshots,
                                                                   const std::string& tenant,
                                                                   const base::Guid& user,
                                                                   std::string_view attribute,
                                                                   base::SnapshotNumber up_to);

}  // namespace entrad::store
