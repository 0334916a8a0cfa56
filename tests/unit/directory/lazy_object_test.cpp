#include "directory/lazy_object.h"

#include <gtest/gtest.h>

namespace entrad::directory {
namespace {

using nlohmann::json;

const char* const kAnna =
    R"({"accountEnabled":true,"city":null,"displayName":"Anna \"Nan\" Šil","id":"1"})";

TEST(LazyObject, IsNullAtFirst) {
  EXPECT_TRUE(LazyObject().get().is_null());
  EXPECT_EQ(LazyObject().text("displayName"), "");
  EXPECT_FALSE(LazyObject().is_surely(LazyObject()));
}

TEST(LazyObject, TellsTextsBeforeItIsReadAndAfter) {
  const LazyObject anna = LazyObject::from_canonical(kAnna);
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(anna.text("displayName"), "Anna \"Nan\" Šil");
    EXPECT_EQ(anna.text("id"), "1");
    EXPECT_EQ(anna.text("city"), "");
    EXPECT_EQ(anna.text("accountEnabled"), "");
    EXPECT_EQ(anna.text("mail"), "");
    EXPECT_TRUE(anna.is_true("accountEnabled"));
    EXPECT_FALSE(anna.is_true("city"));
    EXPECT_FALSE(anna.is_true("mail"));
    EXPECT_EQ(anna.get(), json::parse(kAnna));
  }
}

TEST(LazyObject, TellsNamesBeforeItIsReadAndAfter) {
  const LazyObject object =
      LazyObject::from_canonical(R"({"a_1":"x","a_2":null,"a_3":["y"],"b":{"a_4":1}})");
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(object.names("a_"), (std::vector<std::string>{"a_1", "a_3"}));
    EXPECT_TRUE(object.names("c").empty());
    object.get();
  }
  EXPECT_TRUE(LazyObject().names("").empty());
}

TEST(LazyObject, IsSurelyAnotherOnlyWithTheSameText) {
  const LazyObject anna = LazyObject::from_canonical(kAnna);
  LazyObject same = LazyObject::from_canonical(kAnna);
  EXPECT_TRUE(anna.is_surely(same));
  EXPECT_EQ(same.get(), anna.get());
  EXPECT_TRUE(anna.is_surely(same));
  EXPECT_FALSE(anna.is_surely(LazyObject(json::parse(kAnna))));
  EXPECT_FALSE(anna.is_surely(LazyObject::from_canonical(R"({"id":"1"})")));
  same.edit()["city"] = "Brno";
  EXPECT_FALSE(anna.is_surely(same));
  EXPECT_EQ(same.text("city"), "Brno");
}

TEST(LazyObject, SaysThatATextIsNoJson) {
  const LazyObject torn = LazyObject::from_canonical(R"({"id":"1)");
  EXPECT_EQ(torn.text("id"), "");
  for (int times = 0; times < 2; ++times) EXPECT_THROW(torn.get(), json::parse_error);
}

}  // namespace
}  // namespace entrad::directory
