// Questions about the past, from a real server over a real socket.
#include <gtest/gtest.h>

#include "api/history.h"
#include "api/keeping.h"
#include "rig.h"

namespace entrad::control {
namespace {

using nlohmann::json;

class Past : public testing::Test {
 protected:
  Past() {
    rig_.add_snapshot("Adele Vance");
    rig_.add_snapshot("Adele Smith");
  }

  json get(const std::string& target) {
    const auto answer = rig_.ask("GET", "/v1/tenants/aurora" + target);
    EXPECT_EQ(answer.status, 200) << target << ": " << answer.body;
    return answer.json();
  }
  int status(const std::string& target) {
    return rig_.ask("GET", "/v1/tenants/aurora" + target).status;
  }

  Rig rig_;
};

TEST_F(Past, AUsersDifferenceIsWithTheSnapshotBeforeUnlessOneIsNamed) {
  const auto found = get("/users/" + kUserId + "/diff").get<api::UserDifference>();
  EXPECT_EQ(found.from.snapshot, base::SnapshotNumber{1});
  EXPECT_EQ(found.to.snapshot, base::SnapshotNumber{2});
  ASSERT_EQ(found.values.size(), 1U);
  EXPECT_EQ(found.values[0].to, "Adele Smith");
  EXPECT_EQ(get("/users/adele%2Bv%40aurora.example/diff?from=2&to=2").at("change"), "unchanged");
  EXPECT_EQ(status("/users/" + kUserId + "/diff?to=1"), 404);
  EXPECT_EQ(status("/users/" + kUserId + "/diff?from=9"), 404);
  EXPECT_EQ(status("/users/" + kUserId + "/diff?to=live"), 400);
}

TEST_F(Past, TheLiveStateNeedsGraph) {
  const auto answer = rig_.ask("GET", "/v1/tenants/aurora/users/" + kUserId + "/diff/live");
  EXPECT_GE(answer.status, 400) << answer.body;
  EXPECT_NE(answer.json().at("error").at("message"), "");
}

TEST_F(Past, VersionsComeWithTheirContents) {
  const json versions = get("/users/" + kUserId + "/versions?contents=true").at("versions");
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].at("contents").at("object").at("displayName"), "Adele Vance");
  EXPECT_EQ(get("/users/" + kUserId + "/versions").at("versions").at(0).contains("contents"),
            false);
}

TEST_F(Past, AnAttributesHistory) {
  const json changes = get("/users/" + kUserId + "/history?attribute=displayname").at("changes");
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[1].at("value").at("from"), "Adele Vance");
  EXPECT_EQ(status("/users/" + kUserId + "/history"), 400);
  EXPECT_EQ(status("/users/" + kUserId + "/history?attribute=shoeSize"), 404);
}

TEST_F(Past, SnapshotsAreCompared) {
  const auto found = get("/diff?from=1&details=true").get<api::SnapshotDifference>();
  EXPECT_EQ(found.counts.at("user").changed, 1U);
  ASSERT_EQ(found.objects.size(), 1U);
  EXPECT_EQ(found.objects[0].values.at(0).attribute, "displayName");
  EXPECT_EQ(status("/diff?to=live"), 400);
  EXPECT_EQ(status("/diff?change=moved"), 400);
  EXPECT_EQ(status("/diff?kind=robot"), 400);
  EXPECT_EQ(status("/diff?cursor=nonsense"), 400);
}

TEST_F(Past, ListsOfNothingAreEmptyAndUnknownGroupsAreNotFound) {
  EXPECT_EQ(get("/groups?counts=true").at("total"), 0);
  EXPECT_EQ(get("/roles").at("holders"), json::array());
  EXPECT_EQ(get("/roles/history").at("events"), json::array());
  EXPECT_EQ(get("/users/" + kUserId + "/log").at("rows"), json::array());
  EXPECT_EQ(status("/groups/nobody/members"), 404);
  EXPECT_EQ(status("/groups/nobody/history"), 404);
}

TEST_F(Past, ACheckIsAJob) {
  const auto answer =
      rig_.ask("POST", "/v1/jobs", R"({"kind":"check","tenant":"aurora","at":"1"})");
  ASSERT_EQ(answer.status, 202) << answer.body;
  EXPECT_EQ(answer.json().at("kind"), "check");
  EXPECT_EQ(answer.json().at("snapshot"), 1);
  EXPECT_EQ(rig_.ask("POST", "/v1/jobs", R"({"kind":"check","tenant":"aurora","at":"9"})").status,
            404);
}

TEST_F(Past, TheStoreTellsWhatItTakes) {
  const auto store = rig_.ask("GET", "/v1/store").json().get<api::StoreStatistics>();
  EXPECT_EQ(store.snapshots.at("aurora"), 2U);
  EXPECT_GT(store.file_bytes, 0U);
  EXPECT_FALSE(store.tables.empty());
}

}  // namespace
}  // namespace entrad::control
