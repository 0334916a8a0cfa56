// The recycle bin, as far as users are concerned (groups: groups_life.cpp): they wait 30 days in
// it, with their links. Facts: Microsoft's pages "List deletedItems", "Restore deleted item",
// "Permanently delete item".
#include <algorithm>
#include <functional>

#include "handlers.h"
#include "objects.h"
#include "user_rules.h"

namespace graphsim {
namespace {

constexpr std::string_view kRestoresUsers =
    "User.DeleteRestore.All User.ReadWrite.All Directory.ReadWrite.All";

std::vector<Json> deleted_documents(const Tenant& t) {
  std::vector<Json> out;
  if (t.users.deleted() == 0) return out;
  for (UserIndex user = 0; user < t.users.size(); ++user)
    if (t.users.life(user) == Life::kDeleted) out.push_back(t.users.document(user));
  return out;
}

// Makes what it shows only: a bin may hold hundreds of thousands.
Response page_of_deleted(Call& call, const std::function<Json(const Json&)>& view) {
  check_page_age(call);
  const std::uint32_t size = call.query.page_size(PageRules().usual, PageRules().maximum);
  const Users& users = call.tenant.users;
  Json body{{"@odata.context", call.context(with_select(call, "users"))}, {"value", Json::array()}};
  if (call.query.count() && !call.query.page()) body["@odata.count"] = users.deleted();
  Json& value = body["value"];
  auto user = static_cast<UserIndex>(call.query.page() ? call.query.page()->position : 0);
  for (; user < users.size(); ++user) {
    if (users.life(user) != Life::kDeleted) continue;
    if (value.size() == size) {
      body["@odata.nextLink"] = call.query.next_link(
          call.request, {user, call.query.advanced(), call.tenant.clock.now()});
      break;
    }
    value.push_back(view(users.document(user)));
  }
  return json_answer(std::move(body));
}

UserIndex deleted_user(Call& call) {
  const auto user = call.tenant.users.find_id(call.args.at(0));
  if (!user || call.tenant.users.life(*user) != Life::kDeleted) not_found(call.args.at(0));
  return *user;
}

Json usual_view(const Json& document, const std::vector<std::string>& select) {
  Json out = Json::object();
  for (std::size_t i = 0; i < kUserPropertyCount; ++i) {
    const std::string name(user_properties()[i].name);
    const bool wanted = select.empty()
                            ? user_properties()[i].in_default_set || name == "deletedDateTime"
                            : std::any_of(select.begin(), select.end(), [&](const std::string& s) {
                                return same_text(s, name) || s == "*";
                              });
    if (wanted && document.contains(name)) out[name] = document[name];
  }
  return out;
}

struct RestoreOptions {
  std::string new_name;
  bool reconcile = false;
};

RestoreOptions options_of(const Call& call) {
  RestoreOptions out;
  if (trimmed(call.request.body).empty()) return out;
  const Json body = call.body();
  for (const auto& [name, value] : body.items()) {
    if (name == "newUserPrincipalName" && (value.is_string() || value.is_null()))
      out.new_name = value.is_string() ? value.get<std::string>() : "";
    else if (name == "autoReconcileProxyConflict" && (value.is_boolean() || value.is_null()))
      out.reconcile = value.is_boolean() && value.get<bool>();
    else
      throw GraphError(400, "BadRequest",
                       "The parameter '" + name +
                           "' in the request payload is not a valid "
                           "parameter for the operation 'restore'.");
  }
  return out;
}

Json free_proxies(const Call& call, UserIndex user, bool reconcile) {
  Json kept = Json::array();
  for (const Json& one : call.tenant.users.value(user, "proxyAddresses")) {
    const auto address = one.get<std::string>().substr(5);
    if (!call.tenant.users.find_address(address, user))
      kept.push_back(one);
    else if (!reconcile)
      conflict("proxyAddresses");
  }
  return kept;
}

}  // namespace

Response list_deleted_users(Call& call) {
  user_mask(call, call.query.select(), true);
  const bool ordered = call.query.has("$orderby");
  if (ordered && !call.query.advanced())
    unsupported_query("Sorting deleted items needs ConsistencyLevel: eventual and $count=true.");
  call.query.require_consistency();
  const auto view = [&](const Json& d) { return usual_view(d, call.query.select()); };
  if (!ordered && !call.query.filter()) return page_of_deleted(call, view);
  const std::vector<Json> documents = deleted_documents(call.tenant);
  std::vector<const Json*> items;
  for (const Json& d : documents) items.push_back(&d);
  return list_answer(call, "users", items, view);
}

Response count_deleted_users(Call& call) { return count_answer(call, call.tenant.users.deleted()); }

Response list_deleted_uncast(Call&) {
  throw GraphError(
      400, "Request_BadRequest",
      "The request must name a type, as in directory/deletedItems/microsoft.graph.user.");
}

Response get_deleted(Call& call) {
  if (auto group = deleted_group_answer(call)) return *group;
  const UserIndex user = deleted_user(call);
  user_mask(call, call.query.select(), false);
  Json body = usual_view(call.tenant.users.document(user), call.query.select());
  body["@odata.type"] = "#microsoft.graph.user";
  body["@odata.context"] = call.context("directoryObjects/$entity");
  return json_answer(std::move(body));
}

Response get_deleted_user(Call& call) {
  deleted_user(call);
  Response out = get_deleted(call);
  out.json.erase("@odata.type");
  out.json["@odata.context"] = call.context("users/$entity");
  return out;
}

Response restore_deleted(Call& call) {
  if (auto group = restored_group_answer(call)) return *group;
  if (!call.may(kRestoresUsers)) denied();
  Tenant& t = call.tenant;
  const UserIndex user = deleted_user(call);
  const RestoreOptions options = options_of(call);
  check_sensitive(call, user);
  const std::string name =
      options.new_name.empty() ? t.users.text(user, "userPrincipalName") : options.new_name;
  Json changes = checked_properties({{"userPrincipalName", name}}, t);
  if (const auto holder = t.users.find_name(name); holder && *holder != user)
    conflict("userPrincipalName");
  const Json proxies = free_proxies(call, user, options.reconcile);
  if (options.new_name.empty()) changes = Json::object();
  add_consequences(call, user, changes);
  if (proxies != t.users.value(user, "proxyAddresses")) changes["proxyAddresses"] = proxies;
  t.users.bring_back(user);
  t.users.set(user, changes);
  t.replication.appeared(user);
  t.audit.write("Restore user", call.actor(), {t.target(user)});
  Json body = t.users.document(user, default_user_properties());
  body["@odata.type"] = "#microsoft.graph.user";
  body["@odata.context"] = call.context("directoryObjects/$entity");
  return json_answer(std::move(body));
}

Response purge_deleted(Call& call) {
  deleted_user(call);
  // Permanent deletion of users is not offered to app-only callers.
  denied();
}

}  // namespace graphsim
