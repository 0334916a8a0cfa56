// The calendar of snapshots: where weeks begin, what a day says, and what is a gap.
#include "ctl/render/calendar.h"

#include <gtest/gtest.h>

#include <sstream>

#include "ctl/render/words.h"
#include "session.h"

namespace entrad::ctl::render {
namespace {

api::Snapshot on(const std::string& time, api::SnapshotKind kind = api::SnapshotKind::delta) {
  api::Snapshot snapshot;
  snapshot.sealed_at = *base::parse_time(time, base::WallTime());
  snapshot.kind = kind;
  snapshot.changed = 1234;
  snapshot.counts["user"] = 500;
  snapshot.sections["object"] = {api::Completeness::complete, ""};
  return snapshot;
}

std::string november(const std::vector<api::Snapshot>& snapshots) {
  const auto month = *read_month("2026-11");
  return calendar(snapshots, month, month, {test_time(), false});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Calendar, BeginsWeeksOnMonday) {
  // 1 November 2026 is a Sunday.
  const auto lines = lines_of(november({on("2026-11-02T02:00:00Z")}));
  EXPECT_EQ(lines[1].substr(0, 4), "  Mo");
  EXPECT_EQ(lines[2].find_first_not_of(' '), 6U * 11U + 3U) << lines[2];
  EXPECT_TRUE(lines[2].ends_with("1")) << lines[2];
  EXPECT_EQ(lines[3].substr(0, 6), "   2 d");
}

TEST(Calendar, MarksFullPartialAndSeveral) {
  api::Snapshot partial = on("2026-11-03T02:00:00Z");
  partial.sections["roles"] = {api::Completeness::partial, "some could not be read"};
  const std::string text = november({on("2026-11-02T02:00:00Z", api::SnapshotKind::full), partial,
                                     on("2026-11-04T02:00:00Z"), on("2026-11-04T14:00:00Z")});
  EXPECT_NE(text.find("   2 F "), std::string::npos) << text;
  EXPECT_NE(text.find("   3 d!"), std::string::npos) << text;
  EXPECT_NE(text.find("   4 dx2"), std::string::npos) << text;
  EXPECT_NE(text.find("~1.2k"), std::string::npos) << text;
  EXPECT_NE(text.find("~2.4k"), std::string::npos) << text;
}

TEST(Calendar, ShowsGapsOnlyBetweenTheFirstSnapshotAndToday) {
  const std::string text = november({on("2026-11-20T02:00:00Z"), on("2026-11-22T02:00:00Z")});
  EXPECT_NE(text.find("  21 --"), std::string::npos) << text;
  for (const char* day : {"  19 --", "  23 --", "  24 --"})
    EXPECT_EQ(text.find(day), std::string::npos) << text;
  EXPECT_NE(text.find("2 days with snapshots, 1 day without, 500 users"), std::string::npos)
      << text;
}

TEST(Calendar, FitsAnEightyColumnTerminal) {
  std::vector<api::Snapshot> all;
  for (int day = 0; day < 23; ++day)
    for (int i = 0; i < 12; ++i) {
      all.push_back(on("2026-11-01T02:00:00Z", api::SnapshotKind::full));
      all.back().sealed_at += std::chrono::hours(24 * day + i);
      all.back().sections["roles"] = {api::Completeness::partial, "some could not be read"};
    }
  const auto lines = lines_of(november(all));
  ASSERT_TRUE(lines[4].starts_with("   2 F!x12")) << lines[4];
  // The legend below wraps as all text does.
  for (std::size_t i = 0; i < 12; ++i) EXPECT_LE(display_width(lines.at(i)), 80U) << lines[i];
}

TEST(Calendar, RefusesWhatIsNoMonth) {
  for (const char* text : {"", "november", "2026-13", "2026-00", "2026-1-1", "26-11"})
    EXPECT_FALSE(read_month(text)) << text;
  EXPECT_TRUE(read_month("2026-01"));
}

TEST(Words, MarksOnlyWhatDiffers) {
  const auto found = compare_words("the old red mill", "the new red mill");
  ASSERT_EQ(found.from.size(), 4U);
  EXPECT_FALSE(found.from[0].differs);
  EXPECT_TRUE(found.from[1].differs);
  EXPECT_EQ(found.to[1].text, "new");
  EXPECT_TRUE(found.to[1].differs);
  EXPECT_FALSE(found.to[3].differs);
}

TEST(Words, BracketsStandForColourInLongTexts) {
  const std::string before = "one two three four five six seven eight nine ten";
  const std::string after = "one two 3 4 five six seven eight nine ten";
  EXPECT_EQ(change_lines(before, after, true, true, 0, {}),
            "- one two [three four] five six seven eight nine ten\n"
            "+ one two [3 4] five six seven eight nine ten\n");
  EXPECT_EQ(change_lines("Paper", "Pulp", true, true, 2, {}), "  - Paper\n  + Pulp\n");
  EXPECT_EQ(change_lines("", "Pulp", false, true, 0, {}), "+ Pulp\n");
}

}  // namespace
}  // namespace entrad::ctl::render
