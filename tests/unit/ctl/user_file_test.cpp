#include "ctl/user_file.h"

#include <gtest/gtest.h>

#include <sstream>

namespace entrad::ctl {
namespace {

base::Result<UserFile> read(const std::string& text) {
  std::istringstream stream(text);
  return read_users(stream, "people.csv");
}

TEST(UserFile, IsOneUserALine) {
  const auto file = read(
      "\xEF\xBB\xBF# those who are missed\r\nanna@aurora.example\r\n\r\n"
      "ANNA@aurora.example\n  ben@aurora.example  \n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->users, (std::vector<std::string>{"anna@aurora.example", "ben@aurora.example"}));
  EXPECT_TRUE(file->options.empty());
}

TEST(UserFile, SaysWhatIsOtherwiseWithWhom) {
  const auto file = read(
      "user,name,--with-roles,BlockSignIn\n"
      "anna@aurora.example,anna.b@aurora.example,,yes\n"
      "ben@aurora.example,,no,\n"
      "cleo@aurora.example,,,\n");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->users.size(), 3U);
  ASSERT_EQ(file->options.size(), 2U);
  EXPECT_EQ(file->options[0].user, "anna@aurora.example");
  EXPECT_EQ(file->options[0].name, "anna.b@aurora.example");
  EXPECT_EQ(file->options[0].block_sign_in, true);
  EXPECT_EQ(file->options[0].with_roles, std::nullopt);
  EXPECT_EQ(file->options[1].with_roles, false);
}

TEST(UserFile, MayBeAnExportWithOtherColumns) {
  for (const char* text :
       {"displayName,id,userPrincipalName\n\"Berg, Anna\",11,anna@aurora.example\n",
        "displayName;id\nBerg, Anna;11\n"}) {
    const auto file = read(text);
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->users, std::vector<std::string>{"11"});
    EXPECT_FALSE(file->unused.empty());
  }
}

TEST(UserFile, NamesTheLineThatIsWrong) {
  struct Row {
    const char* text;
    const char* objection;
  };
  for (const Row& row :
       {Row{"", "names no users"}, Row{"user,name\n", "names no users"},
        Row{"anna berg\n", "line 1"}, Row{"a@x.example\nb,c\n", "line 2"},
        Row{"user,exact\na@x.example\n", "2 columns"},
        Row{"user,exact\n\"a@x.example,yes\n", "2 columns"},
        Row{"user,exact\na@x.example,perhaps\n", "neither yes nor no"},
        Row{"user,exact\n,yes\n", "names no user"},
        Row{"user,exact,blockSingIn\na@x.example,yes,yes\n", "\"blockSingIn\" is no option"},
        Row{"user,exact\na@x.example,yes\nA@X.example,no\n", "line 3"}}) {
    const auto file = read(row.text);
    ASSERT_FALSE(file) << row.text;
    EXPECT_EQ(file.error().kind, base::ErrorKind::invalid_argument);
    EXPECT_NE(file.error().message.find(row.objection), std::string::npos) << file.error().message;
    EXPECT_FALSE(file.error().hint.empty());
  }
}

}  // namespace
}  // namespace entrad::ctl
