#include "store/pruning/retention.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace entrad::store {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

// Two snapshots of one period have the same number, a later period a larger one.
using Period = std::function<std::int64_t(sys_days)>;

std::int64_t day_of(sys_days day) { return day.time_since_epoch().count(); }
// 1970-01-01 was a Thursday: three days make it the fourth of its week.
std::int64_t week_of(sys_days day) {
  constexpr std::int64_t kSinceMonday = 3;
  constexpr std::int64_t kDays = 7;
  const auto shifted = day_of(day) + kSinceMonday;
  return (shifted - (shifted % kDays + kDays) % kDays) / kDays;
}
std::int64_t year_of(sys_days day) { return static_cast<int>(year_month_day(day).year()); }
std::int64_t month_of(sys_days day) {
  constexpr std::int64_t kMonths = 12;
  return year_of(day) * kMonths + static_cast<unsigned>(year_month_day(day).month());
}

bool is_complete(const api::Snapshot& snapshot) {
  return std::none_of(snapshot.sections.begin(), snapshot.sections.end(), [](const auto& section) {
    return section.second.completeness == api::Completeness::partial;
  });
}

class Judge {
 public:
  Judge(const std::vector<api::Snapshot>& snapshots, base::WallTime now)
      : snapshots_(snapshots), now_(now) {
    for (const auto& snapshot : snapshots)
      verdicts_.push_back({snapshot.number, snapshot.sealed_at, false, {}});
  }

  void newest() {
    if (!snapshots_.empty()) keep(snapshots_.size() - 1, "the newest");
  }

  void always() {
    newest();
    for (std::size_t i = snapshots_.size(); i-- > 0;)
      if (is_complete(snapshots_[i])) return keep(i, "the newest complete one");
  }

  void last(std::uint64_t count) {
    for (std::size_t i = snapshots_.size(); i-- > 0 && count > 0; --count) keep(i, "last");
  }

  void within(std::uint64_t count) {
    if (count == 0) return;
    for (std::size_t i = 0; i < snapshots_.size(); ++i)
      if (snapshots_[i].sealed_at > now_ - days(count)) keep(i, "within days");
  }

  // The newest of each of the last `count` periods that have snapshots.
  void newest_of_each(std::uint64_t count, const Period& period, const char* rule) {
    std::optional<std::int64_t> before;
    for (std::size_t i = snapshots_.size(); i-- > 0 && count > 0;) {
      const auto of = period(std::chrono::floor<days>(snapshots_[i].sealed_at));
      if (before == of) continue;
      before = of;
      --count;
      keep(i, rule);
    }
  }

  void not_named(const std::vector<base::SnapshotNumber>& named) {
    for (std::size_t i = 0; i < snapshots_.size(); ++i)
      if (std::find(named.begin(), named.end(), snapshots_[i].number) == named.end())
        keep(i, "not named");
  }

  void others(const OtherReasons& reasons) {
    for (std::size_t i = 0; i < snapshots_.size(); ++i) {
      const auto [begin, end] = reasons.equal_range(snapshots_[i].number);
      for (auto reason = begin; reason != end; ++reason) keep(i, reason->second);
    }
  }

  void all() {
    for (std::size_t i = 0; i < snapshots_.size(); ++i) keep(i, "no rule removes any");
  }

  std::vector<api::Verdict> verdicts() { return std::move(verdicts_); }

 private:
  void keep(std::size_t index, const std::string& why) {
    verdicts_[index].kept = true;
    verdicts_[index].why.push_back(why);
  }

  const std::vector<api::Snapshot>& snapshots_;
  const base::WallTime now_;
  std::vector<api::Verdict> verdicts_;
};

}  // namespace

std::vector<api::Verdict> judge(const std::vector<api::Snapshot>& snapshots,
                                const api::Retention& retention, const OtherReasons& others,
                                base::WallTime now) {
  Judge judge(snapshots, now);
  judge.always();
  if (retention.keeps_all()) judge.all();
  judge.last(retention.last);
  judge.within(retention.within_days);
  judge.newest_of_each(retention.daily, day_of, "daily");
  judge.newest_of_each(retention.weekly, week_of, "weekly");
  judge.newest_of_each(retention.monthly, month_of, "monthly");
  judge.newest_of_each(retention.yearly, year_of, "yearly");
  judge.others(others);
  return judge.verdicts();
}

std::vector<api::Verdict> judge_named(const std::vector<api::Snapshot>& snapshots,
                                      const std::vector<base::SnapshotNumber>& named,
                                      const OtherReasons& others) {
  Judge judge(snapshots, {});
  judge.newest();
  judge.others(others);
  judge.not_named(named);
  return judge.verdicts();
}

}  // namespace entrad::store
