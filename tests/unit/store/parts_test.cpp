// Keys, packed values, and the gate.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "base/text.h"
#include "rig.h"
#include "store/contents/content.h"
#include "store/file/gate.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

namespace entrad::store {
namespace {

TEST(Keys, SortAsTheirNumbersDo) {
  const std::uint64_t numbers[] = {0, 1, 255, 256, 65'535, 1ULL << 32, ~0ULL};
  for (std::size_t i = 1; i < std::size(numbers); ++i)
    EXPECT_LT(Key().number(numbers[i - 1]).str(), Key().number(numbers[i]).str());
}

TEST(Keys, AreReadBackAsTheyWereMade) {
  const Key key = Key()
                      .tenant(TenantNumber{70'000})
                      .kind(api::ObjectKind::group)
                      .id(guid(7))
                      .section(api::Section::roles)
                      .number(base::SnapshotNumber{1ULL << 40})
                      .text("rest");
  KeyReader reader(key);
  EXPECT_EQ(reader.number32(), 70'000U);
  EXPECT_EQ(reader.kind(), api::ObjectKind::group);
  EXPECT_EQ(reader.id(), guid(7));
  EXPECT_EQ(reader.section(), api::Section::roles);
  EXPECT_EQ(reader.number(), 1ULL << 40);
  EXPECT_EQ(reader.rest(), "rest");
}

TEST(Keys, AreDamageWhenCutShortOrUnknown) {
  EXPECT_THROW(KeyReader("1234567").number(), Damage);
  EXPECT_THROW(KeyReader("\x7f").kind(), Damage);
  EXPECT_THROW(KeyReader("\x7f").section(), Damage);
}

TEST(Keys, CutTextsBetweenCodePoints) {
  const std::string katakana = "\u30aa\u30fc\u30ed\u30e9";  // three bytes each
  EXPECT_EQ(cut_for_key(katakana, 12), katakana);
  EXPECT_EQ(cut_for_key(katakana, 11), katakana.substr(0, 9));
  EXPECT_EQ(cut_for_key(katakana, 9), katakana.substr(0, 9));
  EXPECT_EQ(cut_for_key(katakana, 2), "");
  EXPECT_EQ(cut_for_key(std::string(500, 'a')).size(), 400U);
}

TEST(Content, ComesBackAsItWas) {
  std::mt19937 random(1);
  for (std::size_t size : {0U, 1U, 63U, 64U, 1'000U, 100'000U}) {
    std::string noise(size, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    EXPECT_EQ(unpack(pack(noise)), noise);
    const std::string text(size, 'a');
    EXPECT_EQ(unpack(pack(text)), text);
  }
}

TEST(Content, IsSmallerWhenPacked) { EXPECT_LT(pack(std::string(10'000, 'a')).size(), 200U); }

TEST(Content, IsDamageWhenItsFormatIsUnknownOrItsFrameIsBroken) {
  EXPECT_THROW(unpack(""), Damage);
  EXPECT_THROW(unpack("\x09text"), Damage);
  EXPECT_THROW(unpack("\x01text"), Damage);
  auto packed = pack(std::string(10'000, 'a'));
  packed.resize(packed.size() - 1);
  EXPECT_THROW(unpack(packed), Damage);
  EXPECT_THROW(unpack_json(pack("{\"cut\":")), Damage);
}

TEST(Content, TakesBrokenUtf8AsTextToBeMended) {
  const auto json = unpack_json(pack_json({{"name", "a\xff"}}));
  EXPECT_EQ(json.at("name").get<std::string>(), "a\ufffd");
}

TEST(Sha256, OfPartsIsThatOfTheWhole) {
  Sha256 digest;
  digest.add("abc");
  digest.add("def");
  EXPECT_EQ(digest.finish(), base::sha256("abcdef"));
}

TEST(Gate, ClosesOnlyWhenNobodyIsInside) {
  Gate gate;
  std::atomic<int> inside{0};
  std::atomic<bool> stop{false};
  std::vector<std::jthread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      while (!stop) {
        const Gate::Visit visit(gate);
        ++inside;
        std::this_thread::yield();
        --inside;
      }
    });
  for (int i = 0; i < 200; ++i) {
    const Gate::Closure closed(gate);
    ASSERT_EQ(inside.load(), 0);
    std::this_thread::yield();
    ASSERT_EQ(inside.load(), 0);
  }
  stop = true;
}

}  // namespace
}  // namespace entrad::store
