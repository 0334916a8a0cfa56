#include "base/result.h"

#include <gtest/gtest.h>

namespace entrad::base {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorKind::invalid_argument, "odd", "give an even number");
  return number / 2;
}

Result<void> check(int number) {
  auto result = half(number);
  if (!result) return pass(result, "check " + std::to_string(number));
  return {};
}

TEST(Result, CarriesAValueOrAnError) {
  EXPECT_EQ(*half(4), 2);
  const auto odd = half(3);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().hint, "give an even number");
  EXPECT_EQ(odd.value_or(7), 7);
}

TEST(Result, PassesAnErrorOnWithWordsInFront) {
  EXPECT_TRUE(check(2));
  EXPECT_EQ(check(3).error().message, "check 3: odd");
  EXPECT_EQ(check(3).error().kind, ErrorKind::invalid_argument);
}

TEST(Result, ReadingAValueThatIsNotThereIsABrokenInvariant) {
  auto odd = half(3);
  EXPECT_THROW((void)*odd, std::logic_error);
}

}  // namespace
}  // namespace entrad::base
