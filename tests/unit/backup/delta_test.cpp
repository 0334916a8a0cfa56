// Delta backups: what each kind of change leads to, and when a full backup takes their place.
#include "delta_rig.h"
#include "store/unknown_properties.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using api::SnapshotKind;
using nlohmann::json;

class Delta : public testing::Test {
 protected:
  void first() {
    const auto snapshot = rig.next();
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    ASSERT_EQ(snapshot->kind, SnapshotKind::full);
    EXPECT_EQ(rig.words, "a full backup, because there is no snapshot yet");
  }
  // The next backup is a delta, and right.
  api::Snapshot delta() {
    auto snapshot = rig.next();
    if (!snapshot) throw std::runtime_error(snapshot.error().message);
    EXPECT_EQ(snapshot->kind, SnapshotKind::delta) << rig.words;
    check(*snapshot);
    return *snapshot;
  }
  void check(const api::Snapshot& snapshot) {
    const auto beside = rig.full_beside();
    EXPECT_EQ(rig.difference(snapshot, beside), "");
    EXPECT_EQ(snapshot.digest, beside.digest);
    EXPECT_EQ(snapshot.counts, beside.counts);
  }
  void becomes_full(const std::string& why) {
    const auto snapshot = rig.next();
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    EXPECT_EQ(snapshot->kind, SnapshotKind::full);
    EXPECT_NE(rig.words.find(why), std::string::npos) << rig.words;
    check(*snapshot);
  }
  json memberships(const api::Snapshot& snapshot, const std::string& user) {
    return rig.json(snapshot, ObjectKind::user, base::Guid::parse(user).value(),
                    Section::memberships);
  }
  // A user whom nobody protects, with a manager above and reports below.
  std::string a_manager() {
    for (const auto& id : users())
      if (!rig.listed("/users/" + id + "/directReports").empty() && is_plain(id)) return id;
    throw std::runtime_error("nobody manages anybody");
  }
  std::string somebody(std::size_t which) {
    for (const auto& id : users())
      if (is_plain(id) && which-- == 0) return id;
    throw std::runtime_error("too few users");
  }
  std::string section_of(const api::Snapshot& snapshot, const std::string& user, Section section) {
    return rig.content(snapshot, ObjectKind::user, base::Guid::parse(user).value(), section)
        .value_or("none");
  }
  std::size_t size_of_photo(const api::Snapshot& snapshot, const std::string& user) {
    const auto photo = section_of(snapshot, user, Section::photo);
    return photo == "none" ? 0 : base::read_json(photo).value("size", std::size_t{0});
  }
  void control(const std::string& path, const json& body) {
    rig.simulator.post("/_control/tenants/" + kTenant + path, body);
  }
  std::string a_group() { return rig.create_group("made" + std::to_string(++made_)); }
  std::vector<std::string> users() { return rig.listed("/users?$select=id&$top=999"); }
  bool is_plain(const std::string& id) {
    const auto user = rig.read("/users/" + id + "?$select=userType,onPremisesSyncEnabled");
    if (user.at("userType") != "Member" || user.at("onPremisesSyncEnabled") == true) return false;
    return rig
        .read("/roleManagement/directory/roleAssignments?$filter=principalId%20eq%20'" + id + "'")
        .at("value")
        .empty();
  }

  DeltaRig rig;
  int made_ = 0;
};

TEST_F(Delta, WhereNothingChangedNothingIsWritten) {
  first();
  const auto snapshot = delta();
  EXPECT_EQ(snapshot.changed, 0U);
  EXPECT_EQ(rig.words, "a delta backup: changes since snapshot 1");
}

TEST_F(Delta, TakesPropertiesThatWereSetClearedAndSetForTheFirstTime) {
  first();
  ASSERT_TRUE(rig.write("PATCH", "/users/" + somebody(0), {{"city", "Brno"}}));
  ASSERT_TRUE(rig.write("PATCH", "/users/" + somebody(1), {{"jobTitle", nullptr}}));
  ASSERT_TRUE(rig.write("PATCH", "/users/" + somebody(2), {{"faxNumber", "+420 1"}}));
  EXPECT_EQ(delta().changed, 3U);
}

