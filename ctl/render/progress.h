// Progress: how far a job is, on the error stream, while the client waits for it.
//
// On a terminal one line is redrawn, at most five times a second: bar, counts, rate, time left, or
// why the job waits with a countdown. Elsewhere (a log, a pipe) a plain line is written when the
// phase changes, and once a minute while it lasts, so that a night's log stays short. Silent where
// JSON is asked for. Thread safety: belongs to one thread; refers to the streams of the run.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "ctl/answers.h"
#include "ctl/render/text.h"
#include "ctl/streams.h"

namespace entrad::ctl::render {

// What the line says, without the drawing. `rate` is in things a second, 0 where unknown.
std::string progress_line(const SeenJob& seen, double rate, const View& view);
// What a log says: the time, the job, its phase or why it waits, and how far it is.
std::string phase_line(const SeenJob& seen, const View& view);

class Progress {
 public:
  enum class Mode { silent, plain, live };

  Progress(Streams& streams, Now now, Mode mode);
  ~Progress();  // as finish()
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const SeenJob& seen);
  void tick();                         // lets countdowns run; call it often
  void note(const std::string& text);  // a line of its own
  void finish();                       // takes the live line away

 private:
  struct Sample {
    base::WallTime time{};
    std::uint64_t done = 0;
  };
  void measure();
  double rate() const;
  void draw(base::WallTime now);
  void tell(base::WallTime now);

  Streams& streams_;
  Now now_;
  Mode mode_;
  std::optional<SeenJob> seen_;
  std::deque<Sample> samples_;  // of the present phase, the last half minute
  std::string sampled_phase_;
  std::string told_phase_;
  std::string last_plain_;
  std::string last_drawn_;
  base::WallTime drawn_at_{};
};

}  // namespace entrad::ctl::render
