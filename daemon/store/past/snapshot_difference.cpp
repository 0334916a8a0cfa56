#include "store/past/snapshot_difference.h"

#include <algorithm>
#include <tuple>

#include "base/json.h"
#include "directory/difference.h"
#include "store/past/history.h"
#include "store/past/names.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

// An object of which some sections were written between the two.
struct Touched {
  ObjectKind kind = ObjectKind::user;
  Guid id;
  std::uint16_t sections = 0;  // bit n: the section with number n
};

// A log grows, and who deleted an object belongs to its end: neither is a change of the object.
bool counts(Section section) { return section != Section::audit && section != Section::deletion; }

std::vector<Section> sections_of(std::uint16_t bits) {
  std::vector<Section> sections;
  for (std::size_t i = 0; i < api::Words<Section>::names.size(); ++i)
    if (((bits >> i) & 1U) != 0 && counts(static_cast<Section>(i)))
      sections.push_back(static_cast<Section>(i));
  return sections;
}

std::string cursor_of(ObjectKind kind, const Guid& id) {
  return std::string(api::name(kind)) + ":" + id.str();
}

base::Result<std::optional<Touched>> read_cursor(const std::string& cursor) {
  if (cursor.empty()) return std::optional<Touched>();
  const auto colon = cursor.find(':');
  const auto kind = api::parse<ObjectKind>(cursor.substr(0, colon));
  const auto id = colon == std::string::npos ? std::nullopt : Guid::parse(cursor.substr(colon + 1));
  if (kind && id) return std::optional<Touched>({*kind, *id, 0});
  return base::fail(base::ErrorKind::invalid_argument, "\"" + cursor + "\" is no cursor",
                    "give back the `cursor` of the page before, or none");
}

class Comparison {
 public:
  Comparison(const Snapshots& snapshots, const std::string& tenant, const api::Snapshot& from,
             const api::Snapshot& to, const DifferenceQuery& query)
      : snapshots_(snapshots),
        tenant_(tenant),
        from_(from),
        to_(to),
        query_(query),
        from_names_(snapshots, tenant, from.number),
        to_names_(snapshots, tenant, to.number) {}

  base::Result<api::SnapshotDifference> run() {
    const auto start = read_cursor(query_.cursor);
    if (!start) return base::unexpected(start.error());
    out_.from = moment_of(from_);
    out_.to = moment_of(to_);
    const bool first_page = !start->has_value();
    const auto [older, newer] = std::minmax(from_.number, to_.number);
    snapshots_.for_each_change(tenant_, older, newer,
                               [&](ObjectKind kind, const Guid& id, std::uint16_t sections) {
                                 const Touched object{kind, id, sections};
                                 if (first_page || is_after(**start, object)) take(object);
                                 return first_page || !out_.cursor;
                               });
    return std::move(out_);
  }

 private:
  static bool is_after(const Touched& cursor, const Touched& one) {
    return std::tie(cursor.kind, cursor.id) < std::tie(one.kind, one.id);
  }

  void take(const Touched& object) {
    api::ObjectChange change = fate_of(object);
    if (change.change.empty()) return;
    count(change);
    const bool wanted = (!query_.kind || api::name(*query_.kind) == change.kind) &&
                        (query_.change.empty() || query_.change == change.change);
    if (!wanted || out_.cursor) return;
    if (out_.objects.size() == query_.limit) {
      const auto& last = out_.objects.back();
      out_.cursor = cursor_of(*api::parse<ObjectKind>(last.kind), *Guid::parse(last.id));
      return;
    }
    describe(object, change);
    out_.objects.push_back(std::move(change));
  }

  // What was touched may have become again as it was; then there is no change.
  api::ObjectChange fate_of(const Touched& object) {
    api::ObjectChange change;
    change.id = object.id.str();
    change.kind = api::name(object.kind);
    const SectionFate whole = fate(object, Section::object);
    for (const Section section : sections_of(object.sections))
      if (fate(object, section).differs) change.sections.emplace_back(api::name(section));
    if (whole.before != whole.after)
      change.change = whole.after ? "added" : "removed";
    else if (whole.after && !change.sections.empty())
      change.change = "changed";
    return change;
  }

  SectionFate fate(const Touched& object, Section section) const {
    return snapshots_.fate(tenant_, from_.number, to_.number, object.kind, object.id, section);
  }

  void count(const api::ObjectChange& change) {
    api::ChangeCounts& counts = out_.counts[change.kind];
    if (change.change == "added") ++counts.added;
    if (change.change == "removed") ++counts.removed;
    if (change.change != "changed") return;
    ++counts.changed;
    for (const std::string& section : change.sections) ++counts.sections[section];
  }

  void describe(const Touched& object, api::ObjectChange& change) {
    const bool removed = change.change == "removed";
    const json named = content(removed ? from_ : to_, object, Section::object);
    change.display_name = text_at(named, "displayName");
    if (change.display_name.empty()) change.display_name = text_at(named, "skuPartNumber");
    change.user_principal_name = text_at(named, "userPrincipalName");
    if (!query_.details || change.change != "changed") return;
    for (const std::string& name : change.sections)
      add_details(object, *api::parse<Section>(name), change);
  }

  void add_details(const Touched& object, Section section, api::ObjectChange& change) {
    const json before = content(from_, object, section);
    const json after = content(to_, object, section);
    if (!directory::holds_elements(section)) {
      for (auto& value : directory::compare_values(before, after))
        change.values.push_back(std::move(value));
      return;
    }
    for (auto& link : link_changes(section, before, after, from_names_, to_names_))
      change.links.push_back(std::move(link));
  }

  json content(const api::Snapshot& snapshot, const Touched& object, Section section) const {
    const auto text = snapshots_.content(tenant_, snapshot.number, object.kind, object.id, section);
    return text ? base::read_json(*text) : json();
  }

  const Snapshots& snapshots_;
  const std::string& tenant_;
  const api::Snapshot& from_;
  const api::Snapshot& to_;
  const DifferenceQuery& query_;
  Names from_names_;
  Names to_names_;
  api::SnapshotDifference out_;
};

}  // namespace

base::Result<api::SnapshotDifference> difference(const Snapshots& snapshots,
                                                 const std::string& tenant,
                                                 const api::Snapshot& from, const api::Snapshot& to,
                                                 const DifferenceQuery& query) {
  auto answer = Comparison(snapshots, tenant, from, to, query).run();
  // Counts are of everything; a page after the first has counted only its own part.
  if (answer && !query.cursor.empty()) answer->counts.clear();
  return answer;
}

}  // namespace entrad::store