TEST_F(Delta, TakesACreatedUser) {
  first();
  const auto id = rig.create_user("neu");
  const auto snapshot = delta();
  EXPECT_EQ(snapshot.counts.at("user"), 121U);
  EXPECT_EQ(memberships(snapshot, id), json::array());
}

TEST_F(Delta, SoftDeletedUserLeavesAndComesBackWithAllLinks) {
  first();
  const auto id = a_manager();
  const auto guid = base::Guid::parse(id).value();
  const auto before = memberships(rig.store->snapshots().newest(kTenant).value(), id);
  ASSERT_TRUE(rig.write("DELETE", "/users/" + id));
  const auto without = delta();
  EXPECT_EQ(without.counts.at("user"), 119U);
  EXPECT_FALSE(rig.store->snapshots().exists(kTenant, without.number, ObjectKind::user, guid));
  EXPECT_EQ(rig.store->snapshots().last_content(kTenant, without.number, ObjectKind::user, guid,
                                                Section::memberships),
            before.dump());
  ASSERT_TRUE(rig.write("POST", "/directory/deletedItems/" + id + "/restore"));
  EXPECT_EQ(memberships(delta(), id), before);
}

TEST_F(Delta, HardDeletedUserIsGone) {
  first();
  rig.purge_user(a_manager());
  EXPECT_EQ(delta().counts.at("user"), 119U);
}

TEST_F(Delta, TakesLinksThatCameAndWent) {
  first();
  const auto group = a_group(), user = somebody(3);
  ASSERT_TRUE(rig.write("POST", "/groups/" + group + "/members/$ref", rig.reference(user)));
  EXPECT_NE(memberships(delta(), user).dump().find(group), std::string::npos);
  ASSERT_TRUE(rig.write("DELETE", "/groups/" + group + "/members/" + user + "/$ref"));
  EXPECT_EQ(memberships(delta(), user).dump().find(group), std::string::npos);
}

TEST_F(Delta, TakesABigNewGroupInParts) {
  first();
  const auto group = a_group();
  const auto everybody = users();
  for (std::size_t from = 0; from < everybody.size(); from += 20) {
    json links = json::array();
    for (std::size_t i = from; i < std::min(everybody.size(), from + 20); ++i)
      links.push_back(rig.reference(everybody[i]).at("@odata.id"));
    ASSERT_TRUE(rig.write("PATCH", "/groups/" + group, {{"members@odata.bind", links}}));
  }
  const auto snapshot = delta();
  EXPECT_EQ(snapshot.changed, 121U) << "the group and each user's memberships";
}

TEST_F(Delta, MembersOfADeletedGroupLoseItAndGetItBack) {
  const auto group = rig.create_group("short-lived", {somebody(1), somebody(2)});
  first();
  ASSERT_TRUE(rig.write("DELETE", "/groups/" + group));
  EXPECT_EQ(memberships(delta(), somebody(1)).dump().find(group), std::string::npos);
  ASSERT_TRUE(rig.write("POST", "/directory/deletedItems/" + group + "/restore"));
  EXPECT_NE(memberships(delta(), somebody(2)).dump().find(group), std::string::npos);
  rig.simulator.post("/_control/tenants/aurora/groups/purge", {{"ids", {group}}});
  EXPECT_EQ(memberships(delta(), somebody(2)).dump().find(group), std::string::npos);
}

TEST_F(Delta, TakesManagersRolesAndUnits) {
  first();
  const auto user = somebody(5), manager = somebody(6);
  ASSERT_TRUE(rig.write("PUT", "/users/" + user + "/manager/$ref", rig.reference(manager)));
  const auto unit = rig.listed("/directory/administrativeUnits").front();
  (void)rig.write("POST", "/directory/administrativeUnits/" + unit + "/members/$ref",
                  rig.reference(user));
  const auto role = rig.listed("/roleManagement/directory/roleDefinitions").back();
  ASSERT_TRUE(
      rig.write("POST", "/roleManagement/directory/roleAssignments",
                {{"principalId", manager}, {"roleDefinitionId", role}, {"directoryScopeId", "/"}}));
  EXPECT_GE(delta().changed, 2U);
  ASSERT_TRUE(rig.write("DELETE", "/users/" + user + "/manager/$ref"));
  delta();
}

