// Delta queries of the simulator: as strict as Microsoft's pages on delta say Graph is.
#include <openssl/evp.h>

#include <algorithm>
#include <set>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Delta : public SimulatorTest {
 protected:
  struct Round {
    std::vector<Json> items;
    std::string link;
    std::size_t pages = 0;

    std::vector<Json> of(const std::string& id) const {
      std::vector<Json> out;
      for (const Json& item : items)
        if (item.at("id") == id) out.push_back(item);
      return out;
    }
    Json only(const std::string& id) const {
      const auto found = of(id);
      EXPECT_EQ(found.size(), 1U) << id;
      return found.empty() ? Json::object() : found.front();
    }
  };

  Round round(const std::string& path, const HeaderMap& headers = {}) {
    Round out;
    for (std::string next = path; !next.empty(); ++out.pages) {
      const Reply reply = get(next, headers);
      EXPECT_EQ(reply.status, 200U) << next << ": " << reply.text;
      if (reply.status != 200) return out;
      for (const Json& one : reply.json.at("value")) out.items.push_back(one);
      next = reply.json.value("@odata.nextLink", "");
      out.link = reply.json.value("@odata.deltaLink", "");
      EXPECT_NE(next.empty(), out.link.empty());
    }
    return out;
  }
  std::string latest(const std::string& path) {
    return round(path + (path.find('?') == std::string::npos ? "?" : "&") + "$deltatoken=latest")
        .link;
  }
  void fault(const Json& one) { control("POST", "/faults", {{"faults", Json::array({one})}}); }
  void forget(const std::string& answer) {
    control("POST", "/tenants/aurora/delta/forget", {{"answer", answer}});
  }
};

std::set<std::string> ids(const std::vector<Json>& items) {
  std::set<std::string> out;
  for (const Json& item : items) out.insert(item.at("id").get<std::string>());
  return out;
}

// The members that a group has after these items, one after the other.
std::set<std::string> members(const std::vector<Json>& items) {
  std::set<std::string> out;
  for (const Json& item : items)
    for (const Json& link : item.value("members@delta", Json::array())) {
      const std::string id = link.at("id");
      if (link.contains("@removed"))
        out.erase(id);
      else
        out.insert(id);
    }
  return out;
}

// The same link, as if its token had been given out so long ago. A token is base64url of a list
// that ends with the simulated second of its birth.
std::string aged(const std::string& link, double seconds) {
  const auto at = link.rfind('=') + 1;
  std::string text = link.substr(at);
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  std::vector<unsigned char> bytes(text.size() + 4);
  EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  Json token = Json::parse(std::string(bytes.begin(), std::find(bytes.begin(), bytes.end(), 0)));
  token.back() = token.back().get<double>() - seconds;
  const std::string changed = token.dump();
  std::vector<unsigned char> out(changed.size() * 2 + 4);
  const int size =
      EVP_EncodeBlock(out.data(), reinterpret_cast<const unsigned char*>(changed.data()),
                      static_cast<int>(changed.size()));
  std::string encoded(out.begin(), out.begin() + size);
  encoded.erase(std::min(encoded.find('='), encoded.size()));
  std::replace(encoded.begin(), encoded.end(), '+', '-');
  std::replace(encoded.begin(), encoded.end(), '/', '_');
  return link.substr(0, at) + encoded;
}

TEST_F(Delta, TokensOfLinksLiveForSevenDaysAndThoseOfPagesForFourHours) {
  start("aurora:users=450,seed=7,lag=0");
  constexpr double kHour = 3600;
  const std::string link = latest("/users/delta?$select=id");
  EXPECT_EQ(get(aged(link, 167 * kHour)).status, 200U);
  const Reply old = get(aged(link, 169 * kHour));
  EXPECT_EQ(old.status, 410U);
  EXPECT_TRUE(old.headers.contains("location"));
  const std::string next = get("/users/delta?$select=id").json.value("@odata.nextLink", "");
  ASSERT_FALSE(next.empty());
  EXPECT_EQ(get(aged(next, 3.9 * kHour)).status, 200U);
  EXPECT_EQ(get(aged(next, 4.1 * kHour)).code(), "Directory_ExpiredPageToken");
}

