// The directory's audit log: rows that are new since the snapshot before, kept for each user that
// they name. Oldest first and ten days at a time, so that a page token that Graph has forgotten
// costs only what came after the newest row that was read.
// Parts: gathering rows; reading; putting them; where the next backup goes on.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "backup/cursors.h"
#include "backup/sweep.h"
#include "base/json.h"
#include "base/time_text.h"
#include "directory/audit_rows.h"
#include "directory/canonical.h"
#include "graph/calls.h"
#include "graph/paging.h"

namespace entrad::backup {
namespace {

using api::Completeness;
using api::ObjectKind;
using api::Section;
using base::ErrorKind;
using base::Guid;
using base::WallTime;
using nlohmann::json;

constexpr std::chrono::hours kRetention{24 * 30};  // Graph keeps rows for 7 or 30 days
constexpr std::chrono::hours kSlice{24 * 10};
constexpr std::chrono::hours kOverlap{1};  // rows may come late
constexpr std::size_t kMostBytes = 192U << 20;
constexpr int kMostRestarts = 3;

// Rows by the users that they name. A user who is gone counts as long as the store knows it.
class Rows {
 public:
  Rows(Sweep& sweep, std::vector<std::string> known)
      : sweep_(sweep), known_(known.begin(), known.end()) {}

  void take(const json& row) {
    const std::string id = text_of(row, "id");
    const std::string time = text_of(row, "activityDateTime");
    if (id.empty() || time.empty() || !seen_.insert(id).second) return;
    if (time > newest_) newest_ = time;
    times_.emplace_back(time, id);
    const auto named = directory::named_in(row);
    note_deletion(row, named);
    if (known_.contains(id)) return;
    std::string text;
    for (const Guid& user : named) {
      if (!is_ours(user)) continue;
      if (text.empty()) text = directory::canonical(row);
      of_users_[user].push_back(static_cast<std::uint32_t>(texts_.size()));
    }
    bytes_ += text.size() + id.size() + time.size();
    if (!text.empty()) texts_.push_back(std::move(text));
  }

  bool is_full() const { return bytes_ > kMostBytes; }
  const std::string& newest() const { return newest_; }

  base::Result<void> put() {
    for (const auto& [user, mine] : of_users_) {
      std::vector<json> rows;
      rows.reserve(mine.size());
      for (const std::uint32_t i : mine) rows.push_back(base::read_json(texts_[i]));
      auto done = sweep_.writer().put(ObjectKind::user, user, Section::audit,
                                      directory::audit_section(std::move(rows)));
      if (!done) return done;
      if (auto going = sweep_.stopped(); !going) return going;
    }
    return {};
  }

  // Those that a reading from `from` on brings again.
  std::vector<std::string> ids_since(const std::string& from) const {
    std::vector<std::string> ids;
    for (const auto& [time, id] : times_)
      if (time >= from) ids.push_back(id);
    return ids;
  }

 private:
  void note_deletion(const json& row, const std::vector<Guid>& named) {
    const auto deletion = directory::deletion_in(row);
    if (!deletion) return;
    for (const Guid& user : named)
      if (user != initiator_of(row)) sweep_.found().deletions[user].push_back(*deletion);
  }

  static Guid initiator_of(const json& row) {
    const json by = row.value("initiatedBy", json());
    const json user = by.is_object() ? by.value("user", json()) : json();
    return Guid::parse(text_of(user, "id")).value_or(Guid());
  }

  bool is_ours(const Guid& id) {
    if (sweep_.people().index(id)) return true;
    if (!sweep_.found().parent) return false;
    const auto [known, is_new] = were_users_.try_emplace(id, false);
    if (is_new)
      known->second = sweep_.store()
                          .snapshots()
                          .last_content(sweep_.tenant(), *sweep_.found().parent, ObjectKind::user,
                                        id, Section::object)
                          .has_value();
    return known->second;
  }

