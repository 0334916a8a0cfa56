#include "ctl/render/progress.h"

#include <array>
#include <cstdio>

#include "base/time_text.h"

namespace entrad::ctl::render {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRedraw(200);
constexpr std::chrono::seconds kRateWindow(30);
constexpr std::chrono::seconds kBetweenLines(60);
constexpr std::size_t kBar = 20;

std::string fixed(double value, const char* format) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

double share(const api::Progress& progress) {
  if (progress.total == 0) return 0;
  const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
  return share > 1 ? 1 : share;
}

std::string bar(const api::Progress& progress) {
  const auto full = static_cast<std::size_t>(share(progress) * static_cast<double>(kBar));
  return "[" + std::string(full, '#') + std::string(kBar - full, '.') + "]";
}

std::string time_left(const api::Progress& progress, double rate) {
  if (progress.done >= progress.total) return "";
  if (progress.eta_seconds)
    return "ETA " + base::human_duration(std::chrono::seconds(*progress.eta_seconds));
  if (rate <= 0) return "";
  const double seconds = static_cast<double>(progress.total - progress.done) / rate;
  return "ETA " + base::human_duration(std::chrono::seconds(static_cast<long>(seconds)));
}

std::string counts(const api::Progress& progress) {
  if (progress.total == 0) return progress.done == 0 ? "" : number(progress.done);
  return bar(progress) + " " + number(progress.done) + " / " + number(progress.total) + "  " +
         fixed(100 * share(progress), "%.0f%%");
}

std::string phase_of(const SeenJob& seen) {
  const std::string& phase = seen.job.progress.phase;
  return clean(seen.state == "running" && !phase.empty() ? phase : seen.state);
}

std::string why(const SeenJob& seen, const View& view) {
  std::string text = phase_of(seen);
  if (!seen.job.reason.empty()) text += ": " + clean(seen.job.reason);
  if (seen.job.until && *seen.job.until > view.now)
    text += ", goes on in " + base::human_duration(*seen.job.until - view.now);
  return text;
}

}  // namespace

std::string progress_line(const SeenJob& seen, double rate, const View& view) {
  const api::Progress& progress = seen.job.progress;
  const bool runs = seen.state == "running";
  std::vector<std::string> parts{runs ? phase_of(seen) : why(seen, view)};
  if (const std::string text = counts(progress); !text.empty()) parts.push_back(text);
  if (runs && rate > 0) parts.push_back(fixed(rate, rate < 10 ? "%.1f/s" : "%.0f/s"));
  if (const std::string left = runs ? time_left(progress, rate) : ""; !left.empty())
    parts.push_back(left);
  return join(parts, "  ");
}

std::string phase_line(const SeenJob& seen, const View& view) {
  const api::Progress& progress = seen.job.progress;
  std::string text = base::rfc3339(view.now) + " job " + seen.job.id.str() + " " +
                     (seen.state == "running" ? phase_of(seen) : why(seen, view));
  if (progress.total > 0) text += "  " + number(progress.done) + " / " + number(progress.total);
  return text;
}

Progress::Progress(Streams& streams, Now now, Mode mode)
    : streams_(streams), now_(std::move(now)), mode_(mode) {}

Progress::~Progress() { finish(); }

void Progress::show(const SeenJob& seen) {
  seen_ = seen;
  measure();
  tick();
}

void Progress::tick() {
  if (mode_ == Mode::silent || !seen_) return;
  const base::WallTime now = now_();
  if (mode_ == Mode::plain) return tell(now);
  if (last_drawn_.empty() || now - drawn_at_ >= kRedraw) draw(now);
}

// A new phase is news at once. Waits for a quota come and go with every window: they, and how far
// the phase is, are told once in a while.
void Progress::tell(base::WallTime now) {
  if (seen_->is_final()) return;
  const api::Progress& progress = seen_->job.progress;
  const bool waits = seen_->state == "waiting";
  const std::string phase = waits ? progress.phase : phase_of(*seen_);
  const std::string line = phase + seen_->state + seen_->job.reason + number(progress.done);
  const bool due = now - drawn_at_ >= kBetweenLines && line != last_plain_;
  if (phase == told_phase_ && !due) return;
  told_phase_ = phase;
  last_plain_ = line;
  drawn_at_ = now;
  streams_.err << phase_line(*seen_, {now, false}) << std::endl;
}

void Progress::note(const std::string& text) {
  if (mode_ == Mode::silent) return;
  finish();
  streams_.err << text << std::endl;
}

void Progress::finish() {
  if (!last_drawn_.empty()) streams_.err << "\r\x1b[K" << std::flush;
  last_drawn_.clear();
}

void Progress::measure() {
  const api::Progress& progress = seen_->job.progress;
  const base::WallTime now = now_();
  const bool anew = progress.phase != sampled_phase_ ||
                    (!samples_.empty() && progress.done < samples_.back().done);
  if (anew) samples_.clear();
  sampled_phase_ = progress.phase;
  samples_.push_back({now, progress.done});
  while (samples_.size() > 2 && now - samples_.front().time > kRateWindow) samples_.pop_front();
}

double Progress::rate() const {
  if (samples_.size() < 2) return 0;
  const auto span = samples_.back().time - samples_.front().time;
  if (span < milliseconds(1000)) return 0;
  return static_cast<double>(samples_.back().done - samples_.front().done) * 1000.0 /
         static_cast<double>(span.count());
}

void Progress::draw(base::WallTime now) {
  const auto room = static_cast<std::size_t>(streams_.width > 1 ? streams_.width - 1 : 1);
  const std::string line = clip(progress_line(*seen_, rate(), {now, false}), room);
  drawn_at_ = now;
  if (line == last_drawn_) return;
  streams_.err << "\r" << line << "\x1b[K" << std::flush;
  last_drawn_ = line;
}

}  // namespace entrad::ctl::render
