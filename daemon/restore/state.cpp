// The wanted state comes from the store, the live one from Graph in batches: objects first, then
// the recycle bin for what was not found, then the sections of those that are live.
#include "restore/state.h"

#include <map>

#include "base/json.h"
#include "directory/canonical.h"
#include "graph/calls.h"
#include "restore/live/remaining_pages.h"
#include "restore/live/role_list.h"
#include "restore/new_name.h"
#include "restore/selects.h"
#include "store/lineage.h"
#include "store/snapshots.h"

namespace entrad::restore {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::Link;
using graph::Class;
using graph::Reply;
using graph::Request;
using nlohmann::json;
namespace calls = graph::calls;

bool is_whole(const Context& context, Section section) {
  const auto state = context.snapshot.sections.find(std::string(api::name(section)));
  return state != context.snapshot.sections.end() &&
         state->second.completeness == api::Completeness::complete;
}

std::vector<Section> asked_sections(const api::RestoreRequest& request) {
  std::vector<Section> asked{Section::object, Section::auth_methods};
  for (const auto& [is_asked, section] :
       {std::pair(request.with_object || request.with_manager, Section::manager),
        std::pair(request.with_object, Section::sponsors),
        std::pair(request.with_owned_objects, Section::owned_objects),
        std::pair(request.with_memberships, Section::memberships),
        std::pair(request.with_roles, Section::roles),
        std::pair(request.with_licenses, Section::licenses),
        std::pair(request.with_app_roles, Section::app_roles)})
    if (is_asked) asked.push_back(section);
  return asked;
}

// The stored sections of one user that a request asks for; the others have no text.
class Stored {
 public:
  Stored(const Context& context, const api::RestoreRequest& request, const Guid& user)
      : context_(context),
        asked_(asked_sections(request)),
        texts_(context.store.snapshots().contents(context.request.tenant, context.snapshot.number,
                                                  ObjectKind::user, user, asked_)) {}

  const std::string* text(Section section) const {
    const auto place = std::find(asked_.begin(), asked_.end(), section) - asked_.begin();
    const bool has = place < std::ssize(asked_) && texts_[static_cast<std::size_t>(place)];
    return has ? &*texts_[static_cast<std::size_t>(place)] : nullptr;
  }

  // Of what few users have nothing is stored for the others.
  const std::string* text_or_none(Section section) const {
    static const std::string kNone = "[]";
    const bool is_asked = std::find(asked_.begin(), asked_.end(), section) != asked_.end();
    const std::string* const stored = text(section);
    return !stored && is_asked && is_whole(context_, section) ? &kNone : stored;
  }

 private:
  const Context& context_;
  std::vector<Section> asked_;
  std::vector<std::optional<std::string>> texts_;
};

// Live users among `lives`, as requests and as places in `lives`.
struct Ask {
  std::vector<Request> requests;
  std::vector<std::size_t> places;
};

template <typename MakeRequest>
Ask ask(const std::vector<Live>& lives, Where where, const MakeRequest& make) {
  Ask ask;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    if (lives[i].where != where || lives[i].id == Guid()) continue;
    ask.requests.push_back(make(lives[i].id));
    ask.places.push_back(i);
  }
  return ask;
}

// A reply that is neither an answer nor a clean "not there" means that nothing is known.
base::Result<void> usable(const Reply& reply) {
  if (reply.done() || reply.verdict.cls == Class::absent || reply.verdict.cls == Class::permission)
    return {};
  return base::unexpected<base::Error>(reply.verdict.error);
}

// Sends what `question` asks and gives each reply to `take` with its user.
template <typename Take>
base::Result<void> answer(const Context& context, std::vector<Live>& lives, const Ask& question,
                          const graph::Call& call, const Take& take) {
  if (question.requests.empty()) return {};
  auto replies = context.session.batch(question.requests, call);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < replies->size(); ++i) {
    const Reply& reply = (*replies)[i];
    if (auto fine = usable(reply); !fine) return fine;
    auto taken = take(lives[question.places[i]], reply);
    if (!taken) return taken;
  }
  return {};
}