TEST_F(Delta, ReportNamesWhoseMethodsChanged) {
  first();
  const auto user = somebody(7);
  const std::string path = "/users/" + user + "/authentication/emailMethods";
  const auto had = rig.read(path).at("value");
  if (!had.empty())
    ASSERT_TRUE(rig.write("DELETE", path + "/" + had[0].at("id").get<std::string>()));
  else
    ASSERT_TRUE(rig.write("POST", path, {{"emailAddress", "new@mail.example"}}));
  rig.simulator.post("/_control/counters/reset", json::object());
  const auto snapshot = rig.next().value();
  const auto asked = rig.simulator.get("/_control/counters").at("byRoute");
  EXPECT_EQ(asked.value("GET /users/{id}/authentication/methods", 0), 1) << asked.dump();
  EXPECT_EQ(snapshot.changed, 1U);
  check(snapshot);
  EXPECT_EQ(snapshot.sections.at("authMethods").completeness, Completeness::complete);
}

TEST_F(Delta, ReportThatLagsIsCaughtUpWith) {
  first();
  rig.simulator.put("/_control/tenants/aurora/settings", {{"reportLag", 6 * 3600}});
  const auto user = somebody(7);
  ASSERT_TRUE(rig.write("POST", "/users/" + user + "/authentication/temporaryAccessPassMethods",
                        {{"lifetimeInMinutes", 60}}));
  EXPECT_EQ(rig.next().value().changed, 0U) << "the report does not know yet";
  rig.simulator.post("/_control/clock", {{"advance", 7 * 3600}});
  EXPECT_GE(delta().changed, 1U);
}

TEST_F(Delta, LastMethodThatWasRemovedIsNoticed) {
  const auto id = rig.create_user("barely");
  const std::string path = "/users/" + id + "/authentication/emailMethods";
  ASSERT_TRUE(rig.write("POST", path, {{"emailAddress", "b@mail.example"}}));
  first();
  const auto method = rig.read(path).at("value").at(0).at("id").get<std::string>();
  ASSERT_TRUE(rig.write("DELETE", path + "/" + method));
  EXPECT_EQ(delta().changed, 1U);
}

TEST_F(Delta, WithoutHintsTheMethodsSayHowOldTheyAre) {
  first();
  rig.simulator.put("/_control/tenants/aurora/settings", {{"premium", false}});
  const auto changed = somebody(0);
  ASSERT_TRUE(rig.write("PATCH", "/users/" + changed, {{"city", "Brno"}}));
  const auto snapshot = rig.next().value();
  EXPECT_EQ(snapshot.kind, SnapshotKind::delta);
  const auto state = snapshot.sections.at("authMethods");
  EXPECT_EQ(state.completeness, Completeness::partial);
  EXPECT_NE(state.reason.find("those of 119 users are up to 1 day old"), std::string::npos)
      << state.reason;
  rig.simulator.put("/_control/tenants/aurora/settings", {{"premium", true}});
  EXPECT_EQ(delta().sections.at("authMethods").completeness, Completeness::complete)
      << "the hints of all the time since the full backup";
}

TEST_F(Delta, TakesSponsorsOwnersAndRolesOfApplications) {
  first();
  const auto user = somebody(2), other = somebody(3);
  control("/users/" + user + "/extras", {{"sponsors", {other}}});
  control("/owners", {{"object", a_group()}, {"owners", {user, other}}});
  const auto application = rig.listed("/servicePrincipals").front();
  ASSERT_TRUE(rig.write("POST", "/users/" + user + "/appRoleAssignments",
                        {{"principalId", user},
                         {"resourceId", application},
                         {"appRoleId", "00000000-0000-0000-0000-000000000000"}}));
  const auto snapshot = delta();
  for (const Section section : {Section::sponsors, Section::owned_objects, Section::app_roles}) {
    EXPECT_NE(section_of(snapshot, user, section), "none");
    EXPECT_EQ(snapshot.sections.at(std::string(api::name(section))).completeness,
              Completeness::complete);
  }
  control("/users/" + user + "/extras", {{"sponsors", json::array()}});
  EXPECT_EQ(section_of(delta(), user, Section::sponsors), "[]");
}

TEST_F(Delta, TakesValuesOfDirectoryExtensions) {
  first();
  control("/users/" + somebody(1) + "/extras", {{"extensions", {{"costCode", "CC-9"}}}});
  const auto snapshot = delta();
  EXPECT_NE(section_of(snapshot, somebody(1), Section::object).find("CC-9"), std::string::npos);
}

