#include "ctl/render/snapshots.h"

#include <algorithm>

#include "base/time_text.h"
#include "ctl/render/table.h"

namespace entrad::ctl::render {
namespace {

std::string count_of(const api::Snapshot& snapshot, const char* kind) {
  const auto found = snapshot.counts.find(kind);
  return found == snapshot.counts.end() ? "0" : number(found->second);
}

bool is_expected(const std::string& section) {
  return std::any_of(api::kExpectedSections.begin(), api::kExpectedSections.end(),
                     [&](api::Section one) { return api::name(one) == section; });
}

// Sections that nobody asked to back up are absent without a reason; that is no fault.
bool lacks(const std::string& section, const api::SectionState& state) {
  return state.completeness == api::Completeness::partial ||
         (state.completeness == api::Completeness::absent && !state.reason.empty() &&
          is_expected(section));
}

Cell completeness(const api::Snapshot& snapshot) {
  std::vector<std::string> lacking;
  for (const auto& [section, state] : snapshot.sections)
    if (lacks(section, state)) lacking.push_back(section);
  if (lacking.empty()) return {"complete", Tone::good};
  return {"not whole: " + join(lacking, ", "), Tone::warning};
}

Tone tone_of_section(const std::string& section, const api::SectionState& state) {
  if (state.completeness == api::Completeness::complete) return Tone::good;
  return lacks(section, state) ? Tone::warning : Tone::quiet;
}

std::string section_lines(const api::Snapshot& snapshot, const View& view) {
  std::string text = "  sections\n";
  for (const auto& [section, state] : snapshot.sections) {
    const std::string word(api::name(state.completeness));
    text +=
        "    " + pad_right(section + " ", 14) +
        view.paint(pad_right(word, state.reason.empty() ? 0 : 10), tone_of_section(section, state));
    if (!state.reason.empty()) text += wrap(clean(state.reason), 28, 28);
    text += "\n";
  }
  return text;
}

std::string count_lines(const api::Snapshot& snapshot) {
  std::string text = "  holds\n";
  for (const auto& [kind, count] : snapshot.counts)
    text += "    " + pad_left(number(count), 9) + "  " + clean(kind) + "\n";
  return text;
}

}  // namespace

bool is_whole(const api::Snapshot& snapshot) {
  return std::none_of(snapshot.sections.begin(), snapshot.sections.end(),
                      [](const auto& section) { return lacks(section.first, section.second); });
}

std::string snapshot_table(const std::vector<api::Snapshot>& snapshots, const View& view) {
  Table table({{"SNAPSHOT", Column::right},
               {"SEALED"},
               {"AGE"},
               {"KIND"},
               {"USERS", Column::right},
               {"GROUPS", Column::right},
               {"CHANGED", Column::right},
               {"REMOVED", Column::right},
               {"SECTIONS", Column::left, 9}});
  for (const api::Snapshot& snapshot : snapshots)
    table.row({snapshot.number.str(), base::rfc3339(snapshot.sealed_at),
               short_age(snapshot.sealed_at, view), std::string(api::name(snapshot.kind)),
               count_of(snapshot, "user"), count_of(snapshot, "group"), number(snapshot.changed),
               number(snapshot.removed), completeness(snapshot)});
  return table.flush(view);
}

std::string snapshot_details(const api::Snapshot& snapshot, bool parent_pruned, const View& view) {
  std::string text =
      view.paint("Snapshot " + snapshot.number.str(), Tone::title) + " of " +
      clean(snapshot.tenant) + ", " + std::string(api::name(snapshot.kind)) + "\n" +
      "  sealed      " + when(snapshot.sealed_at, view) + "\n" + "  took        " +
      base::human_duration(snapshot.sealed_at - snapshot.started_at) + "\n" + "  parent      " +
      (snapshot.parent.value == 0 ? "none, it is the first" : snapshot.parent.str()) +
      (parent_pruned ? ", which was pruned" : "") + "\n" + "  since then  " +
      counted(snapshot.changed, "changed version") + ", " + counted(snapshot.removed, "object") +
      " gone\n" + "  digest      " + clean(snapshot.digest) + "\n";
  return text + count_lines(snapshot) + section_lines(snapshot, view);
}

}  // namespace entrad::ctl::render
