// Pages whose objects are known, or like each other, against the same pages read in full.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "directory/canonical.h"
#include "random_json.h"

namespace entrad::directory {
namespace {

using base::ErrorKind;
using base::Guid;

std::string id_of(unsigned number) {
  std::string digits = std::to_string(100'000'000'000U + number);
  return "00000000-0000-4000-8000-" + digits;
}

Guid guid_of(unsigned number) { return Guid::parse(id_of(number)).value(); }

std::string page_of(const std::vector<std::string>& objects, const std::string& between = ",") {
  std::string page = R"({"@odata.context":"https://graph/$metadata#users","value":[)";
  for (std::size_t i = 0; i < objects.size(); ++i) page += (i > 0 ? between : "") + objects[i];
  return page + R"(],"@odata.nextLink":"https://graph/users?$skiptoken=x"})";
}

// What was answered before.
class Memory {
 public:
  void know(unsigned number, const std::string& raw) { answers_[guid_of(number)] = raw; }
  Known known() {
    return {[this](const Guid&) { ++expected; },
            [this](const Guid& id) { return answers_.contains(id) ? answers_[id].size() : 0; },
            [this](const Guid& id, std::string_view raw) {
              const bool same = answers_.contains(id) && answers_[id] == raw;
              same_seen += same ? 1 : 0;
              return same;
            }};
  }
  int expected = 0;
  int same_seen = 0;

 private:
  std::map<Guid, std::string> answers_;
};

struct Read {
  std::vector<Guid> each;
  std::vector<std::string> changed;
  bool operator==(const Read&) const = default;
};

Read read_in_full(const std::string& page, const Known& known) {
  Read read;
  const auto is_changed = [&](const Guid& id, std::string_view raw) {
    read.each.push_back(id);
    return !known.is_same(id, raw);
  };
  EXPECT_TRUE(for_each_object(page, is_changed,
                              [&](const Slice& slice) { read.changed.push_back(slice.content); }));
  return read;
}

Read read_changed(const std::string& page, const Known& known) {
  Read read;
  EXPECT_TRUE(for_each_changed(
      page, known, [&](const Guid& id) { read.each.push_back(id); },
      [&](const Slice& slice) { read.changed.push_back(slice.content); }))
      << page;
  return read;
}

std::vector<Guid> ids_in(const std::string& page) {
  std::vector<Guid> ids;
  EXPECT_TRUE(for_each_id(page, [&](const Guid& id) { ids.push_back(id); })) << page;
  return ids;
}

const std::string kFirst = R"({"id":")" + id_of(1) + R"(","displayName":"Åsa","tags":["}","]\""]})";
const std::string kSecond = R"({"displayName":"Bo","id":")" + id_of(2) + R"("})";
const std::string kThird = R"({"id":")" + id_of(3) + R"(","manager":{"id":")" + id_of(1) + R"("}})";

TEST(FamiliarPages, OnlyWhatChangedIsRead) {
  Memory memory;
  memory.know(1, kFirst);
  memory.know(2, R"({"displayName":"Bob","id":")" + id_of(2) + R"("})");
  memory.know(3, kThird);
  const Read read = read_changed(page_of({kFirst, kSecond, kThird}), memory.known());
  EXPECT_EQ(read.each, (std::vector{guid_of(1), guid_of(2), guid_of(3)}));
  EXPECT_EQ(read.changed, std::vector{kSecond});
  EXPECT_EQ(memory.same_seen, 2);
  EXPECT_GT(memory.expected, 0);
}

// Random pages, of which some is known, some was otherwise, and some was as long as it is now.
TEST(FamiliarPages, AgreeWithPagesThatAreReadInFull) {
  RandomJson source(20261128);
  std::mt19937 random(5);
  for (int round = 0; round < 3'000; ++round) {
    Memory memory;
    std::vector<std::string> objects;
    for (unsigned i = 0; i < 1 + random() % 6; ++i) {
      objects.push_back(source.object(2, id_of(i)));
      std::string before = objects.back();
      if (random() % 4 == 0) before += " ";
      if (random() % 4 == 0) before[before.size() / 2] ^= 1;
      if (random() % 8 != 0) memory.know(i, before);
    }
    const std::string page = page_of(objects, random() % 2 == 0 ? "," : "\n, ");
    ASSERT_EQ(read_changed(page, memory.known()), read_in_full(page, memory.known())) << page;
    std::vector<Guid> ids;
    for (unsigned i = 0; i < objects.size(); ++i) ids.push_back(guid_of(i));
    ASSERT_EQ(ids_in(page), ids) << page;
  }
}

// The id of something in an object is taken for its own, at first.
TEST(FamiliarPages, AnIdInAnObjectIsNotItsOwn) {
  const std::string object =
      R"({"manager":{"id":")" + id_of(1) + R"("},"id":")" + id_of(7) + R"("})";
  Memory memory;
  memory.know(1, object.substr(11, object.find('}') - 10));
  memory.know(2, kSecond);
  const Read read = read_changed(page_of({kSecond, object}), memory.known());
  EXPECT_EQ(read.each, (std::vector{guid_of(2), guid_of(7)}));
  EXPECT_EQ(read.changed.size(), 1U);
}

TEST(FamiliarPages, AListInAnotherMemberIsNotTheList) {
  const std::string page =
      R"({"before":{"value":[{"id":")" + id_of(1) + R"("}]},"value":[)" + kSecond + "]}";
  Memory memory;
  memory.know(1, R"({"id":")" + id_of(1) + R"("})");
  EXPECT_EQ(read_changed(page, memory.known()).each, std::vector{guid_of(2)});
  EXPECT_EQ(ids_in(page), std::vector{guid_of(2)});
}

TEST(FamiliarPages, MembersAreReadByTheirLike) {
  std::vector<std::string> objects;
  std::vector<Guid> ids;
  const auto add = [&](const std::string& before, unsigned number, const std::string& after) {
    objects.push_back(before + id_of(number) + after);
    ids.push_back(guid_of(number));
  };
  for (unsigned i = 0; i < 5; ++i)
    add(R"({"@odata.type":"#microsoft.graph.user","id":")", i, "\"}");
  for (unsigned i = 5; i < 8; ++i)
    add(R"({"@odata.type":"#microsoft.graph.device","id":")", i, "\"}");
  add(R"({"id":")", 8, R"(","@odata.type":"#microsoft.graph.user"})");
  add(R"({"id":")", 9, R"(","displayName":"}"})");
  add(R"({"id":")", 10, R"(","mail":")" + id_of(10) + R"("})");
  add(R"({"id":")", 11, R"(","mail":")" + id_of(10) + R"("})");
  add(R"({"mail":")" + id_of(12) + R"(","id":")", 12, "\"}");
  add(R"({"mail":")" + id_of(13) + R"(","id":")", 12, "\"}");
  EXPECT_EQ(ids_in(page_of(objects)), ids);
}

TEST(FamiliarPages, EveryCutAndEveryWrongByteIsRefusedAsInFull) {
  Memory memory;
  memory.know(1, kFirst);
  const std::string page = R"({"value":[)" + kFirst + "," + kSecond + "]}";
  const auto changed = [&](const std::string& text) {
    return for_each_changed(
        text, memory.known(), [](const Guid&) {}, [](const Slice&) {});
  };
  for (std::size_t length = 0; length + 1 < page.size(); ++length) {
    const auto done = changed(page.substr(0, length));
    ASSERT_FALSE(done) << page.substr(0, length);
    EXPECT_EQ(done.error().kind, ErrorKind::graph_refused);
    EXPECT_FALSE(for_each_id(page.substr(0, length), [](const Guid&) {})) << length;
  }
  for (const std::string between : {"", ";", ",,", ",1,", ":"}) {
    const std::string broken = R"({"value":[)" + kFirst + between + kSecond + "]}";
    EXPECT_FALSE(changed(broken)) << broken;
    EXPECT_FALSE(for_each_id(broken, [](const Guid&) {})) << broken;
  }
}

}  // namespace
}  // namespace entrad::directory
