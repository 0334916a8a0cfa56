#include "backup/people.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

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

TEST(People, AreFoundAmongAnyOthers) {
  std::mt19937 random(5);
  People people;
  std::vector<base::Guid> others;
  for (int i = 0; i < 5'000; ++i) {
    const auto id = base::Guid::random();
    random() % 2 == 0 ? people.add(id) : others.push_back(id);
  }
  people.close();
  for (std::size_t i = 0; i < people.ids().size(); ++i) EXPECT_EQ(people.index(people.ids()[i]), i);
  for (const auto& id : others) EXPECT_FALSE(people.index(id));
}

TEST(People, AreFoundManyAtOnceAsOneByOne) {
  for (const std::size_t size : {0, 1, 2, 3, 1'000, 70'000}) {
    People people;
    std::vector<base::Guid> asked;
    for (std::size_t i = 0; i < size; ++i) {
      const auto id = base::Guid::random();
      people.add(id);
      if (i % 3 == 0) asked.push_back(id);
      if (i % 7 == 0) asked.push_back(base::Guid::random());
    }
    people.close();
    std::vector<People::Index> expected;
    for (const auto& id : asked)
      if (const auto number = people.index(id)) expected.push_back(*number);
    EXPECT_EQ(people.indexes(asked), expected) << size;
  }
}

TEST(People, HaveTheirLinksTogetherInTheOrderTheyCame) {
  std::mt19937 random(6);
  std::vector<UserLink> links;
  for (std::uint32_t i = 0; i < 1'000; ++i) links.emplace_back(random() % 100, i);
  const LinksByUser by_user(links, 101);
  for (People::Index user = 0; user <= 100; ++user) {
    std::vector<std::uint32_t> expected;
    for (const auto& [linked, other] : links)
      if (linked == user) expected.push_back(other);
    const auto found = by_user.of(user);
    EXPECT_EQ(std::vector(found.begin(), found.end()), expected) << user;
  }
}

}  // namespace
}  // namespace entrad::backup
