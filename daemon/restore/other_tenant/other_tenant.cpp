#include "restore/other_tenant/other_tenant.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "base/text.h"
#include "graph/calls.h"
#include "store/snapshots.h"

namespace entrad::restore {
namespace {

using api::CounterpartKind;
using api::ObjectKind;
using base::ErrorKind;
using base::Guid;
using directory::Link;
using nlohmann::json;
namespace calls = graph::calls;

struct Kind {
  CounterpartKind kind;
  ObjectKind object;
  const char* words;
  // Properties that name one: it is searched by the first `searched` of them.
  std::vector<const char*> keys;
  std::size_t searched;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> rows{
      {CounterpartKind::group, ObjectKind::group, "group", {"mailNickname", "displayName"}, 2},
      {CounterpartKind::administrative_unit,
       ObjectKind::administrative_unit,
       "administrative unit",
       {"displayName"},
       1},
      {CounterpartKind::role, ObjectKind::role_definition, "role", {"displayName"}, 1},
      {CounterpartKind::application,
       ObjectKind::service_principal,
       "application",
       {"appId", "displayName"},
       1}};
  return rows;
}

const Kind& row_of(CounterpartKind kind) {
  for (const Kind& row : kinds())
    if (row.kind == kind) return row;
  throw std::logic_error("a domain is no thing of a directory");
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

graph::Request list_of(CounterpartKind kind) {
  switch (kind) {
    case CounterpartKind::group:
      return calls::list_groups("id,displayName,mailNickname");
    case CounterpartKind::administrative_unit:
      return calls::list_administrative_units("id,displayName");
    case CounterpartKind::application:
      return calls::list_service_principals("id,appId,displayName");
    default:
      return calls::list_role_definitions();
  }
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool is_unified(const json& group) {
  const json types = group.value("groupTypes", json::array());
  return std::find(types.begin(), types.end(), "Unified") != types.end();
}

// An empty group like this one; null where Graph does not make such a group ("Create group").
json group_body(const json& group, const Guid& id) {
  const bool unified = is_unified(group);
  const auto write = directory::group_write(group);
  const bool mail = group.value("mailEnabled", json()) == true && !unified;
  if (group.empty() || mail || write == directory::GroupWrite::dynamic) return nullptr;
  const std::string nickname = text_at(group, "mailNickname");
  json body = {{"displayName", text_at(group, "displayName")},
               {"mailNickname", nickname.empty() ? id.str() : nickname},
               {"mailEnabled", unified},
               {"securityEnabled", group.value("securityEnabled", json(true)) != false},
               {"groupTypes", unified ? json::array({"Unified"}) : json::array()}};
  for (const char* key : {"description", "visibility"})
    if (const std::string text = text_at(group, key); !text.empty()) body[key] = text;
  if (write == directory::GroupWrite::role_assignable) body["isAssignableToRole"] = true;
  return body;
}

// Whether the thing of the snapshot is the one that is told of.
bool names(const api::Counterpart& told, CounterpartKind kind, const Guid& id, const json& object) {
  if (Guid::parse(told.from) == id) return true;
  const auto& keys = row_of(kind).keys;
  return std::any_of(keys.begin(), keys.end(), [&](const char* key) {
    return base::fold(text_at(object, key)) == base::fold(told.from);
  });
}

template <typename T>
void sort_once(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

OtherTenant::OtherTenant(const Context& context) : context_(context) {
  context.store.snapshots().for_each_content(
      context.request.tenant, context.snapshot.number, ObjectKind::domain, api::Section::object,
      [this](const Guid&, const std::string& content) {
        rules_.own.insert(base::ascii_lower(text_at(base::read_json(content), "id")));
        return true;
      });
}

base::Result<void> OtherTenant::learn(const graph::Call& call) {
  if (auto learned = learn_domains(call); !learned) return learned;
  for (const Kind& row : kinds())
    if (wants(row.kind))
      if (auto learned = list_things(list_of(row.kind), row.keys, things_[row.kind], call);
          !learned)
        return learned;
  if (auto learned = learn_registrations(call); !learned) return learned;
  found_.clear();
  missing_.clear();
  return check_counterparts();
}

bool OtherTenant::wants(CounterpartKind kind) const {
  const api::RestoreRequest& request = context_.request;
  switch (kind) {
    case CounterpartKind::group:
      return request.with_memberships || request.with_owned_objects;
    case CounterpartKind::administrative_unit:
      return request.with_memberships || request.with_roles;
    case CounterpartKind::role:
      return request.with_roles;
    case CounterpartKind::application:
      return request.with_app_roles || request.with_owned_objects;
    case CounterpartKind::domain:
      return true;
  }
  return false;
}

// Graph takes a userPrincipalName only in a verified domain ("Create user"), and in a federated one
// only with the immutable id of somebody whom the federation knows.
base::Result<void> OtherTenant::learn_domains(const graph::Call& call) {
  std::set<std::string> verified;
  rules_.standard = base::ascii_lower(context_.request.domain);
  auto listed = context_.session.collection(
      calls::domains(),
      [&](std::string_view page) -> base::Result<void> {
        for (const json& row : base::read_json(page).value("value", json::array())) {
          if (row.value("isVerified", json()) != true) continue;
          const bool federated = text_at(row, "authenticationType") == "Federated";
          if (!federated) verified.insert(base::ascii_lower(text_at(row, "id")));
          if (context_.request.domain.empty() && row.value("isDefault", json()) == true)
            rules_.standard = base::ascii_lower(text_at(row, "id"));
        }
        return {};
      },
      [&] { verified.clear(); }, call);
  if (!listed) return listed;
  std::set<std::string> wanted{rules_.standard};
  for (const auto& told : context_.request.counterparts) {
    if (told.kind != CounterpartKind::domain) continue;
    rules_.named[base::ascii_lower(told.from)] = base::ascii_lower(told.to);
    wanted.insert(base::ascii_lower(told.to));
  }
  for (const std::string& domain : wanted)
    if (!verified.contains(domain))
      return base::fail(ErrorKind::failed_precondition,
                        "users cannot get the domain " + domain + " in tenant " +
                            context_.request.home() + ": it is not verified there, or federated",
                        "choose one of its domains: " + joined(verified));
  return {};
}

// A slip of the pen in what is told would have no effect at all.
base::Result<void> OtherTenant::check_what_is_told(CounterpartKind kind) const {
  std::set<const api::Counterpart*> unknown;
  for (const auto& one : context_.request.counterparts)
    if (one.kind == kind) unknown.insert(&one);
  if (unknown.empty()) return {};
  std::vector<ObjectKind> likes{row_of(kind).object};
  if (kind == CounterpartKind::application) likes.push_back(ObjectKind::application);
  for (const ObjectKind like : likes)
    context_.store.snapshots().for_each_content(
        context_.request.tenant, context_.snapshot.number, like, api::Section::object,
        [&](const Guid& id, const std::string& content) {
          const json object = base::read_json(content);
          std::erase_if(unknown, [&](const auto* one) { return names(*one, kind, id, object); });
          return !unknown.empty();
        });
  if (unknown.empty()) return {};
  return base::fail(ErrorKind::failed_precondition,
                    "the map speaks of the " + std::string(row_of(kind).words) + " \"" +
                        (*unknown.begin())->from + "\", and snapshot " +
                        context_.snapshot.number.str() + " has none of that name or id",
                    "correct that line, or leave it out");
}

base::Result<void> OtherTenant::check_counterparts() const {
  for (const Kind& row : kinds())
    if (wants(row.kind))
      if (auto sound = check_what_is_told(row.kind); !sound) return sound;
  for (const auto& told : context_.request.counterparts) {
    if (told.kind == CounterpartKind::domain || !wants(told.kind) || named(told.kind, told.to) ||
        (told.kind == CounterpartKind::application && registration_named(told.to)))
      continue;
    return base::fail(ErrorKind::failed_precondition,
                      "the " + std::string(row_of(told.kind).words) + " \"" + told.to +
                          "\", which shall stand for \"" + told.from + "\", is not in tenant " +
                          context_.request.home() + ", or not the only one of that name",
                      "give its object id, or leave that line out of the map");
  }
  return {};
}

std::optional<Guid> OtherTenant::named(CounterpartKind kind, const std::string& name) const {
  return named_among(things_.at(kind), row_of(kind).keys, name);
}

const api::Counterpart* OtherTenant::told(CounterpartKind kind, const Guid& id,
                                          const json& object) const {
  for (const auto& one : context_.request.counterparts)
    if (one.kind == kind && names(one, kind, id, object)) return &one;
  return nullptr;
}

const OtherTenant::Found& OtherTenant::find(CounterpartKind kind, const Guid& id) const {
  const std::lock_guard lock(mutex_);
  auto& known = found_[kind];
  const auto found = known.find(id);
  return found != known.end() ? found->second : known.emplace(id, look_for(kind, id)).first->second;
}

OtherTenant::Found OtherTenant::look_for(CounterpartKind kind, const Guid& id) const {
  const Kind& row = row_of(kind);
  const Things& things = things_.at(kind);
  const auto content = context_.store.snapshots().content(
      context_.request.tenant, context_.snapshot.number, row.object, id, api::Section::object);
  const json object = content ? base::read_json(*content) : json::object();
  Found found;
  found.name = object.contains("displayName") ? text_at(object, "displayName") : id.str();
  if (const auto made = made_.find(id); made != made_.end()) {
    found.there = made->second;
    return found;
  }
  if (const auto* one = told(kind, id, object)) {
    found.there = named(kind, one->to);
    found.by = "the map";
    return found;
  }
  if (kind == CounterpartKind::role && things.ids.contains(id)) {
    found.there = id;
    return found;
  }
  for (std::size_t i = 0; i < row.searched; ++i) {
    const auto names = things.by.find(row.keys[i]);
    if (names == things.by.end()) continue;
    const auto same = names->second.find(base::fold(text_at(object, row.keys[i])));
    if (same == names->second.end()) continue;
    found.by = row.keys[i];
    if (same->second.size() == 1)
      found.there = same->second.front();
    else
      found.why = "is the name of several there";
    return found;
  }
  found.why = "is not there";
  const auto refused = refused_.find(id);
  if (refused != refused_.end()) found.why = refused->second;
  if (kind != CounterpartKind::group || !context_.request.create_missing_groups) return found;
  json body = group_body(object, id);
  if (body.is_null())
    found.why = "is not there, and Microsoft Graph does not make groups of its kind";
  else if (refused == refused_.end())
    found.can_be_made = MissingGroup{found.name, std::move(body)};
  return found;
}

std::map<std::string, std::string> OtherTenant::counterparts() const {
  std::map<std::string, std::string> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [kind, known] : found_)
    for (const auto& [id, found] : known) {
      if (!found.there) continue;
      const auto& names = things_.at(kind).ids;
      const auto there = names.find(*found.there);
      if (there == names.end() || there->second == found.name) continue;
      all[std::string(row_of(kind).words) + " " + found.name] =
          there->second + " (by " + found.by + ")";
    }
  return all;
}

std::string OtherTenant::name_of(const std::string& user_principal_name) const {
  return name_elsewhere(user_principal_name, rules_);
}

api::Failure OtherTenant::missing(CounterpartKind kind, const Found& found) const {
  const std::string words = row_of(kind).words;
  std::string hint =
      "create it there, or say with --map which one stands for it; then restore "
      "again";
  if (kind == CounterpartKind::group && !context_.request.create_missing_groups)
    hint += "; --create-missing-groups makes an empty one";
  if (kind == CounterpartKind::application)
    hint =
        "add the application to that tenant, or say with --map which one stands for it; then "
        "restore again";
  return {"notFound",
          "the " + words + " \"" + found.name + "\" has no counterpart in tenant " +
              context_.request.home() + ": it " + found.why,
          hint};
}

Goal OtherTenant::translated(Goal goal) const {
  std::vector<api::Failure> left_behind;
  goal.wanted.object = object_elsewhere(std::move(goal.wanted.object.edit()), rules_, left_behind);
  if (goal.request->with_object)
    goal.problems.insert(goal.problems.end(), left_behind.begin(), left_behind.end());
  goal.user_principal_name = goal.wanted.object.text("userPrincipalName");
  if (goal.wanted.memberships) translate_memberships(goal);
  if (goal.wanted.roles) translate_roles(goal);
  if (goal.wanted.app_roles) translate_app_roles(goal);
  if (goal.wanted.sponsors) translate_sponsors(goal);
  if (goal.wanted.owned_objects) translate_owned_objects(goal);
  return goal;
}

void OtherTenant::translate_memberships(Goal& goal) const {
  std::vector<Link> there;
  for (const Link& link : *goal.wanted.memberships) {
    const auto kind = link.kind == ObjectKind::group ? CounterpartKind::group
                                                     : CounterpartKind::administrative_unit;
    take_counterpart(link, kind, find(kind, link.id), goal, there);
  }
  sort_once(there);
  goal.wanted.memberships = std::move(there);
}

void OtherTenant::translate_app_roles(Goal& goal) const {
  std::vector<directory::AppRole> there;
  for (const auto& role : *goal.wanted.app_roles) {
    const Found& found = find(CounterpartKind::application, role.resource);
    if (found.there)
      there.push_back({*found.there, role.role});
    else
      goal.problems.push_back(missing(CounterpartKind::application, found));
  }
  sort_once(there);
  goal.wanted.app_roles = std::move(there);
}

}  // namespace entrad::restore
