// Map: the contents of a user / the difference of two / every version / one attribute over time.
#include "store/past/history.h"

#include <algorithm>

#include "base/json.h"
#include "base/near.h"
#include "base/text.h"
#include "directory/attributes.h"
#include "directory/difference.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using nlohmann::json;

constexpr std::size_t kSections = api::Words<Section>::names.size();

Section section_at(std::size_t index) { return static_cast<Section>(index); }

// A section that nobody asked to back up is absent without a reason.
std::optional<std::string> why_unknown(const api::Snapshot& snapshot, Section section) {
  const auto state = snapshot.sections.find(std::string(api::name(section)));
  if (state == snapshot.sections.end() || state->second.reason.empty()) return std::nullopt;
  if (state->second.completeness != api::Completeness::absent) return std::nullopt;
  return state->second.reason;
}

std::string side_name(const api::Moment& moment) {
  return moment.live ? "the live state" : "snapshot " + moment.snapshot->str();
}

// Why one side of a section is not known; empty: it is.
std::string unknown_on(const UserSide& side, Section section) {
  const auto reason = side.contents.unreadable.find(section);
  const bool there = side.contents.sections.contains(section);
  if (reason != side.contents.unreadable.end())
    return side_name(side.moment) + ": " + reason->second;
  return there ? std::string() : side_name(side.moment) + " does not hold it";
}

const json& content_or_null(const UserContents& contents, Section section) {
  static const json kNone = nullptr;
  const auto found = contents.sections.find(section);
  return found == contents.sections.end() ? kNone : found->second;
}

std::string change_word(const api::UserDifference& difference, bool before, bool after) {
  if (!before && !after) return "absent";
  if (!before) return "added";
  if (!after) return "removed";
  return difference.values.empty() && difference.links.empty() ? "unchanged" : "changed";
}

// The attributes of photo and deletion are told apart from the user's own.
void add_values(api::UserDifference& difference, Section section, const json& from,
                const json& to) {
  const std::string prefix =
      section == Section::object ? std::string() : std::string(api::name(section)) + ".";
  for (api::ValueChange& change : directory::compare_values(from, to)) {
    change.attribute = prefix + change.attribute;
    difference.values.push_back(std::move(change));
  }
}

void compare_section(api::UserDifference& difference, Section section, const UserSide& from,
                     const UserSide& to) {
  const bool before = from.contents.sections.contains(section);
  const bool after = to.contents.sections.contains(section);
  const std::string name(api::name(section));
  for (const UserSide* side : {&from, &to})
    if (const std::string why = unknown_on(*side, section); !why.empty() && (before || after))
      difference.unknown.emplace(name, why);
  if (!before || !after) return;
  const json& old_content = content_or_null(from.contents, section);
  const json& new_content = content_or_null(to.contents, section);
  if (!directory::holds_elements(section))
    return add_values(difference, section, old_content, new_content);
  for (auto& link : link_changes(section, old_content, new_content, from.names, to.names))
    difference.links.push_back(std::move(link));
}

bool is_compared(Section section) {
  return section != Section::audit && section != Section::deletion;
}

std::map<base::SnapshotNumber, base::WallTime> times_of(const Snapshots& snapshots,
                                                        const std::string& tenant) {
  std::map<base::SnapshotNumber, base::WallTime> times;
  for (const api::Snapshot& snapshot : snapshots.list(tenant))
    times.emplace(snapshot.number, snapshot.sealed_at);
  return times;
}

// A section word, where the question is about links rather than about an attribute.
std::optional<Section> section_of_links(std::string_view attribute) {
  for (std::size_t i = 0; i < kSections; ++i)
    if (base::ascii_lower(api::name(section_at(i))) == base::ascii_lower(attribute) &&
        directory::holds_elements(section_at(i)))
      return section_at(i);
  return std::nullopt;
}

base::unexpected<base::Error> no_attribute(std::string_view attribute,
                                           const std::vector<SectionVersion>& versions) {
  std::vector<std::string> known;
  for (const auto& row : directory::user_attributes()) known.emplace_back(row.name);
  for (const std::string_view word : api::Words<Section>::names) known.emplace_back(word);
  for (const SectionVersion& version : versions) {
    const json object = version.content ? base::read_json(*version.content) : json::object();
    for (const auto& [name, value] : object.items()) known.push_back(name);
  }
  const std::string near = base::nearest(attribute, known);
  return base::fail(base::ErrorKind::not_found,
                    "no version of this user has an attribute \"" + std::string(attribute) + "\"",
                    near.empty() ? "`entractl users show ID` lists the attributes of a user"
                                 : "did you mean " + near + "?");
}

