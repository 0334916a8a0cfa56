// Found: what a step of a backup reads that later steps of the same backup need.
// Thread safety: belongs to the thread of one backup. Owned by the sweep.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/guid.h"
#include "base/ids.h"
#include "directory/audit_rows.h"

namespace entrad::backup {

struct FoundServicePrincipal {
  base::Guid id;
  std::string content;  // canonical: what maps it in another tenant
};

// What the list of users is asked for.
struct UserProperties {
  std::string select;
  std::string lacking;  // what could not be found out; empty: nothing
};

// A step that is not run again in a backup that goes on leaves a note of what is marked so; the
// others fill theirs again.
struct Found {
  std::optional<base::SnapshotNumber> parent;  // the newest sealed one; none: the first backup
  std::optional<UserProperties> user_properties;

  // All of the tenant's, sorted by id; none: they could not be read, `why` says it.
  std::optional<std::vector<FoundServicePrincipal>> service_principals;
  std::string why_no_service_principals;
  std::set<base::Guid> linked_service_principals;  // noted: those that users are linked to
  bool some_links_unread = false;                  // noted: so that there may be more of them

  bool users_complete = false;  // noted: all of them were seen, whoever was not is gone

  // By user, oldest first: what the audit log told this time.
  std::map<base::Guid, std::vector<directory::Deletion>> deletions;
  std::string why_no_audit;  // empty: the log could be read
};

}  // namespace entrad::backup
