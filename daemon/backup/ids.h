// Ids in JSON: lists of object ids as notes and cursors hold them.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "base/guid.h"

namespace entrad::backup {

template <typename Ids>
nlohmann::json json_of(const Ids& ids) {
  auto out = nlohmann::json::array();
  for (const base::Guid& id : ids) out.push_back(id.str());
  return out;
}

// Throws where one is no id: for what this program wrote itself.
inline std::vector<base::Guid> ids_of(const nlohmann::json& list) {
  std::vector<base::Guid> out;
  for (const auto& text : list) out.push_back(base::Guid::parse(text.get<std::string>()).value());
  return out;
}

}  // namespace entrad::backup
