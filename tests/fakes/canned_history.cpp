#include "fakes/canned_history.h"

#include "fakes/canned_data.h"
#include "fakes/canned_keeping.h"

namespace entrad::fakes::canned {
namespace {

using nlohmann::json;

constexpr const char* kAda = "00000000-aaaa-4000-8000-000000000001";
constexpr const char* kGroup = "00000000-aaaa-4000-8000-000000000900";
constexpr const char* kRole = "fe930be7-5e62-47db-91af-98c3a49a38b1";

json moment(unsigned number) {
  const json snapshot = snapshots()[number - 40];
  return {{"snapshot", number}, {"time", snapshot["sealedAt"]}, {"live", false}};
}

json value(const std::string& attribute, const json& from, const json& to) {
  return {{"attribute", attribute},
          {"from", from},
          {"to", to},
          {"added", json::array()},
          {"removed", json::array()}};
}

json link(const std::string& section, const std::string& change, const std::string& name,
          const std::string& detail) {
  return {{"section", section}, {"change", change},    {"id", kGroup},
          {"kind", "group"},    {"displayName", name}, {"detail", detail}};
}

json values() {
  json proxies = value("proxyAddresses", {"SMTP:ada@aurora.example", "smtp:a.birch@aurora.example"},
                       {"SMTP:ada@aurora.example", "smtp:alias@aurora.example"});
  proxies["removed"] = {"smtp:a.birch@aurora.example"};
  proxies["added"] = {"smtp:alias@aurora.example"};
  return {
      value("aboutMe", "Runs the night shift of the old mill and keeps the keys of its four gates",
            "Runs the day shift of the old mill and keeps the keys of all its gates"),
      value("department", "Paper", "Pulp \x1b[31mand more"),
      value("employeeOrgData.division", nullptr, "North"), value("jobTitle", "Foreman", nullptr),
      proxies};
}

json links() {
  json license = link("licenses", "changed", "OFFICE_SUITE_E", "1 plan disabled");
  license["kind"] = "subscribedSku";
  license["from"] = {{"disabledPlans", json::array()}};
  license["to"] = {{"disabledPlans", {"FORMS"}}};
  return {link("memberships", "added", "All Paper", "security"),
          link("memberships", "removed", "Mill One", ""),
          link("roles", "added", "User Administrator", "tenant, eligible"), license};
}

json user_difference(const json& user, bool live) {
  json difference = {{"id", user["id"]},
                     {"displayName", user["displayName"]},
                     {"userPrincipalName", user["userPrincipalName"]},
                     {"from", moment(40)},
                     {"to", moment(41)},
                     {"change", "changed"},
                     {"values", values()},
                     {"links", links()},
                     {"unknown",
                      {{"authMethods",
                        "snapshot 41: the app registration lacks "
                        "UserAuthenticationMethod.Read.All"}}}};
  if (live) {
    difference["from"] = moment(41);
    difference["to"] = {{"time", "2026-11-23T18:05:09Z"}, {"live", true}};
    difference["change"] = "unchanged";
    difference["values"] = difference["links"] = json::array();
    difference["unknown"] = json::object();
  }
  return difference;
}

json object_change(const std::string& change, const std::string& kind, const std::string& name,
                   const std::string& principal, const json& sections) {
  return {{"id", kAda},
          {"kind", kind},
          {"displayName", name},
          {"userPrincipalName", principal},
          {"change", change},
          {"sections", sections},
          {"values", json::array()},
          {"links", json::array()}};
}

json snapshot_difference() {
  json changed = object_change("changed", "user", "Ada Birch", "ada@aurora.example",
                               {"object", "memberships"});
  changed["values"] = {value("department", "Paper", "Pulp")};
  changed["links"] = {link("memberships", "added", "All Paper", "security")};
  return {
      {"from", moment(40)},
      {"to", moment(41)},
      {"counts",
       {{"user",
         {{"added", 1},
          {"removed", 2},
          {"changed", 57},
          {"sections", {{"object", 40}, {"memberships", 20}}}}},
        {"group", {{"added", 0}, {"removed", 0}, {"changed", 1}, {"sections", {{"object", 1}}}}}}},
      {"objects",
       {changed,
        object_change("removed", "user", "Gone Guest",
                      "guest_example.net#EXT#@aurora.onmicrosoft.com", json::array()),
        object_change("added", "user", "山田 太郎", "taro.yamada@aurora.example", json::array()),
        object_change("changed", "group", "All Paper", "", {"object"})}}};
}

json attribute_history(const json& user) {
  const auto version = [](unsigned number, bool first, const json& from, const json& to) {
    return json{{"snapshot", number},
                {"time", moment(number)["time"]},
                {"first", first},
                {"value", value("department", from, to)},
                {"links", json::array()}};
  };
  return {{"id", user["id"]},
          {"changes", {version(40, true, nullptr, "Paper"), version(41, false, "Paper", "Pulp")}}};
}

json log(const json& user) {
  return {{"id", user["id"]},
          {"snapshot", 41},
          {"total", 2},
          {"audit", {{"completeness", "complete"}, {"reason", ""}}},
          {"rows",
           {{{"id", "Directory_2"},
             {"time", "2026-11-22T19:30:01.1234567Z"},
             {"snapshot", 41},
             {"activity", "Update user"},
             {"category", "UserManagement"},
             {"result", "success"},
             {"by", "bo.angstrom@aurora.example"},
             {"byKind", "user"},
             {"target", ""},
             {"changes", {value("Department", "Paper", "Pulp")}}},
            {{"id", "Directory_1"},
             {"time", "2026-11-21T08:00:00Z"},
             {"snapshot", 40},
             {"activity", "Add member to group"},
             {"category", "GroupManagement"},
             {"result", "failure"},
             {"resultReason", "the group is synchronised"},
             {"by", "Onboarding"},
             {"byKind", "app"},
             {"target", "All Paper"},
             {"changes", json::array()}}}}};
}

json group() {
  return {{"id", kGroup},
          {"kind", "group"},
          {"displayName", "All Paper"},
          {"mail", "paper@aurora.example"},
          {"type", "security"},
          {"members", 1234}};
}

json groups() {
  json unit = {{"id", "00000000-aaaa-4000-8000-000000000901"},
               {"kind", "administrativeUnit"},
               {"displayName", "Mill One"},
               {"mail", ""},
               {"type", "assigned"},
               {"members", 1}};
  return {{"groups", {group(), unit}}, {"total", 2}, {"snapshot", snapshots()[1]}};
}

json event(unsigned number, const std::string& change, const std::string& name, bool gone) {
  return {{"snapshot", number},  {"time", moment(number)["time"]},
          {"change", change},    {"userId", kAda},
          {"displayName", name}, {"userPrincipalName", name + "@aurora.example"},
          {"userGone", gone}};
}

json span(json answer) {
  answer["from"] = snapshots()[0];
  answer["to"] = snapshots()[1];
  return answer;
}

json role_events() {
  json gained = event(41, "gained", "ada", false);
  gained["roleName"] = "User Administrator";
  gained["roleDefinitionId"] = kRole;
  gained["detail"] = "Mill One, eligible";
  return span({{"events", {gained}}, {"total", 1}});
}

json holders() {
  return {{"holders",
           {{{"userId", kAda},
             {"displayName", "Ada Birch"},
             {"userPrincipalName", "ada@aurora.example"},
             {"roleDefinitionId", kRole},
             {"roleName", "User Administrator"},
             {"detail", "tenant"}}}},
          {"total", 1},
          {"snapshot", snapshots()[1]}};
}

json members() {
  return {{"users", {users()[0], users()[1]}},
          {"total", 2},
          {"group", group()},
          {"snapshot", snapshots()[1]}};
}

std::optional<json> user_history(const std::vector<std::string>& parts, const json& user) {
  const std::string& last = parts.back();
  if (last == "diff") return user_difference(user, false);
  if (last == "live") return user_difference(user, true);
  if (last == "history") return attribute_history(user);
  if (last == "log") return log(user);
  return std::nullopt;
}

}  // namespace

std::optional<json> history(const std::vector<std::string>& parts, const json& user) {
  if (!user.is_null()) return user_history(parts, user);
  const std::string& what = parts.at(3);
  const std::string& last = parts.back();
  if (what == "diff") return snapshot_difference();
  if (what == "groups" && parts.size() == 4) return groups();
  if (what == "groups" && last == "members") return members();
  if (what == "groups" && last == "history")
    return span({{"events", {event(41, "joined", "ada", false), event(41, "left", "bo", true)}},
                 {"total", 2},
                 {"group", group()}});
  if (what == "roles") return last == "history" ? role_events() : holders();
  return std::nullopt;
}

json version_contents(const json& user) {
  return {{"id", user["id"]},
          {"versions",
           {{{"snapshot", 40},
             {"time", "2026-11-22T02:00:11Z"},
             {"removed", false},
             {"contents",
              {{"object", {{"department", "Paper"}, {"displayName", "Ada Birch"}}},
               {"memberships", {{{"id", kGroup}, {"kind", "group"}}}}}}},
            {{"snapshot", 41},
             {"time", "2026-11-23T02:00:11Z"},
             {"removed", true},
             {"contents", json::object()}}}}};
}

json store() {
  return {{"status", status().at("store")},
          {"schema", 2},
          {"fileBytes", 1288490189},
          {"freeBytes", 4194304},
          {"snapshots", {{"aurora", 2}}},
          {"copies", {copy("before-upgrade")}},
          {"tables",
           {{{"name", "snapshot"}, {"rows", 2}, {"bytes", 8192}},
            {{"name", "history"}, {"rows", 61234}, {"bytes", 1181116006}}}}};
}

}  // namespace entrad::fakes::canned
