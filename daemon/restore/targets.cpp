#include "restore/targets.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "graph/calls.h"
#include "restore/other_tenant/other_tenant.h"
#include "restore/selects.h"
#include "store/known_extensions.h"
#include "store/lineage.h"
#include "store/snapshots.h"

namespace entrad::restore {

using api::ObjectKind;
using base::Guid;
using directory::Link;
using graph::Class;
using graph::Request;
namespace calls = graph::calls;

namespace {

// Source: "subscribedSku resource type": those in grace ("warning") can be assigned too.
std::uint64_t free_seats_of(const nlohmann::json& sku) {
  const auto number = [](const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<std::int64_t>() : 0;
  };
  const auto bought = sku.value("prepaidUnits", nlohmann::json::object());
  const auto free =
      number(bought, "enabled") + number(bought, "warning") - number(sku, "consumedUnits");
  return free > 0 ? static_cast<std::uint64_t>(free) : 0;
}

}  // namespace

Targets::Targets(const Context& context, std::unordered_set<Guid> selected,
                 const OtherTenant* other)
    : context_(context), selected_(std::move(selected)), other_(other) {
  for (std::string& name :
       store::known_extensions(context.store.own_state(), context.session.tenant().name))
    extensions_.insert(std::move(name));
}

base::Result<void> Targets::learn(const std::vector<const Sections*>& wanted,
                                  const std::vector<const Sections*>& live,
                                  const graph::Call& call) {
  std::vector<Link> links;
  std::vector<Link> others;
  std::vector<Guid> managers;
  std::vector<Guid> applications;
  bool has_licenses = false;
  const auto add_links = [&](const Sections& sections) {
    if (sections.memberships)
      links.insert(links.end(), sections.memberships->begin(), sections.memberships->end());
    if (sections.owned_objects)
      others.insert(others.end(), sections.owned_objects->begin(), sections.owned_objects->end());
    if (sections.sponsors)
      std::copy_if(sections.sponsors->begin(), sections.sponsors->end(), std::back_inserter(others),
                   [](const Link& sponsor) { return sponsor.kind == ObjectKind::group; });
  };
  for (const Sections* one : wanted) {
    add_links(*one);
    if (one->manager && one->manager->id && !is_selected(*one->manager->id))
      managers.push_back(*one->manager->id);
    if (one->sponsors)
      for (const Link& sponsor : *one->sponsors)
        if (sponsor.kind == ObjectKind::user && !is_selected(sponsor.id))
          managers.push_back(sponsor.id);
    has_licenses |= one->licenses && !one->licenses->empty();
    if (one->app_roles)
      for (const directory::AppRole& role : *one->app_roles) applications.push_back(role.resource);
  }
  if (context_.request.exact)
    for (const Sections* one : live) add_links(*one);
  if (auto learned = learn_links(links, Sight::needed, call); !learned) return learned;
  if (auto learned = learn_links(others, Sight::if_allowed, call); !learned) return learned;
  if (other_)
    if (auto learned = learn_namesakes(managers, call); !learned) return learned;
  if (auto learned = learn_users(managers, call); !learned) return learned;
  if (has_licenses)
    if (auto learned = learn_skus(call); !learned) return learned;
  return learn_service_principals(applications, call);
}

Request Targets::link_request(const Link& link) const {
  switch (link.kind) {
    case ObjectKind::group:
      return calls::get_group(link.id, group_select(context_));
    case ObjectKind::application:
      return calls::get_application(link.id, "id,displayName");
    case ObjectKind::service_principal:
      return calls::get_service_principal(link.id, "id,displayName");
    default:
      return calls::get_administrative_unit(link.id, administrative_unit_select(context_));
  }
}

base::Result<void> Targets::learn_links(const std::vector<Link>& links, Sight sight,
                                        const graph::Call& call) {
  std::vector<Link> unknown;
  std::unordered_set<Guid> seen;
  for (const Link& link : links) {
    if (links_.contains(link.id) || !seen.insert(link.id).second) continue;
    const auto to_be_made =
        other_ && link.kind == ObjectKind::group ? other_->missing_group(link.id) : std::nullopt;
    if (to_be_made)
      links_[link.id] = {true,
                         to_be_made->body.value("isAssignableToRole", false)
                             ? directory::GroupWrite::role_assignable
                             : directory::GroupWrite::yes,
                         to_be_made->name};
    else
      unknown.push_back(link);
  }
  if (unknown.empty()) return {};
  std::vector<Request> requests;
  requests.reserve(unknown.size());
  for (const Link& link : unknown) requests.push_back(link_request(link));
  auto replies = context_.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  const auto is_hidden = [sight](const graph::Reply& reply) {
    return sight == Sight::if_allowed && reply.verdict.cls == Class::permission;
  };
  // What was not answered stays unknown.
  for (const graph::Reply& reply : *replies)
    if (!reply.done() && reply.verdict.cls != Class::absent && !is_hidden(reply))
      return base::unexpected<base::Error>(reply.verdict.error);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const graph::Reply& reply = (*replies)[i];
    if (reply.done())
      see(unknown[i], reply.body);
    else
      links_[unknown[i].id] = {is_hidden(reply), directory::GroupWrite::yes,
                               name_in_snapshot(unknown[i].kind, unknown[i].id)};
  }
  return {};
}

void Targets::see(const Link& link, const nlohmann::json& object) {
  Target& target = links_[link.id];
  target.exists = true;
  if (link.kind == ObjectKind::group) target.write = directory::group_write(object);
  if (const auto name = object.find("displayName"); name != object.end() && name->is_string())
    target.display_name = *name;
  if (target.display_name.empty()) target.display_name = name_in_snapshot(link.kind, link.id);
}

