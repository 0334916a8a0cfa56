#include "directory/canonical.h"
#include "base/json.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "random_json.h"

namespace entrad::directory {
namespace {

// Where a page of text ends just before memory that may not be read, and anywhere else.
TEST(Canonical, APageIsReadWhereverItLies) {
  const std::string page =
      R"j({"value":[{"id":"00000000-0000-0000-0000-000000000001","displayName":"Åsa"}]})j";
  constexpr std::size_t kUnit = 4'096;
  auto* memory = static_cast<char*>(
      ::mmap(nullptr, 2 * kUnit, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(memory, MAP_FAILED);
  ASSERT_EQ(::mprotect(memory + kUnit, kUnit, PROT_NONE), 0);
  for (std::size_t before_end = 0; before_end <= 200; ++before_end) {
    char* place = memory + kUnit - page.size() - before_end;
    std::copy(page.begin(), page.end(), place);
    std::string name;
    ASSERT_TRUE(for_each_object({place, page.size()},
                                [&](const Slice& slice) { name = slice.text("displayName"); }));
    EXPECT_EQ(name, "Åsa") << before_end;
  }
  ::munmap(memory, 2 * kUnit);
}

TEST(Canonical, WhatNoCatalogueKnowsIsKeptAsGraphSentIt) {
  const auto slices = [](std::string_view page) {
    std::vector<std::string> out;
    EXPECT_TRUE(for_each_object(page, [&](const Slice& slice) { out.push_back(slice.content); }));
    return out;
  };
  const std::string content =
      slices(R"j({"value":[{"@odata.id":"x","newProperty":{"b":[2,1],"a":null},
      "id":"00000000-0000-4000-8000-000000000001","extension_0123_badges":["b","a"],
      "extension_0123_badges@odata.type":"#Collection(String)","members@odata.context":"y"}]})j")
          .at(0);
  EXPECT_EQ(content,
            R"({"extension_0123_badges":["b","a"],)"
            R"j("extension_0123_badges@odata.type":"#Collection(String)",)j"
            R"("id":"00000000-0000-4000-8000-000000000001","newProperty":{"a":null,"b":[2,1]}})");
}

TEST(Canonical, ContentWithoutAMemberHasAllOthers) {
  int seen = 0;
  ASSERT_TRUE(for_each_object(
      R"({"value":[{"id":"00000000-0000-4000-8000-000000000001","city":"Brno","@odata.type":"#x",
          "manager":{"id":"2"},"zip":{"manager":1}}]})",
      [&](const Slice& slice) {
        ++seen;
        EXPECT_EQ(slice.content_without("manager"),
                  R"({"city":"Brno","id":"00000000-0000-4000-8000-000000000001",)"
                  R"("zip":{"manager":1}})");
        EXPECT_EQ(slice.content_without("missing"), slice.content);
      }));
  EXPECT_EQ(seen, 1);
}

TEST(Canonical, PartOfASliceIsCanonicalAndEmptyWhenItIsNotThere) {
  bool seen = false;
  ASSERT_TRUE(for_each_object(
      R"({"value":[{"id":"00000000-0000-4000-8000-000000000001","none":null,
          "assignedLicenses":[{"skuId":"b","x":1},{"skuId":"a"}]}]})",
      [&](const Slice& slice) {
        seen = true;
        EXPECT_EQ(slice.part("assignedLicenses"), R"([{"skuId":"a"},{"skuId":"b","x":1}])");
        EXPECT_EQ(slice.part("none"), "null");
        EXPECT_EQ(slice.part("missing"), "");
      }));
  EXPECT_TRUE(seen);
}

using nlohmann::json;

const std::string kId = kSomeId;

std::string page_of(const std::string& object) { return R"({"value":[)" + object + "]}"; }

std::vector<std::string> contents(const std::string& page) {
  std::vector<std::string> out;
  const auto done = for_each_object(page, [&](const Slice& s) { out.push_back(s.content); });
  EXPECT_TRUE(done) << page;
  return out;
}

TEST(Canonical, SortsKeysByBytesAndLeavesNoBlanks) {
  EXPECT_EQ(canonical(base::read_json(R"({ "b" : 1, "a" : [ true, null ], "B" : "x" })")),
            R"({"B":"x","a":[true,null],"b":1})");
}

