// Text, tables, progress and the event stream, piece by piece.
#include <gtest/gtest.h>

#include "ctl/event_stream.h"
#include "ctl/render/plan.h"
#include "ctl/render/progress.h"
#include "ctl/render/report.h"
#include "ctl/render/table.h"
#include "session.h"

namespace entrad::ctl::render {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Text, WidthIsWhatATerminalUses) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("山田"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("\xff"), 1u);
}

TEST(Text, ClippingNeverCutsACharacterInTwo) {
  EXPECT_EQ(clip("山田太郎", 5), "山田…");
  EXPECT_EQ(clip("山田太郎", 4), "山…");
  EXPECT_EQ(clip("abc", 3), "abc");
  EXPECT_EQ(clip("abcd", 3), "ab…");
}

TEST(Text, WhatDrivesATerminalIsTakenOut) {
  EXPECT_EQ(clean("a\x1b[31mb"), "a\uFFFD[31mb");
  EXPECT_EQ(clean("a\u202Eb\tc\xc3"), "a\uFFFDb c\uFFFD");
  EXPECT_EQ(clean("Ångström 山"), "Ångström 山");
}

TEST(Text, NumbersSizesAndTimesReadWell) {
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(999), "999");
  EXPECT_EQ(number(1000), "1,000");
  EXPECT_EQ(number(1234567), "1,234,567");
  EXPECT_EQ(counted(1, "user"), "1 user");
  EXPECT_EQ(bytes(1023), "1,023 bytes");
  EXPECT_EQ(bytes(1536), "1.5 KiB");
  const View view{test_time(), false};
  EXPECT_EQ(when(test_time() - seconds(185), view), "2026-11-23T18:02:04Z, 3 min 5 s ago");
  EXPECT_EQ(age(test_time() + seconds(30), view), "in 30 s");
}

TEST(Text, WrappingKeepsToTheWidth) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "word ";
  std::istringstream lines("12345" + wrap(words, 5, 5));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), kWidth);
}

TEST(Tables, LineUpInEveryScript) {
  Table table({{"NAME", Column::left, 4}, {"N", Column::right}, {"ID"}});
  table.row({"山田", "7", "x"});
  table.row({"Ada", "1,000", "y"});
  EXPECT_EQ(table.flush({}), "NAME      N  ID\n山田      7  x\nAda   1,000  y\n");
}

TEST(Tables, CutNamesAndNeverIds) {
  Table table({{"NAME", Column::left, 8}, {"ID"}});
  const std::string id(90, 'i');
  table.row({std::string(50, 'n'), id});
  EXPECT_EQ(table.flush({}), "NAME      ID\nnnnnnnn…  " + id + "\n");
}

TEST(Tables, PagesShareOneTitleAndKeepTheirColumns) {
  Table table({{"A"}, {"B"}});
  table.row({"long cell", "1"});
  EXPECT_EQ(table.flush({}), "A          B\nlong cell  1\n");
  table.row({"x", "2"});
  EXPECT_EQ(table.flush({}), "x          2\n");
}

SeenJob running(std::uint64_t done, std::optional<std::uint64_t> eta = {}) {
  SeenJob seen{{}, "restore", "running", nullptr};
  seen.job.id.value = 12;
  seen.job.state = api::JobState::running;
  seen.job.progress.phase = "applying";
  seen.job.progress.done = done;
  seen.job.progress.total = 1000;
  seen.job.progress.eta_seconds = eta;
  return seen;
}

TEST(ProgressLine, ShowsBarCountsRateAndTimeLeft) {
  EXPECT_EQ(progress_line(running(250), 12.5, {}),
            "applying  [#####...............] 250 / 1,000  25%  12/s  ETA 1 min");
  EXPECT_EQ(progress_line(running(250, 90), 0, {}),
            "applying  [#####...............] 250 / 1,000  25%  ETA 1 min 30 s");
}

TEST(ProgressLine, CountsDownWhileTheJobWaits) {
  SeenJob seen = running(250);
  seen.state = "waiting";
  seen.job.reason = "Graph asked to wait";
  seen.job.until = test_time() + seconds(42);
  EXPECT_EQ(
      progress_line(seen, 3, {test_time(), false}),
      "waiting: Graph asked to wait, goes on in 42 s  [#####...............] 250 / 1,000  25%");
}

struct Live {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Streams streams{in, out, err};
  base::WallTime time = test_time();
  Progress progress{streams, [this] { return time; }, Progress::Mode::live};
};

TEST(LiveProgress, IsRedrawnAtMostFiveTimesASecond) {
  Live live;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    live.time += milliseconds(1);
    live.progress.show(running(i));
  }
  const std::string drawn = live.err.str();
  EXPECT_EQ(std::count(drawn.begin(), drawn.end(), '\r'), 5);
}