TEST_F(Delta, TakesLicences) {
  first();
  const auto user = somebody(4);
  const auto sku = rig.read("/subscribedSkus").at("value").at(0).at("skuId");
  control("/users/" + user + "/patch",
          {{"licenseAssignmentStates",
            {{{"skuId", sku}, {"disabledPlans", json::array()}, {"assignedByGroup", nullptr}}}}});
  EXPECT_NE(section_of(delta(), user, Section::licenses).find(sku.get<std::string>()),
            std::string::npos);
}

TEST_F(Delta, DeletedUserTellsWhoDeletedIt) {
  first();
  const auto user = somebody(1);
  ASSERT_TRUE(rig.write("DELETE", "/users/" + user));
  const auto snapshot = delta();
  EXPECT_EQ(snapshot.sections.at("deletion").completeness, Completeness::complete);
  const auto deletion = base::read_json(section_of(snapshot, user, Section::deletion));
  EXPECT_EQ(deletion.at("hard"), false);
  EXPECT_FALSE(deletion.at("deletedBy").is_null());
  rig.purge_user(user);
  EXPECT_EQ(base::read_json(section_of(delta(), user, Section::deletion)).at("hard"), true);
}

// One request for each user is too much for every night.
TEST_F(Delta, PhotosAreReadOfWhoeverCameAndSayHowOldTheOthersAre) {
  rig.grant({"ProfilePhoto.Read.All"});
  first();
  const auto changed = somebody(0), back = somebody(1);
  ASSERT_TRUE(rig.write("DELETE", "/users/" + back));
  ASSERT_TRUE(rig.next());
  control("/users/" + changed + "/extras", {{"photo", "a new one"}});
  ASSERT_TRUE(rig.write("POST", "/directory/deletedItems/" + back + "/restore"));
  control("/users/" + back + "/extras", {{"photo", "and another"}});
  const auto snapshot = rig.next().value();
  ASSERT_EQ(snapshot.kind, SnapshotKind::delta);
  EXPECT_EQ(size_of_photo(snapshot, back), sizeof "and another" - 1);
  EXPECT_NE(size_of_photo(snapshot, changed), sizeof "a new one" - 1);
  const auto& state = snapshot.sections.at("photo");
  EXPECT_EQ(state.completeness, Completeness::partial);
  EXPECT_NE(state.reason.find("those of 119 users are up to 1 day old"), std::string::npos)
      << state.reason;
  const auto full = rig.backup().value();
  EXPECT_EQ(full.sections.at("photo").completeness, Completeness::complete);
  EXPECT_EQ(size_of_photo(full, changed), sizeof "a new one" - 1);
  EXPECT_EQ(full.digest, rig.full_beside().digest);
}

// Where the applications may not be listed, each user would have to be asked.
TEST_F(Delta, RolesOfApplicationsThatAreReadUserByUserSayHowOldTheyAre) {
  rig.simulator.fault(
      {{"match", {{"path", "/servicePrincipals"}}},
       {"action", "status"},
       {"status", 403},
       {"body",
        {{"error",
          {{"code", "Authorization_RequestDenied"}, {"message", "Insufficient privileges"}}}}}});
  first();
  const auto user = rig.create_user("neu");
  rig.simulator.post("/_control/counters/reset", json::object());
  const auto snapshot = rig.next().value();
  ASSERT_EQ(snapshot.kind, SnapshotKind::delta);
  const auto asked = rig.simulator.get("/_control/counters").at("byRoute");
  EXPECT_EQ(asked.at("GET /users/{id}/appRoleAssignments"), 1) << asked.dump();
  check(snapshot);
  EXPECT_EQ(snapshot.sections.at("appRoles").completeness, Completeness::partial);
  EXPECT_NE(snapshot.sections.at("appRoles").reason.find("those of 120 users are up to 1 day old"),
            std::string::npos)
      << snapshot.sections.at("appRoles").reason;
  EXPECT_EQ(snapshot.sections.at("ownedObjects").completeness, Completeness::partial);
}

TEST_F(Delta, LostLinkMakesItFull) {
  for (const char* answer : {"gone", "goneWithoutLocation", "syncStateNotFound"}) {
    rig.next().value();
    rig.simulator.post("/_control/tenants/aurora/delta/forget", {{"answer", answer}});
    becomes_full("the changes of users since then cannot be read");
  }
}

