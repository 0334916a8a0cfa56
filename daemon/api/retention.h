// Retention: how long snapshots are kept, which are pinned, what a prune would do or did, and what
// a check of the whole store found. Thread safety: plain values.
#pragma once

#include <string>
#include <vector>

#include "api/wire.h"
#include "base/ids.h"

namespace entrad::api {

// Which snapshots are kept; the others may be pruned. A snapshot that one rule keeps is kept. Days,
// weeks (from Monday), months and years are those of UTC, and only those that have snapshots are
// counted, so that nothing goes because backups stood still. All zero: everything is kept.
struct Retention {
  std::uint64_t last = 0;         // the newest so many
  std::uint64_t within_days = 0;  // all that are younger than so many days
  std::uint64_t daily = 0;        // the newest of each of the last so many days
  std::uint64_t weekly = 0;
  std::uint64_t monthly = 0;
  std::uint64_t yearly = 0;

  bool keeps_all() const { return last + within_days + daily + weekly + monthly + yearly == 0; }
  bool operator==(const Retention&) const = default;
  template <typename F>
  void fields(F&& f) {
    f("last", last);
    f("withinDays", within_days);
    f("daily", daily);
    f("weekly", weekly);
    f("monthly", monthly);
    f("yearly", yearly);
  }
};

// A snapshot that no rule removes.
struct Pin {
  base::SnapshotNumber snapshot;
  std::string note;  // why, in the words of whoever pinned it
  std::string by;
  base::WallTime at{};

  template <typename F>
  void fields(F&& f) {
    f("snapshot", snapshot);
    f("note", note);
    f("by", by);
    f("at", at);
  }
};

// What becomes of one snapshot.
struct Verdict {
  base::SnapshotNumber snapshot;
  base::WallTime time{};
  bool kept = true;
  std::vector<std::string> why;  // the rules that keep it

  template <typename F>
  void fields(F&& f) {
    f("snapshot", snapshot);
    f("time", time);
    f("kept", kept);
    f("why", why);
  }
};

// What a prune would do, or did.
struct PrunePlan {
  std::string tenant;
  Retention retention;
  std::vector<Verdict> snapshots;  // all, oldest first
  std::uint64_t removed = 0;       // snapshots that go
  std::uint64_t rows = 0;          // rows that go with them
  std::uint64_t bytes = 0;         // of those rows; later backups use their room again
  std::uint64_t users_lost = 0;    // users that are in no snapshot which stays

  template <typename F>
  void fields(F&& f) {
    f("tenant", tenant);
    f("retention", retention);
    f("snapshots", snapshots);
    f("removed", removed);
    f("rows", rows);
    f("bytes", bytes);
    f("usersLost", users_lost);
  }
};

// What reading the whole store again found.
struct StoreCheck {
  std::uint64_t rows = 0;             // of all tables
  std::uint64_t snapshots = 0;        // whose digest was computed anew
  std::uint64_t contents = 0;         // that were unpacked and hashed
  std::vector<std::string> findings;  // what is wrong and where; the first 100
  bool is_complete = true;            // false: it was stopped before it had read everything

  bool is_sound() const { return findings.empty(); }
  template <typename F>
  void fields(F&& f) {
    f("rows", rows);
    f("snapshots", snapshots);
    f("contents", contents);
    f("findings", findings);
    f("complete", is_complete);
  }
};

}  // namespace entrad::api