base::Result<void> Targets::learn_users(const std::vector<Guid>& users, const graph::Call& call) {
  std::vector<Guid> unknown;
  std::vector<Request> requests;
  for (const Guid& user : users) {
    const Guid id = present(user);
    if (id == Guid()) continue;
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

// A manager who was not restored to the other tenant may be there on its own account.
base::Result<void> Targets::learn_namesakes(const std::vector<Guid>& users,
                                            const graph::Call& call) {
  std::vector<Guid> unknown;
  std::vector<Request> requests;
  for (const Guid& user : users) {
    if (namesakes_.contains(user) || present(user) != Guid()) continue;
    namesakes_[user] = Guid();
    unknown.push_back(user);
    requests.push_back(calls::get_user_by_name(other_->name_of(user_name(user)), "id"));
  }
  if (requests.empty()) return {};
  auto replies = context_.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const graph::Reply& reply = (*replies)[i];
    if (!reply.done() && reply.verdict.cls != Class::absent)
      return base::unexpected<base::Error>(reply.verdict.error);
    if (reply.done())
      namesakes_[unknown[i]] = Guid::parse(reply.body.value("id", "")).value_or(Guid());
  }
  return {};
}

// What may not be read is taken to be there: Graph says so if it is not.
base::Result<void> Targets::learn_skus(const graph::Call& call) {
  if (std::exchange(skus_asked_, true)) return {};
  auto replies = context_.session.batch({calls::subscribed_skus()}, call);
  if (!replies) return base::pass(replies);
  const graph::Reply& reply = replies->front();
  if (!reply.done())
    return reply.verdict.cls == Class::permission
               ? base::Result<void>()
               : base::unexpected<base::Error>(reply.verdict.error);
  skus_.emplace();
  for (const auto& sku : reply.body.value("value", nlohmann::json::array()))
    skus_->emplace(base::ascii_lower(sku.value("skuId", "")), free_seats_of(sku));
  return {};
}

base::Result<void> Targets::learn_service_principals(const std::vector<Guid>& ids,
                                                     const graph::Call& call) {
  std::vector<Guid> unknown;
  std::vector<Request> requests;
  for (const Guid& id : ids) {
    if (!service_principals_.try_emplace(id, true).second) continue;
    unknown.push_back(id);
    requests.push_back(calls::get_service_principal(id, "id"));
  }
  if (requests.empty()) return {};
  auto replies = context_.session.batch(requests, call);
  if (!replies) return base::pass(replies);
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const graph::Reply& reply = (*replies)[i];
    const bool answered = reply.done() || reply.verdict.cls == Class::absent;
    if (!answered && reply.verdict.cls != Class::permission)
      return base::unexpected<base::Error>(reply.verdict.error);
    service_principals_[unknown[i]] = reply.verdict.cls != Class::absent;
  }
  return {};
}

const Target& Targets::link(const Guid& id) const { return links_.at(id); }

bool Targets::user_exists(const Guid& user) const {
  const auto known = users_.find(user);
  return known != users_.end() && known->second;
}

Guid Targets::present(const Guid& user) const {
  if (const auto successor = context_.store.lineage().successor(context_.request.home(), user))
    return *successor;
  if (!other_) return user;
  const auto found = namesakes_.find(user);
  return found == namesakes_.end() ? Guid() : found->second;
}

bool Targets::has_sku(const std::string& sku_id) const {
  return !skus_ || skus_->contains(base::ascii_lower(sku_id));
}

std::optional<std::uint64_t> Targets::free_seats(const std::string& sku_id) const {
  if (!skus_) return std::nullopt;
  const auto known = skus_->find(base::ascii_lower(sku_id));
  return known == skus_->end() ? 0 : known->second;
}

bool Targets::has_service_principal(const Guid& id) const { return service_principals_.at(id); }

std::string Targets::sku_name(const std::string& sku_id) const {
  const auto id = Guid::parse(sku_id);
  return id ? name_in_snapshot(ObjectKind::subscribed_sku, *id) : sku_id;
}

std::string Targets::service_principal_name(const Guid& id) const {
  return name_in_snapshot(ObjectKind::service_principal, id);
}

std::string Targets::role_name(const std::string& role_definition_id) const {
  const auto id = Guid::parse(role_definition_id);
  return id ? name_in_snapshot(ObjectKind::role_definition, *id) : role_definition_id;
}

// A manager has many subordinates.
std::string Targets::user_name(const Guid& user) const {
  const std::scoped_lock lock(user_names_mutex_);
  const auto [known, is_new] = user_names_.try_emplace(user, user.str());
  if (!is_new) return known->second;
  const auto text =
      context_.store.snapshots().content(context_.request.tenant, context_.snapshot.number,
                                         ObjectKind::user, user, api::Section::object);
  if (text) known->second = base::read_json(*text).value("userPrincipalName", user.str());
  return known->second;
}

std::string Targets::sponsor_name(const Link& sponsor) const {
  if (sponsor.kind == ObjectKind::user) return user_name(sponsor.id);
  const auto known = links_.find(sponsor.id);
  return known == links_.end() ? name_in_snapshot(sponsor.kind, sponsor.id)
                               : known->second.display_name;
}

std::string Targets::name_in_snapshot(ObjectKind kind, const Guid& id) const {
  const auto text = context_.store.snapshots().content(
      context_.request.tenant, context_.snapshot.number, kind, id, api::Section::object);
  if (!text) return id.str();
  const auto object = base::read_json(*text);
  for (const char* key : {"displayName", "skuPartNumber"})
    if (const auto name = object.find(key); name != object.end() && name->is_string()) return *name;
  return id.str();
}

}  // namespace entrad::restore
