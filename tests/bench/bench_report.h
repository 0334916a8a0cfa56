// One line a goal, "NAME VALUE GOAL ok|short", and whether any fell short.
// Thread safety: none needed.
#pragma once

#include <cstdio>
#include <string>

namespace entrad::bench {

class BenchReport {
 public:
  // The smaller the better; `goal` is the most that is good enough.
  void line(const std::string& name, double value, double goal) {
    const bool ok = value <= goal;
    if (!ok) any_short_ = true;
    std::printf("%-34s %10.3f %10.3f %s\n", name.c_str(), value, goal, ok ? "ok" : "short");
    std::fflush(stdout);
  }
  // A figure without a goal, for whoever wants to know what a ratio is made of.
  void note(const std::string& name, double value, const std::string& unit) {
    std::printf("# %-32s %10.3f %s\n", name.c_str(), value, unit.c_str());
    std::fflush(stdout);
  }
  int exit_code() const { return any_short_ ? 1 : 0; }

 private:
  bool any_short_ = false;
};

}  // namespace entrad::bench
