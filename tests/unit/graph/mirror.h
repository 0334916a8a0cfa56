// A tenant as one knows it who only reads delta rounds, and the same view of the simulator's dump:
// equal when nothing was missed.
// Thread safety: one thread.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "graph/calls.h"
#include "graph/delta.h"
#include "rig.h"

namespace entrad::graph::test {

constexpr const char* kUserSelect =
    "userPrincipalName,displayName,department,city,jobTitle,accountEnabled,manager";
constexpr const char* kGroupSelect = "mailNickname,displayName,description,members";

// What a reader keeps of one collection: properties by id, and links by id.
struct Kept {
  struct Object {
    nlohmann::json properties = nlohmann::json::object();
    std::set<std::string> links;  // members, or the one manager
    bool in_bin = false;
  };
  std::map<std::string, Object> objects;

  void apply(const DeltaPage& page);
};

class Mirror {
 public:
  explicit Mirror(Rig& rig) : rig_(rig) {}

  // Called after each page that was taken: where a test changes the tenant in mid-round.
  std::function<void()> between_pages;

  // A round of both collections; a first one where Graph has forgotten the link, as often as it
  // takes.
  void update();
  // What it knows, and what is.
  nlohmann::json known() const;
  nlohmann::json real() const;

  std::size_t pages = 0, discards = 0, first_rounds = 0;

 private:
  struct Collection {
    Request first;
    DeltaCursor cursor;
    Kept kept;
  };
  void update(Collection& collection);
  void look_into_bin();
  nlohmann::json known_user(const std::string& id) const;

  Rig& rig_;
  Collection users_{calls::users_delta(kUserSelect), {}, {}};
  Collection groups_{calls::groups_delta(kGroupSelect), {}, {}};
};

}  // namespace entrad::graph::test
