// What a snapshot holds is what the tenant holds, told by the simulator's own dump.
#include "backup/browse.h"
#include "directory/attributes.h"
#include "directory/sections.h"
#include "rig.h"

namespace entrad::backup {
namespace {

using api::ObjectKind;
using api::Section;
using nlohmann::json;

// Rebuilds the dump's form of one user from a snapshot.
class Dumper {
 public:
  Dumper(const Rig& rig, const api::Snapshot& snapshot) : rig_(rig), snapshot_(snapshot) {}

  json user(const base::Guid& id) const {
    json out{{"object", section(id, Section::object)},
             {"memberships", json::array()},
             {"administrativeUnits", json::array()},
             {"roles", json::array()},
             {"manager", manager(id)},
             {"methods", methods(id)}};
    for (const auto& link :
         directory::read_memberships(base::json_text(section(id, Section::memberships)))) {
      const bool group = link.kind == ObjectKind::group;
      out[group ? "memberships" : "administrativeUnits"].push_back(
          object(link.kind, link.id).at(group ? "mailNickname" : "displayName"));
    }
    for (const auto& role : directory::read_roles(base::json_text(section(id, Section::roles))))
      out["roles"].push_back(
          {{"role", role_name(role)}, {"scope", scope(role.directory_scope_id)}});
    for (const char* list : {"memberships", "administrativeUnits", "roles"})
      std::sort(out[list].begin(), out[list].end());
    return out;
  }

