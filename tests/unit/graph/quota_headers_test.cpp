// What answers say about the quota, and who gets it, against the simulator.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/json.h"
#include "fakes/places.h"
#include "fakes/temporary_directory.h"
#include "rig.h"

namespace entrad::graph {
namespace {

using nlohmann::json;
using test::get;
using test::Rig;

constexpr char kPath[] = "/users/3f0c2a44-1111-4222-8333-abcdefabcdef";

std::uint64_t read_units(Rig& rig, const std::string& path) {
  for (const Charge& charge : rig.governor.prices().price("GET", path))
    if (charge.bucket == "directory.read") return charge.units;
  return 0;
}

api::BucketStatus bucket(const Governor& governor, const std::string& name) {
  for (const auto& row : governor.status())
    if (row.bucket == name) return row;
  return {};
}

json answer_with(const std::string& header, const std::string& value, bool in_batch) {
  return {{"match", {{"method", "GET"}, {"path", "/users/{id}"}, {"inBatch", in_batch}}},
          {"action", "status"},
          {"status", 200},
          {"headers", {{header, value}}},
          {"body", {{"id", "3f0c2a44-1111-4222-8333-abcdefabcdef"}}}};
}

TEST(QuotaHeaders, AnAnswerTellsWhatItCost) {
  Rig rig;
  rig.sim.fault(answer_with("x-ms-resource-unit", "7", false));
  EXPECT_EQ(read_units(rig, kPath), 1U);
  ASSERT_TRUE(rig.session().send(get(kPath), {}));
  EXPECT_EQ(read_units(rig, kPath), 7U);
  EXPECT_EQ(bucket(rig.governor, "directory.read").used, 7U);
}

TEST(QuotaHeaders, SoDoesEachItemOfABatch) {
  Rig rig;
  rig.sim.fault(answer_with("x-ms-resource-unit", "7", true));
  ASSERT_TRUE(rig.session().batch({get(kPath), get(kPath), get("/users?$top=2")}, {}));
  EXPECT_EQ(read_units(rig, kPath), 7U);
  EXPECT_EQ(bucket(rig.governor, "directory.read").used, 15U);
}

TEST(QuotaHeaders, ARefusedTokenCostsNothing) {
  Rig rig;
  rig.sim.fault({{"match", {{"method", "POST"}, {"path", "/$batch"}, {"count", 1}}},
                 {"action", "status"},
                 {"status", 401}});
  ASSERT_TRUE(rig.session().batch({get(kPath), get(kPath), get(kPath)}, {}));
  EXPECT_EQ(bucket(rig.governor, "directory.read").used, 3U);
}

TEST(QuotaHeaders, AnItemThatWasRefusedOrNotRunCostsNothing) {
  for (const int status : {429, 424}) {
    SCOPED_TRACE(status);
    Rig rig;
    rig.sim.fault({{"match", {{"method", "GET"}, {"path", "/users/{id}"}, {"count", 2}}},
                   {"action", "status"},
                   {"status", status},
                   {"headers", {{"Retry-After", "1"}}},
                   {"body", {{"error", {{"code", "x"}, {"message", "x"}}}}}});
    const auto ids = rig.users(3);
    const auto before = bucket(rig.governor, "directory.read").used;
    ASSERT_TRUE(rig.session().batch(
        {get("/users/" + ids[0]), get("/users/" + ids[1]), get("/users/" + ids[2])}, {}));
    EXPECT_EQ(bucket(rig.governor, "directory.read").used, before + 3);
  }
}

TEST(QuotaHeaders, WhatOthersUseIsCounted) {
  Rig rig;
  rig.sim.fault(answer_with("x-ms-throttle-limit-percentage", "0.4", false));
  ASSERT_TRUE(rig.session().send(get(kPath), {}));
  const auto row = bucket(rig.governor, "directory.read");
  EXPECT_GT(row.used, row.limit * 38 / 100);
  EXPECT_LT(row.used, row.limit * 42 / 100);
}

// On the wall's own clock, unlike other tests: two seconds are time enough to send on any machine.
class BesideABigJob : public testing::Test {
 protected:
  static constexpr std::uint64_t kLimit = 600;

  static std::filesystem::path quotas_in(const std::filesystem::path& directory) {
    std::ifstream published(fakes::source_folder() / "config/quotas.json");
    json quotas = base::parse_json(std::string(std::istreambuf_iterator<char>(published), {}));
    quotas["buckets"]["directory.write"]["limit"] = kLimit;
    const auto file = directory / "quotas.json";
    std::ofstream(file) << base::json_text(quotas);
    return file;
  }
  static fakes::GraphsimOptions options_with(const std::filesystem::path& quotas) {
    fakes::GraphsimOptions options = test::options("aurora:users=120,seed=7,lag=0", quotas);
    options.time_scale = 1;
    return options;
  }

  fakes::TemporaryDirectory directory_;
  const std::filesystem::path quotas_ = quotas_in(directory_.path());
  base::SystemClock clock_;
  fakes::GraphsimProcess sim_{options_with(quotas_)};
  Governor governor_{Quotas::load(quotas_).value(), clock_};
  Sessions sessions_{{sim_.tenant("aurora")}, governor_, clock_};
};

TEST_F(BesideABigJob, TheFirstWriteOfAnUrgentRestoreGoesOutWithinTwoSecondsOfQuotaTime) {
  Session& session = **sessions_.session("aurora", Purpose::restore);
  const Request patch{"PATCH", kPath, {{"city", "Oslo"}}, false};  // 404 is an answer too
  std::stop_source stop;
  std::jthread big_job([&] {
    const auto ended =
        session.batch(std::vector(kLimit + 100, patch), {stop.get_token(), nullptr, Lane::normal});
    EXPECT_EQ(ended.error().kind, base::ErrorKind::cancelled);
  });
  while (bucket(governor_, "directory.write").waiting["normal"] == 0) std::this_thread::yield();
  for (int i = 0; i < 5; ++i) {
    const auto before = clock_.steady();
    const auto sent = session.send(patch, {{}, nullptr, Lane::break_glass});
    ASSERT_TRUE(sent) << sent.error().message;
    EXPECT_LE(clock_.steady() - before, std::chrono::seconds(2));
  }
  EXPECT_EQ(sim_.get("/_control/counters").at("throttled"), 0);
  stop.request_stop();
}

}  // namespace
}  // namespace entrad::graph
