#include "base/text.h"

#include <gtest/gtest.h>

namespace entrad::base {
namespace {

TEST(Text, FoldsCaseInEveryScript) {
  EXPECT_EQ(fold("MÜLLER"), fold("müller"));
  EXPECT_EQ(fold("ΣΟΦΙΑ"), fold("σοφια"));
  EXPECT_EQ(fold("ИВАН"), "иван");
  EXPECT_EQ(fold("Straße"), "strasse");
  EXPECT_EQ(fold("ＡＢＣ"), "abc");
  EXPECT_EQ(fold("山田"), "山田");
}

TEST(Text, FoldsComposedAndDecomposedLettersAlike) {
  EXPECT_EQ(fold("e\xcc\x81"), fold("\xc3\xa9"));
}

TEST(Text, KeepsBytesThatAreNotUtf8) { EXPECT_EQ(fold("A\xff"), "a\xff"); }

TEST(Text, EncodesAsTheStandardsSay) {
  EXPECT_EQ(base64("any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(hex(std::string("\x00\xab", 2)), "00ab");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(url_encode("a b#EXT#@c/d~"), "a%20b%23EXT%23%40c%2Fd~");
}

TEST(Text, DoublesQuotesInsideAnODataLiteral) { EXPECT_EQ(odata_literal("O'Neil"), "'O''Neil'"); }

TEST(Text, SplitsAndTrims) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), std::vector<std::string>{""});
  EXPECT_EQ(trim(" \t a b\n"), "a b");
  EXPECT_EQ(trim("  "), "");
}

}  // namespace
}  // namespace entrad::base