TEST_F(Delta, AnotherSelectionMakesItFull) {
  first();
  ASSERT_TRUE(store::remember_unknown_properties(rig.store->own_state(), kTenant, "groups",
                                                 {{"uniqueName"}, rig.clock.wall()}));
  const auto snapshot = rig.next().value();
  EXPECT_EQ(snapshot.kind, SnapshotKind::full);
  EXPECT_NE(rig.words.find("other properties are asked for than before"), std::string::npos);
}

TEST_F(Delta, OtherPermissionsMakeItFull) {
  first();
  rig.revoke({"Member.Read.Hidden"});
  rig.simulator.post("/_control/tenants/aurora/apps/backup/revoke", json::object());
  const auto unseen = rig.next();  // with the token that was refused, and then with a new one
  ASSERT_TRUE(unseen) << unseen.error().message;
  const auto seen = rig.next();
  ASSERT_TRUE(seen);
  EXPECT_TRUE(unseen->kind == SnapshotKind::full || seen->kind == SnapshotKind::full);
}

TEST_F(Delta, CountThatDisagreesMakesItFullInTheSameJob) {
  first();
  rig.simulator.fault({{"match", {{"method", "GET"}, {"path", "/users/$count"}, {"count", 1}}},
                       {"action", "status"},
                       {"status", 200},
                       {"body", 999}});
  becomes_full("with all changes there would be 120 users but graph counts 999");
}

TEST_F(Delta, AskedForByNameItIsFull) {
  first();
  ASSERT_TRUE(rig.backup());
  EXPECT_EQ(rig.words, "a full backup, because it was asked for");
}

// The machine's clock, a few days on.
class LaterClock final : public base::Clock {
 public:
  LaterClock(base::Clock& clock, std::chrono::hours ahead) : clock_(clock), ahead_(ahead) {}
  base::WallTime wall() const override { return clock_.wall() + ahead_; }
  base::SteadyTime steady() const override { return clock_.steady(); }
  bool wait_until(base::SteadyTime deadline, std::stop_token stop) override {
    return clock_.wait_until(deadline, std::move(stop));
  }
  void wait_on(std::condition_variable_any& changed, std::unique_lock<std::mutex>& lock,
               base::SteadyTime deadline, std::stop_token stop) override {
    clock_.wait_on(changed, lock, deadline, std::move(stop));
  }

 private:
  base::Clock& clock_;
  std::chrono::hours ahead_;
};

TEST_F(Delta, AfterAWeekItIsFull) {
  first();
  const auto kind_after = [&](int days) {
    LaterClock clock(rig.clock, std::chrono::hours(24 * days));
    auto made = run({*rig.store, rig.session(), clock, rig.new_job()}, {});
    if (!made) throw std::runtime_error(made.error().message);
    rig.words = made->words;
    return made->snapshot.kind;
  };
  EXPECT_EQ(kind_after(3), SnapshotKind::delta);
  EXPECT_EQ(kind_after(6), SnapshotKind::delta) << "a delta is no reason to wait longer";
  EXPECT_EQ(kind_after(7), SnapshotKind::full);
  EXPECT_EQ(rig.words, "a full backup, because the last full one is a week old");
  EXPECT_EQ(kind_after(8), SnapshotKind::delta);
}

TEST_F(Delta, ReplayedAndEmptyPagesChangeNothing) {
  first();
  for (std::size_t i = 0; i < 60; ++i)
    (void)rig.write("PATCH", "/users/" + users()[i], {{"city", "City " + std::to_string(i)}});
  rig.simulator.post(
      "/_control/faults",
      {{"seed", 5},
       {"faults",
        {{{"match", {{"path", "/users/delta"}, {"probability", 0.5}}}, {"action", "replay"}},
         {{"match", {{"path", "/users/delta"}, {"probability", 0.3}}}, {"action", "emptyPage"}}}}});
  const auto snapshot = rig.next().value();
  rig.simulator.remove("/_control/faults");
  EXPECT_EQ(snapshot.kind, SnapshotKind::delta);
  check(snapshot);
  EXPECT_EQ(delta().changed, 0U);
}

}  // namespace
}  // namespace entrad::backup
