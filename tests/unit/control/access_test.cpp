#include "control/access.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"

namespace entrad::control {
namespace {

constexpr uid_t kDaemon = 900;
const Groups kGroups{501, 502, 503};

struct Row {
  const char* name;
  Peer peer;
  bool may_read;
  bool may_operate;
};

class Access : public testing::TestWithParam<Row> {};

TEST_P(Access, IsDecidedByUserAndGroups) {
  const Row& row = GetParam();
  EXPECT_EQ(decide(row.peer, Need::read, kGroups, kDaemon).has_value(), row.may_read);
  EXPECT_EQ(decide(row.peer, Need::operate, kGroups, kDaemon).has_value(), row.may_operate);
}

INSTANTIATE_TEST_SUITE_P(
    Peers, Access,
    testing::Values(Row{"Root", {0, 0, {}, "root"}, true, true},
                    Row{"TheDaemonsOwnUser", {kDaemon, 900, {}, "entrad"}, true, true},
                    Row{"ReaderByPrimaryGroup", {1000, 501, {}, "ann"}, true, false},
                    Row{"ReaderBySupplementaryGroup", {1000, 1000, {27, 501}, "ann"}, true, false},
                    Row{"Operator", {1000, 1000, {502}, "ann"}, true, true},
                    Row{"OperatorByPrimaryGroup", {1000, 502, {}, "ann"}, true, true},
                    Row{"Administrator", {1000, 1000, {503}, "ann"}, true, true},
                    Row{"InAllThreeGroups", {1000, 1000, {501, 502, 503}, "ann"}, true, true},
                    Row{"Stranger", {1000, 1000, {27}, "ann"}, false, false},
                    Row{"StrangerInRootsGroup", {1000, 0, {}, "ann"}, false, false},
                    Row{"OverflowUser", {65534, 65534, {65534}, "nobody"}, false, false}),
    [](const auto& row) { return row.param.name; });

TEST(AccessDenied, NamesTheMissingGroupAndHowToGetIntoIt) {
  const Peer ann{1000, 1000, {501}, "ann"};
  const auto denied = decide(ann, Need::operate, kGroups, kDaemon);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().kind, base::ErrorKind::permission_denied);
  EXPECT_NE(denied.error().message.find("ann is not in group entrad-operator"), std::string::npos);
  EXPECT_NE(denied.error().hint.find("`usermod -aG entrad-operator ann`"), std::string::npos);
  EXPECT_EQ(denied.error().hint.find("groupadd"), std::string::npos);
}

TEST(AccessDenied, SaysThatTheGroupMustBeMadeFirstWhereItIsMissing) {
  const Peer ann{1000, 1000, {}, "ann"};
  const auto denied = decide(ann, Need::read, Groups{}, kDaemon);
  ASSERT_FALSE(denied);
  EXPECT_NE(denied.error().hint.find("groupadd --system entrad"), std::string::npos);
  EXPECT_NE(denied.error().message.find("group entrad,"), std::string::npos);
}

TEST(AccessDenied, WhereNoGroupExistsAStrangerWithAnyGroupIsStillAStranger) {
  EXPECT_FALSE(decide({1000, 0, {0, 1, 2}, "ann"}, Need::read, Groups{}, kDaemon));
}

TEST(PeerOf, TellsOurOwnUserAndGroupsFromTheKernel) {
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const auto peer = peer_of(pair[0]);
  ASSERT_TRUE(peer);
  EXPECT_EQ(peer->uid, geteuid());
  EXPECT_EQ(peer->gid, getegid());
  std::vector<gid_t> mine(static_cast<std::size_t>(getgroups(0, nullptr)));
  ASSERT_GE(getgroups(static_cast<int>(mine.size()), mine.data()), 0);
  EXPECT_EQ(peer->groups, mine);
  close(pair[0]);
  close(pair[1]);
}

TEST(PeerOf, FailsForWhatIsNoSocket) {
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  EXPECT_FALSE(peer_of(pipe_ends[0]));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST(NameOf, GivesTheNumberWhereTheMachineKnowsNoName) {
  EXPECT_EQ(name_of(0), "root");
  EXPECT_EQ(name_of(3'999'999), "uid 3999999");
  EXPECT_EQ(find_group("root"), std::optional<gid_t>(0));
  EXPECT_EQ(find_group("no-such-group-here"), std::nullopt);
}

// Becomes a user in no group at all, asks, and reports the answer's status and kind.
std::string ask_as_nobody(const std::filesystem::path& socket, const std::string& method) {
  if (setgroups(0, nullptr) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
    return "cannot become nobody";
  fakes::SocketClient client(socket);
  const auto answer = client.ask(method, method == "GET" ? "/v1/status" : "/v1/jobs", "{}");
  return std::to_string(answer.status) + " " + answer.error_kind();
}

class StrangerOnTheSocket : public testing::TestWithParam<const char*> {};

// The child is made before there are threads, and waits for the socket to be there.
TEST_P(StrangerOnTheSocket, IsDeniedByTheRealServer) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  int go[2];
  int result[2];
  ASSERT_EQ(pipe(go), 0);
  ASSERT_EQ(pipe(result), 0);
  const pid_t child = fork();
  if (child == 0) {
    char path[256] = {};
    if (read(go[0], path, sizeof(path) - 1) <= 0) _exit(1);
    std::string words;
    try {
      words = ask_as_nobody(path, GetParam());
    } catch (const std::exception& error) {
      words = error.what();
    }
    _exit(write(result[1], words.data(), words.size()) > 0 ? 0 : 1);
  }
  close(result[1]);
  Rig rig;
  chmod(rig.directory().c_str(), 0755);
  chmod(rig.socket().c_str(), 0666);
  const std::string path = rig.socket().string();
  ASSERT_GT(write(go[1], path.data(), path.size()), 0);
  char words[256] = {};
  ASSERT_GT(read(result[0], words, sizeof(words) - 1), 0);
  EXPECT_STREQ(words, "403 permissionDenied");
  waitpid(child, nullptr, 0);
  for (const int end : {go[0], go[1], result[0]}) close(end);
}

INSTANTIATE_TEST_SUITE_P(Methods, StrangerOnTheSocket, testing::Values("GET", "POST"));

}  // namespace
}  // namespace entrad::control
