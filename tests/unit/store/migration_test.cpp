// Stores of older schemas: the golden ones are migrated, and everything is there as it was.
#include <unistd.h>

#include <fstream>

#include "fakes/campaign.h"
#include "fakes/places.h"
#include "golden.h"
#include "rig.h"
#include "store/migration/migration.h"

namespace entrad::store {
namespace {

class Migrated : public StoreTest {
 protected:
  static std::filesystem::path golden(const std::string& name) {
    return fakes::source_folder() / "tests/golden/stores" / name;
  }
  void take(const std::string& schema) {
    std::filesystem::create_directory(directory_.store());
    std::filesystem::permissions(directory_.store(), std::filesystem::perms::owner_all);
    std::filesystem::copy_file(golden(schema) / "data.mdb", directory_.data());
  }
  std::filesystem::path kept() const {
    return directory_.store() / "copies/before-schema-2-1/data.mdb";
  }
  void expect_all_there() {
    EXPECT_EQ(dump(*store_), read_all(golden("dump.txt")));
    for (const auto& finding : store_->check({}).findings) ADD_FAILURE() << finding;
  }
};

TEST_F(Migrated, Schema1HasEverythingAsItWas) {
  take("schema-1");
  open();
  expect_all_there();
  EXPECT_EQ(read_all(kept()), read_all(golden("schema-1") / "data.mdb"));
  EXPECT_FALSE(std::filesystem::exists(directory_.store() / "migrating"));
  auto writer = begin();
  must(writer.put_user(guid(1), summary("after"), "{\"after\":true}"));
  EXPECT_EQ(seal(writer).number.value, 6U);
  reopen();
  EXPECT_EQ(snapshots().list(kTenant).size(), 6U);
}

TEST_F(Migrated, Schema2OfToday) {
  take("schema-2");
  open();
  expect_all_there();
  EXPECT_FALSE(std::filesystem::exists(kept()));
}

TEST_F(Migrated, GoesOnAfterItWasKilledAtAnyMoment) {
  take("schema-1");
  const int kills = fakes::is_long_campaign() ? 100 : 8;
  for (int i = 0; i < kills && !std::filesystem::exists(kept()); ++i) {
    Child child("dump", directory_.store());
    ::usleep(static_cast<useconds_t>(1'000 + 3'000 * i));
    child.kill();
  }
  open();
  expect_all_there();
  EXPECT_EQ(read_all(kept()), read_all(golden("schema-1") / "data.mdb"));
}

TEST_F(Migrated, DamagedOldStoreIsRefusedAndStaysAsItIs) {
  take("schema-1");
  auto file = read_all(directory_.data());
  constexpr char kFrame[] = "\x28\xb5\x2f\xfd";  // a zstd frame's beginning
  ASSERT_NE(file.find(kFrame), std::string::npos);
  for (auto place = file.find(kFrame); place != std::string::npos;
       place = file.find(kFrame, place + 1))
    file[place + 14] ^= 1;
  std::ofstream(directory_.data(), std::ios::binary) << file;
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, base::ErrorKind::store_damaged) << refused.error().message;
  EXPECT_EQ(read_all(directory_.data()), file);
}

}  // namespace
}  // namespace entrad::store
