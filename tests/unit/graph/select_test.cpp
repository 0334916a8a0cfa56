// Properties that a cloud does not know: named by Graph's refusal, or found by halving the list.
#include "graph/select.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "directory/attributes.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using test::Rig;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

void unknown(Rig& rig, const json& properties) {
  rig.sim.put("/_control/tenants/aurora/settings", {{"unknownProperties", properties}});
}

base::Result<UsableSelect> users(Rig& rig, const std::string& select) {
  return usable_select(rig.session(), "/users", select, {});
}

// A refusal that names nothing, for every request that asks for `property`.
json silent_refusal(const std::string& property, int status) {
  return {{"match", {{"method", "GET"}, {"path", "/users"}, {"query", property}}},
          {"action", "status"},
          {"status", status},
          {"body", {{"error", {{"code", "BadRequest"}, {"message", "Something is wrong."}}}}}};
}

TEST(UsableSelect, IsTheWholeListWhereAllIsKnown) {
  Rig rig;
  const auto usable = users(rig, directory::user_select()).value();
  EXPECT_EQ(usable.select, directory::user_select());
  EXPECT_THAT(usable.unknown, IsEmpty());
}

TEST(UsableSelect, LeavesOutWhatARefusalNames) {
  Rig rig;
  unknown(rig, {"user.state", "user.city"});
  const auto usable = users(rig, "id,displayName,city,state,surname").value();
  EXPECT_EQ(usable.select, "id,displayName,surname");
  EXPECT_THAT(usable.unknown, UnorderedElementsAre("city", "state"));
}

class SilentRefusal : public testing::TestWithParam<std::tuple<std::string, int>> {};

TEST_P(SilentRefusal, IsFoundByHalving) {
  const auto& [property, status] = GetParam();
  Rig rig;
  rig.sim.fault(silent_refusal(property, status));
  const auto usable = users(rig, directory::user_select());
  ASSERT_TRUE(usable) << usable.error().message;
  EXPECT_THAT(usable->unknown, ElementsAre(property));
  EXPECT_EQ(usable->select, directory::select_without(directory::user_select(), {property}));
  EXPECT_LE(rig.sim.get("/_control/counters").at("requests").get<int>(), 11)
      << "the list, id alone, six halves of 57, the rest, and the token";
}

INSTANTIATE_TEST_SUITE_P(Rows, SilentRefusal,
                         testing::Combine(testing::Values("accountEnabled", "faxNumber",
                                                          "usageLocation", "userType"),
                                          testing::Values(400, 501)));

TEST(UsableSelect, FindsSeveralThatNobodyNames) {
  Rig rig;
  rig.sim.post(
      "/_control/faults",
      {{"seed", 1},
       {"faults", {silent_refusal("faxNumber", 400), silent_refusal("imAddresses", 400)}}});
  EXPECT_THAT(users(rig, directory::user_select()).value().unknown,
              UnorderedElementsAre("faxNumber", "imAddresses"));
}

TEST(UsableSelect, BlamesNoPropertyWhereIdAloneIsRefusedToo) {
  Rig rig;
  rig.sim.fault(silent_refusal("select", 400));
  const auto usable = users(rig, "id,displayName,city");
  ASSERT_FALSE(usable);
  EXPECT_EQ(usable.error().kind, base::ErrorKind::graph_refused);
}

TEST(UsableSelect, BlamesNoPropertyForAMissingPermission) {
  Rig rig;
  rig.sim.put("/_control/tenants/aurora/apps/restore", {{"roles", {"Group.Read.All"}}});
  const auto usable = users(rig, "id,displayName");
  ASSERT_FALSE(usable);
  EXPECT_EQ(usable.error().kind, base::ErrorKind::permission_denied);
}

TEST(RefusedProperty, IsOneOfTheListInQuotes) {
  base::Error error{base::ErrorKind::graph_refused, "refused", "", nullptr};
  error.details = {{"message", "Could not find a property named 'city' on type 'user'."}};
  EXPECT_EQ(refused_property(error, "id,displayName,city"), "city");
  EXPECT_EQ(refused_property(error, "id,displayName"), "");
  error.kind = base::ErrorKind::permission_denied;
  EXPECT_EQ(refused_property(error, "id,displayName,city"), "");
}

}  // namespace
}  // namespace entrad::graph