TEST_F(Delta, FirstRoundBringsEveryUserOnceInNoOrder) {
  start("aurora:users=450,seed=7,lag=0");
  const Round first = round("/users/delta?$select=displayName,jobTitle");
  EXPECT_GE(first.pages, 3U);
  EXPECT_EQ(first.items.size(), 450U);
  EXPECT_EQ(ids(first.items), ids(users()));
  std::vector<std::string> listed;
  for (const Json& user : users()) listed.push_back(user["id"]);
  std::vector<std::string> came;
  for (const Json& user : first.items) came.push_back(user["id"]);
  EXPECT_NE(came, listed);
  for (const Json& user : first.items)
    for (const auto& [name, value] : user.items()) {
      EXPECT_TRUE(name == "id" || name == "displayName" || name == "jobTitle") << name;
      EXPECT_FALSE(value.is_null()) << name << " was never set";
    }
}

TEST_F(Delta, RefusesWhatItDoesNotSupport) {
  start();
  for (const char* option : {"$top=10", "$orderby=displayName", "$expand=manager", "$skip=1",
                             "$filter=userType%20eq%20'Guest'", "$filter=id%20in%20('a','b')"})
    for (const char* set : {"/users", "/groups"})
      EXPECT_EQ(get(std::string(set) + "/delta?" + option).status, 400U) << set << option;
  EXPECT_EQ(get("/users/delta?$select=noSuchThing").status, 400U);
  EXPECT_EQ(get("/groups/delta?$select=noSuchThing").status, 400U);
  EXPECT_EQ(get("/users/delta?$select=id,aboutMe").status, 501U);
  EXPECT_EQ(get("/users/delta?$deltatoken=nonsense").status, 400U);
  EXPECT_EQ(get("/users/delta?$skiptoken=nonsense").code(), "Directory_ExpiredPageToken");
}

TEST_F(Delta, FiltersUpToFiftyIds) {
  start();
  const auto all_users = users();
  std::string filter;
  for (std::size_t i = 0; i < 50; ++i)
    filter += (i == 0 ? "" : "%20or%20") + std::string("id%20eq%20'") +
              all_users[i]["id"].get<std::string>() + "'";
  const Round some = round("/users/delta?$select=displayName&$filter=" + filter);
  EXPECT_EQ(some.items.size(), 50U);
  graph("PATCH", "/users/" + all_users[60]["id"].get<std::string>(),
        {{"displayName", "Not asked"}});
  EXPECT_TRUE(round(some.link).items.empty());
  filter += "%20or%20id%20eq%20'" + all_users[50]["id"].get<std::string>() + "'";
  EXPECT_EQ(get("/users/delta?$filter=" + filter).status, 400U);
}

TEST_F(Delta, ItsParametersBelongToTheFirstRequestOnly) {
  start("aurora:users=450,seed=7,lag=0");
  const Json page = get("/users/delta?$select=displayName").json;
  const std::string next = page["@odata.nextLink"];
  EXPECT_EQ(next.find("$select"), std::string::npos);
  EXPECT_EQ(get(next + "&$select=displayName").status, 400U);
  const std::string link = latest("/users/delta?$select=displayName");
  EXPECT_EQ(get(link + "&$select=displayName").status, 400U);
  EXPECT_EQ(get(link).status, 200U);
}

TEST_F(Delta, OnlySelectedPropertiesAreTracked) {
  start();
  const std::string id = plain_user()["id"];
  const std::string link = latest("/users/delta?$select=displayName,city");
  graph("PATCH", "/users/" + id, {{"department", "Elsewhere"}});
  const Round untracked = round(link);
  EXPECT_TRUE(untracked.items.empty());
  EXPECT_NE(untracked.link, link) << "the link is new also when nothing changed";
  graph("PATCH", "/users/" + id, {{"city", nullptr}});
  const Json user = round(untracked.link).only(id);
  EXPECT_TRUE(user.at("city").is_null());
  EXPECT_TRUE(user.contains("displayName")) << "what is selected comes too, though unchanged";
  EXPECT_FALSE(user.contains("department"));
}