base::Result<void> find_objects(const Context& context, std::vector<Live>& lives,
                                const graph::Call& call) {
  const std::string select = user_select(context);
  auto found =
      answer(context, lives,
             ask(lives, Where::gone, [&](const Guid& id) { return calls::get_user(id, select); }),
             call, [](Live& live, const Reply& reply) -> base::Result<void> {
               if (reply.verdict.cls == Class::permission)
                 return base::unexpected<base::Error>(reply.verdict.error);
               if (!reply.done()) return {};
               take_object(live, Where::live, reply.body);
               return {};
             });
  if (!found) return found;
  return answer(
      context, lives,
      ask(lives, Where::gone, [&](const Guid& id) { return calls::get_deleted_user(id, select); }),
      call, [](Live& live, const Reply& reply) -> base::Result<void> {
        if (!reply.done()) return {};
        take_object(live, Where::in_recycle_bin, reply.body);
        return {};
      });
}

base::Result<void> read_managers(const Context& context, std::vector<Live>& lives,
                                 const graph::Call& call) {
  return answer(context, lives,
                ask(lives, Where::live, [](const Guid& id) { return calls::get_manager(id); }),
                call, [](Live& live, const Reply& reply) -> base::Result<void> {
                  if (reply.verdict.cls == Class::permission) return {};
                  ManagerLink manager;
                  if (reply.done() && reply.body.is_object())
                    manager.id = Guid::parse(reply.body.value("id", ""));
                  live.sections.manager = manager;
                  return {};
                });
}

void add_links(std::vector<Link>& links, const json& page) {
  for (const json& target : page.value("value", json::array())) {
    const auto id = Guid::parse(target.value("id", ""));
    const std::string type = target.value("@odata.type", "");
    if (!id) continue;
    if (type == "#microsoft.graph.group") links.push_back({*id, ObjectKind::group});
    if (type == "#microsoft.graph.administrativeUnit")
      links.push_back({*id, ObjectKind::administrative_unit});
  }
}

base::Result<void> read_memberships(const Context& context, std::vector<Live>& lives,
                                    const graph::Call& call) {
  return answer(context, lives,
                ask(lives, Where::live, [](const Guid& id) { return calls::list_member_of(id); }),
                call, [&](Live& live, const Reply& reply) -> base::Result<void> {
                  if (!reply.done()) return {};
                  std::vector<Link> links;
                  add_links(links, reply.body);
                  auto rest = take_remaining_pages(
                      context, calls::list_member_of(live.id), reply,
                      [&links](const json& page) { add_links(links, page); },
                      [&links] { links.clear(); }, call);
                  if (!rest) return rest;
                  live.sections.memberships = std::move(links);
                  return {};
                });
}

// Those through groups are listed too, and have the group for their principal.
void add_app_roles(Live& live, const json& page) {
  for (const json& row : page.value("value", json::array())) {
    const auto resource = Guid::parse(row.value("resourceId", ""));
    const auto role = Guid::parse(row.value("appRoleId", ""));
    if (!resource || !role || Guid::parse(row.value("principalId", "")) != live.id) continue;
    live.sections.app_roles->push_back({*resource, *role});
    live.app_role_assignments[{*resource, *role}] = row.value("id", "");
  }
}

base::Result<void> read_app_roles(const Context& context, std::vector<Live>& lives,
                                  const graph::Call& call) {
  return answer(
      context, lives,
      ask(lives, Where::live, [](const Guid& id) { return calls::list_app_roles_of(id); }), call,
      [&](Live& live, const Reply& reply) -> base::Result<void> {
        if (!reply.done()) return {};
        live.sections.app_roles.emplace();
        add_app_roles(live, reply.body);
        return take_remaining_pages(
            context, calls::list_app_roles_of(live.id), reply,
            [&live](const json& page) { add_app_roles(live, page); },
            [&live] { live.sections.app_roles->clear(); }, call);
      });
}

base::Result<void> read_roles(const Context& context, std::vector<Live>& lives,
                              const graph::Call& call) {
  auto roles = RoleList::read(context, call);
  if (!roles) return base::pass(roles);
  for (Live& live : lives) roles->enter_into(live);
  return {};
}

// What was to begin later, and not to end, is held for good once it has begun.
void take_roles(Sections& wanted, std::string_view content, base::WallTime now) {
  wanted.roles.emplace();
  wanted.schedules.emplace();
  for (const directory::HeldRole& held : directory::read_held_roles(content)) {
    RoleSchedule schedule = role_schedule(held, now);
    if (schedule.is_for_good())
      wanted.roles->push_back(held.role);
    else
      add_schedule(*wanted.schedules, std::move(schedule));
  }
}

