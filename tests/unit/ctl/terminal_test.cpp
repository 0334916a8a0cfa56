// The real entractl on a pseudo terminal: questions, the live line, colour, Ctrl-C.
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "fakes/places.h"
#include "session.h"

namespace entrad::ctl {
namespace {

using fakes::Canned;
using fakes::CannedDaemon;

// One entractl with a terminal of its own.
class Terminal {
 public:
  Terminal(const CannedDaemon& daemon, std::vector<std::string> args) {
    args.insert(args.begin(), fakes::binary_folder() / "entractl");
    std::vector<char*> words;
    for (std::string& arg : args) words.push_back(arg.data());
    words.push_back(nullptr);
    const Environment socket("ENTRAD_SOCKET", daemon.socket());
    winsize size{24, 100, 0, 0};
    child_ = forkpty(&descriptor_, nullptr, nullptr, &size);
    if (child_ != 0) return;
    execv(words.front(), words.data());
    _exit(127);
  }
  ~Terminal() {
    if (child_ > 0) kill(child_, SIGKILL);
    close(descriptor_);
  }

  void type(const std::string& keys) {
    ASSERT_EQ(write(descriptor_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }

  // Reads until `text` was printed; false when the program ended, or 20 s passed, before that.
  bool shows(const std::string& text) {
    while (printed_.find(text) == std::string::npos)
      if (!read_more()) return false;
    return true;
  }

  int exit_code() {
    while (read_more()) continue;
    int status = 0;
    waitpid(std::exchange(child_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  const std::string& printed() const { return printed_; }

 private:
  bool read_more() {
    pollfd look{descriptor_, POLLIN, 0};
    if (poll(&look, 1, 20000) <= 0) return false;
    std::array<char, 4096> piece{};
    const ssize_t n = read(descriptor_, piece.data(), piece.size());
    if (n <= 0) return false;
    printed_.append(piece.data(), static_cast<std::size_t>(n));
    return true;
  }

  int descriptor_ = -1;
  pid_t child_ = -1;
  std::string printed_;
};

const std::vector<std::string> kRestore{"restore", "--all", "--with-object"};

TEST(Terminal, AYesRestores) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, kRestore);
  ASSERT_TRUE(terminal.shows("Restore 1,229 users now? [y/N]")) << terminal.printed();
  EXPECT_EQ(daemon.job(12)["state"], "held");
  terminal.type("yes\n");
  EXPECT_EQ(terminal.exit_code(), 0) << terminal.printed();
  EXPECT_EQ(daemon.job(12)["state"], "succeeded");
  EXPECT_NE(terminal.printed().find("Proof: 1,250 of 1,250 users"), std::string::npos);
}

TEST(Terminal, JustEnterIsANoAndCancelsTheJob) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, kRestore);
  ASSERT_TRUE(terminal.shows("[y/N]")) << terminal.printed();
  terminal.type("\n");
  EXPECT_EQ(terminal.exit_code(), 1) << terminal.printed();
  EXPECT_EQ(daemon.job(12)["state"], "cancelled");
}

TEST(Terminal, TheEndOfInputIsANo) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, kRestore);
  ASSERT_TRUE(terminal.shows("[y/N]")) << terminal.printed();
  terminal.type("\x04");
  EXPECT_EQ(terminal.exit_code(), 1) << terminal.printed();
  EXPECT_EQ(daemon.job(12)["state"], "cancelled");
}

TEST(Terminal, ControlCAtTheQuestionLeavesTheJobHeld) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, kRestore);
  ASSERT_TRUE(terminal.shows("[y/N]")) << terminal.printed();
  terminal.type("\x03");
  EXPECT_EQ(terminal.exit_code(), 130) << terminal.printed();
  EXPECT_NE(terminal.printed().find("restore --apply 12"), std::string::npos);
  EXPECT_EQ(daemon.job(12)["state"], "held");
}

TEST(Terminal, ControlCDetachesFromWorkAndSaysHowToSeeAndCancelIt) {
  Canned world;
  world.endless = true;
  const CannedDaemon daemon(world);
  Terminal terminal(daemon, {"backup"});
  ASSERT_TRUE(terminal.shows("600 / 1,250")) << terminal.printed();
  terminal.type("\x03");
  EXPECT_EQ(terminal.exit_code(), 130) << terminal.printed();
  EXPECT_NE(terminal.printed().find("entractl jobs watch 12"), std::string::npos);
  EXPECT_NE(terminal.printed().find("entractl jobs cancel 12"), std::string::npos);
  EXPECT_EQ(daemon.job(12)["state"], "running");
}

TEST(Terminal, YesOnTheCommandLineAsksNothing) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, {"restore", "--all", "--with-object", "--yes"});
  EXPECT_EQ(terminal.exit_code(), 0) << terminal.printed();
  EXPECT_EQ(terminal.printed().find("[y/N]"), std::string::npos);
}

TEST(Terminal, ColourIsUsedAndCanBeTurnedOff) {
  const CannedDaemon daemon;
  Terminal coloured(daemon, {"status"});
  EXPECT_EQ(coloured.exit_code(), 0);
  EXPECT_NE(coloured.printed().find("\x1b[32mready"), std::string::npos) << coloured.printed();
  Terminal plain(daemon, {"status", "--no-color"});
  EXPECT_EQ(plain.exit_code(), 0);
  EXPECT_EQ(plain.printed().find('\x1b'), std::string::npos) << plain.printed();
  const Environment no_colour("NO_COLOR", "1");
  Terminal asked(daemon, {"status"});
  EXPECT_EQ(asked.exit_code(), 0);
  EXPECT_EQ(asked.printed().find('\x1b'), std::string::npos) << asked.printed();
}

TEST(Terminal, ADifferenceIsRedAndGreenAndMarksOnlyTheWordsThatDiffer) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, {"users", "diff", "ada@aurora.example"});
  EXPECT_EQ(terminal.exit_code(), 0) << terminal.printed();
  const std::string& text = terminal.printed();
  EXPECT_NE(text.find("\x1b[31m-\x1b[0m \x1b[31mPaper\x1b[0m"), std::string::npos) << text;
  EXPECT_NE(text.find("\x1b[32m+\x1b[0m \x1b[32mNorth\x1b[0m"), std::string::npos) << text;
  EXPECT_NE(text.find("Runs the \x1b[31mnight\x1b[0m shift"), std::string::npos) << text;
  EXPECT_EQ(text.find("[night]"), std::string::npos) << text;
}

TEST(Terminal, TheCalendarMarksDaysInColour) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, {"snapshots", "calendar", "--month", "2026-11"});
  EXPECT_EQ(terminal.exit_code(), 0) << terminal.printed();
  EXPECT_NE(terminal.printed().find("\x1b[33m  22 F!\x1b[0m"), std::string::npos)
      << terminal.printed();
  EXPECT_NE(terminal.printed().find("\x1b[32m  23 d\x1b[0m"), std::string::npos)
      << terminal.printed();
}

TEST(Terminal, JsonNeverAsks) {
  const CannedDaemon daemon;
  Terminal terminal(daemon, {"--json", "restore", "--all", "--with-object"});
  EXPECT_EQ(terminal.exit_code(), 7) << terminal.printed();
  EXPECT_EQ(terminal.printed().find("[y/N]"), std::string::npos);
}

}  // namespace
}  // namespace entrad::ctl