TEST(LiveProgress, MeasuresTheRateItself) {
  Live live;
  live.progress.show(running(0));
  live.time += seconds(10);
  live.progress.show(running(500));
  EXPECT_NE(live.err.str().find("50/s  ETA 10 s"), std::string::npos) << live.err.str();
}

TEST(LiveProgress, IsTakenAwayAtTheEnd) {
  Live live;
  live.progress.show(running(1));
  live.progress.finish();
  EXPECT_TRUE(live.err.str().ends_with("\r\x1b[K"));
}

SeenJob waiting(std::uint64_t done, base::WallTime until) {
  SeenJob seen = running(done);
  seen.state = "waiting";
  seen.job.state = api::JobState::waiting;
  seen.job.reason = "Graph asked to wait";
  seen.job.until = until;
  return seen;
}

std::vector<std::string> lines_of(const std::ostringstream& text) {
  std::vector<std::string> lines;
  std::istringstream in(text.str());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(PlainProgress, KeepsAnHourOfShortWaitsToALineAMinute) {
  Live live;
  Progress plain(
      live.streams, [&live] { return live.time; }, Progress::Mode::plain);
  for (std::uint64_t second = 0; second < 3600; ++second) {
    live.time += seconds(1);
    plain.show(second % 10 < 8 ? running(second / 4) : waiting(second / 4, live.time + seconds(2)));
  }
  EXPECT_EQ(lines_of(live.err).size(), 60u) << live.err.str();
  EXPECT_TRUE(lines_of(live.err).back().ends_with(" / 1,000")) << live.err.str();
}

TEST(PlainProgress, TellsALongWaitOnceThoughNothingHappens) {
  Live live;
  Progress plain(
      live.streams, [&live] { return live.time; }, Progress::Mode::plain);
  plain.show(running(5));
  plain.show(waiting(5, live.time + seconds(600)));
  for (int second = 0; second < 600; ++second) {
    live.time += seconds(1);
    plain.tick();
  }
  const auto lines = lines_of(live.err);
  ASSERT_EQ(lines.size(), 2u) << live.err.str();
  EXPECT_EQ(
      lines[1],
      "2026-11-23T18:06:09Z job 12 waiting: Graph asked to wait, goes on in 9 min  5 / 1,000");
}

TEST(Proof, DoesNotCallAPartlyRestoredUserEqual) {
  SeenJob seen{{}, "restore", "partial", nullptr};
  seen.job.outcomes = {{"restored", 8}, {"partial", 2}};
  api::Report report_of;
  report_of.verified = 9;
  report_of.not_restored.resize(2);
  report_of.verified_in_part = 1;
  const std::string text = report(report_of, seen, {});
  EXPECT_NE(text.find("Proof: 8 of 10 users read back from Graph and found equal"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("; 1 more in"), std::string::npos) << text;
}

// Every way of cutting a stream in two gives the same events.
TEST(EventStreams, AreReadWhereverTheyAreCut) {
  const std::string bytes =
      ": alive\n\nid: 7\nevent: job\ndata: {\"a\":1}\n\nid: 8\r\ndata:x\r\ndata: y\r\n\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    std::vector<StreamEvent> events;
    EventStream stream([&](const StreamEvent& event) { events.push_back(event); });
    stream.feed(bytes.substr(0, cut));
    stream.feed(bytes.substr(cut));
    ASSERT_EQ(events.size(), 2u) << cut;
    EXPECT_EQ(events[0].name + events[0].id + events[0].data, "job7{\"a\":1}") << cut;
    EXPECT_EQ(events[1].name + events[1].id + events[1].data, "message8x\ny") << cut;
  }
}

TEST(Plan, SaysWhatBecomesOfUsersInAnotherTenant) {
  api::Plan one;
  one.users = 3;
  one.live = 1;
  one.gone = 2;
  one.to_tenant = "borealis";
  one.domain = "borealis.example";
  one.groups_to_create = {"Sales", "Say \x1b[31m"};
  one.counterparts = {{"group Paper", "Papier (by mailNickname)"}};
  one.left_out = {{"the group \"Old\" has no counterpart", 57}};
  SeenJob seen;
  seen.kind = "restore";
  seen.job.tenant = "borealis";
  const std::string text = plan(one, seen, View{test_time(), false});
  for (const char* words :
       {"in tenant borealis, with the domain borealis.example", "not there yet",
        "are made in tenant borealis", "restored to it before", "empty: Sales, Say",
        "group Paper -> Papier (by mailNickname)", "57  the group \"Old\" has no counterpart"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  EXPECT_EQ(text.find("gone for good"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace entrad::ctl::render
