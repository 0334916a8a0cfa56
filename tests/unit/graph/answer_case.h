// One answer of Graph and what it means to us: a row of the table tests of the error classes.
// Thread safety: plain values, pure functions.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "graph/answers/classes.h"

namespace entrad::graph::test {

struct AnswerCase {
  const char* name;
  const char* method;
  const char* path;
  int status;
  const char* code;
  const char* message;  // Graph's words
  Class cls;
  const char* text = "";  // what a user sees
  const char* hint = "";
};

inline std::string case_name(const testing::TestParamInfo<AnswerCase>& row) {
  return row.param.name;
}

// A refusal in the shape that Graph gives it.
inline Response refusal(int status, const std::string& code, const std::string& message,
                        const nlohmann::json& details = nullptr) {
  nlohmann::json error = {{"code", code},
                          {"message", message},
                          {"innerError",
                           {{"date", "2026-11-23T18:00:00"},
                            {"request-id", "5b6c5e05-6f3e-4d39-8a4e-000000000001"},
                            {"client-request-id", "5b6c5e05-6f3e-4d39-8a4e-000000000002"}}}};
  if (!details.is_null()) error["details"] = details;
  Response response;
  response.status = status;
  response.headers["content-type"] = "application/json";
  response.body = base::json_text({{"error", error}});
  return response;
}

inline void expect_meaning(const AnswerCase& row, const Response& response) {
  const Verdict verdict = classify(row.method, row.path, response);
  EXPECT_EQ(name(verdict.cls), name(row.cls));
  if (row.cls == Class::done) return;
  EXPECT_EQ(verdict.error.message, row.text);
  EXPECT_EQ(verdict.error.hint, row.hint);
  EXPECT_EQ(verdict.error.details.at("status"), row.status);
}

inline void expect_meaning(const AnswerCase& row) {
  expect_meaning(row, refusal(row.status, row.code, row.message));
}

constexpr const char* kBad = "Request_BadRequest";
constexpr const char* kDenied = "Authorization_RequestDenied";
constexpr const char* kNotFound = "Request_ResourceNotFound";
constexpr const char* kReport = "this is a mistake in entrad: please report it with the details";

}  // namespace entrad::graph::test
