#include "backup/people.h"

#include <gtest/gtest.h>

namespace entrad::backup {
namespace {

TEST(People, AreNumberedOnceEachInTheOrderOfTheirIds) {
  People people;
  std::vector<base::Guid> ids;
  for (int i = 0; i < 500; ++i) ids.push_back(base::Guid::random());
  for (const auto& id : ids) people.add(id);
  for (const auto& id : ids) people.add(id);
  people.close();
  ASSERT_EQ(people.size(), ids.size());
  for (const auto& id : ids) {
    const auto index = people.index(id);
    ASSERT_TRUE(index);
    EXPECT_EQ(people.ids()[*index], id);
  }
  EXPECT_EQ(people.index(base::Guid()), std::nullopt);
}

TEST(People, NobodyIsAmongNone) {
  People people;
  people.close();
  EXPECT_EQ(people.size(), 0U);
  EXPECT_EQ(people.index(base::Guid::random()), std::nullopt);
}

}  // namespace
}  // namespace entrad::backup
