// Map: groups (list, find, members) / roles (holders) / events (who changed a section, and what
// each of its versions brought).
#include "store/past/link_history.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/json.h"
#include "base/near.h"
#include "base/text.h"
#include "directory/difference.h"
#include "directory/sections.h"
#include "store/lists/pages.h"
#include "store/past/names.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;
using base::ErrorKind;
using base::Guid;
using nlohmann::json;

constexpr std::array kContainers{ObjectKind::group, ObjectKind::administrative_unit};

api::GroupRow row_of(ObjectKind kind, const Guid& id, const json& object) {
  api::GroupRow row;
  row.id = id.str();
  row.kind = api::name(kind);
  row.display_name = text_at(object, "displayName");
  row.mail = text_at(object, "mail");
  if (kind == ObjectKind::group)
    row.type = directory::group_type(object);
  else
    row.type = text_at(object, "membershipType") == "Dynamic" ? "dynamic" : "assigned";
  return row;
}

// Every group and administrative unit of a snapshot.
std::vector<api::GroupRow> all_groups(const Snapshots& snapshots, const std::string& tenant,
                                      base::SnapshotNumber number) {
  std::vector<api::GroupRow> rows;
  for (const ObjectKind kind : kContainers)
    snapshots.for_each_content(tenant, number, kind, Section::object,
                               [&](const Guid& id, const std::string& content) {
                                 rows.push_back(row_of(kind, id, base::read_json(content)));
                                 return true;
                               });
  return rows;
}

bool matches(const api::GroupRow& row, const std::string& folded) {
  for (const std::string* text : {&row.display_name, &row.mail, &row.id})
    if (base::fold(*text).find(folded) != std::string::npos) return true;
  return false;
}

void count_members(const Snapshots& snapshots, const std::string& tenant,
                   base::SnapshotNumber number, std::vector<api::GroupRow>& rows) {
  std::unordered_map<Guid, std::uint64_t> counts;
  snapshots.for_each_content(tenant, number, ObjectKind::user, Section::memberships,
                             [&](const Guid&, const std::string& content) {
                               directory::for_each_named_id(content, [&](std::string_view id) {
                                 if (const auto guid = Guid::parse(id)) ++counts[*guid];
                               });
                               return true;
                             });
  for (api::GroupRow& row : rows) row.members = counts[*Guid::parse(row.id)];
}

template <typename Row>
void sort_by_name(std::vector<Row>& rows) {
  std::vector<std::pair<std::string, std::size_t>> order;
  order.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    order.emplace_back(base::fold(rows[i].display_name) + '\0' + rows[i].id, i);
  std::sort(order.begin(), order.end());
  std::vector<Row> sorted;
  sorted.reserve(rows.size());
  for (const auto& [name, place] : order) sorted.push_back(std::move(rows[place]));
  rows = std::move(sorted);
}

api::UserRow user_row(const Guid& id, const json& object) {
  api::UserRow row;
  const auto is = [&object](const char* name, bool otherwise) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() ? found->get<bool>() : otherwise;
  };
  row.id = id.str();
  row.display_name = text_at(object, "displayName");
  row.user_principal_name = text_at(object, "userPrincipalName");
  row.mail = text_at(object, "mail");
  row.user_type = text_at(object, "userType");
  row.account_enabled = is("accountEnabled", true);
  row.on_premises_synced = is("onPremisesSyncEnabled", false);
  return row;
}

base::Result<api::GroupRow> group_by_id(const Snapshots& snapshots, const std::string& tenant,
                                        base::SnapshotNumber number, const Guid& id) {
  Names names(snapshots, tenant, number);
  for (const ObjectKind kind : kContainers)
    if (const json& object = names.object(kind, id); !object.empty())
      return row_of(kind, id, object);
  return base::fail(ErrorKind::not_found,
                    "there is no group " + id.str() + " in snapshot " + number.str() + " of " +
                        tenant + ", nor was there before",
                    "look for it with: entractl groups list --search TEXT");
}

