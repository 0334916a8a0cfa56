#include "fakes/canned_changes.h"

#include <algorithm>

#include "fakes/canned_data.h"

namespace entrad::fakes::canned {
namespace {

using nlohmann::json;

constexpr const char* kGroup = "00000000-aaaa-4000-8000-000000000900";

json change(const std::string& section, const std::string& what, const json& more) {
  json told = {{"section", section},
               {"change", what},
               {"at", "2026-11-23T18:06:00Z"},
               {"status", "written"}};
  told.update(more);
  return told;
}

json set(const std::string& attribute, const json& from, const json& to) {
  return change("object", "set", {{"what", attribute}, {"from", from}, {"to", to}});
}

json rich_changes() {
  json proxies = set("proxyAddresses", {"SMTP:user23@aurora.example", "smtp:old@aurora.example"},
                     {"SMTP:user23@aurora.example", "smtp:alias@aurora.example"});
  proxies["removed"] = {"smtp:old@aurora.example"};
  proxies["added"] = {"smtp:alias@aurora.example"};
  json doubtful = set("city", "Oslo", "Bergen");
  doubtful["status"] = "unanswered";
  json refused = set("mobilePhone", nullptr, "+47 22 00 00 00");
  refused.update({{"status", "refused"},
                  {"reason", "permissionDenied"},
                  {"message", "Graph refuses this attribute of somebody with an admin role"},
                  {"remedy", "give the app a role that may, or set it by hand"}});
  return {
      set("department", "Sales, \"North\"", "Finance"),
      set("jobTitle", "=HYPERLINK(\"http://x.example\")", nullptr),
      set("accountEnabled", false, true),
      proxies,
      doubtful,
      change("memberships", "added",
             {{"what", "All Paper"}, {"id", kGroup}, {"kind", "group"}, {"detail", "security"}}),
      change("memberships", "removed",
             {{"what", "Mill \x1b[31mOne"}, {"id", kGroup}, {"kind", "group"}}),
      change("roles", "added",
             {{"what", "User Administrator"},
              {"id", kGroup},
              {"kind", "roleDefinition"},
              {"detail", "tenant"}}),
      change("authMethods", "changed",
             {{"what", "phone"},
              {"detail", "mobile, +47 99 00 00 01"},
              {"from", "+47 99 00 00 02"},
              {"to", "+47 99 00 00 01"}}),
      change("licenses", "changed",
             {{"what", "OFFICE_SUITE_E"},
              {"id", kGroup},
              {"kind", "subscribedSku"},
              {"detail", "1 plan disabled"},
              {"from", json::array()},
              {"to", {"FORMS"}}}),
      refused,
  };
}

json created_changes(const json& item) {
  return {
      change("object", "created",
             {{"what", item["userPrincipalName"]}, {"id", item["newUserId"]}, {"kind", "user"}}),
      set("displayName", nullptr, item["displayName"]),
      change("object", "resetPassword",
             {{"status", "toDo"},
              {"at", nullptr},
              {"remedy", "reset the password: nobody knows the one that the user has now"}})};
}

json changes_of(const json& item) {
  if (item["outcome"] == "impossible") {
    const json& problem = item["problems"].at(0);
    return {{{"change", "notDone"},
             {"status", "notDone"},
             {"reason", problem["kind"]},
             {"message", problem["message"]},
             {"remedy", problem["hint"]}}};
  }
  return item["found"] == "gone" ? created_changes(item) : rich_changes();
}

}  // namespace

json changes(std::size_t from, std::size_t limit) {
  // The one with the most to tell comes first.
  json all = items();
  std::swap(all[0], all[23]);
  for (std::size_t i : {0U, 23U}) all[i]["seq"] = i;
  json page = {{"users", json::array()}};
  for (std::size_t i = from; i < std::min(all.size(), from + limit); ++i)
    page["users"].push_back({{"item", all[i]}, {"changes", changes_of(all[i])}});
  if (from + limit < all.size()) page["next"] = from + limit;
  return page;
}

}  // namespace entrad::fakes::canned
