// Names: what people call the things that a user's sections name by id, as of one snapshot.
//
// An object that was gone by then has the name that it last had; one that the store never saw is
// called by its id. Objects are read once. Thread safety: belongs to one thread; the snapshots
// outlive it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "api/history.h"
#include "api/words.h"
#include "base/guid.h"
#include "base/ids.h"
#include "store/snapshots.h"

namespace entrad::store {

class Names {
 public:
  Names(const Snapshots& snapshots, std::string tenant, base::SnapshotNumber number);

  // Empty object: the store never saw it.
  const nlohmann::json& object(api::ObjectKind kind, const base::Guid& id);
  std::string name(api::ObjectKind kind, const base::Guid& id);

  // An element of a section that is a collection: its id, kind, name and detail. `change`, `from`
  // and `to` are left as they are.
  void describe(api::Section section, const nlohmann::json& element, api::LinkChange& link);
  // "User Administrator" and "tenant, eligible" for an element of the section roles.
  std::pair<std::string, std::string> role(const nlohmann::json& element);

 private:
  std::string name_of(const std::string& kind, const std::string& id);
  std::string scope(const std::string& scope);

  const Snapshots& snapshots_;
  std::string tenant_;
  base::SnapshotNumber number_;
  std::map<std::pair<api::ObjectKind, base::Guid>, nlohmann::json> objects_;
};

// A text member of an object; empty when it is unset or no text.
std::string text_at(const nlohmann::json& object, const char* name);

}  // namespace entrad::store
