#include "restore/live/sponsors_and_owned.h"

#include <algorithm>
#include <set>

#include "directory/compare.h"
#include "graph/calls.h"
#include "restore/live/remaining_pages.h"

namespace entrad::restore {
namespace {

using api::ObjectKind;
using base::Guid;
using directory::Link;
using graph::Class;
using graph::Reply;
using graph::Request;
using nlohmann::json;
namespace calls = graph::calls;

struct Kind {
  ObjectKind kind;
  const char* type;
  const char* collection;
};
constexpr Kind kKinds[] = {
    {ObjectKind::group, "#microsoft.graph.group", "/groups"},
    {ObjectKind::application, "#microsoft.graph.application", "/applications"},
    {ObjectKind::service_principal, "#microsoft.graph.servicePrincipal", "/servicePrincipals"},
};

std::optional<Link> sponsor_of(const json& row) {
  const auto id = Guid::parse(row.value("id", ""));
  if (!id) return std::nullopt;
  const bool group = row.value("@odata.type", "") == kKinds[0].type;
  return Link{*id, group ? ObjectKind::group : ObjectKind::user};
}

std::optional<Link> owned_of(const json& row) {
  const auto id = Guid::parse(row.value("id", ""));
  for (const Kind& kind : kKinds)
    if (id && row.value("@odata.type", "") == kind.type) return Link{*id, kind.kind};
  return std::nullopt;
}

// A clean refusal means that nothing is known, every other one that nothing can be planned.
base::Result<bool> is_answered(const Reply& reply) {
  if (reply.done()) return true;
  const Class cls = reply.verdict.cls;
  if (cls == Class::absent || cls == Class::permission || cls == Class::refused) return false;
  return base::unexpected<base::Error>(reply.verdict.error);
}

struct Source {
  Request (*request)(const Guid& user);
  std::optional<Link> (*link)(const json& row);
  std::optional<std::vector<Link>> Sections::*section;
};

base::Result<void> read(const Context& context, const std::vector<Live*>& lives,
                        const Source& source, const graph::Call& call) {
  if (lives.empty()) return {};
  std::vector<Request> requests;
  requests.reserve(lives.size());
  for (const Live* live : lives) requests.push_back(source.request(live->id));
  auto replies = context.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < lives.size(); ++i) {
    const Reply& reply = (*replies)[i];
    auto answered = is_answered(reply);
    if (!answered) return base::pass(answered);
    if (!*answered) continue;
    std::vector<Link> links;
    const auto take = [&](const json& page) {
      for (const json& row : page.value("value", json::array()))
        if (const auto link = source.link(row)) links.push_back(*link);
    };
    take(reply.body);
    auto rest = take_remaining_pages(
        context, requests[i], reply, take, [&links] { links.clear(); }, call);
    if (!rest) return rest;
    lives[i]->sections.*source.section = std::move(links);
  }
  return {};
}

// Of a group's owners only users keep each other from being the last one ("Remove group owner").
std::uint64_t counted(ObjectKind kind, const json& page) {
  std::uint64_t count = 0;
  for (const json& row : page.value("value", json::array())) {
    const std::string type = row.value("@odata.type", "");
    count += kind != ObjectKind::group || type.empty() || type == "#microsoft.graph.user" ? 1 : 0;
  }
  return count;
}

base::Result<std::map<Guid, std::uint64_t>> count_owners(const Context& context,
                                                         const std::set<Link>& objects,
                                                         const graph::Call& call) {
  std::map<Guid, std::uint64_t> counts;
  if (objects.empty()) return counts;
  std::vector<Request> requests;
  for (const Link& object : objects)
    requests.push_back(calls::list_owners_of(collection_of(object.kind), object.id));
  auto replies = context.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  auto object = objects.begin();
  for (std::size_t i = 0; i < replies->size(); ++i, ++object) {
    auto answered = is_answered((*replies)[i]);
    if (!answered) return base::pass(answered);
    if (*answered) counts[object->id] = counted(object->kind, (*replies)[i].body);
  }
  return counts;
}

base::Result<void> count_owners_of_extras(const Context& context, const std::vector<Seen>& users,
                                          const graph::Call& call) {
  if (!context.request.exact) return {};
  std::set<Link> extras;
  for (const Seen& one : users) {
    const auto& live = one.live->sections.owned_objects;
    const auto& wanted = one.goal->wanted.owned_objects;
    if (!live || !wanted) continue;
    for (const Link& link : directory::compare_memberships(*live, *wanted).extra)
      extras.insert(link);
  }
  auto counts = count_owners(context, extras, call);
  if (!counts) return base::pass(counts);
  for (const Seen& one : users)
    for (const Link& link : one.live->sections.owned_objects.value_or(std::vector<Link>()))
      if (const auto count = counts->find(link.id); count != counts->end())
        one.live->owner_counts[link.id] = count->second;
  return {};
}

}  // namespace

std::string collection_of(ObjectKind owned) {
  for (const Kind& kind : kKinds)
    if (kind.kind == owned) return kind.collection;
  throw std::logic_error("nobody owns such an object");
}

base::Result<void> read_sponsors_and_owned(const Context& context, const Goals& goals,
                                           const std::vector<Seen>& users,
                                           const graph::Call& call) {
  std::vector<Live*> sponsored;
  std::vector<Live*> owning;
  for (const Seen& one : users) {
    if (one.live->where != Where::live) continue;
    const Sections& known = one.live->sections;
    if (!known.sponsors && goals.sponsors_matter(one.user, *one.goal))
      sponsored.push_back(one.live);
    if (!known.owned_objects && goals.owned_objects_matter(one.user, *one.goal))
      owning.push_back(one.live);
  }
  const Source sponsors{calls::list_sponsors_of, sponsor_of, &Sections::sponsors};
  if (auto done = read(context, sponsored, sponsors, call); !done) return done;
  const Source owned{calls::list_owned_by, owned_of, &Sections::owned_objects};
  if (auto done = read(context, owning, owned, call); !done) return done;
  if (goals.undo())
    for (const Seen& one : users) *one.goal = goals.of(one.user, *one.live);
  return count_owners_of_extras(context, users, call);
}

}  // namespace entrad::restore