// What a new user beside the old one cannot share with it is left out.
json renamed(json object, const std::string& user_principal_name) {
  for (const char* name : {"mail", "proxyAddresses", "identities", "onPremisesImmutableId"})
    object.erase(name);
  object["userPrincipalName"] = user_principal_name;
  object["mailNickname"] = user_principal_name.substr(0, user_principal_name.find('@'));
  return object;
}

}  // namespace

std::string_view name(Where where) {
  switch (where) {
    case Where::live:
      return "live";
    case Where::in_recycle_bin:
      return "inRecycleBin";
    case Where::gone:
      return "gone";
  }
  throw std::logic_error("no such place");
}

void take_licenses(Live& live, const json& states) {
  if (states.is_array())
    live.sections.licenses = directory::read_licenses(directory::licenses_section(states));
}

void take_object(Live& live, Where where, json answer) {
  live.where = where;
  answer.erase("@odata.type");
  if (const auto states = answer.find("licenseAssignmentStates"); states != answer.end())
    take_licenses(live, *states);
  live.sections.object = directory::LazyObject::from_canonical(directory::canonical(answer));
}

Sections sections_of_new(json object) {
  Sections made;
  made.object = std::move(object);
  made.manager = ManagerLink{};
  made.memberships.emplace();
  made.roles.emplace();
  made.schedules.emplace();
  made.licenses.emplace();
  made.app_roles.emplace();
  made.sponsors.emplace();
  made.owned_objects.emplace();
  made.auth_methods = json::array();
  return made;
}

Sections read_wanted(const Context& context, const api::RestoreRequest& request, const Guid& user) {
  const Stored stored(context, request, user);
  Sections wanted;
  if (const auto text = stored.text(Section::object))
    wanted.object = directory::LazyObject::from_canonical(*text);
  if (!request.as_new.empty()) {
    const std::string name = name_from(request.as_new, wanted.object.get());
    wanted.object = renamed(std::move(wanted.object.edit()), name);
  }
  if (request.block_sign_in) wanted.object.edit()["accountEnabled"] = false;
  if (const auto text = stored.text(Section::manager))
    wanted.manager = ManagerLink{directory::read_manager(*text)};
  if (const auto text = stored.text_or_none(Section::sponsors))
    wanted.sponsors = directory::read_memberships(*text);
  if (const auto text = stored.text_or_none(Section::owned_objects))
    wanted.owned_objects = directory::read_memberships(*text);
  wanted.owned_objects_in_part = !is_whole(context, Section::owned_objects);
  if (const auto text = stored.text(Section::memberships))
    wanted.memberships = directory::read_memberships(*text);
  if (const auto text = stored.text(Section::roles))
    take_roles(wanted, *text, context.clock.wall());
  if (const auto text = stored.text(Section::auth_methods))
    wanted.auth_methods = base::read_json(*text);
  if (const auto text = stored.text(Section::licenses))
    wanted.licenses = directory::read_licenses(*text);
  if (const auto text = stored.text_or_none(Section::app_roles))
    wanted.app_roles = directory::read_app_roles(*text);
  return wanted;
}

Depth depth_of(const api::RestoreRequest& request) {
  return {request.with_object || request.with_manager, request.with_memberships, request.with_roles,
          request.with_app_roles, request.with_licenses};
}

base::Result<std::vector<Live>> read_live(const Context& context, const std::vector<Guid>& ids,
                                          const Depth& depth, const graph::Call& call) {
  std::vector<Live> lives(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) lives[i].id = ids[i];
  if (auto found = find_objects(context, lives, call); !found) return base::pass(found);
  if (auto read = read_sections(context, lives, depth, call); !read) return base::pass(read);
  return lives;
}

base::Result<void> read_sections(const Context& context, std::vector<Live>& lives,
                                 const Depth& depth, const graph::Call& call) {
  if (depth.manager)
    if (auto read = read_managers(context, lives, call); !read) return read;
  if (depth.memberships)
    if (auto read = read_memberships(context, lives, call); !read) return read;
  if (depth.roles)
    if (auto read = read_roles(context, lives, call); !read) return read;
  if (depth.app_roles) return read_app_roles(context, lives, call);
  return {};
}

base::Result<std::vector<std::optional<json>>> read_methods(const Context& context,
                                                            const std::vector<Guid>& ids,
                                                            const graph::Call& call) {
  std::vector<Request> requests;
  requests.reserve(ids.size());
  for (const Guid& id : ids) requests.push_back(calls::list_auth_methods(id));
  std::vector<std::optional<json>> methods(ids.size());
  if (requests.empty()) return methods;
  auto replies = context.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < replies->size(); ++i) {
    if (auto fine = usable((*replies)[i]); !fine) return base::pass(fine);
    if ((*replies)[i].done()) methods[i] = (*replies)[i].body.value("value", json::array());
  }
  return methods;
}

