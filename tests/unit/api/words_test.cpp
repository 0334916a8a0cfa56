#include "api/words.h"

#include <gtest/gtest.h>

#include <set>

#include "api/error_table.h"
#include "api/jobs.h"
#include "api/snapshots.h"
#include "base/json.h"

namespace entrad::api {
namespace {

TEST(Words, AreReadAsTheyAreWritten) {
  for (const auto word : Words<JobState>::names) EXPECT_EQ(name(*parse<JobState>(word)), word);
  for (const auto word : Words<Outcome>::names) EXPECT_EQ(name(*parse<Outcome>(word)), word);
  for (const auto word : Words<Section>::names) EXPECT_EQ(name(*parse<Section>(word)), word);
  EXPECT_EQ(name(Outcome::already_right), "alreadyRight");
  EXPECT_EQ(name(JobState::cancelled), "cancelled");
  for (const auto word : Words<ObjectKind>::names) EXPECT_EQ(name(*parse<ObjectKind>(word)), word);
  EXPECT_EQ(name(Section::restricted_attributes), "restrictedAttributes");
  EXPECT_EQ(name(ObjectKind::application), "application");
  EXPECT_FALSE(parse<JobState>("done"));
}

TEST(Words, AnUnknownOneInJsonIsNamedInTheError) {
  try {
    (void)nlohmann::json("sleeping").get<JobState>();
    FAIL();
  } catch (const std::invalid_argument& wrong) {
    EXPECT_STREQ(wrong.what(), "\"sleeping\" is no job state");
  }
}

TEST(Words, OnlyFourJobStatesAreFinal) {
  int final_ones = 0;
  for (const auto word : Words<JobState>::names)
    if (is_final(*parse<JobState>(word))) ++final_ones;
  EXPECT_EQ(final_ones, 4);
}

TEST(Wire, StructsSurviveTheWayThroughJson) {
  Job job;
  job.id = {42};
  job.tenant = "aurora";
  job.kind = JobKind::restore;
  job.state = JobState::waiting;
  job.until = *base::parse_time("2026-11-23T18:05:09Z", {});
  job.outcomes = {{"restored", 3}};
  job.progress.eta_seconds = 90;
  job.failure = Failure{"throttled", "wait", "later"};
  const nlohmann::json written = job;
  EXPECT_EQ(written["until"], "2026-11-23T18:05:09Z");
  EXPECT_FALSE(written.contains("endedAt"));
  const nlohmann::json again = written.get<Job>();
  EXPECT_EQ(again, written);
}

TEST(Wire, MissingAndNullFieldsKeepTheirDefaultsAndUnknownOnesAreIgnored) {
  const auto row = base::read_json(R"({"id":"x","mail":null,"newerField":[1,2]})").get<UserRow>();
  EXPECT_EQ(row.id, "x");
  EXPECT_EQ(row.mail, "");
  EXPECT_TRUE(row.account_enabled);
}

TEST(ErrorTable, HasOneRowForEachKindWithItsOwnName) {
  std::set<std::string_view> names;
  for (const ErrorRow& row : error_table()) {
    EXPECT_TRUE(names.insert(row.wire).second) << row.wire;
    EXPECT_EQ(error_kind(row.wire), row.kind);
    EXPECT_EQ(&error_row(row.kind), &row);
    EXPECT_NE(row.exit_code, exit_ok);
    EXPECT_GE(row.http_status, 400);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(base::ErrorKind::internal) + 1);
}

TEST(ErrorTable, ErrorsSurviveTheWire) {
  const base::Error error{base::ErrorKind::conflict, "taken", "rename", {{"id", 1}}};
  const base::Error again = error_from_json(error_json(error));
  EXPECT_EQ(again.kind, error.kind);
  EXPECT_EQ(again.message, error.message);
  EXPECT_EQ(again.hint, error.hint);
  EXPECT_EQ(again.details, error.details);
  EXPECT_EQ(error_from_json("nonsense").kind, base::ErrorKind::internal);
}

}  // namespace
}  // namespace entrad::api
