#include "base/near.h"

#include <gtest/gtest.h>

namespace entrad::base {
namespace {

TEST(Near, CountsEdits) {
  EXPECT_EQ(edits("restor", "restore"), 1U);
  EXPECT_EQ(edits("shw", "show"), 1U);
  EXPECT_EQ(edits("hsow", "show"), 1U);
  EXPECT_EQ(edits("", "show"), 4U);
  EXPECT_EQ(edits("same", "same"), 0U);
}

TEST(Near, FindsTheWordThatWasMeant) {
  const std::vector<std::string> verbs{"list", "show", "versions", "diff", "displayName"};
  EXPECT_EQ(nearest("shw", verbs), "show");
  EXPECT_EQ(nearest("VERSION", verbs), "versions");
  EXPECT_EQ(nearest("disp", verbs), "displayName");
  EXPECT_EQ(nearest("frobnicate", verbs), "");
  EXPECT_EQ(nearest("", verbs), "");
}

}  // namespace
}  // namespace entrad::base
