// The wanted state comes from the store, the live one from Graph in batches: objects first, then
// the recycle bin for what was not found, then the sections of those that are live.
#include "restore/state.h"

#include <map>
#include <unordered_map>

#include "base/json.h"
#include "directory/canonical.h"
#include "graph/calls.h"
#include "graph/paging.h"
#include "restore/selects.h"
#include "store/lineage.h"
#include "store/snapshots.h"

namespace entrad::restore {
namespace {

using api::ObjectKind;
using api::Section;
using base::Guid;
using directory::Link;
using directory::Role;
using graph::Class;
using graph::Reply;
using graph::Request;
using nlohmann::json;
namespace calls = graph::calls;

json without_annotations(const json& object) {
  json plain = json::object();
  for (const auto& [key, value] : object.items())
    if (key.find('@') == std::string::npos) plain[key] = value;
  return plain;
}

std::optional<std::string> content(const Context& context, const Guid& user, Section section) {
  return context.store.snapshots().content(context.request.tenant, context.snapshot.number,
                                           ObjectKind::user, user, section);
}

// Live users among `lives`, as requests and as places in `lives`.
struct Ask {
  std::vector<Request> requests;
  std::vector<std::size_t> places;
};

template <typename MakeRequest>
Ask ask(const std::vector<Live>& lives, Where where, const MakeRequest& make) {
  Ask ask;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    if (lives[i].where != where) continue;
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
               live.where = Where::live;
               live.sections.object = without_annotations(reply.body);
               return {};
             });
  if (!found) return found;
  return answer(
      context, lives,
      ask(lives, Where::gone, [&](const Guid& id) { return calls::get_deleted_user(id, select); }),
      call, [](Live& live, const Reply& reply) -> base::Result<void> {
        if (!reply.done()) return {};
        live.where = Where::in_recycle_bin;
        live.sections.object = without_annotations(reply.body);
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

base::Result<void> follow(const Context& context, const Guid& user, const std::string& next,
                          std::vector<Link>& links, const graph::Call& call) {
  const auto add = [&links](std::string_view page) -> base::Result<void> {
    add_links(links, base::read_json(page));
    return {};
  };
  auto rest = context.session.pages_after(next, add, call);
  if (rest || !graph::is_lost_page(rest.error())) return rest;
  const auto discard = [&links] { links.clear(); };
  discard();
  return context.session.collection(calls::list_member_of(user), add, discard, call);
}

base::Result<void> read_memberships(const Context& context, std::vector<Live>& lives,
                                    const graph::Call& call) {
  return answer(context, lives,
                ask(lives, Where::live, [](const Guid& id) { return calls::list_member_of(id); }),
                call, [&](Live& live, const Reply& reply) -> base::Result<void> {
                  if (!reply.done()) return {};
                  std::vector<Link> links;
                  add_links(links, reply.body);
                  if (reply.body.contains("@odata.nextLink")) {
                    auto rest =
                        follow(context, live.id, reply.body["@odata.nextLink"], links, call);
                    if (!rest) return rest;
                  }
                  live.sections.memberships = std::move(links);
                  return {};
                });
}

// One list for the whole tenant is cheaper than a question for each user.
base::Result<void> read_roles(const Context& context, std::vector<Live>& lives,
                              const graph::Call& call) {
  std::unordered_map<Guid, std::vector<Role>> roles;
  auto listed = context.session.collection(
      calls::list_role_assignments(),
      [&roles](std::string_view page) -> base::Result<void> {
        const json document = base::read_json(page);
        for (const json& row : document.value("value", json::array()))
          if (const auto id = Guid::parse(row.value("principalId", "")))
            roles[*id].push_back(
                {row.value("roleDefinitionId", ""), row.value("directoryScopeId", "")});
        return {};
      },
      [&roles] { roles.clear(); }, call);
  if (!listed && listed.error().kind == base::ErrorKind::permission_denied) return {};
  if (!listed) return listed;
  for (Live& live : lives)
    if (live.where == Where::live) live.sections.roles = roles[live.id];
  return {};
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

Sections read_wanted(const Context& context, const Guid& user) {
  const api::RestoreRequest& request = context.request;
  Sections wanted;
  if (const auto text = content(context, user, Section::object))
    wanted.object = base::read_json(*text);
  if (request.with_object)
    if (const auto text = content(context, user, Section::manager))
      wanted.manager = ManagerLink{directory::read_manager(*text)};
  if (request.with_memberships)
    if (const auto text = content(context, user, Section::memberships))
      wanted.memberships = directory::read_memberships(*text);
  if (request.with_roles)
    if (const auto text = content(context, user, Section::roles))
      wanted.roles = directory::read_roles(*text);
  if (const auto text = content(context, user, Section::auth_methods))
    wanted.auth_methods = base::read_json(*text);
  return wanted;
}

base::Result<std::vector<Live>> read_live(const Context& context, const std::vector<Guid>& ids,
                                          const Depth& depth, const graph::Call& call) {
  std::vector<Live> lives(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) lives[i].id = ids[i];
  if (auto found = find_objects(context, lives, call); !found) return base::pass(found);
  if (depth.manager)
    if (auto read = read_managers(context, lives, call); !read) return base::pass(read);
  if (depth.memberships)
    if (auto read = read_memberships(context, lives, call); !read) return base::pass(read);
  if (depth.roles)
    if (auto read = read_roles(context, lives, call); !read) return base::pass(read);
  return lives;
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
  return context.store.lineage().successor(context.request.tenant, user).value_or(user);
}

json pre_image_of(const Live& live) {
  json image = {{"where", name(live.where)}, {"id", live.id.str()}};
  const Sections& sections = live.sections;
  if (!sections.object.is_null()) image["object"] = sections.object;
  if (sections.manager)
    image["manager"] =
        directory::manager_section(sections.manager->id ? &*sections.manager->id : nullptr);
  if (sections.memberships)
    image["memberships"] = directory::memberships_section(*sections.memberships);
  if (sections.roles) image["roles"] = directory::roles_section(*sections.roles);
  if (sections.auth_methods) image["authMethods"] = *sections.auth_methods;
  return image;
}

Live from_pre_image(const json& image) {
  Live live;
  for (const Where where : {Where::live, Where::in_recycle_bin, Where::gone})
    if (image.value("where", "") == name(where)) live.where = where;
  live.id = Guid::parse(image.value("id", "")).value_or(Guid());
  Sections& sections = live.sections;
  if (image.contains("object")) sections.object = image["object"];
  if (image.contains("manager"))
    sections.manager = ManagerLink{directory::read_manager(image["manager"].get<std::string>())};
  if (image.contains("memberships"))
    sections.memberships = directory::read_memberships(image["memberships"].get<std::string>());
  if (image.contains("roles"))
    sections.roles = directory::read_roles(image["roles"].get<std::string>());
  if (image.contains("authMethods")) sections.auth_methods = image["authMethods"];
  return live;
}

}  // namespace entrad::restore
