// Answers: the daemon's JSON as the structs of daemon/api, and jobs as a person sees them.
//
// A newer daemon may use words that this program does not know; a job in an unknown state is "not
// final", and its word is shown as it came. Thread safety: pure functions and plain values.
#pragma once

#include <string>

#include "api/jobs.h"
#include "base/result.h"

namespace entrad::ctl {

inline base::unexpected<base::Error> not_understood(const std::string& what) {
  return base::fail(base::ErrorKind::internal, "the daemon's answer is not understood: " + what,
                    "compare the versions of both programs: entractl version");
}

// Errors: internal, when the answer does not have the struct's shape.
template <typename T>
base::Result<T> understand(const nlohmann::json& answer) {
  try {
    return answer.get<T>();
  } catch (const std::exception& problem) {
    return not_understood(problem.what());
  }
}

struct SeenJob {
  api::Job job;
  std::string kind;    // as the daemon wrote it
  std::string state;   // as the daemon wrote it
  nlohmann::json raw;  // the whole answer, for --json

  bool is_final() const;
  bool is_held() const { return state == "held"; }
};

base::Result<SeenJob> read_job(const nlohmann::json& answer);

// The exit code that a job's end stands for: 0 succeeded, 3 partial, 9 failed because of Graph,
// 5 for want of a permission or a good credential, 1 failed otherwise or cancelled, 7 held or
// otherwise not at its end.
int exit_code(const SeenJob& seen);

}  // namespace entrad::ctl
