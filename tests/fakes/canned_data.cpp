#include "fakes/canned_data.h"

#include <array>

namespace entrad::fakes::canned {
namespace {

using nlohmann::json;

std::string guid(unsigned n) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "00000000-aaaa-4000-8000-%012u", n);
  return text.data();
}

json row(unsigned n, const std::string& name, const std::string& upn) {
  return {{"id", guid(n)},
          {"displayName", name},
          {"userPrincipalName", upn},
          {"mail", upn},
          {"userType", "Member"},
          {"accountEnabled", true},
          {"onPremisesSyncEnabled", false},
          {"deleted", false},
          {"changedIn", 40 + n % 2},
          {"changedAt", n % 2 == 0 ? "2026-11-22T02:00:11Z" : "2026-11-23T02:00:11Z"}};
}

json snapshot(unsigned number, const std::string& day) {
  const json complete = {{"completeness", "complete"}, {"reason", ""}};
  return {{"number", number},
          {"tenant", "aurora"},
          {"kind", number == 40 ? "full" : "delta"},
          {"startedAt", day + "T02:00:00Z"},
          {"sealedAt", day + "T02:00:11Z"},
          {"parent", number == 40 ? 0 : number - 1},
          {"counts", {{"user", 12345}, {"group", 678}, {"administrativeUnit", 9}}},
          {"sections",
           {{"object", complete},
            {"memberships", complete},
            {"roles", complete},
            {"authMethods", complete},
            {"audit", {{"completeness", "absent"}, {"reason", ""}}}}},
          {"changed", number == 40 ? 13032 : 57},
          {"removed", number == 40 ? 0 : 2},
          {"digest", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"}};
}

json item(unsigned n, const std::string& found, const std::string& outcome) {
  return {{"seq", n},
          {"userId", guid(100 + n)},
          {"userPrincipalName", "user" + std::to_string(n) + "@aurora.example"},
          {"displayName", "User " + std::to_string(n)},
          {"found", found},
          {"outcome", outcome},
          {"planned", {"create the user", "add 3 groups"}},
          {"writesPlanned", 4},
          {"done", {"created the user", "added 3 groups"}},
          {"problems", json::array()},
          {"needsPasswordReset", found == "gone"},
          {"methodsToRegister", json::array()},
          {"verified", outcome == "restored"}};
}

json impossible_item() {
  json broken = item(24, "live", "impossible");
  broken["planned"] = json::array();
  broken["done"] = json::array();
  broken["problems"] = {
      {{"kind", "permissionDenied"},
       {"message", "the user is synchronised from Active Directory, where its attributes are kept"},
       {"hint",
        "restore it there, with the Active Directory Recycle Bin, and let it synchronise"}}};
  return broken;
}

}  // namespace

json status() {
  return {{"version", "0.1.0"},
          {"state", "ready"},
          {"startedAt", "2026-11-23T14:53:00Z"},
          {"tenants", {tenant("aurora")}},
          {"jobs", {{"running", 1}, {"succeeded", 41}, {"failed", 0}}},
          {"store",
           {{"path", "/var/lib/entrad/store.mdb"},
            {"usedBytes", 1288490189},
            {"mapBytes", 17179869184},
            {"freeDiskBytes", 86222503936},
            {"trouble", ""}}},
          {"buckets",
           {{{"tenant", "aurora"},
             {"app", "11111111-2222-4333-8444-555555555555"},
             {"bucket", "directory.write"},
             {"used", 2875},
             {"limit", 3000},
             {"windowSeconds", 150},
             {"throttled", 3},
             {"closedUntil", "2026-11-23T18:05:39Z"},
             {"reason", "429 WriteLimitExceeded"},
             {"waiting", {{"background", 0}, {"breakGlass", 1}, {"normal", 8}}}},
            {{"tenant", "aurora"},
             {"app", ""},
             {"bucket", "directory.read"},
             {"used", 120},
             {"limit", 8000},
             {"windowSeconds", 10},
             {"throttled", 0},
             {"reason", ""},
             {"waiting", {{"background", 2}, {"breakGlass", 0}, {"normal", 0}}}},
            {{"tenant", "aurora"},
             {"app", "22222222-3333-4444-8555-666666666666"},
             {"bucket", "directory.write"},
             {"used", 1410},
             {"limit", 3000},
             {"windowSeconds", 150},
             {"throttled", 0},
             {"reason", ""},
             {"waiting", {{"background", 0}, {"breakGlass", 0}, {"normal", 1}}}},
            {{"tenant", ""},
             {"app", "11111111-2222-4333-8444-555555555555"},
             {"bucket", "directory.write.app"},
             {"used", 4285},
             {"limit", 35000},
             {"windowSeconds", 300},
             {"throttled", 0},
             {"reason", ""},
             {"waiting", nlohmann::json::object()}}}}};
}

json tenant(const std::string& name) {
  return {
      {"name", name},       {"tenantId", "99999999-2222-4333-8444-555555555555"}, {"snapshots", 2},
      {"lastSnapshot", 41}, {"lastSnapshotAt", "2026-11-23T02:00:11Z"},           {"users", 12345}};
}

namespace {

json check_line(const std::string& part, const std::string& what, const std::string& found) {
  return {{"part", part},   {"what", what}, {"ok", true}, {"limited", false},
          {"found", found}, {"remedy", ""}, {"kind", ""}};
}

json limited(json line, const std::string& found, const std::string& remedy) {
  line["limited"] = true;
  line["found"] = found;
  line["remedy"] = remedy;
  return line;
}

json lacking(json line, const std::string& found, const std::string& remedy,
             const std::string& kind) {
  line["ok"] = false;
  line["found"] = "will not work: " + found;
  line["remedy"] = remedy;
  line["kind"] = kind;
  return line;
}

json check_lines() {
  const std::string permitted = "permitted, and a request worked";
  return {check_line("credentials", "backup credential",
                     "client secret, accepted for app registration "
                     "0a0a0a0a-0000-4000-8000-000000000001, 7 "
                     "permissions; nothing here needs AuditLog.Read.All"),
          check_line("credentials", "restore credential",
                     "certificate good until 2027-05-31, accepted for app registration "
                     "0a0a0a0a-0000-4000-8000-000000000002, 9 "
                     "permissions"),
          check_line("backup", "section memberships", permitted),
          check_line("restore", "restore with roles", permitted),
          check_line("tenant", "eligible admin roles (PIM)",
                     "there are none; every role assignment is an active one")};
}

json unreachable_lines() {
  json lines = check_lines();
  json line = lacking(lines[0], "Microsoft Graph's sign-in service cannot be reached",
                      "check the network and the proxy, and try again", "graphUnavailable");
  return {line, lacking(lines[1], "the client secret is wrong", "put the right one in its file",
                        "authenticationFailed")};
}

}  // namespace

json check(const std::string& how) {
  json lines = how == "unreachable" ? unreachable_lines() : check_lines();
  if (how == "limited")
    lines[4] = limited(lines[4],
                       "roles: active only; eligible assignments are unknown: the tenant "
                       "lacks the Entra ID P2 or Governance licence that this needs",
                       "leave the section out, or license the tenant");
  if (how == "lacking") {
    lines[2] = limited(lines[2], "permitted, and a request worked; hidden memberships stay unknown",
                       "grant Member.Read.Hidden");
    lines[3] = lacking(lines[3], "lacks RoleManagement.ReadWrite.Directory",
                       "grant RoleManagement.ReadWrite.Directory to app registration "
                       "0a0a0a0a-0000-4000-8000-000000000002 and let an admin consent",
                       "permissionDenied");
  }
  const bool ok = how == "works" || how == "limited";
  if (how == "unreachable") return {{"tenant", "aurora"}, {"ok", ok}, {"lines", lines}};
  return {{"tenant", "aurora"},
          {"displayName", "Aurora Paper Mills"},
          {"verifiedDomains", {"aurora.example", "aurora.onmicrosoft.com"}},
          {"federatedDomains", {"aurora.example"}},
          {"sizeClass", "L"},
          {"users", 12345},
          {"syncedUsers", 310},
          {"licenses",
           {{{"skuId", "5c5e1b10-3c1f-4f06-9d0b-5a0f5f1e0001"},
             {"skuPartNumber", "OFFICE_SUITE_E"},
             {"enabled", 12000},
             {"consumed", 9876}}}},
          {"quotas",
           {{{"bucket", "directory.read"},
             {"unit", "resourceUnits"},
             {"limit", 8000},
             {"windowSeconds", 10}},
            {{"bucket", "directory.write"},
             {"unit", "writes"},
             {"limit", 3000},
             {"windowSeconds", 150}}}},
          {"leastTimes",
           {{{"what", "re-create every user"}, {"seconds", 600}},
            {{"what", "back up every user's authentication methods"}, {"seconds", 24680}}}},
          {"ok", ok},
          {"lines", lines}};
}

json snapshots() {
  json first = snapshot(40, "2026-11-22");
  first["sections"]["authMethods"] = {{"completeness", "partial"},
                                      {"reason",
                                       "12 users could not be read: Graph kept answering "
                                       "that the service is unavailable"}};
  return json::array({first, snapshot(41, "2026-11-23")});
}

json users() {
  json all = json::array({row(1, "Ada Birch", "ada@aurora.example"),
                          row(2, "Bo Ångström-Lindqvist", "bo.angstrom@aurora.example"),
                          row(3, "山田 太郎", "taro.yamada@aurora.example"),
                          row(4, "Ze\u0301lie Noe\u0308l", "zelie@aurora.example"),
                          row(5, "Mallory \x1b[31mRed\x1b[0m", "mallory@aurora.example"),
                          row(6, "Gone Guest", "guest_example.net#EXT#@aurora.onmicrosoft.com"),
                          row(7, "A Person With A Rather Long Name For Any Table",
                              "a.rather.long.name.for.any.table@aurora.onmicrosoft.com")});
  all[1]["accountEnabled"] = false;
  all[2]["onPremisesSyncEnabled"] = true;
  all[5]["userType"] = "Guest";
  all[5]["deleted"] = true;
  return all;
}

json detail(const json& user) {
  json object = user;
  for (const char* field : {"deleted", "changedIn", "changedAt"}) object.erase(field);
  object["department"] = "Paper";
  object["businessPhones"] = {"+49 89 1234"};
  object["proxyAddresses"] = {"SMTP:" + user.value("mail", ""), "smtp:alias@aurora.example"};
  json answer = {
      {"id", user["id"]},
      {"snapshot", 41},
      {"time", "2026-11-23T02:00:11Z"},
      {"object", object},
      {"manager", {{"id", guid(1)}, {"displayName", "Ada Birch"}}},
      {"memberships",
       {{{"id", guid(900)}, {"kind", "group"}, {"displayName", "All Paper"}, {"type", "security"}},
        {{"id", guid(901)},
         {"kind", "administrativeUnit"},
         {"displayName", "Mill One"},
         {"type", ""}}}},
      {"roles",
       {{{"roleDefinitionId", "fe930be7-5e62-47db-91af-98c3a49a38b1"},
         {"displayName", "User Administrator"},
         {"directoryScopeId", "/"},
         {"scopeName", "tenant"}}}},
      {"authMethods",
       {{{"@odata.type", "#microsoft.graph.phoneAuthenticationMethod"},
         {"id", "3179e48a-750b-4051-897c-87b9720928f7"},
         {"phoneNumber", "+49 170 1234567"},
         {"phoneType", "mobile"}},
        {{"@odata.type", "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod"},
         {"id", guid(950)},
         {"displayName", "Pixel"}}}},
      {"licenses",
       {{{"skuId", guid(960)}, {"skuPartNumber", "OFFICE_SUITE_E"}, {"disabledPlans", {"FORMS"}}}}},
      {"appRoles",
       {{{"resourceId", guid(970)},
         {"resourceName", "Mill Planner"},
         {"appRoleId", guid(971)},
         {"appRoleName", "Planner"}}}},
      {"sponsors", {{{"id", guid(2)}, {"kind", "user"}, {"displayName", "Bo Ångström-Lindqvist"}}}},
      {"ownedObjects", {{{"id", guid(900)}, {"kind", "group"}, {"displayName", "All Paper"}}}}};
  if (user["id"] == guid(2)) {
    answer["authMethods"] = json::array();
    answer["roles"] = json::array();
    answer["unreadable"] = {{"authMethods",
                             {{"completeness", "absent"},
                              {"reason",
                               "the app registration lacks "
                               "UserAuthenticationMethod.Read.All"}}}};
  }
  return answer;
}

json versions(const json& user) {
  return {{"id", user["id"]},
          {"versions",
           {{{"snapshot", 40},
             {"time", "2026-11-22T02:00:11Z"},
             {"sections", {"object", "memberships"}},
             {"removed", false}},
            {{"snapshot", 41},
             {"time", "2026-11-23T02:00:11Z"},
             {"sections", json::array()},
             {"removed", true}}}}};
}

json plan(std::uint64_t job) {
  return {
      {"job", job},
      {"snapshot", 41},
      {"snapshotTime", "2026-11-23T02:00:11Z"},
      {"madeAt", "2026-11-23T18:05:00Z"},
      {"users", 1250},
      {"live", 1200},
      {"inRecycleBin", 25},
      {"gone", 25},
      {"alreadyRight", 20},
      {"impossible", 1},
      {"actions",
       {{"restore users from the recycle bin", 25},
        {"create users", 25},
        {"set attributes", 1204},
        {"add users to groups, 20 a write", 75}}},
      {"writes", {{"directory.write", 1329}, {"authenticationMethods", 40}}},
      {"etaSeconds", 372},
      {"risks",
       {{"get a new object id: what named the old one outside this restore (Conditional Access, "
         "Azure, SharePoint) must be set again",
         25}}}};
}

json items() {
  json all = json::array();
  for (unsigned n = 0; n < 25; ++n) {
    json next = item(n, n < 23 ? "gone" : "live", "restored");
    if (n < 23) next["newUserId"] = guid(500 + n);
    if (n == 23) next["newName"] = "somebody.restored@aurora.example";
    if (n < 2) next["methodsToRegister"] = {"Microsoft Authenticator", "FIDO2 security key"};
    all.push_back(n == 24 ? impossible_item() : next);
  }
  return all;
}

json report(const json& job) {
  const json outcomes = job.value("outcomes", json::object());
  json answer = {{"job", job},
                 {"verified", outcomes.value("restored", 0) + outcomes.value("alreadyRight", 0)},
                 {"needsPasswordReset", json::array()},
                 {"needsRegistration", json::array()},
                 {"idChanged", json::array()},
                 {"renamed", json::array()},
                 {"notRestored", json::array()}};
  if (job["kind"] != "restore" || job["state"] == "cancelled") return answer;
  for (const json& item : items()) {
    if (item["needsPasswordReset"]) answer["needsPasswordReset"].push_back(item);
    if (!item["methodsToRegister"].empty()) answer["needsRegistration"].push_back(item);
    if (item.contains("newUserId")) answer["idChanged"].push_back(item);
    if (item.contains("newName")) answer["renamed"].push_back(item);
    if (item["outcome"] == "impossible" && job["state"] == "partial")
      answer["notRestored"].push_back(item);
  }
  return answer;
}

}  // namespace entrad::fakes::canned