TEST_F(Delta, MinimalBringsOnlyWhatChanged) {
  start();
  const std::string id = plain_user()["id"];
  const std::string link = latest("/users/delta?$select=displayName,city,jobTitle");
  graph("PATCH", "/users/" + id, {{"city", "Changed"}});
  const HeaderMap minimal{{"Prefer", "return=minimal"}};
  EXPECT_EQ(round(link, minimal).only(id), (Json{{"id", id}, {"city", "Changed"}}));
  EXPECT_EQ(get(link, minimal).headers.at("preference-applied"), "return=minimal");
  EXPECT_GT(round(link).only(id).size(), 2U);
}

TEST_F(Delta, TellsTheTwoKindsOfDeletionAndARestoreIsNone) {
  start();
  const std::string id = plain_user()["id"];
  std::string link = latest("/users/delta?$select=displayName");
  graph("DELETE", "/users/" + id);
  Round changes = round(link);
  EXPECT_EQ(changes.only(id), (Json{{"id", id}, {"@removed", {{"reason", "changed"}}}}));
  graph("POST", "/directory/deletedItems/" + id + "/restore");
  changes = round(changes.link);
  EXPECT_FALSE(changes.only(id).contains("@removed"));
  EXPECT_TRUE(changes.only(id).contains("displayName"));
  control("POST", "/tenants/aurora/users/purge", {{"ids", {id}}});
  changes = round(changes.link);
  EXPECT_EQ(changes.only(id), (Json{{"id", id}, {"@removed", {{"reason", "deleted"}}}}));
  EXPECT_FALSE(ids(round("/users/delta?$select=id").items).contains(id));
}

TEST_F(Delta, ACreatedUserIsAnnouncedWhole) {
  start();
  const std::string link = latest("/users/delta?$select=displayName,userPrincipalName");
  const std::string id = create("newcomer");
  EXPECT_EQ(round(link).only(id), (Json{{"id", id},
                                        {"displayName", "newcomer"},
                                        {"userPrincipalName", "newcomer@aurora.example"}}));
}

TEST_F(Delta, ALinkCanBeReadAgain) {
  start();
  const std::string link = latest("/users/delta?$select=city");
  for (std::size_t i = 0; i < 3; ++i)
    graph("PATCH", "/users/" + plain_user(i)["id"].get<std::string>(), {{"city", "X"}});
  EXPECT_EQ(ids(round(link).items), ids(round(link).items));
  EXPECT_EQ(round(link).items.size(), 3U);
}

TEST_F(Delta, AUserWhoChangesOftenComesOftenInALongRound) {
  start();
  const std::string id = plain_user()["id"];
  const std::string link = latest("/users/delta?$select=city");
  for (int i = 0; i < 150; ++i)
    control("POST", "/tenants/aurora/users/" + id + "/patch", {{"city", std::to_string(i)}});
  const Round changes = round(link);
  EXPECT_GT(changes.pages, 1U);
  EXPECT_GT(changes.of(id).size(), 1U);
  EXPECT_EQ(changes.items.back().at("city"), "149");
}

TEST_F(Delta, TracksTheManagerWhenSelected) {
  start();
  const std::string id = plain_user(5)["id"];
  const std::string former = get("/users/" + id + "/manager?$select=id").json.value("id", "");
  const std::string manager = plain_user(0)["id"];
  ASSERT_NE(former, manager);
  const std::string link = latest("/users/delta?$select=displayName,manager");
  const std::string without = latest("/users/delta?$select=displayName");
  ASSERT_EQ(
      graph("PUT", "/users/" + id + "/manager/$ref", {{"@odata.id", this->link(manager)}}).status,
      204U);
  EXPECT_TRUE(round(without).items.empty());
  const Json links = round(link).only(id).at("manager@delta");
  EXPECT_EQ(links.back().at("id"), manager);
  if (!former.empty()) {
    EXPECT_EQ(links.front().at("id"), former);
    EXPECT_EQ(links.front().at("@removed").at("reason"), "deleted");
  }
}

