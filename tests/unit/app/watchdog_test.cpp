#include "app/watchdog.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <future>

#include "fakes/temporary_directory.h"

namespace entrad::app {
namespace {

// systemd's end of what a service tells.
class WatchdogTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = directory_.path() / "notify";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof(address.sun_path) - 1);
    ear_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(bind(ear_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    close(ear_);
  }

  bool hears_within(std::chrono::milliseconds time) const {
    pollfd waiting{ear_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(time.count())) != 1) return false;
    char text[64];
    return recv(ear_, static_cast<char*>(text), sizeof(text), 0) > 0;
  }

  fakes::TemporaryDirectory directory_;
  int ear_ = -1;
};

TEST_F(WatchdogTest, TellsAgainAndAgainThatAllIsWell) {
  setenv("WATCHDOG_USEC", "30000", 1);
  Watchdog watchdog([] {});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(hears_within(std::chrono::seconds(20)));
}

TEST_F(WatchdogTest, IsSilentWhileSomethingHangs) {
  setenv("WATCHDOG_USEC", "30000", 1);
  std::promise<void> hanging;
  Watchdog watchdog([wait = hanging.get_future().share()] { wait.wait(); });
  EXPECT_FALSE(hears_within(std::chrono::milliseconds(200)));
  hanging.set_value();
  EXPECT_TRUE(hears_within(std::chrono::seconds(20)));
}

TEST_F(WatchdogTest, DoesNothingInAUnitWithoutOne) {
  Watchdog watchdog([] { FAIL() << "nobody asked"; });
  EXPECT_FALSE(hears_within(std::chrono::milliseconds(100)));
}

}  // namespace
}  // namespace entrad::app
