#include <functional>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

/// Lag of up to 400 simulated seconds at 200 times the speed: at most two real seconds.
class Lag : public SimulatorTest {
 protected:
  void begin() { start("aurora:users=50,lag=400,seed=3", {"--time-scale", "200"}); }
  /// Repeats until `done`; false where it never came.
  bool eventually(const std::function<bool()>& done) {
    for (int i = 0; i < 200000; ++i)
      if (done()) return true;
    return false;
  }
};

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
  EXPECT_TRUE(eventually([&] { return get("/users/" + id).status == 200; }));
  EXPECT_EQ(graph("POST", "/groups/" + plain + "/members/$ref", {{"@odata.id", link(id)}}).status,
            204U);
}

TEST_F(Lag, ReadsMayShowTheFormerValueAndThenSettle) {
  begin();
  const std::string path = "/users/" + plain_user()["id"].get<std::string>();
  ASSERT_EQ(graph("PATCH", path, {{"jobTitle", "New"}}).status, 204U);
  bool stale = false;
  EXPECT_TRUE(eventually([&] {
    stale = stale || get(path).json["jobTitle"] != "New";
    return stale;
  }));
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 40; ++i)
      if (get(path).json["jobTitle"] != "New") return false;
    return true;
  }));
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
  EXPECT_TRUE(eventually(seen));
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 40; ++i)
      if (seen()) return false;
    return true;
  }));
}

TEST_F(Lag, IsOffWhereAskedTo) {
  start("aurora:users=50,lag=0");
  EXPECT_EQ(get("/users/" + create("nova")).status, 200U);
}

}  // namespace
}  // namespace graphsim_test