  Sweep& sweep_;
  std::unordered_set<std::string> known_;  // ids of rows that the snapshot before has
  std::unordered_set<std::string> seen_;
  std::vector<std::pair<std::string, std::string>> times_;  // and ids
  std::vector<std::string> texts_;
  std::map<Guid, std::vector<std::uint32_t>> of_users_;  // places in texts_
  std::unordered_map<Guid, bool> were_users_;
  std::string newest_;
  std::size_t bytes_ = 0;
};

class LogReader {
 public:
  LogReader(Sweep& sweep, Rows& rows) : sweep_(sweep), rows_(rows) {}

  // Up to now, or until no more rows fit.
  base::Result<void> read(WallTime from) {
    sweep_.progress().begin("audit log", 0);
    const WallTime now = sweep_.now();
    while (!rows_.is_full()) {
      const bool last = from + kSlice >= now;
      if (auto done = read_slice(from, last ? std::nullopt : std::optional(from + kSlice)); !done)
        return done;
      if (last) return {};
      from += kSlice;
    }
    return {};
  }

 private:
  base::Result<void> read_slice(WallTime from, std::optional<WallTime> to) {
    std::string start = base::rfc3339(from);
    for (int restarts = 0;; ++restarts) {
      const std::string before = rows_.newest();
      auto done = sweep_.session().pages(
          graph::calls::list_directory_audits(start, to ? base::rfc3339(*to) : ""),
          [&](std::string_view page) { return take_page(page); }, sweep_.call());
      if (done || rows_.is_full()) return {};
      if (!graph::is_lost_page(done.error())) return done;
      if (rows_.newest() > before) {  // it went on: from there, as often as it takes
        restarts = 0;
        start = rows_.newest();
      }
      if (restarts == kMostRestarts) return done;
    }
  }

  base::Result<void> take_page(std::string_view page) {
    auto read = for_each_row(sweep_, page, "audit rows", [&](const json& row) { rows_.take(row); });
    if (read && rows_.is_full())
      return base::fail(ErrorKind::failed_precondition, "no more rows fit into one snapshot");
    return read;
  }

  Sweep& sweep_;
  Rows& rows_;
};

WallTime an_hour_before(const std::string& time, WallTime otherwise) {
  const auto parsed = base::parse_time(time, otherwise);
  return parsed ? *parsed - kOverlap : otherwise;
}

void keep(Sweep& sweep, const Rows& rows, const std::optional<AuditCursor>& last) {
  std::string newest = rows.newest();
  if (last && last->newest > newest) newest = last->newest;
  if (newest.empty()) return;
  std::string from = base::rfc3339(an_hour_before(newest, sweep.now()));
  from.pop_back();  // the Z, which a fraction comes before
  sweep.writer().keep_cursor(cursors::kAuditLog,
                             to_text(AuditCursor{newest, rows.ids_since(from)}));
}

// Whoever may read it again goes on where it was read last.
base::Result<void> absent(Sweep& sweep, const base::Error& error,
                          const std::optional<AuditCursor>& last) {
  if (!is_denied(error)) return base::unexpected(error);
  if (last) sweep.writer().keep_cursor(cursors::kAuditLog, to_text(*last));
  sweep.found().why_no_audit = is_unlicensed(error) ? error.message : lacking("AuditLog.Read.All");
  sweep.writer().mark(Section::audit, Completeness::absent, sweep.found().why_no_audit);
  return {};
}

}  // namespace

base::Result<void> sweep_audit_log(Sweep& sweep) {
  const WallTime now = sweep.now();
  const auto last = read_audit_cursor(sweep.cursor(cursors::kAuditLog));
  Rows rows(sweep, last ? last->ids : std::vector<std::string>());
  const WallTime from = last ? an_hour_before(last->newest, now - kRetention) : now - kRetention;
  if (auto read = LogReader(sweep, rows).read(from); !read)
    return absent(sweep, std::move(read).error().within("read the audit log"), last);
  if (auto put = rows.put(); !put) return put;
  keep(sweep, rows, last);
  if (rows.is_full())
    sweep.writer().mark(
        Section::audit, Completeness::partial,
        "the log was read up to " + rows.newest() + "; the next backup goes on from there");
  else
    sweep.writer().mark(Section::audit, Completeness::complete);
  return {};
}

}  // namespace entrad::backup
