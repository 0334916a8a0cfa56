// OwnState: small documents that the daemon keeps for itself over a restart, by name.
// Thread safety: every member may be called from any thread. Owned by Store.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "base/result.h"

namespace entrad::store {

struct Environment;

class OwnState {
 public:
  explicit OwnState(Environment& environment);

  // In the place of what had the name. Errors: store_full, store_damaged, shutting_down.
  base::Result<void> keep(const std::string& name, const nlohmann::json& document);
  // nullopt: nothing has the name. Errors: store_damaged.
  base::Result<std::optional<nlohmann::json>> kept(const std::string& name) const;

 private:
  Environment& environment_;
};

}  // namespace entrad::store
