#include "restore/targets.h"

#include "base/json.h"
#include "graph/calls.h"
#include "restore/selects.h"
#include "restore/state.h"
#include "store/snapshots.h"

namespace entrad::restore {

using api::ObjectKind;
using base::Guid;
using directory::Link;
using graph::Class;
using graph::Request;
namespace calls = graph::calls;

Targets::Targets(const Context& context, std::unordered_set<Guid> selected)
    : context_(context), selected_(std::move(selected)) {}

base::Result<void> Targets::learn_links(const std::vector<Link>& links, const graph::Call& call) {
  std::vector<Link> unknown;
  std::unordered_set<Guid> seen;
  for (const Link& link : links)
    if (!links_.contains(link.id) && seen.insert(link.id).second) unknown.push_back(link);
  if (unknown.empty()) return {};
  const std::string groups = group_select(context_);
  const std::string units = administrative_unit_select(context_);
  std::vector<Request> requests;
  requests.reserve(unknown.size());
  for (const Link& link : unknown)
    requests.push_back(link.kind == ObjectKind::group
                           ? calls::get_group(link.id, groups)
                           : calls::get_administrative_unit(link.id, units));
  auto replies = context_.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  // What was not answered stays unknown.
  for (const graph::Reply& reply : *replies)
    if (!reply.done() && reply.verdict.cls != Class::absent)
      return base::unexpected<base::Error>(reply.verdict.error);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const graph::Reply& reply = (*replies)[i];
    Target& target = links_[unknown[i].id];
    target.exists = reply.done();
    if (reply.done() && unknown[i].kind == ObjectKind::group)
      target.write = directory::group_write(reply.body);
    if (reply.done() && reply.body.contains("displayName") && reply.body["displayName"].is_string())
      target.display_name = reply.body["displayName"];
    if (target.display_name.empty())
      target.display_name = name_in_snapshot(unknown[i].kind, unknown[i].id);
  }
  return {};
}

base::Result<void> Targets::learn_users(const std::vector<Guid>& users, const graph::Call& call) {
  std::vector<Guid> unknown;
  std::vector<Request> requests;
  for (const Guid& user : users) {
    const Guid id = present(user);
    if (const auto known = users_.find(id); known != users_.end() && known->second) continue;
    users_[id] = false;
    unknown.push_back(id);
    requests.push_back(calls::get_user(id, "id"));
  }
  if (requests.empty()) return {};
  auto replies = context_.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const graph::Reply& reply = (*replies)[i];
    if (!reply.done() && reply.verdict.cls != Class::absent)
      return base::unexpected<base::Error>(reply.verdict.error);
    users_[unknown[i]] = reply.done();
  }
  return {};
}

const Target& Targets::link(const Guid& id) const { return links_.at(id); }

bool Targets::user_exists(const Guid& user) const {
  const auto known = users_.find(user);
  return known != users_.end() && known->second;
}

Guid Targets::present(const Guid& user) const { return present_id(context_, user); }

std::string Targets::role_name(const std::string& role_definition_id) const {
  const auto id = Guid::parse(role_definition_id);
  return id ? name_in_snapshot(ObjectKind::role_definition, *id) : role_definition_id;
}

std::string Targets::user_name(const Guid& user) const {
  const auto text =
      context_.store.snapshots().content(context_.request.tenant, context_.snapshot.number,
                                         ObjectKind::user, user, api::Section::object);
  if (!text) return user.str();
  return base::read_json(*text).value("userPrincipalName", user.str());
}

std::string Targets::name_in_snapshot(ObjectKind kind, const Guid& id) const {
  const auto text = context_.store.snapshots().content(
      context_.request.tenant, context_.snapshot.number, kind, id, api::Section::object);
  if (!text) return id.str();
  const auto object = base::read_json(*text);
  const auto name = object.find("displayName");
  return name != object.end() && name->is_string() ? name->get<std::string>() : id.str();
}

}  // namespace entrad::restore
