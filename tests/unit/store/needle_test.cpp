// Needles, held against looking at each text and id alone.
#include "store/lists/needle.h"

#include <gtest/gtest.h>

#include <random>

#include "base/guid.h"

namespace entrad::store {
namespace {

class Needles : public ::testing::TestWithParam<unsigned> {
 protected:
  std::string word(std::size_t longest, unsigned letters) {
    std::string word;
    for (auto size = random_() % (longest + 1); size > 0; --size)
      word += static_cast<char>('a' + random_() % letters);
    return word;
  }
  std::mt19937 random_{GetParam()};
};

TEST_P(Needles, AreFoundInEachTextThatHasThem) {
  const unsigned letters = 1 + GetParam() % 4;
  std::vector<std::string> texts;
  std::string all;
  std::vector<std::uint32_t> starts{0};
  for (unsigned i = 0; i < 400; ++i) {
    texts.push_back(word(i % 7 == 0 ? 200 : 12, letters) + '\0');
    all += texts.back();
    starts.push_back(static_cast<std::uint32_t>(all.size()));
  }
  for (int i = 0; i < 200; ++i) {
    const std::string needle = "a" + word(i % 9, letters);
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t which = 0; which < texts.size(); ++which)
      if (texts[which].find(needle) != std::string::npos) wanted.push_back(which);
    ASSERT_EQ(texts_with(needle, all, starts), wanted) << needle;
  }
}

TEST_P(Needles, AreFoundInIdsAsTheyAreWritten) {
  std::vector<base::Guid> ids;
  for (int i = 0; i < 300; ++i) {
    std::array<std::uint8_t, 16> bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    ids.emplace_back(bytes);
  }
  for (int i = 0; i < 300; ++i) {
    const std::string text = ids[random_() % ids.size()].str();
    std::string needle = text.substr(random_() % 36, 1 + random_() % 36);
    if (i % 5 == 0) needle[random_() % needle.size()] = "-0f"[random_() % 3];
    const IdNeedle id_needle(needle);
    for (const auto& id : ids) {
      const bool wanted = id.str().find(needle) != std::string::npos;
      ASSERT_EQ(id_needle.matches(IdBits::of(id)), wanted) << needle << " in " << id.str();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Needles, ::testing::Range(0U, 12U));

TEST(Needle, IsFoundAtBothEndsOfAllTexts) {
  EXPECT_EQ(texts_with("ab", "ab,cab", {0, 3, 6}), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_TRUE(texts_with("abc", "ab", {0, 2}).empty());
  EXPECT_TRUE(texts_with("abc", "", {0}).empty());
}

TEST(IdNeedle, TakesOnlyWhatAnIdCanHold) {
  for (const std::string_view never : {"", "g", "A", "01234567", "--", "0-0-", "abcdefabc-",
                                       "00000000-0000-0000-0000-0000000000000"})
    EXPECT_EQ(IdNeedle(never).may_match(), never == "01234567") << never;
  EXPECT_TRUE(IdNeedle("-").may_match());
  EXPECT_TRUE(IdNeedle("0123-").may_match());
}

TEST(IdBits, SortAsIdsDo) {
  const auto small = *base::Guid::parse("00000000-0000-0000-ffff-ffffffffffff");
  const auto large = *base::Guid::parse("00000000-0000-0001-0000-000000000000");
  EXPECT_LT(IdBits::of(small), IdBits::of(large));
  EXPECT_EQ(IdBits::of(large).guid(), large);
}

}  // namespace
}  // namespace entrad::store
