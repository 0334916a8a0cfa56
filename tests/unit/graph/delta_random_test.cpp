// Random changes, faults and forgotten links: what is kept from the rounds must be the tenant.
#include <gtest/gtest.h>

#include <random>

#include "base/json.h"
#include "mirror.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using test::Mirror;
using test::Rig;

class Chaos {
 public:
  Chaos(Rig& rig, std::uint32_t seed) : rig_(rig), random_(seed) {
    const auto groups = rig_.session().send(test::get("/groups?$top=999&$select=id"), {});
    for (const json& group : groups->body.at("value")) groups_.push_back(group.at("id"));
    users_ = rig_.users(200);
  }

  std::uint32_t below(std::size_t bound) {
    return static_cast<std::uint32_t>(random_() % std::max<std::size_t>(bound, 1));
  }

  // Some of it Graph refuses: synced users, dynamic groups, what is there already.
  void change() {
    const std::string user = users_[below(users_.size())];
    const std::string group = groups_[below(groups_.size())];
    switch (below(12)) {
      case 0:
        return create();
      case 1:
        return send("PATCH", "/users/" + user, {{"displayName", "Name " + number()}});
      case 2:
        return patch(user, {{"city", below(2) == 0 ? json() : json("City " + number())}});
      case 3:
        return patch(user, {{"department", department()}});
      case 4:
        return send("DELETE", "/users/" + user);
      case 5:
      case 6:
        return bring_back();
      case 7:
        return purge(user);
      case 8:
        return link(group, user);
      case 9:
        return send("DELETE", "/groups/" + group + "/members/" + member_of(group) + "/$ref");
      case 10:
        return send("PUT", "/users/" + user + "/manager/$ref", reference(other_user()));
      default:
        return send("PATCH", "/groups/" + group, {{"displayName", "Group " + number()}});
    }
  }

  json faults() {
    json list = json::array();
    const auto add = [&](const char* action, const char* query, double probability, int count) {
      json match{{"method", "GET"}, {"path", below(2) == 0 ? "/users/delta" : "/groups/delta"}};
      match["query"] = query;
      match["probability"] = probability;
      if (count > 0) match["count"] = count;
      list.push_back({{"match", match}, {"action", action}, {"spoilsRetry", true}});
    };
    add("replay", "", 0.4, 0);
    add("emptyPage", "", 0.3, 0);
    if (below(3) == 0) add("expiredPage", "skiptoken", 1, 1);
    if (below(3) == 0) add("unknownPage", "skiptoken", 0.5, 1);
    if (below(2) == 0) add("status", "", 0.3, 2);
    return {{"seed", below(1000)}, {"faults", list}};
  }

 private:
  void send(const std::string& method, const std::string& path, const json& body = nullptr) {
    const auto reply = rig_.session().send({method, path, body, false}, {});
    ASSERT_TRUE(reply) << reply.error().message;
  }
  void control(const std::string& path, const json& body) {
    rig_.sim.post("/_control/tenants/aurora/users/" + path, body);
  }
  bool is_there(const std::string& user) {
    const auto reply = rig_.session().send(test::get("/users/" + user + "?$select=id"), {});
    return reply && reply->done();
  }
  void patch(const std::string& user, const json& properties) {
    if (is_there(user)) control(user + "/patch", properties);
  }
  void purge(const std::string& user) {
    if (below(2) == 0 && is_there(user)) control("purge", {{"ids", {user}}});
  }
  void create() {
    const std::string name = "made" + std::to_string(++made_);
    const auto reply =
        rig_.session().send({"POST",
                             "/users",
                             {{"accountEnabled", true},
                              {"displayName", name},
                              {"mailNickname", name},
                              {"userPrincipalName", name + "@aurora.example"},
                              {"passwordProfile", {{"password", "only-for-tests-1"}}}},
                             false},
                            {});
    ASSERT_TRUE(reply && reply->done());
    users_.push_back(reply->body.at("id"));
  }
  void bring_back() {
    const auto bin = rig_.session().send(
        test::get("/directory/deletedItems/microsoft.graph.user?$select=id"), {});
    const json& rows = bin->body.at("value");
    if (rows.empty()) return;
    const std::string id = rows[below(rows.size())].at("id");
    send("POST", "/directory/deletedItems/" + id + "/restore");
  }
  void link(const std::string& group, const std::string& user) {
    const bool nests = below(5) == 0;
    send("POST", "/groups/" + group + "/members/$ref",
         reference(nests ? groups_[below(groups_.size())] : user));
  }
  std::string member_of(const std::string& group) {
    const auto reply =
        rig_.session().send(test::get("/groups/" + group + "/members?$select=id&$top=50"), {});
    const json& rows = reply->body.at("value");
    return rows.empty() ? users_[0] : rows[below(rows.size())].at("id").get<std::string>();
  }
  json reference(const std::string& id) {
    return {{"@odata.id", rig_.session().url_of("/directoryObjects/" + id)}};
  }
  std::string other_user() { return users_[below(users_.size())]; }
  std::string number() { return std::to_string(below(1'000'000)); }
  // Mostly one that a dynamic group asks for.
  std::string department() {
    const auto reply =
        rig_.session().send(test::get("/users/" + other_user() + "?$select=department"), {});
    const json value = reply && reply->done() ? reply->body.at("department") : json();
    return value.is_string() ? value.get<std::string>() : "Department " + number();
  }

  Rig& rig_;
  std::mt19937 random_;
  std::vector<std::string> users_, groups_;
  int made_ = 0;
};

// What of the two differs, short enough to read.
std::string difference(const json& known, const json& real) {
  const json patch = json::diff(known, real);
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(patch.size(), 10); ++i)
    out += base::json_text(patch[i]) + "\n";
  return out;
}

class RandomDelta : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomDelta, WhatIsKeptFromTheRoundsIsTheTenant) {
  Rig rig(test::options("aurora:users=260,seed=7,groups=24,lag=0"));
  Chaos chaos(rig, GetParam());
  Mirror mirror(rig);
  mirror.update();
  ASSERT_EQ(difference(mirror.known(), mirror.real()), "");
  for (int round = 0; round < 6; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    for (std::uint32_t i = chaos.below(60); i > 0; --i) chaos.change();
    rig.sim.post("/_control/faults", chaos.faults());
    if (chaos.below(4) == 0)
      rig.sim.post("/_control/tenants/aurora/delta/forget",
                   {{"answer", chaos.below(2) == 0 ? "gone" : "syncStateNotFound"}});
    mirror.between_pages = [&] { chaos.change(); };
    mirror.update();
    mirror.between_pages = nullptr;
    mirror.update();  // what changed in mid-round
    rig.sim.remove("/_control/faults");
    ASSERT_EQ(difference(mirror.known(), mirror.real()), "");
  }
  RecordProperty("pages", static_cast<int>(mirror.pages));
  RecordProperty("discards", static_cast<int>(mirror.discards));
  RecordProperty("firstRounds", static_cast<int>(mirror.first_rounds));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomDelta, testing::Values(1, 2, 3, 4, 5, 6));

}  // namespace
}  // namespace entrad::graph
