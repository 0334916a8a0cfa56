#include "base/guid.h"
#include "base/guid_sort.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <unordered_set>
#include <vector>

namespace entrad::base {
namespace {

TEST(Guid, ReadsAnyCaseAndWritesLower) {
  const auto id = Guid::parse("62E90394-69f5-4237-9190-012177145e10");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->str(), "62e90394-69f5-4237-9190-012177145e10");
  EXPECT_EQ(Guid::from_bytes(id->bytes()), *id);
}

TEST(Guid, RefusesWhatIsNone) {
  for (const char* text :
       {"", "62e90394", "62e9039469f542379190012177145e10", "62e90394-69f5-4237-9190-012177145e1g",
        "62e90394x69f5-4237-9190-012177145e10", "{62e90394-69f5-4237-9190-012177145e1"})
    EXPECT_FALSE(Guid::parse(text)) << text;
}

TEST(Guid, ReadsDigitsAndNothingElseAtEachPlace) {
  const std::string good = "62e90394-69f5-4237-9190-012177145e10";
  const std::string digits = "0123456789abcdefABCDEF";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (int c = 0; c < 256; ++c) {
      std::string text = good;
      text[at] = static_cast<char>(c);
      const auto id = Guid::parse(text);
      if (good[at] == '-' ? c != '-' : digits.find(text[at]) == std::string::npos) {
        EXPECT_FALSE(id) << at << " " << c;
        continue;
      }
      text[at] = static_cast<char>(std::tolower(c));
      ASSERT_TRUE(id) << at << " " << c;
      EXPECT_EQ(id->str(), text);
    }
}

TEST(Guid, OrdersAsItsText) {
  const auto low = *Guid::parse("00000000-0000-0000-0000-0000000000ff");
  const auto high = *Guid::parse("01000000-0000-0000-0000-000000000000");
  EXPECT_LT(low, high);
  EXPECT_LT(low.str(), high.str());
}

// Random ones, as a directory has them, and ones that all begin in the same way.
TEST(Guid, ManyAreSortedAsStdSortDoes) {
  for (const std::size_t size : {0, 1, 2, 999, 1'000, 20'000})
    for (const bool random : {true, false}) {
      std::vector<Guid> ids;
      for (std::size_t i = 0; i < size; ++i) {
        std::array<std::uint8_t, 16> bytes{};
        bytes[14] = static_cast<std::uint8_t>(i * 7 % size >> 8U);
        bytes[15] = static_cast<std::uint8_t>(i * 7 % size);
        ids.push_back(random ? Guid::random() : Guid(bytes));
        if (i % 5 == 0) ids.push_back(ids[i / 2]);
      }
      auto expected = ids;
      std::sort(expected.begin(), expected.end());
      auto sorted = ids;
      sort(sorted);
      EXPECT_EQ(sorted, expected) << size;
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      sort_unique(ids);
      EXPECT_EQ(ids, expected) << size;
    }
}

TEST(Guid, RandomOnesDifferAndAreVersion4) {
  std::unordered_set<Guid> seen;
  for (int i = 0; i < 1000; ++i) {
    const Guid id = Guid::random();
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_EQ(id.str()[14], '4');
  }
}

}  // namespace
}  // namespace entrad::base
