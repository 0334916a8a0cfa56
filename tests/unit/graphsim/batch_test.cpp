#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Batch : public SimulatorTest {
 protected:
  static Json item(const std::string& id, const std::string& method, const std::string& url,
                   const Json& body = nullptr, const Json& depends = nullptr) {
    Json out{{"id", id}, {"method", method}, {"url", url}};
    if (!body.is_null()) {
      out["body"] = body;
      out["headers"] = {{"Content-Type", "application/json"}};
    }
    if (!depends.is_null()) out["dependsOn"] = depends;
    return out;
  }
  Reply post(const Json& items) { return graph("POST", "/$batch", {{"requests", items}}); }
  static Json answer(const Reply& reply, const std::string& id) {
    for (const Json& one : reply.json.at("responses"))
      if (one["id"] == id) return one;
    throw std::runtime_error("no answer " + id);
  }
};

TEST_F(Batch, AnswersEveryItemAlone) {
  start();
  const std::string id = plain_user()["id"];
  const Reply reply =
      post({item("a", "GET", "/users/" + id), item("b", "GET", "/users/nobody@aurora.example"),
            item("c", "PATCH", "/users/" + id, {{"city", "Batch"}})});
  ASSERT_EQ(reply.status, 200U);
  EXPECT_EQ(answer(reply, "a")["body"]["id"], id);
  EXPECT_EQ(answer(reply, "b")["status"], 404);
  EXPECT_EQ(answer(reply, "c")["status"], 204);
  EXPECT_FALSE(answer(reply, "c").contains("body"));
}

TEST_F(Batch, RunsChainsInOrderAndSkipsWhatDependsOnAFailure) {
  start();
  const std::string id = plain_user()["id"];
  const std::string path = "/users/" + id;
  const Reply reply =
      post({item("1", "PATCH", path, {{"city", "One"}}),
            item("2", "PATCH", path, {{"usageLocation", "wrong"}}, Json::array({"1"})),
            item("3", "PATCH", path, {{"city", "Three"}}, Json::array({"2"})),
            item("4", "PATCH", path, {{"city", "Four"}}, Json::array({"3"}))});
  EXPECT_EQ(answer(reply, "2")["status"], 400);
  EXPECT_EQ(answer(reply, "3")["status"], 424);
  EXPECT_EQ(answer(reply, "4")["status"], 424);
  EXPECT_EQ(get(path + "?$select=city").json["city"], "One");
}

TEST_F(Batch, RefusesTwentyOneItemsDoubledIdsAndUnknownParents) {
  start();
  Json many = Json::array();
  for (int i = 0; i < 21; ++i) many.push_back(item(std::to_string(i), "GET", "/organization"));
  EXPECT_EQ(post(many).status, 400U);
  EXPECT_EQ(post({item("1", "GET", "/domains"), item("1", "GET", "/organization")}).status, 400U);
  EXPECT_EQ(post(Json::array({item("1", "GET", "/domains", nullptr, Json::array({"9"}))})).status,
            400U);
  many.erase(20);
  EXPECT_EQ(post(many).json["responses"].size(), 20U);
}

TEST_F(Batch, ItemsWithABodyNeedAContentType) {
  start();
  Json bare =
      item("1", "PATCH", "/users/" + plain_user()["id"].get<std::string>(), {{"city", "X"}});
  bare.erase("headers");
  EXPECT_EQ(answer(post(Json::array({bare})), "1")["status"], 400);
}

TEST_F(Batch, DoesNotNest) {
  start();
  const Json inner = item("1", "POST", "/$batch", {{"requests", Json::array()}});
  EXPECT_EQ(answer(post(Json::array({inner})), "1")["status"], 400);
}

TEST_F(Batch, TakesHeadersOfItems) {
  start();
  Json count = item("1", "GET", "/users/$count");
  count["headers"] = {{"ConsistencyLevel", "eventual"}};
  const Json one = answer(post(Json::array({count})), "1");
  EXPECT_EQ(one["status"], 200);
  EXPECT_EQ(one["body"], "200");
}

TEST_F(Batch, NeedsAToken) {
  start();
  token_ = "nonsense";
  EXPECT_EQ(post(Json::array({item("1", "GET", "/domains")})).status, 401U);
}

}  // namespace
}  // namespace graphsim_test
