// Any changes, in any order, with faults: a delta backup is what a full one would be, in all that
// it can know. What it cannot (photos, and roles in more applications than it may ask) is in
// delta_test.cpp.
#include "delta_rig.h"
#include "fakes/campaign.h"

namespace entrad::backup {
namespace {

using nlohmann::json;

class Chaos {
 public:
  Chaos(DeltaRig& rig, std::uint32_t seed) : rig_(rig), random_(seed) {
    groups_ = rig.listed("/groups?$top=999&$select=id");
    users_ = rig.listed("/users?$top=999&$select=id");
    units_ = rig.listed("/directory/administrativeUnits?$select=id");
    roles_ = rig.listed("/roleManagement/directory/roleDefinitions");
    applications_ = rig.listed("/servicePrincipals");
  }

  std::size_t below(std::size_t bound) { return random_() % std::max<std::size_t>(bound, 1); }

  // Graph refuses some of it: synced users, dynamic groups, what is there already.
  void change() {
    const std::string user = one(users_), group = one(groups_);
    switch (below(21)) {
      case 0:
        return users_.push_back(rig_.create_user("made" + std::to_string(++made_)));
      case 1:
      case 2:
        return send("PATCH", "/users/" + user, {{"displayName", "Name " + number()}});
      case 3:
        return send(
            "PATCH", "/users/" + user,
            {{below(2) == 0 ? "city" : "department", below(3) == 0 ? json() : json(number())}});
      case 4:
      case 5:
        return send("DELETE", "/users/" + user);
      case 6:
        return bring_back("user");
      case 7:
        return bring_back("group");
      case 8:
        return purge_from_bin();
      case 9:
      case 10:
        return send("POST", "/groups/" + group + "/members/$ref", rig_.reference(user));
      case 11:
        return send("DELETE", "/groups/" + group + "/members/" + user + "/$ref");
      case 12:
        return groups_.push_back(
            rig_.create_group("group-made" + std::to_string(++made_), live(below(30))));
      case 13:
        return send("DELETE", "/groups/" + group);
      case 14:
        return send("PUT", "/users/" + user + "/manager/$ref", rig_.reference(one(users_)));
      case 15:
        return send("POST", "/directory/administrativeUnits/" + one(units_) + "/members/$ref",
                    rig_.reference(user));
      case 16:
        return send("POST", "/users/" + user + "/authentication/emailMethods",
                    {{"emailAddress", number() + "@mail.example"}});
      case 17:
        return control("/users/" + one(present_users()) + "/extras",
                       {{"sponsors", live(below(4))}});
      case 18:
        return control("/owners", {{"object", one(present_groups())}, {"owners", live(below(4))}});
      case 19:
        return send("POST", "/users/" + user + "/appRoleAssignments",
                    {{"principalId", user},
                     {"resourceId", applications_.front()},
                     {"appRoleId", "00000000-0000-0000-0000-000000000000"}});
      default:
        return send(
            "POST", "/roleManagement/directory/roleAssignments",
            {{"principalId", user}, {"roleDefinitionId", one(roles_)}, {"directoryScopeId", "/"}});
    }
  }

  json faults() {
    json list = json::array();
    for (const char* path : {"/users/delta", "/groups/delta"}) {
      list.push_back({{"match", {{"path", path}, {"probability", 0.3}}}, {"action", "replay"}});
      list.push_back({{"match", {{"path", path}, {"probability", 0.2}}}, {"action", "emptyPage"}});
      if (below(3) == 0)
        list.push_back({{"match", {{"path", path}, {"query", "skiptoken"}, {"count", 1}}},
                        {"action", "expiredPage"}});
    }
    return {{"seed", below(1000)}, {"faults", list}};
  }

 private:
  const std::string& one(const std::vector<std::string>& list) { return list[below(list.size())]; }
  std::string number() { return std::to_string(below(1'000'000)); }
  void send(const std::string& method, const std::string& path, const json& body = nullptr) {
    (void)rig_.write(method, path, body);
  }
  void control(const std::string& path, const json& body) {
    rig_.simulator.post("/_control/tenants/" + kTenant + path, body);
  }
  std::vector<std::string> present_users() { return rig_.listed("/users?$top=999&$select=id"); }
  std::vector<std::string> present_groups() { return rig_.listed("/groups?$top=999&$select=id"); }
  // Some who are there; one who is gone would be refused.
  std::vector<std::string> live(std::size_t count) {
    auto all = present_users();
    all.resize(std::min({all.size(), count, std::size_t{20}}));
    return all;
  }
  void bring_back(const std::string& type) {
    const auto bin = rig_.listed("/directory/deletedItems/microsoft.graph." + type);
    if (!bin.empty()) send("POST", "/directory/deletedItems/" + one(bin) + "/restore");
  }
  void purge_from_bin() {
    const auto bin = rig_.listed("/directory/deletedItems/microsoft.graph.user?$select=id");
    if (!bin.empty()) rig_.purge_user(one(bin));
  }

  DeltaRig& rig_;
  std::mt19937 random_;
  std::vector<std::string> users_, groups_, units_, roles_, applications_;
  int made_ = 0;
};

class RandomDelta : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomDelta, IsWhatAFullBackupWouldBe) {
  DeltaRig rig({.tenant = "aurora:users=150,seed=7,groups=30,lag=0"});
  Chaos chaos(rig, GetParam());
  ASSERT_TRUE(rig.next());
  std::size_t deltas = 0;
  for (int round = 0; round < 6; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    for (std::size_t i = chaos.below(80); i > 0; --i) chaos.change();
    if (round % 2 == 1) rig.simulator.post("/_control/faults", chaos.faults());
    if (chaos.below(6) == 0)
      rig.simulator.post("/_control/tenants/aurora/delta/forget", {{"answer", "gone"}});
    const auto snapshot = rig.next();
    rig.simulator.remove("/_control/faults");
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    deltas += snapshot->kind == api::SnapshotKind::delta ? 1 : 0;
    const auto beside = rig.full_beside();
    ASSERT_EQ(rig.difference(*snapshot, beside), "") << rig.words;
    ASSERT_EQ(snapshot->digest, beside.digest);
    ASSERT_TRUE(rig.store->snapshots().check(kTenant, snapshot->number));
  }
  EXPECT_GE(deltas, 2U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomDelta, testing::Range(1U, fakes::kIsSanitized ? 3U : 7U));

}  // namespace
}  // namespace entrad::backup
