// The audit log and what it says of deletions.
#include "backup/browse.h"
#include "directory/audit_rows.h"
#include "rig.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

class Audit : public testing::Test {
 protected:
  void patch(const Guid& user, const std::string& title) {
    rig.simulator.post("/_control/tenants/" + kTenant + "/users/" + user.str() + "/patch",
                       {{"jobTitle", title}});
  }
  void remove(const Guid& user, const std::string& how) {
    rig.simulator.post("/_control/tenants/" + kTenant + "/users/" + how,
                       {{"ids", json::array({user.str()})}});
  }
  json rows(const api::Snapshot& snapshot, const Guid& user) {
    const auto content = rig.content(snapshot, ObjectKind::user, user, Section::audit);
    return content ? base::read_json(*content) : json();
  }
  api::UserDetail detail(const api::Snapshot& snapshot, const Guid& user) {
    return user_detail(rig.store->snapshots(), kTenant, snapshot, user).value();
  }

  Rig rig;
};

TEST_F(Audit, EachSnapshotHoldsTheRowsThatWereNewOnce) {
  const auto first = rig.backup().value();
  const Guid user = rig.ids(first, ObjectKind::user).front();
  EXPECT_TRUE(rows(first, user).is_null());
  patch(user, "a");
  patch(user, "b");
  const auto second = rig.backup().value();
  ASSERT_EQ(rows(second, user).size(), 2U);
  EXPECT_EQ(rows(second, user)[0]["activityDisplayName"], "Update user");
  EXPECT_LT(rows(second, user)[0]["activityDateTime"], rows(second, user)[1]["activityDateTime"]);
  const auto third = rig.backup().value();
  EXPECT_EQ(third.changed, 0U) << "what comes again in the hour of overlap is no news";
  EXPECT_EQ(rows(third, user).size(), 2U) << "nothing was new: as it was";
  patch(user, "c");
  const auto fourth = rig.backup().value();
  ASSERT_EQ(rows(fourth, user).size(), 1U);
  EXPECT_NE(rows(fourth, user)[0]["id"], rows(second, user)[1]["id"]);
}

TEST_F(Audit, RowsOfABackupThatWasNeverSealedAreNotLost) {
  const auto first = rig.backup().value();
  const Guid user = rig.ids(first, ObjectKind::user).front();
  patch(user, "a");
  ASSERT_TRUE(rig.backup());
  patch(user, "b");
  // It fails after it has read the log.
  rig.simulator.fault({{"match", {{"path", "/directory/deletedItems/microsoft.graph.user"}}},
                       {"action", "status"},
                       {"status", 400}});
  ASSERT_FALSE(rig.backup());
  rig.simulator.remove("/_control/faults");
  EXPECT_EQ(rows(rig.backup().value(), user).size(), 1U);
}

TEST_F(Audit, RowsOfWhileTheLogCouldNotBeReadAreReadLater) {
  const auto first = rig.backup().value();
  const Guid user = rig.ids(first, ObjectKind::user).front();
  patch(user, "a");
  ASSERT_EQ(rows(rig.backup().value(), user).size(), 1U);
  patch(user, "b");
  rig.simulator.put("/_control/tenants/" + kTenant + "/settings", {{"premium", false}});
  const auto blind = rig.backup().value();
  EXPECT_EQ(blind.sections.at("audit").completeness, Completeness::absent);
  rig.simulator.put("/_control/tenants/" + kTenant + "/settings", {{"premium", true}});
  const auto seeing = rig.backup().value();
  ASSERT_EQ(rows(seeing, user).size(), 1U);
  EXPECT_NE(rows(seeing, user), rows(blind, user)) << "only what was not there yet";
}

TEST_F(Audit, ForgottenPageTokenCostsNoRowAndDoublesNone) {
  const auto first = rig.backup().value();
  const Guid user = rig.ids(first, ObjectKind::user).front();
  for (int i = 0; i < 1500; ++i) patch(user, std::to_string(i));
  rig.simulator.fault(
      {{"match", {{"path", "/auditLogs/directoryAudits"}, {"query", "skiptoken"}, {"count", 1}}},
       {"action", "expiredPage"}});
  const auto second = rig.backup().value();
  EXPECT_EQ(second.sections.at("audit").completeness, Completeness::complete);
  EXPECT_EQ(rows(second, user).size(), 1500U);
}

TEST_F(Audit, DeletedUserTellsWhoDeletedItAndWhen) {
  const auto first = rig.backup().value();
  const auto users = rig.ids(first, ObjectKind::user);
  remove(users[3], "delete");
  const auto second = rig.backup().value();
  EXPECT_EQ(second.sections.at("deletion").completeness, Completeness::complete);
  auto deletion = detail(second, users[3]).deletion;
  ASSERT_TRUE(deletion);
  EXPECT_FALSE(deletion->hard);
  EXPECT_FALSE(deletion->deleted_date_time.empty());
  EXPECT_FALSE(deletion->deleted_by.empty());
  EXPECT_FALSE(deletion->deleted_by_kind.empty());
  EXPECT_FALSE(detail(second, users[4]).deletion);

  remove(users[3], "purge");
  const auto third = rig.backup().value();
  const auto later = detail(third, users[3]).deletion;
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->hard);
  EXPECT_EQ(later->deleted_by, deletion->deleted_by);
  EXPECT_FALSE(detail(second, users[3]).deletion->hard) << "then it was in the bin";
  EXPECT_EQ(rig.backup().value().changed, 0U);
}

TEST_F(Audit, UserWhoIsBackIsNotDeletedAnyMore) {
  const auto first = rig.backup().value();
  const Guid user = rig.ids(first, ObjectKind::user)[3];
  remove(user, "delete");
  const auto second = rig.backup().value();
  ASSERT_TRUE(detail(second, user).deletion);
  const auto restoring = rig.sessions.session(kTenant, graph::Purpose::restore);
  ASSERT_TRUE(restoring);
  graph::Request restore{"POST", "/directory/deletedItems/" + user.str() + "/restore"};
  ASSERT_TRUE((*restoring)->send(restore, {})->done());
  const auto third = rig.backup().value();
  EXPECT_FALSE(detail(third, user).deletion);
  remove(user, "delete");
  EXPECT_TRUE(detail(rig.backup().value(), user).deletion);
}

TEST_F(Audit, RowsAboutAUserWhoIsGoneAreKept) {
  const auto first = rig.backup().value();
  const Guid user = rig.ids(first, ObjectKind::user)[5];
  remove(user, "delete");
  const auto second = rig.backup().value();
  const auto content = rig.store->snapshots().last_content(kTenant, second.number, ObjectKind::user,
                                                           user, Section::audit);
  ASSERT_TRUE(content);
  EXPECT_NE(content->find("Delete user"), std::string::npos);
}

}  // namespace
}  // namespace entrad::backup