base::unexpected<base::Error> no_group(const std::string& tenant, base::SnapshotNumber number,
                                       std::string_view name,
                                       const std::vector<api::GroupRow>& rows) {
  std::vector<std::string> known;
  for (const auto& row : rows) known.push_back(row.display_name);
  const std::string near = base::nearest(name, known);
  return base::fail(ErrorKind::not_found,
                    "there is no group \"" + std::string(name) + "\" in snapshot " + number.str() +
                        " of " + tenant,
                    near.empty() ? "look for it with: entractl groups list --search TEXT"
                                 : "did you mean \"" + near + "\"?");
}

bool names_role(const json& element, std::string_view role, Names& names) {
  if (role.empty()) return true;
  const std::string wanted = base::fold(role);
  return base::fold(text_at(element, "roleDefinitionId")) == wanted ||
         base::fold(names.role(element).first) == wanted;
}

// The links of one section, as events tell them.
using Links = std::map<std::string, json>;  // what tells a link from another -> the element

// What a version of a section holds that events are about.
using ReadLinks = std::function<Links(const std::string& content)>;

struct Words {
  const char* came;
  const char* went;
};

// Users whose section changed after `from`, up to `to`.
std::vector<Guid> changed_users(const Snapshots& snapshots, const std::string& tenant,
                                base::SnapshotNumber from, base::SnapshotNumber to,
                                Section section) {
  std::vector<Guid> users;
  snapshots.for_each_change(tenant, from, to,
                            [&](ObjectKind kind, const Guid& id, std::uint16_t sections) {
                              const bool it = (sections >> static_cast<unsigned>(section)) & 1U;
                              if (kind == ObjectKind::user && it) users.push_back(id);
                              return kind == ObjectKind::user;
                            });
  return users;
}

class Events {
 public:
  Events(const Snapshots& snapshots, const std::string& tenant, base::SnapshotNumber from,
         base::SnapshotNumber to)
      : snapshots_(snapshots), tenant_(tenant), from_(from), to_(to) {
    for (const api::Snapshot& snapshot : snapshots.list(tenant))
      times_.emplace(snapshot.number, snapshot.sealed_at);
  }

  // Tells each link that came or went, with its user.
  using OnLink = std::function<void(api::LinkEvent& event, const json& element, Names& names)>;

  std::vector<api::LinkEvent> of(Section section, const Words& words, const ReadLinks& read,
                                 const OnLink& on_link) {
    for (const Guid& user : changed_users(snapshots_, tenant_, from_, to_, section)) {
      Links before;
      for (const auto& version :
           snapshots_.section_versions(tenant_, ObjectKind::user, user, section)) {
        if (version.snapshot > to_) break;
        Links after = version.content ? read(*version.content) : Links();
        if (version.snapshot > from_) compare(user, version, before, after, words, on_link);
        before = std::move(after);
      }
    }
    std::stable_sort(out_.begin(), out_.end(), [](const auto& a, const auto& b) {
      return std::tie(a.snapshot, a.display_name) < std::tie(b.snapshot, b.display_name);
    });
    return std::move(out_);
  }

 private:
  void compare(const Guid& user, const SectionVersion& version, const Links& before,
               const Links& after, const Words& words, const OnLink& on_link) {
    const bool gone = !version.content.has_value();
    for (const auto& [key, element] : before)
      if (!after.contains(key)) add(user, version.snapshot, words.went, gone, element, on_link);
    for (const auto& [key, element] : after)
      if (!before.contains(key)) add(user, version.snapshot, words.came, false, element, on_link);
  }

  void add(const Guid& user, base::SnapshotNumber number, const char* word, bool gone,
           const json& element, const OnLink& on_link) {
    const auto names = names_.try_emplace(number, snapshots_, tenant_, number).first;
    const json& object = names->second.object(ObjectKind::user, user);
    api::LinkEvent event;
    event.snapshot = number;
    if (const auto time = times_.find(number); time != times_.end()) event.time = time->second;
    event.change = word;
    event.user_id = user.str();
    event.display_name = text_at(object, "displayName");
    event.user_principal_name = text_at(object, "userPrincipalName");
    event.user_gone = gone;
    on_link(event, element, names->second);
    out_.push_back(std::move(event));
  }

  const Snapshots& snapshots_;
  const std::string& tenant_;
  base::SnapshotNumber from_;
  base::SnapshotNumber to_;
  std::map<base::SnapshotNumber, base::WallTime> times_;
  std::map<base::SnapshotNumber, Names> names_;
  std::vector<api::LinkEvent> out_;
};

