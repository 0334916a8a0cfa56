// Session: one run of the client against a CannedDaemon, with everything it printed.
// Thread safety: belongs to one test.
#pragma once

#include <cstdlib>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/time_text.h"
#include "ctl/run.h"
#include "fakes/canned_daemon.h"

namespace entrad::ctl {

struct Printed {
  int exit = -1;
  std::string out;
  std::string err;
};

inline base::WallTime test_time() {
  return *base::parse_time("2026-11-23T18:05:09Z", base::WallTime());
}

// An environment variable for as long as this lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name) {
    if (const char* former = std::getenv(name)) former_ = former;
    setenv(name, value.c_str(), 1);
  }
  ~Environment() {
    if (former_)
      setenv(name_, former_->c_str(), 1);
    else
      unsetenv(name_);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::optional<std::string> former_;
};

inline Printed run_with(const std::vector<std::string>& args, const std::string& input = "",
                        const Now& now = test_time) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Streams streams{in, out, err};
  const int exit = run(args, streams, now);
  return {exit, out.str(), err.str()};
}

// The same with the daemon's socket in the environment, so that no output names it.
inline Printed run_against(const fakes::CannedDaemon& daemon, const std::vector<std::string>& args,
                           const std::string& input = "", const Now& now = test_time) {
  const Environment socket("ENTRAD_SOCKET", daemon.socket());
  return run_with(args, input, now);
}

}  // namespace entrad::ctl