 private:
  json section(const base::Guid& id, Section which) const {
    return rig_.json(snapshot_, ObjectKind::user, id, which);
  }
  json object(ObjectKind kind, const base::Guid& id) const {
    return rig_.json(snapshot_, kind, id, Section::object);
  }
  json manager(const base::Guid& id) const {
    const auto manager = directory::read_manager(base::json_text(section(id, Section::manager)));
    return manager ? object(ObjectKind::user, *manager).at("userPrincipalName") : json();
  }
  std::string role_name(const directory::Role& role) const {
    return object(ObjectKind::role_definition, *base::Guid::parse(role.role_definition_id))
        .at("displayName");
  }
  json scope(const std::string& scope) const {
    if (!scope.starts_with("/administrativeUnits/")) return scope;
    return object(ObjectKind::administrative_unit,
                  *base::Guid::parse(scope.substr(scope.rfind('/') + 1)))
        .at("displayName");
  }
  json methods(const base::Guid& id) const {
    std::vector<json> out;
    for (json method : section(id, Section::auth_methods)) {
      if (directory::method_kind(method).restore != directory::MethodRestore::creatable) continue;
      method.erase("id");
      method.erase("createdDateTime");
      out.push_back(method);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  const Rig& rig_;
  const api::Snapshot& snapshot_;
};

void expect_same_object(const json& ours, const json& theirs) {
  int compared = 0;
  for (const auto& attribute : directory::user_attributes()) {
    const std::string name(attribute.name);
    if (!theirs.contains(name) || attribute.restorable == directory::Restorable::no) continue;
    ASSERT_TRUE(ours.contains(name)) << name;
    if (ours[name].is_array()) {
      EXPECT_TRUE(std::is_permutation(ours[name].begin(), ours[name].end(), theirs[name].begin(),
                                      theirs[name].end()))
          << name;
    } else {
      EXPECT_EQ(ours[name], theirs[name]) << name;
    }
    ++compared;
  }
  EXPECT_GT(compared, 25);
}

class Content : public testing::Test {
 protected:
  Rig rig;
};

TEST_F(Content, SnapshotHoldsWhatTheTenantHolds) {
  const auto snapshot = rig.backup().value();
  const json dump = rig.simulator.dump(kTenant);
  const auto users = rig.ids(snapshot, ObjectKind::user);
  ASSERT_EQ(users.size(), dump.at("users").size());
  const Dumper dumper(rig, snapshot);
  std::size_t links = 0;
  for (const auto& id : users) {
    const json ours = dumper.user(id);
    const std::string name = ours.at("object").at("userPrincipalName");
    SCOPED_TRACE(name);
    ASSERT_TRUE(dump["users"].contains(name));
    const json& theirs = dump["users"][name];
    EXPECT_EQ(id.str(), theirs.at("object").at("id"));
    expect_same_object(ours["object"], theirs["object"]);
    for (const char* part : {"memberships", "administrativeUnits", "roles", "manager", "methods"})
      EXPECT_EQ(ours[part], theirs.at(part)) << part;
    links += theirs.at("memberships").size();
  }
  EXPECT_GT(links, users.size());
  EXPECT_EQ(rig.ids(snapshot, ObjectKind::group).size(), dump.at("groups").size());
}

TEST_F(Content, EverySectionThatIsReadIsCompleteAndTheRestSaysItIsNot) {
  const auto snapshot = rig.backup().value();
  for (const char* name : {"object", "memberships", "roles", "authMethods", "manager", "licenses",
                           "sponsors", "ownedObjects", "appRoles", "audit", "deletion"}) {
    EXPECT_EQ(snapshot.sections.at(name).completeness, api::Completeness::complete) << name;
    EXPECT_EQ(snapshot.sections.at(name).reason, "") << name;
  }
  EXPECT_EQ(snapshot.sections.at("photo").completeness, api::Completeness::absent);
  EXPECT_EQ(snapshot.sections.at("restrictedAttributes").completeness, api::Completeness::partial);
  EXPECT_EQ(snapshot.counts.at("user"), 120U);
  EXPECT_TRUE(rig.store->snapshots().check(kTenant, snapshot.number));
}

TEST_F(Content, SecondBackupOfAnUnchangedTenantAddsNoVersion) {
  const auto first = rig.backup().value();
  const auto second = rig.backup().value();
  EXPECT_EQ(second.parent, first.number);
  EXPECT_EQ(second.changed, 0U);
  EXPECT_EQ(second.removed, 0U);
  EXPECT_EQ(second.counts, first.counts);
  EXPECT_EQ(second.digest, first.digest);
}

TEST_F(Content, ChangedUserHasANewVersionOfThatSectionOnly) {
  const auto first = rig.backup().value();
  const auto user = rig.ids(first, ObjectKind::user).front();
  rig.simulator.post("/_control/tenants/" + kTenant + "/users/" + user.str() + "/patch",
                     {{"jobTitle", "Lighthouse keeper"}});
  const auto second = rig.backup().value();
  EXPECT_EQ(second.changed, 1U) << "what the audit log says of it is no change";
  EXPECT_EQ(rig.json(second, ObjectKind::user, user, Section::object)["jobTitle"],
            "Lighthouse keeper");
  EXPECT_NE(rig.json(first, ObjectKind::user, user, Section::object)["jobTitle"],
            "Lighthouse keeper");
  const auto versions = rig.store->snapshots().versions(kTenant, user);
  ASSERT_EQ(versions.size(), 2U);
}

TEST_F(Content, DeletedUserIsGoneButKeepsWhatItLastWas) {
  const auto first = rig.backup().value();
  json ids = json::array();
  std::vector<base::Guid> deleted;
  for (const auto& id : rig.ids(first, ObjectKind::user)) {
    if (deleted.size() == 3) break;
    if (rig.json(first, ObjectKind::user, id, Section::memberships).empty()) continue;
    deleted.push_back(id);
    ids.push_back(id.str());
  }
  rig.simulator.post("/_control/tenants/" + kTenant + "/users/delete", {{"ids", ids}});
  const auto second = rig.backup().value();
  EXPECT_EQ(second.removed, 3U);
  EXPECT_EQ(second.sections.at("object").completeness, api::Completeness::complete);
  const auto& snapshots = rig.store->snapshots();
  for (const auto& id : deleted) {
    EXPECT_FALSE(snapshots.exists(kTenant, second.number, ObjectKind::user, id));
    EXPECT_EQ(
        snapshots.last_content(kTenant, second.number, ObjectKind::user, id, Section::memberships),
        rig.content(first, ObjectKind::user, id, Section::memberships));
    const auto detail = user_detail(snapshots, kTenant, second, id);
    ASSERT_TRUE(detail);
    EXPECT_FALSE(detail->memberships.empty());
    EXPECT_TRUE(detail->unreadable.empty());
  }
}

TEST_F(Content, DetailShowsNamesAsTheyWereThen) {
  const auto snapshot = rig.backup().value();
  bool saw_role = false;
  bool saw_manager = false;
  bool saw_unit = false;
  for (const auto& id : rig.ids(snapshot, ObjectKind::user)) {
    const auto detail = user_detail(rig.store->snapshots(), kTenant, snapshot, id).value();
    EXPECT_EQ(detail.id, id.str());
    EXPECT_EQ(detail.object.at("id"), id.str());
    EXPECT_FALSE(detail.auth_methods.empty()) << "everybody has a password";
    for (const auto& membership : detail.memberships) {
      EXPECT_NE(membership.display_name, membership.id);
      EXPECT_FALSE(membership.type.empty());
      saw_unit = saw_unit || membership.kind == "administrativeUnit";
    }
    for (const auto& role : detail.roles) {
      EXPECT_NE(role.display_name, role.role_definition_id);
      EXPECT_EQ(role.scope_name == "tenant", role.directory_scope_id == "/");
      saw_role = true;
    }
    if (!detail.manager.is_null()) {
      EXPECT_NE(detail.manager.at("displayName"), detail.manager.at("id"));
      saw_manager = true;
    }
  }
  EXPECT_TRUE(saw_role && saw_manager && saw_unit);
}

TEST_F(Content, DetailOfAStrangerIsNotFound) {
  const auto snapshot = rig.backup().value();
  const auto detail = user_detail(rig.store->snapshots(), kTenant, snapshot, base::Guid::random());
  ASSERT_FALSE(detail);
  EXPECT_EQ(detail.error().kind, base::ErrorKind::not_found);
  EXPECT_FALSE(detail.error().hint.empty());
}

}  // namespace
}  // namespace entrad::backup