TEST_F(Delta, BigGroupsComeInPartsThatAddUp) {
  start("aurora:users=900,seed=7,groups=12,lag=0");
  const Round first = round("/groups/delta?$select=displayName,members");
  EXPECT_EQ(ids(first.items), ids(all("/groups?$select=id&$top=999")));
  std::size_t in_parts = 0;
  for (const std::string& id : ids(first.items)) {
    const auto parts = first.of(id);
    in_parts += parts.size() > 1 ? 1 : 0;
    std::size_t links = 0;
    for (const Json& part : parts) links += part.value("members@delta", Json::array()).size();
    EXPECT_EQ(members(parts), ids(all("/groups/" + id + "/members?$select=id&$top=999")));
    EXPECT_EQ(links, members(parts).size()) << "no member twice";
  }
  EXPECT_GT(in_parts, 3U);
  for (const Json& item : round("/groups/delta?$select=displayName").items)
    EXPECT_FALSE(item.contains("members@delta"));
}

TEST_F(Delta, TellsWhoJoinedAndWhoLeft) {
  start();
  const std::string id = group("security")["id"];
  const std::string newcomer = create("newcomer");
  const std::string leaver = create("leaver");
  const std::string path = "/groups/" + id + "/members";
  graph("POST", path + "/$ref", {{"@odata.id", link(leaver)}});
  const std::string since = latest("/groups/delta?$select=members");
  graph("POST", path + "/$ref", {{"@odata.id", link(newcomer)}});
  graph("DELETE", path + "/" + leaver + "/$ref");
  const Json links = round(since).only(id).at("members@delta");
  ASSERT_EQ(links.size(), 2U);
  for (const Json& one : links) {
    EXPECT_EQ(one.at("@odata.type"), "#microsoft.graph.user");
    EXPECT_EQ(one.contains("@removed"), one.at("id") == leaver);
  }
}

TEST_F(Delta, AMemberInTheBinIsNotReportedRemovedUntilGone) {
  start();
  const std::string id = group("security")["id"];
  const std::string user = create("member");
  graph("POST", "/groups/" + id + "/members/$ref", {{"@odata.id", link(user)}});
  const std::string since = latest("/groups/delta?$select=members");
  graph("DELETE", "/users/" + user);
  EXPECT_TRUE(round(since).items.empty());
  control("POST", "/tenants/aurora/users/purge", {{"ids", {user}}});
  const Json links = round(since).only(id).at("members@delta");
  EXPECT_EQ(links, Json::array({{{"@odata.type", "#microsoft.graph.user"},
                                 {"id", user},
                                 {"@removed", {{"reason", "deleted"}}}}}));
}

TEST_F(Delta, DynamicGroupsFollowTheDepartment) {
  start();
  const Json dynamic = group("dynamic");
  const std::string rule = dynamic["membershipRule"];
  const std::string department =
      rule.substr(rule.find('"') + 1, rule.rfind('"') - rule.find('"') - 1);
  Json outsider;
  for (std::size_t i = 0; outsider.is_null(); ++i)
    if (const Json user = plain_user(i); user["department"] != department) outsider = user;
  const std::string since = latest("/groups/delta?$select=members");
  graph("PATCH", "/users/" + outsider["id"].get<std::string>(), {{"department", department}});
  const Round changes = round(since);
  EXPECT_TRUE(members(changes.of(dynamic["id"])).contains(outsider["id"]));
}

TEST_F(Delta, ForgottenLinksAreRefusedInEachOfItsWays) {
  start();
  const std::string path = "/groups/delta?$select=displayName";
  std::string link = latest(path);
  forget("gone");
  Reply reply = get(link);
  EXPECT_EQ(reply.status, 410U);
  const std::string location = reply.headers.at("location");
  EXPECT_TRUE(location.ends_with("/v1.0/groups/delta?$deltatoken=")) << location;
  EXPECT_FALSE(round(location).items.empty()) << "an empty token begins a full round";
  link = latest(path);
  EXPECT_EQ(get(link).status, 200U) << "younger ones are known";
  forget("goneWithoutLocation");
  reply = get(link);
  EXPECT_EQ(reply.status, 410U);
  EXPECT_FALSE(reply.headers.contains("location"));
  for (const char* code : {"syncStateNotFound", "resyncRequired"}) {
    link = latest(path);
    forget(code);
    reply = get(link);
    EXPECT_EQ(reply.status, 400U);
    EXPECT_EQ(reply.code(), code);
  }
}

