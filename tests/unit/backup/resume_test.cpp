// Interrupted backups: they go on where they were, with the same job, and are right.
#include <atomic>

#include "delta_rig.h"

namespace entrad::backup {
namespace {

using api::SnapshotKind;
using nlohmann::json;

class Resume : public testing::TestWithParam<bool> {
 protected:
  // Stops it at the journal's `nth` news of it; nullopt: it was over before.
  base::Result<Made> stopped_at(std::uint64_t nth, bool full) {
    std::stop_source stop;
    std::atomic<std::uint64_t> seen{0};
    watch_ = [&] {
      if (++seen == nth) stop.request_stop();
    };
    auto made = run({*rig.store, rig.session(), rig.clock, rig.job, full}, stop.get_token());
    watch_ = nullptr;
    return made;
  }
  std::uint64_t asked(const std::string& route) {
    return rig.simulator.get("/_control/counters").at("byRoute").value("GET " + route, 0U);
  }
  void SetUp() override {
    rig.store->journal().on_event([this](base::EventNumber) {
      if (watch_) watch_();
    });
  }

  DeltaRig rig{{.tenant = "aurora:users=2300,seed=7,groups=20,lag=0"}};
  std::function<void()> watch_;
};

TEST_P(Resume, GoesOnAfterEachStop) {
  const bool full = GetParam();
  ASSERT_TRUE(rig.next());
  for (int i = 0; i < 40; ++i) (void)rig.create_user("made" + std::to_string(i));
  const auto someone = rig.listed("/users?$top=3&$select=id");
  ASSERT_TRUE(rig.write("PATCH", "/users/" + someone[1], {{"city", "Brno"}}));
  const auto group = rig.create_group("news", {someone[0], someone[1], someone[2]});
  rig.job = rig.new_job();
  int stops = 0;
  for (std::uint64_t nth = 2;; ++nth) {
    auto made = stopped_at(nth, full);
    if (made) {
      EXPECT_EQ(made->snapshot.kind, full ? SnapshotKind::full : SnapshotKind::delta);
      const auto beside = rig.full_beside();
      EXPECT_EQ(rig.difference(made->snapshot, beside), "");
      EXPECT_EQ(made->snapshot.digest, beside.digest);
      EXPECT_EQ(made->snapshot.sections.at("object").completeness, api::Completeness::complete);
      break;
    }
    ASSERT_EQ(made.error().kind, base::ErrorKind::cancelled) << made.error().message;
    EXPECT_EQ(rig.store->snapshots().list(kTenant).size(), 1U) << "half a snapshot is visible";
    ASSERT_LT(++stops, 60);
  }
  EXPECT_GE(stops, 4);
  rig.job = rig.new_job();
  EXPECT_EQ(rig.next().value().kind, SnapshotKind::delta);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Resume, testing::Values(true, false),
                         [](const auto& row) { return row.param ? "Full" : "Delta"; });

class ResumeFull : public Resume {};

TEST_F(ResumeFull, AsksForNothingTwice) {
  rig.job = rig.new_job();
  // Every user's methods are asked for once, however often the backup stops.
  int stops = 0;
  while (true) {
    auto made = stopped_at(6 + static_cast<std::uint64_t>(stops), true);  // on a slow machine too
    if (made) break;
    ASSERT_EQ(made.error().kind, base::ErrorKind::cancelled);
    ASSERT_LT(++stops, 60);
  }
  EXPECT_GE(stops, 1);
  EXPECT_LE(asked("/users/{id}/authentication/methods"), 2300U + 60 * 25)
      << "at most the batch that was under way is asked for again";
  EXPECT_LE(asked("/users"), 3 * 3U + 4)
      << "three pages of users, three with their managers, three with their sponsors";
}

}  // namespace
}  // namespace entrad::backup
