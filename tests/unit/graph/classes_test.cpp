#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "answer_case.h"
#include "base/text.h"
#include "base/time_text.h"
#include "graph/answers/class_table.h"

namespace entrad::graph {
namespace {

using testing::HasSubstr;

TEST(Classes, AnsweredWith2xxIsDone) {
  Response response;
  response.status = 204;
  EXPECT_EQ(classify("PATCH", "/users/u", response).cls, Class::done);
}

TEST(Classes, WithoutAnAnswerOnlyAWriteThatMayHaveBeenSentIsAmbiguous) {
  Response response;
  response.trouble = "connection reset";
  EXPECT_EQ(classify("POST", "/users", response).cls, Class::transient);
  response.maybe_sent = true;
  EXPECT_EQ(classify("POST", "/users", response).cls, Class::ambiguous);
  EXPECT_EQ(classify("GET", "/users", response).cls, Class::transient);
  EXPECT_THAT(classify("GET", "/users", response).error.message, HasSubstr("connection reset"));
}

TEST(Classes, WithoutAnAnswerAUserIsToldWhereToLook) {
  Response response;
  response.trouble = "the connection was refused by 10.0.0.1:443";
  const base::Error error = classify("GET", "/users", response).error;
  EXPECT_EQ(error.message,
            "Microsoft Graph could not be reached (the connection was refused by 10.0.0.1:443)");
  EXPECT_EQ(error.hint,
            "it is tried again by itself; if it stays, check the network, the proxy if there is "
            "one, and Microsoft's service health");
}

// Every class but done has words, and every row's are as a message has to be.
TEST(ClassTable, EveryRowSpeaksAsWeSpeak) {
  for (const auto rows : {link_rows(), object_rows(), query_rows(), access_rows()})
    for (const ClassRow& row : rows) {
      if (row.cls == Class::done || row.message.empty()) continue;
      EXPECT_FALSE(row.message.ends_with('.')) << row.message;
      EXPECT_FALSE(row.hint.ends_with('.')) << row.hint;
      EXPECT_EQ(row.text, base::ascii_lower(row.text)) << "Graph's text is compared in lower case";
      const bool graphs_name = row.message.starts_with("Graph");
      EXPECT_TRUE(graphs_name || std::islower(static_cast<unsigned char>(row.message[0])))
          << row.message;
    }
}

// A row behind one that takes everything that it would take can never be reached.
TEST(ClassTable, NoRowIsHiddenByAnEarlierOne) {
  std::vector<ClassRow> before;
  const auto takes_in = [](std::string_view wide, std::string_view narrow) {
    return narrow.find(wide) != std::string_view::npos;
  };
  for (const auto rows : {link_rows(), object_rows(), query_rows(), access_rows()})
    for (const ClassRow& row : rows) {
      for (const ClassRow& earlier : before) {
        const bool hidden = (earlier.status == 0 || earlier.status == row.status) &&
                            (earlier.method.empty() ||
                             (!row.method.empty() && takes_in(row.method, earlier.method))) &&
                            takes_in(earlier.path, row.path) &&
                            (earlier.code.empty() || earlier.code == row.code) &&
                            takes_in(earlier.text, row.text);
        EXPECT_FALSE(hidden) << row.message << " is hidden by " << earlier.message;
      }
      before.push_back(row);
    }
}

TEST(Classes, AQueryDoesNotDecideWhatAPathIs) {
  const Verdict verdict =
      classify("POST", "/users?x=/groups/",
               test::refusal(400, test::kBad, "a dynamic value was not expected"));
  EXPECT_EQ(verdict.cls, Class::refused);
  EXPECT_THAT(verdict.error.message, HasSubstr("a dynamic value was not expected"));
}

struct RetryRow {
  const char* name;
  const char* header;
  std::optional<base::Duration> wait;
};
class RetryAfter : public testing::TestWithParam<RetryRow> {};

TEST_P(RetryAfter, IsRead) {
  Response response;
  response.headers["retry-after"] = GetParam().header;
  const auto now = base::parse_time("2026-11-23T18:00:00Z", {}).value();
  EXPECT_EQ(retry_after(response, now), GetParam().wait);
}

using std::chrono::milliseconds;
using std::chrono::seconds;
INSTANTIATE_TEST_SUITE_P(
    Classes, RetryAfter,
    testing::Values(RetryRow{"whole", "17", seconds(17)}, RetryRow{"zero", "0", seconds(0)},
                    RetryRow{"spaces", " 5 ", seconds(5)},
                    RetryRow{"fraction", "2.125", milliseconds(2125)},
                    RetryRow{"date", "Mon, 23 Nov 2026 18:00:30 GMT", seconds(30)},
                    RetryRow{"past", "Mon, 23 Nov 2026 17:00:00 GMT", seconds(0)},
                    RetryRow{"nonsense", "soon", std::nullopt},
                    RetryRow{"negative", "-3", std::nullopt}, RetryRow{"empty", "", std::nullopt}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(RetryAfter, AbsentIsNothing) { EXPECT_EQ(retry_after(Response(), {}), std::nullopt); }

}  // namespace
}  // namespace entrad::graph
