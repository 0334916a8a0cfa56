// Uses a store as a process of its own, and says on stdout, one line each, what was acknowledged:
//   hold DIR       opens it and waits for the end of stdin
//   journal DIR    submits, plans, intends and settles jobs until it is killed
//   snapshots DIR  writes and seals snapshots until it is killed
//   golden DIR     fills it with what golden.h says, and says everything that can be asked of it
//   dump DIR       says everything that can be asked of it, migrated if it is older
//   prune DIR      writes snapshots and prunes those before the newest two until it is killed
//   copy DIR       writes snapshots and copies the store until it is killed
//   leave DIR      puts into a snapshot, commits, and ends without sealing or closing
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "golden.h"
#include "store/journal.h"
#include "store/pruning/pruning.h"
#include "store/snapshots.h"
#include "store/store.h"

namespace entrad {
namespace {

constexpr char kTenant[] = "aurora";

void say(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) std::_Exit(3);
}

template <typename T>
T must(base::Result<T> result) {
  if (!result) {
    say("error " + result.error().message);
    std::_Exit(2);
  }
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

std::vector<store::ItemRow> three_items() {
  std::vector<store::ItemRow> rows(3);
  for (std::uint64_t i = 0; i < rows.size(); ++i) {
    rows[i].item.seq = i;
    rows[i].item.display_name = "user " + std::to_string(i);
  }
  return rows;
}

void one_job(store::Journal& journal) {
  api::Job job;
  job.tenant = kTenant;
  job.kind = api::JobKind::restore;
  job.request = {{"at", "yesterday"}};
  const auto id = must(journal.submit(job)).id;
  say("submitted " + id.str());
  auto rows = three_items();
  must(journal.put_items(id, rows, [](api::Job& row) {
    row.state = api::JobState::running;
    return true;
  }));
  say("planned " + id.str());
  store::Step step;
  step.kind = "patch";
  const auto steps = must(journal.intend(id, {step, step}));
  say("intended " + id.str());
  rows[0].item.outcome = api::Outcome::restored;
  must(journal.settle(id, {steps[0]}, {rows[0]}));
  say("settled " + id.str());
  must(journal.update(id, [](api::Job& row) {
    row.state = api::JobState::partial;
    return true;
  }));
  say("ended " + id.str());
}

// `round` makes every snapshot differ from the one before.
void put_users(store::SnapshotWriter& writer, std::uint64_t round, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[0] = static_cast<std::uint8_t>(i >> 8);
    bytes[1] = static_cast<std::uint8_t>(i);
    const base::Guid id(bytes);
    store::UserSummary summary;
    summary.display_name = "user " + std::to_string(i);
    const auto content =
        "{\"n\":" + std::to_string(i % 7 == 0 ? round : 0) + ",\"i\":" + std::to_string(i) + "}";
    must(writer.put_user(id, summary, content));
  }
}

void one_snapshot(store::Snapshots& snapshots) {
  auto writer = must(snapshots.begin(kTenant, api::SnapshotKind::full, base::WallTime{}));
  put_users(writer, writer.number().value, 2'500);
  writer.mark(api::Section::object, api::Completeness::complete);
  writer.mark_swept(api::ObjectKind::user);
  const auto sealed = must(writer.seal(base::WallTime{}));
  say("sealed " + sealed.number.str());
}

void prune(store::Store& store) {
  std::vector<base::SnapshotNumber> old;
  const auto list = store.snapshots().list(kTenant);
  for (std::size_t i = 0; i + 2 < list.size(); ++i)
    if (i % 3 != 1) old.push_back(list[i].number);
  for (const auto number : must(store.pruning().remove(kTenant, old)))
    say("removed " + number.str());
  must(store.pruning().clean_up(kTenant, {}));
  say("cleaned " + std::to_string(old.size()));
}

void copy(store::Store& store) {
  const auto newest = store.snapshots().list(kTenant).back().number;
  const auto name = "c" + newest.str() + "-" + std::to_string(::getpid());
  const auto copied = store.copy(name, 3);
  if (copied) say("copied " + newest.str());
}

int run(const std::string& mode, const std::string& directory) {
  base::SystemClock clock;
  auto store = must(store::Store::open({directory}, clock));
  say("ready");
  if (mode == "hold") {
    while (std::cin.get() != EOF) {
    }
    return 0;
  }
  if (mode == "golden") store::fill_golden(*store);
  if (mode == "golden" || mode == "dump") {
    say(store::dump(*store));
    return 0;
  }
  if (mode == "leave") {
    auto writer =
        must(store->snapshots().begin(kTenant, api::SnapshotKind::full, base::WallTime{}));
    put_users(writer, 999, 5'000);
    say("left " + writer.number().str());
    std::_Exit(0);
  }
  for (;;) {
    if (mode == "journal")
      one_job(store->journal());
    else
      one_snapshot(store->snapshots());
    if (mode == "prune") prune(*store);
    if (mode == "copy") copy(*store);
  }
}

}  // namespace
}  // namespace entrad

int main(int count, char** arguments) {
  if (count != 3) return 64;
  return entrad::run(arguments[1], arguments[2]);
}