Links role_links(const std::string& content) {
  Links links;
  for (const json& element : base::read_json(content)) {
    const auto part = [&element](const char* name) { return text_at(element, name) + '\n'; };
    // One that ends at some time is as active as one for good.
    const bool eligible = text_at(element, "state") == "eligible";
    links.emplace(part("roleDefinitionId") + part("directoryScopeId") + part("throughGroupId") +
                      (eligible ? "eligible" : ""),
                  element);
  }
  return links;
}

// What a group holds, as its members do.
std::string through(const Guid& group, const std::string& content) {
  json rows = base::read_json(content);
  for (json& row : rows) row["throughGroupId"] = group.str();
  return base::json_text(rows);
}

// Each user's roles, its own and those of the groups that it is a direct member of (a group that
// holds a role has no groups in it).
std::vector<std::pair<Guid, std::string>> held_roles(const Snapshots& snapshots,
                                                     const std::string& tenant,
                                                     base::SnapshotNumber number) {
  std::vector<std::pair<Guid, std::string>> held;
  std::map<Guid, std::string> of_groups;
  snapshots.for_each_content(tenant, number, ObjectKind::user, Section::roles,
                             [&](const Guid& user, const std::string& content) {
                               if (content != "[]") held.emplace_back(user, content);
                               return true;
                             });
  snapshots.for_each_content(tenant, number, ObjectKind::group, Section::roles,
                             [&](const Guid& group, const std::string& content) {
                               if (content != "[]")
                                 of_groups.emplace(group, through(group, content));
                               return true;
                             });
  if (of_groups.empty()) return held;
  snapshots.for_each_content(tenant, number, ObjectKind::user, Section::memberships,
                             [&](const Guid& user, const std::string& content) {
                               directory::for_each_named_id(content, [&](std::string_view id) {
                                 const auto group = Guid::parse(id);
                                 const auto found =
                                     group ? of_groups.find(*group) : of_groups.end();
                                 if (found != of_groups.end())
                                   held.emplace_back(user, found->second);
                               });
                               return true;
                             });
  return held;
}

}  // namespace

base::Result<api::GroupPage> groups(const Snapshots& snapshots, const std::string& tenant,
                                    base::SnapshotNumber number, const GroupQuery& query) {
  auto rows = all_groups(snapshots, tenant, number);
  const std::string folded = base::fold(query.search);
  if (!folded.empty())
    std::erase_if(rows, [&](const api::GroupRow& row) { return !matches(row, folded); });
  sort_by_name(rows);
  auto page = page_of(rows.size(), query.limit, query.cursor);
  if (!page) return base::pass(page);
  api::GroupPage answer;
  answer.total = rows.size();
  answer.cursor = page->cursor;
  for (std::size_t i = page->from; i < page->until; ++i)
    answer.groups.push_back(std::move(rows[i]));
  if (query.count_members) count_members(snapshots, tenant, number, answer.groups);
  return answer;
}

base::Result<api::GroupRow> find_group(const Snapshots& snapshots, const std::string& tenant,
                                       base::SnapshotNumber number, std::string_view id_or_name) {
  if (const auto id = Guid::parse(id_or_name)) return group_by_id(snapshots, tenant, number, *id);
  const auto rows = all_groups(snapshots, tenant, number);
  const std::string wanted = base::fold(id_or_name);
  std::vector<const api::GroupRow*> found;
  for (const auto& row : rows)
    if (base::fold(row.display_name) == wanted || base::fold(row.mail) == wanted)
      found.push_back(&row);
  if (found.size() == 1) return *found.front();
  if (found.empty()) return no_group(tenant, number, id_or_name, rows);
  std::string ids;
  for (const auto* row : found) ids += (ids.empty() ? "" : ", ") + row->id;
  return base::fail(
      ErrorKind::conflict,
      std::to_string(found.size()) + " groups are called \"" + std::string(id_or_name) + "\"",
      "name one by its id: " + ids);
}

