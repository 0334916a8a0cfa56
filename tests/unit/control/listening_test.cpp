#include "control/listening.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "control/access.h"
#include "fakes/graphsim_process.h"
#include "fakes/socket_client.h"

namespace entrad::control {
namespace {

using base::ErrorKind;

class ListenOn : public testing::Test {
 protected:
  std::filesystem::path path() const { return directory_.path() / "entrad.sock"; }
  fakes::TemporaryDirectory directory_;
};

TEST_F(ListenOn, OpensTheSocketToOwnerAndGroupOnly) {
  const mode_t before = umask(0);
  const auto listening = listen_on(path());
  umask(before);
  ASSERT_TRUE(listening) << listening.error().message;
  struct stat file {};
  ASSERT_EQ(lstat(path().c_str(), &file), 0);
  EXPECT_TRUE(S_ISSOCK(file.st_mode));
  EXPECT_EQ(file.st_mode & 07777, 0660U);
  if (const auto group = find_group(kReaders); group && geteuid() == 0) {
    EXPECT_EQ(file.st_gid, *group);
  }
  EXPECT_NO_THROW(fakes::SocketClient client(path()));
  close(listening->descriptor);
}

TEST_F(ListenOn, ReplacesASocketFileThatNobodyAnswersOn) {
  const auto killed = listen_on(path());
  ASSERT_TRUE(killed);
  close(killed->descriptor);
  ASSERT_TRUE(std::filesystem::exists(path()));
  const auto listening = listen_on(path());
  ASSERT_TRUE(listening) << listening.error().message;
  EXPECT_NO_THROW(fakes::SocketClient client(path()));
  close(listening->descriptor);
}

TEST_F(ListenOn, LeavesASocketAloneThatSomebodyAnswersOn) {
  const auto first = listen_on(path());
  ASSERT_TRUE(first);
  const auto second = listen_on(path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::failed_precondition);
  EXPECT_EQ(second.error().message, "another daemon listens on " + path().string());
  EXPECT_NO_THROW(fakes::SocketClient client(path()));
  close(first->descriptor);
}

TEST_F(ListenOn, LeavesAnythingElseAlone) {
  std::ofstream(path()) << "precious";
  const auto listening = listen_on(path());
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().kind, ErrorKind::failed_precondition);
  std::ifstream file(path());
  std::string text;
  file >> text;
  EXPECT_EQ(text, "precious");
}

TEST_F(ListenOn, SaysThatAPathIsTooLong) {
  const std::filesystem::path longest = "/tmp/" + std::string(103, 'x');
  const auto listening = listen_on(longest);
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().kind, ErrorKind::failed_precondition);
  EXPECT_NE(listening.error().message.find("108 bytes"), std::string::npos);
}

TEST_F(ListenOn, TakesAPathOfTheGreatestLength) {
  const std::string folder = directory_.path().string() + "/";
  const auto listening = listen_on(folder + std::string(107 - folder.size(), 'x'));
  ASSERT_TRUE(listening) << listening.error().message;
  close(listening->descriptor);
}

TEST_F(ListenOn, NamesADirectoryThatIsNotThere) {
  const auto listening = listen_on(directory_.path() / "missing" / "entrad.sock");
  ASSERT_FALSE(listening);
  EXPECT_EQ(listening.error().kind, ErrorKind::not_found);
  EXPECT_NE(listening.error().hint.find("missing"), std::string::npos);
}

TEST_F(ListenOn, RemovesOnlyItsOwnSocketFile) {
  const auto mine = listen_on(path());
  ASSERT_TRUE(mine);
  std::filesystem::rename(path(), directory_.path() / "kept");  // so that its inode is not reused
  const auto other = listen_on(path());
  ASSERT_TRUE(other);
  remove_socket(*mine);
  EXPECT_TRUE(std::filesystem::exists(path()));
  remove_socket(*other);
  EXPECT_FALSE(std::filesystem::exists(path()));
  close(mine->descriptor);
  close(other->descriptor);
}

}  // namespace
}  // namespace entrad::control
