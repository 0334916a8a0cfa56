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

struct Found {
  std::optional<base::SnapshotNumber> parent;  // the newest sealed one; none: the first backup

  // All of the tenant's, sorted by id; none: they could not be read, `why` says it.
  std::optional<std::vector<FoundServicePrincipal>> service_principals;
  std::string why_no_service_principals;
  std::set<base::Guid> linked_service_principals;  // those that users are linked to
  bool some_links_unread = false;                  // so that there may be more of them

  bool users_complete = false;  // all of them were seen: whoever was not is gone

  // By user, oldest first: what the audit log told this time.
  std::map<base::Guid, std::vector<directory::Deletion>> deletions;
  std::string why_no_audit;  // empty: the log could be read
};

}  // namespace entrad::backup