TEST_F(Delta, NeedsAPermissionToReadAllOfIt) {
  start();
  control("PUT", "/tenants/aurora/apps/restore", {{"roles", {"User.ReadBasic.All"}}});
  as("restore");
  EXPECT_EQ(get("/users/delta").status, 403U);
  EXPECT_EQ(get("/groups/delta").status, 403U);
}

TEST_F(Delta, HasAFullNameToo) {
  start();
  EXPECT_EQ(round("/users/microsoft.graph.delta?$select=id").items.size(), 200U);
  EXPECT_EQ(get("/users/delta()?$select=id").status, 200U);
}

TEST_F(Delta, AChangeMayShowLate) {
  start("aurora:users=20,seed=7,lag=2000", {"--time-scale", "1000"});
  const std::string id = plain_user()["id"];
  const std::string since = latest("/users/delta?$select=city");
  graph("PATCH", "/users/" + id, {{"city", "Late"}});
  int rounds = 0;
  std::string link = since;
  for (Round changes; changes.items.empty() && rounds < 100'000; ++rounds) {
    changes = round(link);
    link = changes.link;
  }
  EXPECT_GT(rounds, 1);
  EXPECT_LT(rounds, 100'000);
}

TEST_F(Delta, FaultsMakeEmptyPagesForeignLinksAndLostTokens) {
  start("aurora:users=450,seed=7,lag=0");
  fault({{"match", {{"path", "/users/delta"}, {"count", 2}}}, {"action", "emptyPage"}});
  const Round first = round("/users/delta?$select=id");
  EXPECT_EQ(first.items.size(), 450U);
  EXPECT_GE(first.pages, 5U);
  fault({{"match", {{"path", "/users/delta"}, {"count", 1}}}, {"action", "foreignLink"}});
  const std::string next = get("/users/delta?$select=id").json["@odata.nextLink"];
  EXPECT_TRUE(next.starts_with("http://127.0.0.1:9/v1.0/users/delta?")) << next;
  const Json match{{"path", "/users/delta"}, {"query", "skiptoken"}};
  fault({{"match", match}, {"action", "expiredPage"}});
  const Json page = get("/users/delta?$select=id").json;
  EXPECT_EQ(get(page["@odata.nextLink"]).code(), "Directory_ExpiredPageToken");
  fault({{"match", match}, {"action", "unknownPage"}});
  EXPECT_EQ(get(page["@odata.nextLink"]).code(), "DirectoryPageTokenNotFoundException");
}

TEST_F(Delta, AFaultReplaysWhatCameBefore) {
  start("aurora:users=450,seed=7,lag=0");
  fault({{"match", {{"path", "/users/delta"}}}, {"action", "replay"}});
  const Round first = round("/users/delta?$select=id");
  EXPECT_EQ(ids(first.items).size(), 450U);
  EXPECT_GT(first.items.size(), 450U);
  graph("PATCH", "/users/" + plain_user()["id"].get<std::string>(), {{"displayName", "Old news"}});
  const std::string link = latest("/users/delta?$select=displayName");
  EXPECT_EQ(round(link).items.size(), 1U) << "what was before the link comes again";
}

TEST_F(Delta, ATokenOfARetriedRequestIsNotKnown) {
  start("aurora:users=450,seed=7,lag=0");
  for (const std::string path : {"/users/delta?$select=id", "/users?$select=id"}) {
    fault({{"match", {{"path", path.substr(0, path.find('?'))}, {"count", 1}}},
           {"action", "status"},
           {"spoilsRetry", true}});
    EXPECT_EQ(get(path).status, 503U);
    const Json retried = get(path).json;
    EXPECT_EQ(get(retried["@odata.nextLink"]).code(), "DirectoryPageTokenNotFoundException");
    EXPECT_EQ(get(get(path).json["@odata.nextLink"]).status, 200U) << "asked for once more";
  }
}

}  // namespace
}  // namespace graphsim_test