Guid present_id(const Context& context, const Guid& user) {
  if (!context.request.as_new.empty()) return {};
  return context.store.lineage()
      .successor(context.request.home(), user)
      .value_or(context.request.to_tenant.empty() ? user : Guid());
}

json pre_image_of(Live live) {
  json image = {{"where", name(live.where)}, {"id", live.id.str()}};
  Sections& sections = live.sections;
  if (!sections.object.get().is_null()) image["object"] = std::move(sections.object.edit());
  if (sections.manager)
    image["manager"] =
        directory::manager_section(sections.manager->id ? &*sections.manager->id : nullptr);
  if (sections.memberships)
    image["memberships"] = directory::memberships_section(*sections.memberships);
  if (sections.roles) image["roles"] = directory::roles_section(*sections.roles);
  if (live.schedule_sight != ScheduleSight::unread) image["scheduleSight"] = live.schedule_sight;
  if (sections.schedules) image["schedules"] = to_json(*sections.schedules);
  for (const auto& role : live.activated_roles)
    image["activatedRoles"].push_back({role.role_definition_id, role.directory_scope_id});
  if (sections.auth_methods) image["authMethods"] = *sections.auth_methods;
  if (sections.app_roles) image["appRoles"] = directory::app_roles_section(*sections.app_roles);
  if (sections.sponsors) image["sponsors"] = directory::memberships_section(*sections.sponsors);
  if (sections.owned_objects)
    image["ownedObjects"] = directory::memberships_section(*sections.owned_objects);
  for (const auto& [object, owners] : live.owner_counts)
    image["ownerCounts"][object.str()] = owners;
  for (const auto& [role, id] : live.role_assignments)
    image["roleAssignments"].push_back({role.role_definition_id, role.directory_scope_id, id});
  for (const auto& [role, id] : live.app_role_assignments)
    image["appRoleAssignments"].push_back({role.resource.str(), role.role.str(), id});
  return image;
}

Live from_pre_image(const json& image) {
  Live live;
  for (const Where where : {Where::live, Where::in_recycle_bin, Where::gone})
    if (image.value("where", "") == name(where)) live.where = where;
  live.id = Guid::parse(image.value("id", "")).value_or(Guid());
  Sections& sections = live.sections;
  if (image.contains("object")) take_object(live, live.where, image["object"]);
  if (image.contains("manager"))
    sections.manager = ManagerLink{directory::read_manager(image["manager"].get<std::string>())};
  if (image.contains("memberships"))
    sections.memberships = directory::read_memberships(image["memberships"].get<std::string>());
  if (image.contains("roles"))
    sections.roles = directory::read_roles(image["roles"].get<std::string>());
  live.schedule_sight = image.value("scheduleSight", ScheduleSight::unread);
  if (image.contains("schedules")) sections.schedules = schedules_from(image["schedules"]);
  for (const json& row : image.value("activatedRoles", json::array()))
    live.activated_roles.insert({row.at(0), row.at(1)});
  if (image.contains("authMethods")) sections.auth_methods = image["authMethods"];
  if (image.contains("appRoles"))
    sections.app_roles = directory::read_app_roles(image["appRoles"].get<std::string>());
  if (image.contains("sponsors"))
    sections.sponsors = directory::read_memberships(image["sponsors"].get<std::string>());
  if (image.contains("ownedObjects"))
    sections.owned_objects = directory::read_memberships(image["ownedObjects"].get<std::string>());
  const json owner_counts = image.value("ownerCounts", json::object());
  for (const auto& [object, owners] : owner_counts.items())
    if (const auto id = Guid::parse(object)) live.owner_counts[*id] = owners;
  for (const json& row : image.value("roleAssignments", json::array()))
    live.role_assignments[{row.at(0), row.at(1)}] = row.at(2);
  for (const json& row : image.value("appRoleAssignments", json::array())) {
    const auto resource = Guid::parse(row.at(0).get<std::string>());
    const auto role = Guid::parse(row.at(1).get<std::string>());
    if (resource && role) live.app_role_assignments[{*resource, *role}] = row.at(2);
  }
  return live;
}

}  // namespace entrad::restore
