// Waiting for jobs: broken streams, daemons that stay away, states that nobody knows, holds.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "session.h"

namespace entrad::ctl {
namespace {

using fakes::Canned;
using fakes::CannedDaemon;

long streams_of(const CannedDaemon& daemon) {
  const auto requests = daemon.requests();
  return std::count(requests.begin(), requests.end(), "GET /v1/events");
}

TEST(Follow, GoesOnAfterABrokenStream) {
  Canned world;
  world.broken_streams = 2;
  const CannedDaemon daemon(world);
  const Printed printed = run_against(daemon, {"backup"});
  EXPECT_EQ(printed.exit, 0) << printed.err;
  EXPECT_EQ(streams_of(daemon), 3);
  EXPECT_NE(printed.err.find("the connection to the daemon is lost"), std::string::npos);
}

TEST(Follow, GoesOnWhenTheDaemonRestartsRightAfterItTookTheJob) {
  Canned world;
  world.silent_streams = 1;
  const CannedDaemon daemon(world);
  const Printed printed = run_against(daemon, {"backup"});
  EXPECT_EQ(printed.exit, 0) << printed.err;
  EXPECT_EQ(streams_of(daemon), 2);
}

TEST(Follow, GivesUpOnADaemonThatStaysAwayAndSaysThatTheJobIsKept) {
  Canned world;
  world.broken_streams = 1;
  world.leaves = true;
  const CannedDaemon daemon(world);
  // Each look at the clock is 5 s later than the one before.
  base::WallTime time = test_time();
  const Now now = [&time] { return time += std::chrono::seconds(5); };
  const Printed printed = run_against(daemon, {"backup"}, "", now);
  EXPECT_EQ(printed.exit, 6);
  EXPECT_NE(printed.err.find("the job is kept"), std::string::npos) << printed.err;
  EXPECT_NE(printed.err.find("`entractl jobs watch 12`"), std::string::npos) << printed.err;
}

TEST(Follow, DoesNotWaitForAJobThatNeverWas) {
  const CannedDaemon daemon;
  EXPECT_EQ(run_against(daemon, {"jobs", "watch", "12"}).exit, 4);
  EXPECT_EQ(streams_of(daemon), 1);
}

TEST(Follow, AStateThatNobodyKnowsIsNotTheEnd) {
  Canned world;
  world.odd_state = "hibernating";
  const CannedDaemon daemon(world);
  const Printed printed = run_against(daemon, {"backup"});
  EXPECT_EQ(printed.exit, 0) << printed.err;
  EXPECT_NE(printed.err.find("hibernating"), std::string::npos) << printed.err;
}

TEST(Follow, AJobHeldForAPersonEndsTheWaitWithItsReason) {
  Canned world;
  world.held_for = "the app registration lacks User.Read.All";
  const CannedDaemon daemon(world);
  const Printed backup = run_against(daemon, {"backup"});
  EXPECT_EQ(backup.exit, 7);
  EXPECT_NE(backup.out.find("lacks User.Read.All"), std::string::npos) << backup.out;
  const Printed restore = run_against(daemon, {"restore", "--all", "--with-object", "--yes"});
  EXPECT_EQ(restore.exit, 7);
  EXPECT_NE(restore.out.find("lacks User.Read.All"), std::string::npos) << restore.out;
}

TEST(Follow, AnEventFromBeforeTheApprovalDoesNotEndTheWait) {
  Canned world;
  world.approved_shows_held = true;
  const CannedDaemon daemon(world);
  const Printed printed = run_against(daemon, {"restore", "--all", "--with-object", "--yes"});
  EXPECT_EQ(printed.exit, 0) << printed.out << printed.err;
}

TEST(Follow, TellsEachPhaseOnceWhereNobodySits) {
  const CannedDaemon daemon;
  const Printed printed = run_against(daemon, {"backup"});
  EXPECT_EQ(printed.err,
            "2026-11-23T18:05:09Z job 12 queued\n"
            "2026-11-23T18:05:09Z job 12 users  600 / 1,250\n");
}

TEST(Connection, NobodyThereIsExit6WithTheNextStep) {
  const Printed printed = run_with({"status", "--socket", "/tmp/entrad-nobody-here.sock"});
  EXPECT_EQ(printed.exit, 6);
  EXPECT_NE(printed.err.find("systemctl status entrad"), std::string::npos) << printed.err;
}

TEST(Connection, ASocketPathThatCannotBeIsExit6) {
  EXPECT_EQ(run_with({"status", "--socket", "/" + std::string(200, 'x')}).exit, 6);
}

// A listening socket that another user may not reach.
class ClosedDoor {
 public:
  ClosedDoor() {
    std::string pattern = "/tmp/entrad-closed-XXXXXX";
    directory_ = mkdtemp(pattern.data());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket().copy(address.sun_path, sizeof address.sun_path - 1);
    bound_ = bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
             listen(listener_, 1) == 0 && chmod(socket().c_str(), 0) == 0;
  }
  ~ClosedDoor() {
    close(listener_);
    std::filesystem::remove_all(directory_);
  }
  bool bound() const { return bound_; }
  std::string socket() const { return directory_ + "/entrad.sock"; }

 private:
  std::string directory_;
  int listener_ = -1;
  bool bound_ = false;
};

TEST(Connection, ASocketThatMayNotBeOpenedIsExit5AndNamesGroupAndCommand) {
  const ClosedDoor door;
  ASSERT_TRUE(door.bound());
  // Root may open everything; a child of ours may not.
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(99);
    const Printed printed = run_with({"status", "--socket", door.socket()});
    const bool told = printed.err.find("usermod -aG entrad") != std::string::npos &&
                      printed.err.find("group entrad") != std::string::npos;
    _exit(told ? printed.exit : 98);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 5);
}

}  // namespace
}  // namespace entrad::ctl