base::Result<api::UserPage> members(const Snapshots& snapshots, const std::string& tenant,
                                    base::SnapshotNumber number, const Guid& group,
                                    std::size_t limit, const std::string& cursor) {
  const std::string id = group.str();
  std::vector<api::UserRow> rows;
  std::vector<Guid> users;
  snapshots.for_each_content(tenant, number, ObjectKind::user, Section::memberships,
                             [&](const Guid& user, const std::string& content) {
                               if (directory::names_object(content, id)) users.push_back(user);
                               return true;
                             });
  for (const Guid& user : users)
    if (const auto content =
            snapshots.content(tenant, number, ObjectKind::user, user, Section::object))
      rows.push_back(user_row(user, base::read_json(*content)));
  sort_by_name(rows);
  auto page = page_of(rows.size(), limit, cursor);
  if (!page) return base::pass(page);
  api::UserPage answer;
  answer.total = rows.size();
  answer.cursor = page->cursor;
  for (std::size_t i = page->from; i < page->until; ++i) answer.users.push_back(std::move(rows[i]));
  return answer;
}

std::vector<api::LinkEvent> group_history(const Snapshots& snapshots, const std::string& tenant,
                                          const Guid& group, base::SnapshotNumber from,
                                          base::SnapshotNumber to) {
  const std::string id = group.str();
  return Events(snapshots, tenant, from, to)
      .of(
          Section::memberships, {"joined", "left"},
          [&id](const std::string& content) {
            return directory::names_object(content, id) ? Links{{id, nullptr}} : Links{};
          },
          [](api::LinkEvent&, const json&, Names&) {});
}

base::Result<void> check_role(const Snapshots& snapshots, const std::string& tenant,
                              base::SnapshotNumber number, std::string_view role) {
  if (role.empty() || Guid::parse(role)) return {};
  const std::string wanted = base::fold(role);
  std::vector<std::string> known;
  bool is_there = false;
  snapshots.for_each_content(tenant, number, ObjectKind::role_definition, Section::object,
                             [&](const Guid&, const std::string& content) {
                               known.push_back(text_at(base::read_json(content), "displayName"));
                               is_there = base::fold(known.back()) == wanted;
                               return !is_there;
                             });
  if (is_there) return {};
  const std::string near = base::nearest(role, known);
  return base::fail(ErrorKind::not_found,
                    "there is no role \"" + std::string(role) + "\" in snapshot " + number.str() +
                        " of " + tenant,
                    near.empty() ? "see those that somebody holds with: entractl roles list"
                                 : "did you mean \"" + near + "\"?");
}

std::vector<api::RoleHolder> role_holders(const Snapshots& snapshots, const std::string& tenant,
                                          base::SnapshotNumber number, std::string_view role) {
  Names names(snapshots, tenant, number);
  std::vector<api::RoleHolder> holders;
  for (const auto& [user, content] : held_roles(snapshots, tenant, number)) {
    for (const auto& [key, element] : role_links(content)) {
      if (!names_role(element, role, names)) continue;
      api::RoleHolder& holder = holders.emplace_back();
      const json& object = names.object(ObjectKind::user, user);
      holder.user_id = user.str();
      holder.display_name = text_at(object, "displayName");
      holder.user_principal_name = text_at(object, "userPrincipalName");
      holder.role_definition_id = text_at(element, "roleDefinitionId");
      std::tie(holder.role_name, holder.detail) = names.role(element);
    }
  }
  std::stable_sort(holders.begin(), holders.end(), [](const auto& a, const auto& b) {
    return std::tie(a.role_name, a.display_name) < std::tie(b.role_name, b.display_name);
  });
  return holders;
}

std::vector<api::LinkEvent> role_history(const Snapshots& snapshots, const std::string& tenant,
                                         base::SnapshotNumber from, base::SnapshotNumber to,
                                         std::string_view role) {
  auto events = Events(snapshots, tenant, from, to)
                    .of(Section::roles, {"gained", "lost"}, role_links,
                        [](api::LinkEvent& event, const json& element, Names& names) {
                          event.role_definition_id = text_at(element, "roleDefinitionId");
                          std::tie(event.role_name, event.detail) = names.role(element);
                        });
  const std::string wanted = base::fold(role);
  if (!wanted.empty())
    std::erase_if(events, [&](const api::LinkEvent& event) {
      return base::fold(event.role_name) != wanted &&
             base::fold(event.role_definition_id) != wanted;
    });
  return events;
}

}  // namespace entrad::store