// The name as Graph writes it, in the newest version that has it. Empty: no version has.
std::string written_name(const std::vector<SectionVersion>& versions, std::string_view attribute) {
  for (auto version = versions.rbegin(); version != versions.rend(); ++version)
    if (version->content)
      if (auto name = directory::written_path(base::read_json(*version->content), attribute);
          !name.empty())
        return name;
  return {};
}

// Walks over the versions of a section and tells of each content and the one before it.
class AttributeWalk {
 public:
  AttributeWalk(const Snapshots& snapshots, const std::string& tenant)
      : snapshots_(snapshots), tenant_(tenant), times_(times_of(snapshots, tenant)) {}

  std::vector<api::AttributeVersion> values(const std::vector<SectionVersion>& versions,
                                            const std::string& attribute) {
    for (const SectionVersion& version : versions) {
      if (!version.content) continue;
      const json object = base::read_json(*version.content);
      const std::string top = attribute.substr(0, attribute.find('.'));
      // Missing from the catalogue's attributes means that it could not be read then.
      if (!object.contains(top) && directory::find_user_attribute(top) != nullptr) continue;
      take(version.snapshot, {{attribute, directory::value_at(object, attribute)}}, attribute);
    }
    return std::move(out_);
  }

  std::vector<api::AttributeVersion> links(const std::vector<SectionVersion>& versions,
                                           Section section) {
    std::optional<json> before;
    base::SnapshotNumber before_number;
    for (const SectionVersion& version : versions) {
      json content = version.content ? base::read_json(*version.content) : json();
      api::AttributeVersion row = row_of(version.snapshot, !before);
      row.value.attribute = api::name(section);
      Names then(snapshots_, tenant_, version.snapshot);
      Names earlier(snapshots_, tenant_, before ? before_number : version.snapshot);
      row.links = link_changes(section, before.value_or(json()), content, earlier, then);
      before = std::move(content);
      before_number = version.snapshot;
      if (row.first || !row.links.empty()) out_.push_back(std::move(row));
    }
    return std::move(out_);
  }

 private:
  api::AttributeVersion row_of(base::SnapshotNumber number, bool first) {
    api::AttributeVersion row;
    row.snapshot = number;
    if (const auto time = times_.find(number); time != times_.end()) row.time = time->second;
    row.first = first;
    return row;
  }

  void take(base::SnapshotNumber number, const json& value, const std::string& attribute) {
    api::AttributeVersion row = row_of(number, !before_);
    if (!before_) {
      row.value = {attribute, nullptr, value.at(attribute), {}, {}};
      before_ = value;
      return out_.push_back(std::move(row));
    }
    auto changes = directory::compare_values(*before_, value);
    if (changes.empty()) return;
    // An object's members that differ are told as one change of the object.
    row.value = {attribute, before_->at(attribute), value.at(attribute), {}, {}};
    if (changes.size() == 1 && changes[0].attribute == attribute) row.value = changes[0];
    before_ = value;
    out_.push_back(std::move(row));
  }

  const Snapshots& snapshots_;
  const std::string& tenant_;
  std::map<base::SnapshotNumber, base::WallTime> times_;
  std::optional<json> before_;
  std::vector<api::AttributeVersion> out_;
};

}  // namespace

UserContents contents_of(const Snapshots& snapshots, const std::string& tenant,
                         const api::Snapshot& snapshot, const Guid& user) {
  UserContents contents;
  for (std::size_t i = 0; i < kSections; ++i) {
    const Section section = section_at(i);
    if (section == Section::audit) continue;
    if (auto text = snapshots.content(tenant, snapshot.number, ObjectKind::user, user, section))
      contents.sections.emplace(section, base::read_json(*text));
    if (auto why = why_unknown(snapshot, section))
      contents.unreadable.emplace(section,
                                  *why + (contents.sections.contains(section)
                                              ? "; compared as it was in an earlier snapshot"
                                              : ""));
  }
  return contents;
}

