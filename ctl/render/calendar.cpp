#include "ctl/render/calendar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "ctl/render/snapshots.h"

namespace entrad::ctl::render {
namespace {

using namespace std::chrono;  // NOLINT: of the standard's calendar, nearly every name is used

constexpr std::size_t kCell = 11;  // columns of one day
constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                             "July",    "August",   "September", "October", "November", "December"};
constexpr std::array kWeekdays{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};

sys_days day_of(base::WallTime time) { return floor<days>(time); }

struct Day {
  std::uint64_t snapshots = 0;
  std::uint64_t changed = 0;
  std::uint64_t users = 0;  // in its last one
  bool full = false;
  bool partial = false;
};

using Days = std::map<sys_days, Day>;

Days days_with(const std::vector<api::Snapshot>& snapshots) {
  Days days_taken;
  for (const api::Snapshot& snapshot : snapshots) {
    Day& day = days_taken[day_of(snapshot.sealed_at)];
    ++day.snapshots;
    day.changed += snapshot.changed + snapshot.removed;
    day.full = day.full || snapshot.kind == api::SnapshotKind::full;
    day.partial = day.partial || !is_whole(snapshot);
    const auto users = snapshot.counts.find("user");
    if (users != snapshot.counts.end()) day.users = users->second;
  }
  return days_taken;
}

// Four columns at most: 999, 1.2k, 57k, 1.2M.
std::string short_number(std::uint64_t value) {
  if (value < 1000) return std::to_string(value);
  const bool thousands = value < 1'000'000;
  const std::uint64_t unit = thousands ? 1000 : 1'000'000;
  std::string text = std::to_string(value / unit);
  if (value / unit < 10) text += "." + std::to_string(value % unit / (unit / 10));
  return text + (thousands ? "k" : "M");
}

struct DayCell {
  std::string marks;
  std::string below;
  Tone tone = Tone::plain;
};

class Month {
 public:
  Month(year_month month, const Days& taken, const View& view)
      : month_(month), taken_(taken), view_(view) {}

  std::string text() const {
    std::string out = title() + "\n";
    for (const char* weekday : kWeekdays) out += pad_right("  " + std::string(weekday), kCell);
    trim_end(out);
    out += "\n";
    const sys_days first = month_ / 1;
    const sys_days end = sys_days(month_ / std::chrono::last) + days(1);
    const unsigned before = weekday(first).iso_encoding() - 1;
    for (sys_days monday = first - days(before); monday < end; monday += days(7))
      out += week(monday, std::max(monday, first), std::min(monday + days(7), end));
    return out;
  }

 private:
  static void trim_end(std::string& text) {
    while (text.ends_with(' ')) text.pop_back();
  }

  std::string title() const {
    const std::string name = std::string(kMonths.at(static_cast<unsigned>(month_.month()) - 1)) +
                             " " + std::to_string(static_cast<int>(month_.year()));
    std::uint64_t with = 0;
    std::uint64_t gaps = 0;
    std::uint64_t least = 0;
    std::uint64_t most = 0;
    for (sys_days day = month_ / 1; day <= sys_days(month_ / std::chrono::last); day += days(1)) {
      if (is_gap(day)) ++gaps;
      const auto found = taken_.find(day);
      if (found == taken_.end()) continue;
      least = with++ == 0 ? found->second.users : std::min(least, found->second.users);
      most = std::max(most, found->second.users);
    }
    std::string facts = counted(with, "day") + " with snapshots";
    if (gaps > 0) facts += ", " + counted(gaps, "day") + " without";
    if (with > 0)
      facts += ", " + (least == most ? "" : number(least) + " to ") + counted(most, "user");
    return view_.paint(name, Tone::title) + "  " + facts;
  }

  bool is_gap(sys_days day) const {
    return !taken_.empty() && day > taken_.begin()->first && day < day_of(view_.now) &&
           !taken_.contains(day);
  }

  DayCell cell(sys_days day) const {
    const auto found = taken_.find(day);
    if (found == taken_.end())
      return is_gap(day) ? DayCell{"--", "", Tone::bad} : DayCell{"", "", Tone::quiet};
    const Day& taken = found->second;
    DayCell cell;
    cell.marks = taken.full ? "F" : "d";
    if (taken.partial) cell.marks += "!";
    if (taken.snapshots > 1) cell.marks += "x" + std::to_string(taken.snapshots);
    cell.below = "~" + short_number(taken.changed);
    cell.tone = taken.partial ? Tone::warning : Tone::good;
    return cell;
  }

  std::string week(sys_days monday, sys_days from, sys_days until) const {
    std::string upper(static_cast<std::size_t>((from - monday).count()) * kCell, ' ');
    std::string lower = upper;
    for (sys_days day = from; day < until; day += days(1)) {
      const DayCell shown = cell(day);
      const auto in_month = static_cast<unsigned>(year_month_day(day).day());
      const std::string text =
          pad_left(std::to_string(in_month), 4) + (shown.marks.empty() ? "" : " ") + shown.marks;
      upper += view_.paint(text, shown.tone);
      if (display_width(text) < kCell) upper += std::string(kCell - display_width(text), ' ');
      lower += pad_right(pad_left(shown.below, 4 + 1 + 2), kCell);
    }
    trim_end(upper);
    trim_end(lower);
    return upper + "\n" + (lower.empty() ? "" : lower + "\n");
  }

  year_month month_;
  const Days& taken_;
  const View& view_;
};

}  // namespace

base::Result<year_month> read_month(const std::string& text) {
  int years = 0;
  unsigned months_in = 0;
  const char* end = text.data() + text.size();
  const auto [dash, bad_year] = std::from_chars(text.data(), end, years);
  if (bad_year == std::errc() && dash != end && *dash == '-') {
    const auto [rest, bad_month] = std::from_chars(dash + 1, end, months_in);
    const year_month month{year(years), std::chrono::month(months_in)};
    if (bad_month == std::errc() && rest == end && month.ok() && years >= 1970) return month;
  }
  return base::fail(base::ErrorKind::invalid_argument, "\"" + text + "\" is no month",
                    "write it as 2026-11");
}

year_month month_of(base::WallTime time) {
  const year_month_day day(day_of(time));
  return {day.year(), day.month()};
}

std::string calendar(const std::vector<api::Snapshot>& snapshots, year_month first,
                     year_month last_month, const View& view) {
  const Days taken = days_with(snapshots);
  std::string text;
  for (year_month month = first; month <= last_month; month += months(1))
    text += Month(month, taken, view).text() + "\n";
  return text +
         wrap(
             "F a full snapshot, d a delta, ! one that is not whole, xN so many that day, "
             "~N versions that changed, -- none. Days are UTC's, as in --at.",
             0, 0) +
         "\n";
}

}  // namespace entrad::ctl::render
