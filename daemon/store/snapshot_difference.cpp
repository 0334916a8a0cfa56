#include "store/snapshot_difference.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "base/json.h"
#include "directory/difference.h"
#include "store/history.h"
#include "store/names.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

struct Touched {
  ObjectKind kind = ObjectKind::user;
  Guid id;
  Section section = Section::object;
  auto operator<=>(const Touched&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
};

// A log grows, and who deleted an object belongs to its end: neither is a change of the object.
bool counts(Section section) { return section != Section::audit && section != Section::deletion; }

std::vector<Touched> touched_between(const Snapshots& snapshots, const std::string& tenant,
                                     base::SnapshotNumber a, base::SnapshotNumber b) {
  std::vector<Touched> touched;
  snapshots.for_each_change(tenant, std::min(a, b), std::max(a, b),
                            [&](ObjectKind kind, const Guid& id, Section section) {
                              if (counts(section)) touched.push_back({kind, id, section});
                            });
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  return touched;
}

std::string cursor_of(ObjectKind kind, const Guid& id) {
  return std::string(api::name(kind)) + ":" + id.str();
}

base::Result<std::optional<Touched>> read_cursor(const std::string& cursor) {
  if (cursor.empty()) return std::optional<Touched>();
  const auto colon = cursor.find(':');
  const auto kind = api::parse<ObjectKind>(cursor.substr(0, colon));
  const auto id = colon == std::string::npos ? std::nullopt : Guid::parse(cursor.substr(colon + 1));
  if (kind && id) return std::optional<Touched>({*kind, *id, Section::object});
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
    const auto touched = touched_between(snapshots_, tenant_, from_.number, to_.number);
    auto at = first_page ? touched.begin()
                         : std::upper_bound(touched.begin(), touched.end(), **start, is_after);
    while (at != touched.end() && (first_page || !out_.cursor)) {
      const auto end = std::find_if(at, touched.end(), [&](const Touched& one) {
        return one.kind != at->kind || one.id != at->id;
      });
      take({at, end});
      at = end;
    }
    return std::move(out_);
  }

 private:
  static bool is_after(const Touched& cursor, const Touched& one) {
    return std::tie(cursor.kind, cursor.id) < std::tie(one.kind, one.id);
  }

  // All that was touched of one object.
  void take(std::span<const Touched> object) {
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
    describe(object.front(), change);
    out_.objects.push_back(std::move(change));
  }

  // What was touched may have become again as it was; then there is no change.
  api::ObjectChange fate_of(std::span<const Touched> object) {
    const Touched& first = object.front();
    api::ObjectChange change;
    change.id = first.id.str();
    change.kind = api::name(first.kind);
    const SectionFate whole = fate(first, Section::object);
    for (const Touched& touched : object)
      if (fate(first, touched.section).differs)
        change.sections.emplace_back(api::name(touched.section));
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
    const auto text =
        snapshots_.content(tenant_, snapshot.number, object.kind, object.id, section);
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
