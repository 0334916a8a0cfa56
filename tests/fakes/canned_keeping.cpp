#include "fakes/canned_keeping.h"

namespace entrad::fakes::canned {

using nlohmann::json;

json pins() {
  return json::array({{{"snapshot", 40},
                       {"note",
                        "before the move of every mailbox to the new domain, kept for the "
                        "auditors"},
                       {"by", "otto"},
                       {"at", "2026-11-22T08:00:00Z"}}});
}

json with_pin(json snapshot) {
  if (snapshot["number"] == 40) snapshot["pin"] = pins()[0];
  return snapshot;
}

json prune_plan(bool removes) {
  json kept = {{"snapshot", 41},
               {"time", "2026-11-23T02:00:11Z"},
               {"kept", true},
               {"why", {"the newest", "the newest of its day"}}};
  json plan = {{"tenant", "aurora"},
               {"retention", {{"last", 1}}},
               {"snapshots", json::array({kept})},
               {"removed", 0},
               {"rows", 0},
               {"bytes", 0}};
  if (!removes) return plan;
  plan["snapshots"] =
      json::array({{{"snapshot", 40}, {"time", "2026-11-22T02:00:11Z"}, {"kept", false}}, kept});
  plan["removed"] = 1;
  plan["rows"] = 1234;
  plan["usersLost"] = 7;
  plan["bytes"] = 5'000'000;
  return plan;
}

json result(const json& job) {
  const bool is_good = job["state"] == "succeeded";
  if (job["kind"] == "prune") {
    json pruned = {
        {"removed", {40}}, {"kept", json::array()}, {"rows", 1234}, {"bytes", 5'000'000}};
    if (!is_good) pruned["kept"] = {41};
    return pruned;
  }
  json check = {{"rows", 61'236},
                {"snapshots", 2},
                {"contents", 50'123},
                {"findings", json::array()},
                {"complete", true}};
  if (!is_good)
    check["findings"] = {"snapshot 40 of aurora: its digest is not that of what it holds",
                         "a content's SHA-256 is not its name"};
  return check;
}

json copy(const std::string& name) {
  const std::string own = name.empty() ? "2026-11-23T18-05-09Z" : name;
  return {{"name", own},
          {"path", "/var/lib/entrad/copies/" + own},
          {"bytes", 1'288'490'188},
          {"madeAt", "2026-11-23T18:05:09Z"},
          {"replaced", {"2026-11-20T18-05-09Z"}}};
}

}  // namespace entrad::fakes::canned
