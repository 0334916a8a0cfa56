#include "ctl/render/keeping.h"

#include <algorithm>

#include "base/time_text.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {
namespace {

std::string wrapped(const std::string& words) { return "  " + wrap(words, 4, 2) + "\n"; }

std::string numbers(const std::vector<base::SnapshotNumber>& snapshots) {
  std::vector<std::string> texts;
  for (const auto number : snapshots) texts.push_back(number.str());
  return join(texts, ", ");
}

std::string freed(std::uint64_t rows, std::uint64_t room) {
  return counted(rows, "row") + " with " + bytes(room) + ", which later backups use again";
}

}  // namespace

std::string pin_lines(const std::vector<api::Pin>& pins) {
  std::string text;
  for (const api::Pin& pin : pins)
    text += wrapped("snapshot " + pin.snapshot.str() + " is pinned by " + clean(pin.by) +
                    (pin.note.empty() ? "" : ": " + clean(pin.note)));
  return text;
}

std::string prune_plan(const api::PrunePlan& plan, const View& view) {
  Table table(
      {{"SNAPSHOT", Column::right}, {"SEALED"}, {"AGE"}, {"STAYS"}, {"WHY", Column::left, 20}});
  const bool by_rules = !plan.retention.keeps_all();
  for (const api::Verdict& one : plan.snapshots)
    table.row({one.snapshot.str(), base::rfc3339(one.time), short_age(one.time, view),
               one.kept ? Cell("stays", Tone::good) : Cell("goes", Tone::warning),
               one.kept   ? join(one.why, ", ")
               : by_rules ? "no rule keeps it"
                          : "it is named"});
  std::string text = plan.snapshots.empty() ? "" : table.flush(view);
  if (plan.removed == 0) return text + "Nothing would go: every snapshot is kept.\n";
  text += counted(plan.removed, "snapshot") + " of " + number(plan.snapshots.size()) +
          " would go, and " + freed(plan.rows, plan.bytes) + ".\n";
  if (plan.users_lost == 0) return text;
  return text +
         view.paint(counted(plan.users_lost, "user") + " would be in no snapshot any more",
                    Tone::bad) +
         ": deleted since then, and nothing is left to restore\nthem from. Pin a snapshot that "
         "holds them to keep it.\n";
}

std::string pruned(const api::Pruned& pruned, const View&) {
  std::string text;
  if (!pruned.removed.empty()) text += wrapped("gone: " + numbers(pruned.removed));
  if (!pruned.kept.empty())
    text +=
        wrapped("still there, as pinned, the newest, or read by a job: " + numbers(pruned.kept));
  return text + wrapped(freed(pruned.rows, pruned.bytes));
}

std::string store_check(const api::StoreCheck& check, const View& view) {
  std::string text =
      wrapped("read " + counted(check.rows, "row") + ", " + counted(check.contents, "content") +
              " and " + counted(check.snapshots, "snapshot"));
  if (check.findings.empty())
    return text + wrapped(check.is_complete ? "everything is as it was written"
                                            : "nothing is wrong in what was read");
  for (const std::string& finding : check.findings)
    text += "  " + view.paint("wrong", Tone::bad) + "  " + wrap(clean(finding), 9, 9) + "\n";
  return text;
}

std::string store_copy(const api::StoreCopy& copy, const View& view) {
  return "The store is copied to " + clean(copy.path) + "\n  name   " + clean(copy.name) +
         "\n  takes  " + bytes(copy.bytes) + "\n  made   " + when(copy.made_at, view) + "\n" +
         (copy.replaced.empty()
              ? ""
              : "  for it the oldest went: " + clean(join(copy.replaced, ", ")) + "\n");
}

std::string store_statistics(const api::StoreStatistics& store, const View& view) {
  std::string text = view.paint("The store", Tone::title) + " in " + clean(store.status.path) +
                     ", schema " + std::to_string(store.schema) + "\n" + "  takes      " +
                     bytes(store.file_bytes) + ", " + bytes(store.free_bytes) +
                     " of it free for what comes next\n" + "  disk       " +
                     bytes(store.status.free_disk_bytes) + " free\n";
  for (const auto& [tenant, count] : store.snapshots)
    text += "  " + clean(tenant) + ": " + counted(count, "snapshot") + "\n";
  if (!store.status.trouble.empty())
    text += "  " + view.paint("writes have stopped: ", Tone::bad) +
            wrap(clean(store.status.trouble), 4, 23) + "\n";
  Table table({{"TABLE"}, {"ROWS", Column::right}, {"TAKES", Column::right}});
  auto tables = store.tables;
  std::stable_sort(tables.begin(), tables.end(),
                   [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
  for (const api::StoreTable& one : tables)
    table.row({one.name, number(one.rows), bytes(one.bytes)});
  text += table.flush(view);
  if (store.copies.empty()) return text;
  Table copies({{"COPY"}, {"TAKES", Column::right}, {"MADE"}});
  for (const api::StoreCopy& copy : store.copies)
    copies.row({copy.name, bytes(copy.bytes), when(copy.made_at, view)});
  return text + "\n" + copies.flush(view);
}

}  // namespace entrad::ctl::render
