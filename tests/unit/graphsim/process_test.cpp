#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdio>
#include <fstream>

#include "simulator_process.h"

namespace graphsim_test {
namespace {

class Process : public SimulatorTest {
 protected:
  std::string file(const std::string& name) {
    return testing::TempDir() + "/graphsim-" + std::to_string(getpid()) + "-" + name;
  }
};

TEST_F(Process, WritesTheReadyFileAndEndsCleanlyOnSigterm) {
  const std::string ready = file("ready.json");
  start("aurora:users=20", {"--https", "0", "--ready-file", ready, "--ca-out", file("ca.pem")});
  EXPECT_EQ(Json::parse(std::ifstream(ready)), process_->ready());
  EXPECT_TRUE(process_->ready()["https"].get<std::string>().starts_with("https://127.0.0.1:"));
  std::string first;
  std::getline(std::ifstream(file("ca.pem")), first);
  EXPECT_EQ(first, "-----BEGIN CERTIFICATE-----");
  EXPECT_EQ(process_->stop(), 0);
  std::remove(ready.c_str());
  std::remove(file("ca.pem").c_str());
}

TEST_F(Process, LogsExchangesWithoutTokensOrPasswords) {
  const std::string log = file("log.jsonl");
  start("aurora:users=20,lag=0", {"--log", log});
  create("nova");
  const std::string secret = app("restore")["secret"];
  EXPECT_EQ(process_->stop(), 0);
  std::ifstream in(log);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(text.find(token_), std::string::npos);
  EXPECT_EQ(text.find(secret), std::string::npos);
  EXPECT_EQ(text.find("only-for-tests-1"), std::string::npos);
  const Json line = Json::parse(text.substr(0, text.find('\n')));
  EXPECT_EQ(line["method"], "POST");
  EXPECT_EQ(line["status"], 201);
  EXPECT_EQ(line["requestHeaders"]["Authorization"], "Bearer redacted");
  EXPECT_TRUE(line["timeMs"].is_number_integer());
  std::remove(log.c_str());
}

TEST_F(Process, RefusesAnUnknownOption) {
  SimulatorProcess wrong({"--colour", "blue"});
  EXPECT_EQ(wrong.stop(), 2);
}

TEST_F(Process, SimulatesSeveralTenantsApart) {
  start("aurora:users=20", {"--tenant", "borealis:users=30"});
  const Json tenants = control("GET", "/tenants")["tenants"];
  ASSERT_EQ(tenants.size(), 2U);
  EXPECT_NE(tenants[0]["tenantId"], tenants[1]["tenantId"]);
  EXPECT_EQ(tenants[1]["users"], 30);
  EXPECT_EQ(get("/users/$count", {{"ConsistencyLevel", "eventual"}}).text, "20");
}

bool can_connect(const std::string& address) {
  namespace asio = boost::asio;
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  const auto port = static_cast<unsigned short>(std::stoi(address.substr(address.rfind(':') + 1)));
  boost::system::error_code error;
  socket.connect({asio::ip::address_v4::loopback(), port}, error);
  return !error;
}

TEST_F(Process, TakesTheHttpsPortOffTheNetworkAndBack) {
  start("aurora:users=20", {"--https", "0"});
  const std::string https = process_->ready()["https"];
  EXPECT_TRUE(can_connect(https));
  control("PUT", "/network", {{"https", false}});
  control("PUT", "/network", {{"https", false}});
  EXPECT_FALSE(can_connect(https));
  control("PUT", "/network", {{"https", true}});
  EXPECT_TRUE(can_connect(https));
}

TEST_F(Process, TakesAnAppMoreWithTheSamePermissions) {
  start("aurora:users=20");
  for (const char* app : {"restore", "backup"})
    control("POST", "/tenants/aurora/apps",
            {{"name", std::string(app) + "-2"}, {"like", std::string(app)}});
  EXPECT_EQ(app("restore")["roles"], app("restore-2")["roles"]);
  EXPECT_EQ(app("restore")["directoryRoles"], app("restore-2")["directoryRoles"]);
  EXPECT_NE(app("restore")["clientId"], app("restore-2")["clientId"]);
  as("backup-2");
  EXPECT_EQ(get("/organization").status, 200U);
}

TEST_F(Process, RevokesTheTokensOfOneApp) {
  start("aurora:users=20");
  const std::string restore = token_;
  as("backup");
  control("POST", "/tenants/aurora/apps/restore/revoke");
  EXPECT_EQ(get("/organization").status, 200U);
  token_ = restore;
  EXPECT_EQ(get("/organization").status, 401U);
  as("restore");
  EXPECT_EQ(get("/organization").status, 200U);
  EXPECT_EQ(control("GET", "/counters")["tokensByStatus"]["200"], 3);
}

TEST_F(Process, CountsRequestsByRoute) {
  start();
  control("POST", "/counters/reset");
  get("/organization");
  get("/users/" + std::string("nobody@aurora.example"));
  const Json counters = control("GET", "/counters");
  EXPECT_EQ(counters["requests"], 2);
  EXPECT_EQ(counters["byStatus"]["404"], 1);
  EXPECT_EQ(counters["byRoute"]["GET /users/{id}"], 1);
}

}  // namespace
}  // namespace graphsim_test
