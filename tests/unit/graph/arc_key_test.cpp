// Which files a challenge of Azure Arc's agent may make us read: its own keys, and nothing else.
#include "graph/credentials/arc_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "fakes/temporary_directory.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using std::filesystem::path;
using testing::HasSubstr;

class ArcKey : public testing::Test {
 protected:
  ArcKey() { std::filesystem::create_directories(keys() / "below"); }

  path keys() const { return directory_.path() / "tokens"; }
  path write(const path& file, const std::string& text) const {
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  base::Result<std::string> follow(const path& file) const {
    return arc_key("Basic realm=" + file.string(), keys());
  }
  std::string why_not(const path& file) const {
    const auto key = follow(file);
    if (key) return "it was read";
    EXPECT_EQ(key.error().kind, ErrorKind::authentication_failed);
    EXPECT_FALSE(key.error().hint.empty());
    return key.error().message;
  }

 private:
  const fakes::TemporaryDirectory directory_;
};

TEST_F(ArcKey, IsReadFromTheAgentsFolder) {
  const path file = write(keys() / "0f.key", "the-key\n");
  EXPECT_EQ(follow(file).value(), "the-key");
  EXPECT_EQ(arc_key("basic REALM=\"" + file.string() + "\"", keys()).value(), "the-key");
}

TEST_F(ArcKey, MayHave4096BytesAndNoMore) {
  EXPECT_TRUE(follow(write(keys() / "full.key", std::string(4096, 'k'))));
  EXPECT_THAT(why_not(write(keys() / "over.key", std::string(4097, 'k'))),
              HasSubstr("more than 4096 bytes"));
}

TEST_F(ArcKey, IsNotReadFromAnywhereElse) {
  const path outside = write(keys().parent_path() / "outside.key", "secret");
  write(keys() / "below" / "b.key", "secret");
  for (const path& file :
       {outside, keys() / "below" / "b.key", keys() / ".." / "outside.key",
        path(keys().string() + "//../outside.key"), path(keys().string() + "x.key"),
        path("outside.key"), path("/etc/passwd"), path("/proc/self/environ")})
    EXPECT_THAT(why_not(file), HasSubstr("is no .key file in")) << file;
}

TEST_F(ArcKey, HasTheRightName) {
  EXPECT_THAT(why_not(write(keys() / "a.pem", "secret")), HasSubstr("is no .key file"));
  EXPECT_THAT(why_not(write(keys() / ".key", "secret")), HasSubstr("is no .key file"));
  EXPECT_THAT(why_not(write(keys() / "a.key.bak", "secret")), HasSubstr("is no .key file"));
}

TEST_F(ArcKey, IsNoLinkToAnotherFile) {
  const path outside = write(keys().parent_path() / "outside", "secret");
  std::filesystem::create_symlink(outside, keys() / "link.key");
  EXPECT_THAT(why_not(keys() / "link.key"), HasSubstr("cannot be read"));
}

TEST_F(ArcKey, IsNoPipeThatWouldBeWaitedFor) {
  ASSERT_EQ(mkfifo((keys() / "pipe.key").c_str(), 0600), 0);
  EXPECT_THAT(why_not(keys() / "pipe.key"), HasSubstr("no regular file"));
  std::filesystem::create_directory(keys() / "folder.key");
  EXPECT_THAT(why_not(keys() / "folder.key"), HasSubstr("no regular file"));
}

TEST_F(ArcKey, MissingOrUnreadableSaysWhichGroupIsNeeded) {
  const auto key = follow(keys() / "none.key");
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().hint, HasSubstr("himds"));
}

TEST_F(ArcKey, CannotSmuggleAHeader) {
  EXPECT_THAT(why_not(write(keys() / "a.key", "x\r\nX-Evil: 1")), HasSubstr("holds no key"));
  EXPECT_THAT(why_not(write(keys() / "b.key", "x y")), HasSubstr("holds no key"));
  EXPECT_THAT(why_not(write(keys() / "c.key", "\n")), HasSubstr("holds no key"));
}

TEST_F(ArcKey, ChallengesThatNameNoFileAreRefused) {
  for (const char* challenge : {"", "Basic", "Bearer realm=/x.key", "Basic realm"}) {
    const auto key = arc_key(challenge, keys());
    ASSERT_FALSE(key) << challenge;
    EXPECT_THAT(key.error().message, HasSubstr("names no key file")) << challenge;
  }
}

}  // namespace
}  // namespace entrad::graph
