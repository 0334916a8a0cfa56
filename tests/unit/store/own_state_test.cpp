#include "store/own_state.h"

#include <gtest/gtest.h>

#include "rig.h"

namespace entrad::store {
namespace {

class OwnStateTest : public StoreTest {
 protected:
  void SetUp() override { open(); }
  OwnState& own() { return store_->own_state(); }
};

TEST_F(OwnStateTest, IsKeptOverARestartByName) {
  must(own().keep("governor", {{"used", 3}}));
  must(own().keep("other", {1, 2}));
  must(own().keep("governor", {{"used", 4}}));
  reopen();
  EXPECT_EQ(must(own().kept("governor")).value(), nlohmann::json({{"used", 4}}));
  EXPECT_EQ(must(own().kept("other")).value(), nlohmann::json({1, 2}));
}

TEST_F(OwnStateTest, IsNothingBeforeItWasKept) {
  EXPECT_EQ(must(own().kept("governor")), std::nullopt);
  EXPECT_EQ(must(own().kept("")), std::nullopt);
}

}  // namespace
}  // namespace entrad::store
