#include "base/time_text.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

namespace entrad::base {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Reads `text` from the left; every step fails for good once one has failed.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) return fail();
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + count, value);
    if (error != std::errc() || end != rest_.data() + count || rest_[0] == '-') return fail();
    rest_.remove_prefix(count);
    return value;
  }
  bool take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(std::string_view any_of) {
    if (!take(any_of)) fail();
  }
  void skip_digits() {
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') rest_.remove_prefix(1);
  }
  char peek() const { return rest_.empty() ? '\0' : rest_[0]; }
  bool at_end() const { return rest_.empty(); }
  bool good() const { return good_; }

 private:
  int fail() {
    good_ = false;
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

minutes read_offset(Reader& in) {
  if (in.at_end() || in.take("Zz")) return minutes(0);
  const int sign = in.peek() == '-' ? -1 : 1;
  in.need("+-");
  const int h = in.digits(2);
  in.need(":");
  return sign * (hours(h) + minutes(in.digits(2)));
}

std::optional<WallTime> parse_stamp(std::string_view text) {
  Reader in(text);
  const int y = in.digits(4);
  in.need("-");
  const int m = in.digits(2);
  in.need("-");
  const int d = in.digits(2);
  const std::chrono::year_month_day date{std::chrono::year(y),
                                         std::chrono::month(static_cast<unsigned>(m)),
                                         std::chrono::day(static_cast<unsigned>(d))};
  if (!in.good() || !date.ok()) return std::nullopt;
  const WallTime day = std::chrono::sys_days(date);
  if (in.at_end()) return day + days(1) - milliseconds(1);
  in.need("Tt ");
  const int hour = in.digits(2);
  in.need(":");
  const int minute = in.digits(2);
  const bool has_seconds = in.take(":");
  const int second = has_seconds ? in.digits(2) : 0;
  if (in.take(".")) in.skip_digits();
  const minutes offset = read_offset(in);
  if (!in.good() || !in.at_end() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto within_minute =
      has_seconds ? milliseconds(seconds(second)) : minutes(1) - milliseconds(1);
  return day + hours(hour) + minutes(minute) + within_minute - offset;
}

struct Unit {
  std::string_view name;
  seconds length;
};
constexpr std::array<Unit, 5> kUnits{{{"week", days(7)},
                                      {"day", days(1)},
                                      {"hour", hours(1)},
                                      {"minute", minutes(1)},
                                      {"second", seconds(1)}}};

std::optional<WallTime> parse_ago(std::string_view text, WallTime now) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0 || end == text.data() + text.size() || *end != ' ')
    return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()) + 1);
  for (const Unit& unit : kUnits)
    if (rest == std::string(unit.name) + " ago" || rest == std::string(unit.name) + "s ago")
      return now - count * unit.length;
  return std::nullopt;
}

}  // namespace

std::string rfc3339(WallTime time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<seconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()),
                unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                int(clock.minutes().count()), int(clock.seconds().count()));
  return text.data();
}

Result<WallTime> parse_time(std::string_view text, WallTime now) {
  const WallTime today = std::chrono::floor<days>(now);
  if (text == "now") return now;
  if (text == "today") return today + days(1) - milliseconds(1);
  if (text == "yesterday") return today - milliseconds(1);
  if (const auto ago = parse_ago(text, now)) return *ago;
  if (const auto stamp = parse_stamp(text)) return *stamp;
  return fail(ErrorKind::invalid_argument, "\"" + std::string(text) + "\" is not a time",
              "write 2026-11-23, 2026-11-23T18:05:00Z, yesterday or \"3 days ago\"");
}

std::string human_duration(Duration duration) {
  auto left = std::chrono::duration_cast<seconds>(duration).count();
  if (left < 0) left = 0;
  struct Part {
    const char* name;
    std::int64_t length;
  };
  constexpr std::array<Part, 4> kParts{{{"d", 86400}, {"h", 3600}, {"min", 60}, {"s", 1}}};
  std::string text;
  int used = 0;
  for (const Part& part : kParts) {
    const auto count = left / part.length;
    left %= part.length;
    if (count == 0 && (used == 0 || used == 2)) continue;
    if (used == 2) break;
    if (count > 0) text += (text.empty() ? "" : " ") + std::to_string(count) + " " + part.name;
    ++used;
  }
  return text.empty() ? "0 s" : text;
}

}  // namespace entrad::base
