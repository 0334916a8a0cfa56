// What users own and who sponsors them, in the other tenant; lists of what is there; groups that
// are made.
#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "graph/calls.h"
#include "restore/other_tenant/other_tenant.h"
#include "store/snapshots.h"

namespace entrad::restore {
namespace {

using api::CounterpartKind;
using api::ObjectKind;
using base::Guid;
using directory::Link;
using nlohmann::json;

constexpr const char* kAppId = "appId";
constexpr const char* kDisplayName = "displayName";

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

base::Result<void> OtherTenant::list_things(const graph::Request& list, const Keys& keys,
                                            Things& things, const graph::Call& call) {
  things = {};
  return context_.session.collection(
      list,
      [&](std::string_view page) -> base::Result<void> {
        for (const json& row : base::read_json(page).value("value", json::array())) {
          const auto id = Guid::parse(text_at(row, "id"));
          if (!id) continue;
          things.ids[*id] = text_at(row, kDisplayName);
          for (const char* key : keys)
            if (const std::string name = text_at(row, key); !name.empty())
              things.by[key][base::fold(name)].push_back(*id);
        }
        return {};
      },
      [&] { things = {}; }, call);
}

base::Result<void> OtherTenant::learn_registrations(const graph::Call& call) {
  if (!context_.request.with_owned_objects) return {};
  return list_things(graph::calls::list_applications("id,appId,displayName"),
                     {kAppId, kDisplayName}, registrations_, call);
}

std::optional<Guid> OtherTenant::named_among(const Things& things, const Keys& keys,
                                             const std::string& name) {
  if (const auto id = Guid::parse(name); id && things.ids.contains(*id)) return id;
  for (const char* key : keys) {
    const auto names = things.by.find(key);
    if (names == things.by.end()) continue;
    const auto found = names->second.find(base::fold(name));
    if (found != names->second.end() && found->second.size() == 1) return found->second.front();
  }
  return std::nullopt;
}

std::optional<Guid> OtherTenant::registration_named(const std::string& name) const {
  return named_among(registrations_, {kAppId, kDisplayName}, name);
}

OtherTenant::Found OtherTenant::find_registration(const Guid& application) const {
  const auto content = context_.store.snapshots().content(
      context_.request.tenant, context_.snapshot.number, ObjectKind::application, application,
      api::Section::object);
  const json object = content ? base::read_json(*content) : json::object();
  Found found;
  found.name = object.contains(kDisplayName) ? text_at(object, kDisplayName) : application.str();
  found.why = "is not registered there";
  if (const auto* one = told(CounterpartKind::application, application, object))
    found.there = registration_named(one->to);
  else
    found.there = named_among(registrations_, {kAppId}, text_at(object, kAppId));
  return found;
}

void OtherTenant::take_group_or_application(const Link& link, Goal& goal,
                                            std::vector<Link>& there) const {
  const bool group = link.kind == ObjectKind::group;
  const auto kind = group ? CounterpartKind::group : CounterpartKind::application;
  const Found found =
      link.kind == ObjectKind::application ? find_registration(link.id) : find(kind, link.id);
  take_counterpart(link, kind, found, goal, there);
}

void OtherTenant::take_counterpart(const Link& link, CounterpartKind kind, const Found& found,
                                   Goal& goal, std::vector<Link>& there) const {
  if (found.can_be_made) {
    const std::lock_guard lock(mutex_);
    missing_.try_emplace(link.id, *found.can_be_made);
  }
  if (found.there || found.can_be_made)
    there.push_back({found.there.value_or(link.id), link.kind});
  else
    goal.problems.push_back(missing(kind, found));
}

// Users are found as managers are (Targets).
void OtherTenant::translate_sponsors(Goal& goal) const {
  std::vector<Link> there;
  for (const Link& sponsor : *goal.wanted.sponsors) {
    if (sponsor.kind == ObjectKind::user)
      there.push_back(sponsor);
    else if (wants(CounterpartKind::group))
      take_group_or_application(sponsor, goal, there);
    else
      goal.problems.push_back({"notFound",
                               "a group that sponsors the user stays behind: groups are not looked "
                               "for in tenant " +
                                   context_.request.home(),
                               "add --with-memberships, then restore again"});
  }
  goal.wanted.sponsors = std::move(there);
}

void OtherTenant::translate_owned_objects(Goal& goal) const {
  std::vector<Link> there;
  for (const Link& object : *goal.wanted.owned_objects)
    take_group_or_application(object, goal, there);
  std::sort(there.begin(), there.end());
  there.erase(std::unique(there.begin(), there.end()), there.end());
  goal.wanted.owned_objects = std::move(there);
}

std::optional<OtherTenant::MissingGroup> OtherTenant::missing_group(const Guid& id) const {
  return find(CounterpartKind::group, id).can_be_made;
}

void OtherTenant::made(const Guid& id, const Guid& there) {
  made_[id] = there;
  found_[CounterpartKind::group].erase(id);
}

void OtherTenant::refused(const Guid& id, const std::string& why) {
  refused_[id] = why;
  found_[CounterpartKind::group].erase(id);
}

Guid OtherTenant::as_made(const Guid& id) const {
  const auto found = made_.find(id);
  return found == made_.end() ? id : found->second;
}

}  // namespace entrad::restore