api::Moment moment_of(const api::Snapshot& snapshot) {
  return {snapshot.number, snapshot.sealed_at, false};
}

std::vector<api::LinkChange> link_changes(Section section, const json& from, const json& to,
                                          Names& from_names, Names& to_names) {
  std::vector<api::LinkChange> links;
  for (directory::ElementChange& change : directory::compare_elements(from, to)) {
    api::LinkChange& link = links.emplace_back();
    const bool removed = change.to.is_null();
    link.change = removed ? "removed" : change.from.is_null() ? "added" : "changed";
    (removed ? from_names : to_names).describe(section, removed ? change.from : change.to, link);
    link.from = std::move(change.from);
    link.to = std::move(change.to);
  }
  std::stable_sort(links.begin(), links.end(), [](const auto& a, const auto& b) {
    return std::tie(a.change, a.display_name) < std::tie(b.change, b.display_name);
  });
  return links;
}

api::UserDifference difference(const Guid& user, const UserSide& from, const UserSide& to) {
  api::UserDifference difference;
  difference.id = user.str();
  difference.from = from.moment;
  difference.to = to.moment;
  const bool before = from.contents.exists();
  const bool after = to.contents.exists();
  const json& named = content_or_null(after ? to.contents : from.contents, Section::object);
  difference.display_name = text_at(named, "displayName");
  difference.user_principal_name = text_at(named, "userPrincipalName");
  if (before && after)
    for (std::size_t i = 0; i < kSections; ++i)
      if (is_compared(section_at(i))) compare_section(difference, section_at(i), from, to);
  if (before && !after)
    add_values(difference, Section::deletion, nullptr,
               content_or_null(to.contents, Section::deletion));
  difference.change = change_word(difference, before, after);
  return difference;
}

api::UserDifference difference(const Snapshots& snapshots, const std::string& tenant,
                               const Guid& user, const api::Snapshot& from,
                               const api::Snapshot& to) {
  const UserContents before = contents_of(snapshots, tenant, from, user);
  const UserContents after = contents_of(snapshots, tenant, to, user);
  Names from_names(snapshots, tenant, from.number);
  Names to_names(snapshots, tenant, to.number);
  return difference(user, {moment_of(from), before, from_names}, {moment_of(to), after, to_names});
}

std::vector<api::VersionContents> version_contents(const Snapshots& snapshots,
                                                   const std::string& tenant, const Guid& user,
                                                   base::SnapshotNumber up_to) {
  std::map<base::SnapshotNumber, api::VersionContents> rows;
  const auto times = times_of(snapshots, tenant);
  for (std::size_t i = 0; i < kSections; ++i) {
    const Section section = section_at(i);
    for (auto& version : snapshots.section_versions(tenant, ObjectKind::user, user, section)) {
      const auto time = times.find(version.snapshot);
      if (version.snapshot > up_to || time == times.end()) continue;
      api::VersionContents& row = rows[version.snapshot];
      row.snapshot = version.snapshot;
      row.time = time->second;
      if (version.content)
        row.contents.emplace(api::name(section), base::read_json(*version.content));
      else if (section == Section::object)
        row.removed = true;
    }
  }
  std::vector<api::VersionContents> all;
  for (auto& [number, row] : rows) all.push_back(std::move(row));
  return all;
}

base::Result<std::vector<api::AttributeVersion>> attribute_history(const Snapshots& snapshots,
                                                                   const std::string& tenant,
                                                                   const Guid& user,
                                                                   std::string_view attribute,
                                                                   base::SnapshotNumber up_to) {
  const auto links = section_of_links(attribute);
  auto versions =
      snapshots.section_versions(tenant, ObjectKind::user, user, links.value_or(Section::object));
  std::erase_if(versions, [&](const SectionVersion& one) { return one.snapshot > up_to; });
  AttributeWalk walk(snapshots, tenant);
  if (links) return walk.links(versions, *links);
  std::string name = written_name(versions, attribute);
  // Graph's own attributes may simply never have been set, or never have been readable.
  if (name.empty())
    if (const auto* known = directory::find_user_attribute(attribute)) name = known->name;
  if (name.empty()) return no_attribute(attribute, versions);
  return walk.values(versions, name);
}

}  // namespace entrad::store
