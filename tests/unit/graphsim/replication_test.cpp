#include <functional>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

/// Lag of up to 400 seconds that pass when the test says so.
class Lag : public SimulatorTest {
 protected:
  void begin() { start("aurora:users=50,lag=400,seed=3"); }
  void settle() { control("POST", "/clock", {{"advance", 400}}); }
};

/// Whether one of many reads does: a lagging replica answers every other one.
bool sometimes(const std::function<bool()>& seen) {
  for (int i = 0; i < 64; ++i)
    if (seen()) return true;
  return false;
}

TEST_F(Lag, HidesAFreshUserAndRefusesItAsAReferenceForAWhile) {
  begin();
  const std::string plain = group("security")["id"];
  const std::string id = create("nova");
  const Reply read = get("/users/" + id);
  ASSERT_EQ(read.status, 404U);
  EXPECT_EQ(read.code(), "Request_ResourceNotFound");
  EXPECT_EQ(get("/users/nova@aurora.example").status, 404U);
  EXPECT_EQ(graph("PATCH", "/users/" + id, {{"city", "X"}}).status, 404U);
  const Reply refused =
      graph("POST", "/groups/" + plain + "/members/$ref", {{"@odata.id", link(id)}});
  EXPECT_EQ(refused.status, 400U);
  EXPECT_NE(refused.message().find("source resource object or one of the objects being referenced "
                                   "do not exist"),
            std::string::npos);
  settle();
  EXPECT_EQ(get("/users/" + id).status, 200U);
  EXPECT_EQ(graph("POST", "/groups/" + plain + "/members/$ref", {{"@odata.id", link(id)}}).status,
            204U);
}

TEST_F(Lag, ReadsMayShowTheFormerValueAndThenSettle) {
  begin();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  ASSERT_EQ(graph("PATCH", path, {{"jobTitle", "New"}}).status, 204U);
  const auto stale = [&] { return get(path).json["jobTitle"] != "New"; };
  EXPECT_TRUE(sometimes(stale));
  settle();
  EXPECT_FALSE(sometimes(stale));
}

TEST_F(Lag, ShowsAFormerMemberForAWhile) {
  begin();
  const std::string members = "/groups/" + group("security")["id"].get<std::string>() + "/members";
  const std::string id = all(members + "?$select=id").front()["id"];
  ASSERT_EQ(graph("DELETE", members + "/" + id + "/$ref").status, 204U);
  const auto seen = [&] {
    for (const Json& one : all(members + "?$select=id&$top=999"))
      if (one["id"] == id) return true;
    return false;
  };
  EXPECT_TRUE(sometimes(seen));
  settle();
  EXPECT_FALSE(sometimes(seen));
}

TEST_F(Lag, IsOffWhereAskedTo) {
  start("aurora:users=50,lag=0");
  EXPECT_EQ(get("/users/" + create("nova")).status, 200U);
}

}  // namespace
}  // namespace graphsim_test
