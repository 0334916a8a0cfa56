#include "base/text.h"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <cstdlib>
#include <random>

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

// The library's own way, which takes everything twice.
std::string folded_by_library(const std::string& text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &mapped,
      static_cast<utf8proc_option_t>(UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE | UTF8PROC_COMPAT));
  if (size < 0) return ascii_lower(text);
  std::string folded(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
  std::free(mapped);
  return folded;
}

TEST(Text, FoldsAnyTextAsTheLibraryDoes) {
  const std::vector<std::string> pieces{"A",
                                        "z",
                                        "0",
                                        "Å",
                                        "A\u030a",
                                        "ß",
                                        "Σ",
                                        "ﬁ",
                                        "ﷺ",
                                        "가",
                                        "각",
                                        "Ω",
                                        "\u0301",
                                        "İ",
                                        "𐐀",
                                        "",
                                        "\xff",
                                        "\xc3",
                                        std::string(1, '\0')};
  std::mt19937 random(9);
  for (int i = 0; i < 5'000; ++i) {
    std::string text;
    const auto known = i % 2 == 0 ? pieces.size() - 3 : pieces.size();
    for (auto size = random() % (i % 100 == 0 ? 600 : 12); size > 0; --size)
      text += pieces[random() % known];
    ASSERT_EQ(fold(text), folded_by_library(text)) << text;
    std::string appended = "Before";
    append_folded(appended, text);
    ASSERT_EQ(appended, "Before" + folded_by_library(text)) << text;
  }
}

TEST(Text, LowersOnlyTheLettersOfAscii) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const auto lower = ascii_lower(all);
  ASSERT_EQ(lower.size(), all.size());
  for (std::size_t c = 0; c < all.size(); ++c)
    EXPECT_EQ(lower[c], all[c] >= 'A' && all[c] <= 'Z' ? all[c] + 32 : all[c]);
}

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