TEST(Canonical, DropsAnnotationsButTheType) {
  EXPECT_EQ(canonical(base::read_json(R"({"@odata.type":"#t","@odata.id":"x","a@odata.context":"y",
                                      "n":{"@odata.etag":1,"@odata.type":"#u"}})")),
            R"({"@odata.type":"#t","n":{"@odata.type":"#u"}})");
}

TEST(Canonical, SortsOnlyArraysThatAreSets) {
  EXPECT_EQ(canonical({{"proxyAddresses", {"smtp:b", "SMTP:a"}}, {"steps", {"b", "a"}}}),
            R"({"proxyAddresses":["SMTP:a","smtp:b"],"steps":["b","a"]})");
}

TEST(Canonical, KeepsNullAndMissingApart) {
  EXPECT_NE(canonical({{"city", nullptr}}), canonical(json::object()));
}

TEST(Canonical, NameWrittenTwiceHasItsLastValue) {
  const std::string object = R"({"id":")" + kId + R"(","a":1,"a":2,"a":3})";
  EXPECT_EQ(contents(page_of(object)), std::vector{canonical(base::read_json(object))});
}

TEST(Pages, SliceShowsMembersWithoutTheTypeInItsContent) {
  const std::string page = page_of(R"({"@odata.type":"#microsoft.graph.user","id":")" + kId +
                                   R"(","displayName":"Zoë","mail":null,"accountEnabled":true})");
  int seen = 0;
  ASSERT_TRUE(for_each_object(page, [&](const Slice& slice) {
    ++seen;
    EXPECT_EQ(slice.id.str(), kId);
    EXPECT_EQ(slice.odata_type, "#microsoft.graph.user");
    EXPECT_EQ(slice.text("displayName"), "Zoë");
    EXPECT_EQ(slice.text("mail"), "");
    EXPECT_EQ(slice.text("nothing"), "");
    EXPECT_TRUE(slice.is_true("accountEnabled"));
    EXPECT_FALSE(slice.is_true("displayName"));
    EXPECT_EQ(slice.content,
              R"({"accountEnabled":true,"displayName":"Zoë","id":")" + kId + R"(","mail":null})");
  }));
  EXPECT_EQ(seen, 1);
}

TEST(Pages, EmptyPageIsFine) { EXPECT_TRUE(contents(R"({"value":[]})").empty()); }

class BrokenPages : public testing::TestWithParam<const char*> {};

TEST_P(BrokenPages, AreRefused) {
  const auto done = for_each_object(GetParam(), [](const Slice&) {});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, base::ErrorKind::graph_refused);
  EXPECT_FALSE(done.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(Rows, BrokenPages,
                         testing::Values("", "<html></html>", "[]", "{}", R"({"value":null})",
                                         R"({"value":{}})", R"({"value":[1]})",
                                         R"({"value":[{"displayName":"x"}]})",
                                         R"({"value":[{"id":"not an id"}]})",
                                         R"({"value":[{"id":5}]})", R"({"value":[)",
                                         "{\"value\":[{\"id\":\"\xff\"}]}"));

TEST(Pages, EveryCutOfAPageIsRefused) {
  const std::string page = page_of(R"({"id":")" + kId + R"(","a":["x",{"b":1.5}]})");
  for (std::size_t length = 0; length < page.size(); ++length)
    EXPECT_FALSE(for_each_object(page.substr(0, length), [](const Slice&) {})) << length;
}

TEST(Pages, ElementsThatAreNotWantedAreOnlyGlancedAt) {
  const std::string other = "11111111-2222-3333-4444-555555555555";
  const std::string wanted = R"({"b": 1, "id": ")" + kId + R"(", "a": [ "}" ]})";
  const std::string page =
      R"({"value":[{"id":")" + other + R"(","a":{"b":"]"}},)" + wanted + R"(], "x": 1})";
  std::vector<std::string> raws;
  std::vector<std::string> taken;
  ASSERT_TRUE(for_each_object(
      page,
      [&](const base::Guid& id, std::string_view raw) {
        raws.emplace_back(raw);
        return id.str() == kId;
      },
      [&](const Slice& slice) { taken.push_back(slice.content); }));
  EXPECT_EQ(raws, (std::vector<std::string>{R"({"id":")" + other + R"(","a":{"b":"]"}})", wanted}));
  EXPECT_EQ(taken, (std::vector<std::string>{R"({"a":["}"],"b":1,"id":")" + kId + R"("})"}));
}

json without_annotations(json object) {
  object.erase("@odata.type");
  return object;
}

TEST(CanonicalProperty, PagesAndValuesAgreeByteForByte) {
  RandomJson source(20261123);
  for (int round = 0; round < 5000; ++round) {
    const std::string object = source.object(3);
    const std::string expected = canonical(without_annotations(base::read_json(object)));
    ASSERT_EQ(contents(page_of(object)), std::vector{expected}) << object;
    ASSERT_EQ(canonical(base::read_json(expected)), expected) << "not stable: " << object;
  }
}

TEST(CanonicalProperty, WithoutSetsAndAnnotationsItIsWhatNlohmannWrites) {
  RandomJson source(7);
  for (int round = 0; round < 3000; ++round) {
    const std::string object = source.object(2);
    const bool has_sets = object.find("proxyAddresses") != std::string::npos ||
                          object.find("identities") != std::string::npos ||
                          object.find("groupTypes") != std::string::npos;
    if (has_sets || object.find("@odata") != std::string::npos) continue;
    const json value = base::read_json(object);
    ASSERT_EQ(canonical(value), base::json_text(value));
  }
}

TEST(CanonicalProperty, OrderOfASetDoesNotMatter) {
  std::mt19937 random(3);
  json set = {"smtp:a", "SMTP:b", {{"x", 1}}, {{"x", 2}}, nullptr, "c"};
  const std::string expected = canonical({{"identities", set}});
  for (int round = 0; round < 100; ++round) {
    std::shuffle(set.begin(), set.end(), random);
    ASSERT_EQ(canonical({{"identities", set}}), expected);
  }
}

}  // namespace
}  // namespace entrad::directory
