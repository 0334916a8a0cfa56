#include "base/time_text.h"

#include <gtest/gtest.h>

namespace entrad::base {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

WallTime now() { return *parse_time("2026-11-23T18:05:09Z", WallTime()); }

struct Row {
  const char* text;
  const char* means;
};
class ParsesTime : public testing::TestWithParam<Row> {};

TEST_P(ParsesTime, AsWritten) {
  const auto time = parse_time(GetParam().text, now());
  ASSERT_TRUE(time) << time.error().message;
  EXPECT_EQ(rfc3339(*time), GetParam().means);
}

INSTANTIATE_TEST_SUITE_P(Times, ParsesTime,
                         testing::Values(Row{"2026-11-23T18:05:09Z", "2026-11-23T18:05:09Z"},
                                         Row{"2026-11-23T18:05:09.123Z", "2026-11-23T18:05:09Z"},
                                         Row{"2026-11-23T19:05:09+01:00", "2026-11-23T18:05:09Z"},
                                         Row{"2026-11-23T12:35:09-05:30", "2026-11-23T18:05:09Z"},
                                         Row{"2026-11-23 18:05", "2026-11-23T18:05:59Z"},
                                         Row{"2026-11-23T19:05+01:00", "2026-11-23T18:05:59Z"},
                                         Row{"2024-02-29", "2024-02-29T23:59:59Z"},
                                         Row{"now", "2026-11-23T18:05:09Z"},
                                         Row{"today", "2026-11-23T23:59:59Z"},
                                         Row{"yesterday", "2026-11-22T23:59:59Z"},
                                         Row{"3 days ago", "2026-11-20T18:05:09Z"},
                                         Row{"1 hour ago", "2026-11-23T17:05:09Z"},
                                         Row{"2 weeks ago", "2026-11-09T18:05:09Z"}));

class RefusesTime : public testing::TestWithParam<const char*> {};

TEST_P(RefusesTime, WithAHint) {
  const auto time = parse_time(GetParam(), now());
  ASSERT_FALSE(time);
  EXPECT_EQ(time.error().kind, ErrorKind::invalid_argument);
  EXPECT_FALSE(time.error().hint.empty());
}

INSTANTIATE_TEST_SUITE_P(Times, RefusesTime,
                         testing::Values("", "tomorrow", "2026-13-01", "2026-02-30", "2026-11-2",
                                         "2026-11-23T25:00:00Z", "2026-11-23T18:05:09X",
                                         "2026-11-23T18:05:09Z trailing", "-3 days ago",
                                         "3 fortnights ago", "3 days", "2026-11-23T18"));

TEST(Duration, IsWrittenInAtMostTwoUnits) {
  EXPECT_EQ(human_duration(seconds(0)), "0 s");
  EXPECT_EQ(human_duration(seconds(47)), "47 s");
  EXPECT_EQ(human_duration(seconds(185)), "3 min 5 s");
  EXPECT_EQ(human_duration(hours(2)), "2 h");
  EXPECT_EQ(human_duration(hours(2) + seconds(61)), "2 h 1 min");
  EXPECT_EQ(human_duration(hours(99)), "4 d 3 h");
  EXPECT_EQ(human_duration(seconds(-5)), "0 s");
}

}  // namespace
}  // namespace entrad::base
