// Parts: values and links, a user's difference, that of two snapshots, attributes, log, versions.
#include "ctl/render/history.h"

#include "base/json.h"
#include "base/time_text.h"
#include "ctl/render/words.h"

namespace entrad::ctl::render {
namespace {

using nlohmann::json;

std::string moment_text(const api::Moment& moment, const View& view) {
  if (moment.live || !moment.snapshot) return "now (" + base::rfc3339(moment.time) + ")";
  return "snapshot " + moment.snapshot->str() + " of " + when(moment.time, view);
}

std::string value_lines(const api::ValueChange& change, std::size_t indent, const View& view) {
  const std::string margin(indent, ' ');
  std::string text = margin + clean(change.attribute) + "\n";
  const bool elements = !change.added.empty() || !change.removed.empty();
  if (!elements)
    return text + change_lines(clean(value_text(change.from)), clean(value_text(change.to)),
                               !change.from.is_null(), !change.to.is_null(), indent + 2, view);
  for (const json& one : change.removed)
    text += change_lines(clean(value_text(one)), "", true, false, indent + 2, view);
  for (const json& one : change.added)
    text += change_lines("", clean(value_text(one)), false, true, indent + 2, view);
  return text;
}

std::string link_line(const api::LinkChange& link, std::size_t indent, const View& view) {
  std::string name = clean(link.display_name.empty() ? link.id : link.display_name);
  if (!link.detail.empty()) name += " (" + clean(link.detail) + ")";
  const bool added = link.change == "added";
  const bool removed = link.change == "removed";
  const Tone tone = added ? Tone::good : removed ? Tone::bad : Tone::warning;
  return std::string(indent, ' ') +
         view.paint((added     ? "+ "
                     : removed ? "- "
                               : "~ ") +
                        wrap(name, indent + 2, indent + 2),
                    tone) +
         "\n";
}

std::string link_lines(const std::vector<api::LinkChange>& links, std::size_t indent,
                       const View& view) {
  std::string text;
  std::string section;
  for (const api::LinkChange& link : links) {
    if (link.section != section) text += std::string(indent, ' ') + clean(link.section) + "\n";
    section = link.section;
    text += link_line(link, indent + 2, view);
    // What is the same link, but not alike, is told by its own values.
    if (link.change == "changed")
      text += change_lines(clean(value_text(link.from)), clean(value_text(link.to)), true, true,
                           indent + 4, view);
  }
  return text;
}

std::string verdict(const api::UserDifference& difference) {
  if (difference.change == "added") return "was not there before";
  if (difference.change == "removed") return "is gone from the directory";
  if (difference.change == "absent") return "was in the directory at neither time";
  if (difference.change == "unchanged") return "is as it was";
  return "has changed";
}

Tone change_tone(const std::string& change) {
  if (change == "added") return Tone::good;
  return change == "removed" ? Tone::bad : Tone::warning;
}

std::string section_counts(const api::ChangeCounts& counts) {
  std::vector<std::string> parts;
  for (const auto& [section, count] : counts.sections)
    parts.push_back(section + " " + number(count));
  return or_dash(join(parts, ", "));
}

}  // namespace

std::string value_text(const json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return base::json_text(value);
  std::vector<std::string> parts;
  for (const json& part : value) parts.push_back(value_text(part));
  return or_dash(join(parts, ", "));
}

std::string changed_lines(const std::vector<api::ValueChange>& values,
                          const std::vector<api::LinkChange>& links, const View& view) {
  std::string text;
  for (const api::ValueChange& value : values) text += value_lines(value, 2, view);
  return text + link_lines(links, 2, view);
}

std::string user_difference(const api::UserDifference& difference, const View& view) {
  const std::string name =
      clean(difference.display_name.empty() ? difference.id : difference.display_name);
  std::string text = view.paint(name, Tone::title) + " " + verdict(difference) + "\n" + "  from  " +
                     moment_text(difference.from, view) + "\n" + "  to    " +
                     moment_text(difference.to, view) + "\n";
  text += changed_lines(difference.values, difference.links, view);
  for (const auto& [section, why] : difference.unknown)
    text += "  " + view.paint(pad_right(clean(section) + " ", 14), Tone::warning) + " " +
            wrap("not compared: " + clean(why), 17, 17) + "\n";
  return text;
}

Table object_change_table() {
  return Table({{"CHANGE", Column::left, 0, 7},
                {"KIND", Column::left, 0, 4},
                {"NAME", Column::left, 24},
                {"WHAT", Column::left, 12}});
}

void add_object_change(Table& table, const api::ObjectChange& change) {
  const std::string& name =
      change.user_principal_name.empty() ? change.display_name : change.user_principal_name;
  table.row({{change.change, change_tone(change.change)},
             change.kind,
             name.empty() ? change.id : name,
             change.change == "changed" ? join(change.sections, ", ") : std::string()});
}

std::string object_change_details(const api::ObjectChange& change, const View& view) {
  const std::string name = clean(change.display_name.empty() ? change.id : change.display_name);
  const std::string who =
      change.user_principal_name.empty() ? "" : " (" + clean(change.user_principal_name) + ")";
  return view.paint(change.change, change_tone(change.change)) + " " + clean(change.kind) + " " +
         view.paint(name, Tone::title) + who + "\n" +
         changed_lines(change.values, change.links, view);
}

std::string difference_summary(const api::SnapshotDifference& difference, const View& view) {
  std::string text = "from  " + moment_text(difference.from, view) + "\n" + "to    " +
                     moment_text(difference.to, view) + "\n";
  Table table({{"KIND"},
               {"ADDED", Column::right},
               {"REMOVED", Column::right},
               {"CHANGED", Column::right},
               {"IN WHAT", Column::left, 12}});
  for (const auto& [kind, counts] : difference.counts)
    table.row({kind,
               {number(counts.added), counts.added > 0 ? Tone::good : Tone::plain},
               {number(counts.removed), counts.removed > 0 ? Tone::bad : Tone::plain},
               {number(counts.changed), counts.changed > 0 ? Tone::warning : Tone::plain},
               section_counts(counts)});
  return text + (table.empty() ? "no difference\n" : table.flush(view));
}

std::string attribute_changes(const std::vector<api::AttributeVersion>& changes, const View& view) {
  std::string text;
  for (const api::AttributeVersion& change : changes) {
    text += view.paint("snapshot " + change.snapshot.str(), Tone::title) + " of " +
            when(change.time, view) + (change.first ? ", the first that is known" : "") + "\n";
    if (!change.links.empty())
      for (const api::LinkChange& link : change.links) text += link_line(link, 2, view);
    else if (change.first)
      text += "    " + wrap(clean(value_text(change.value.to)), 4, 4) + "\n";
    else {
      // The attribute's name stands in the question: only its values are told.
      std::string lines = value_lines(change.value, 0, view);
      text += lines.substr(lines.find('\n') + 1);
    }
  }
  return text;
}

std::string log_rows(const std::vector<api::LogRow>& rows, const View& view) {
  std::string text;
  for (const api::LogRow& row : rows) {
    const bool well = row.result.empty() || row.result == "success";
    text += clean(row.time) + "  " + view.paint(clean(row.activity), Tone::title);
    if (!row.target.empty()) text += ": " + clean(row.target);
    text += "\n  by " + clean(or_dash(row.by)) + (row.by_kind == "app" ? " (an app)" : "") + ", " +
            view.paint(clean(or_dash(row.result)), well ? Tone::good : Tone::bad);
    if (!row.result_reason.empty()) text += ": " + clean(row.result_reason);
    text += "\n";
    for (const api::ValueChange& change : row.changes) text += value_lines(change, 2, view);
  }
  return text;
}

std::string version_contents(const std::vector<api::VersionContents>& versions, const View& view) {
  std::string text;
  for (const api::VersionContents& version : versions) {
    text += view.paint("snapshot " + version.snapshot.str(), Tone::title) + " of " +
            when(version.time, view) + (version.removed ? ": gone from the directory" : "") + "\n";
    for (const auto& [section, content] : version.contents)
      text += "  " + pad_right(clean(section) + " ", 14) +
              wrap(clean(base::json_text(content)), 16, 16) + "\n";
  }
  return text;
}

}  // namespace entrad::ctl::render
