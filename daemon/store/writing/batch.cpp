#include "store/writing/batch.h"

#include <algorithm>
#include <tuple>

#include "store/rows/snapshot_rows.h"
#include "store/rows/user_rows.h"

namespace entrad::store {
namespace {

constexpr std::size_t kMostRows = 3'000'000;  // 200 MB of places and names
constexpr std::uint64_t kMostBytes = 4ULL << 30U;
constexpr std::size_t kRowsWorthAWrite = 20'000;
// A commit frees the pages that it writes anew, and those can be used again only two commits later:
// small ones keep the file small, and a night's few rows, each in a page of its own, are written in
// the smallest. A first snapshot writes no page anew.
constexpr std::size_t kLeastRowsInOneCommit = 250;
constexpr std::size_t kMostRowsInOneCommit = 2'000;
constexpr std::size_t kRowsInOneFirstCommit = 20'000;
constexpr std::size_t kCommits = 8;  // of a batch, between those bounds
constexpr std::size_t kNamesInOneCommit = 8'000;

}  // namespace

base::Result<void> Batch::add(const Row& row) {
  auto at = spool_.append(row.value);
  if (!at) return base::pass(at);
  if (auto user = spool_.append(row.user); !user) return base::pass(user);
  Place& place = places_.emplace_back();
  place.id = row.id;
  place.at = *at;
  place.value_size = static_cast<std::uint32_t>(row.value.size());
  place.user_size = static_cast<std::uint32_t>(row.user.size());
  place.kind = row.kind;
  place.section = row.section;
  place.changed = row.changed;
  if (row.name.empty()) return {};
  std::copy_n(row.name.begin(), sizeof(Name), names_.emplace_back().begin());
  return {};
}

bool Batch::is_large() const { return places_.size() >= kRowsWorthAWrite; }

bool Batch::is_ended_by(api::ObjectKind kind, api::Section section) const {
  if (!is_large()) return false;
  const Place& last = places_.back();
  return last.kind != kind || last.section != section;
}

bool Batch::is_full() const { return places_.size() >= kMostRows || spool_.size() >= kMostBytes; }

RowView Batch::view(const Place& place) const {
  return {place.kind,
          place.id,
          place.section,
          place.changed,
          spool_.at(place.at, place.value_size),
          spool_.at(place.at + place.value_size, place.user_size)};
}

void Batch::sort() {
  const auto key = [](const Place& place) { return std::tie(place.kind, place.section, place.id); };
  std::stable_sort(places_.begin(), places_.end(),
                   [&](const Place& a, const Place& b) { return key(a) < key(b); });
  const auto kept = std::unique(places_.rbegin(), places_.rend(),
                                [&](const Place& a, const Place& b) { return key(a) == key(b); });
  places_.erase(places_.begin(), kept.base());
  std::sort(names_.begin(), names_.end());
}

base::Result<void> Batch::write(Environment& environment, const Unsealed& to) {
  if (auto done = spool_.finish(); !done) return done;
  sort();
  if (auto done = write_names(environment); !done) return done;
  const std::size_t at_once =
      to.has_parent
          ? std::clamp(places_.size() / kCommits, kLeastRowsInOneCommit, kMostRowsInOneCommit)
          : kRowsInOneFirstCommit;
  std::size_t from = 0;
  do {
    const auto until = std::min(places_.size(), from + at_once);
    std::vector<RowView> rows;
    for (; from < until; ++from) rows.push_back(view(places_[from]));
    auto done = environment.write([&](Write& write) -> base::Result<void> {
      environment.packing().save(write.txn, to.tenant);
      write_rows(write.txn, to, rows);
      if (from == places_.size())
        for (const auto& [name, text] : notes_) put_checkpoint(write.txn, to.tenant, name, text);
      return {};
    });
    if (!done) return done;
  } while (from < places_.size());
  return {};
}

base::Result<void> Batch::write_names(Environment& environment) const {
  for (std::size_t from = 0; from < names_.size(); from += kNamesInOneCommit) {
    const auto until = std::min(names_.size(), from + kNamesInOneCommit);
    auto done = environment.write([&](Write& write) -> base::Result<void> {
      for (auto i = from; i < until; ++i)
        write_name(write.txn, {reinterpret_cast<const char*>(names_[i].data()), sizeof(Name)});
      return {};
    });
    if (!done) return done;
  }
  return {};
}

}  // namespace entrad::store
