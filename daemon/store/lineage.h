// Lineage: old object id -> new object id, kept for ever, for users that had to be re-created.
// Thread safety: every member may be called from any thread. Owned by Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guid.h"
#include "base/ids.h"
#include "base/result.h"

namespace entrad::store {

struct Environment;

struct Succession {
  base::Guid old_id;
  base::Guid new_id;
};

class Lineage {
 public:
  explicit Lineage(Environment& environment);

  // All in one commit.
  base::Result<void> record(const std::string& tenant, const std::vector<Succession>& successions,
                            base::JobId job, base::WallTime when);
  // The newest id that `id` has become, following the chain; nullopt: never re-created.
  std::optional<base::Guid> successor(const std::string& tenant, const base::Guid& id) const;

 private:
  Environment& environment_;
};

}  // namespace entrad::store
