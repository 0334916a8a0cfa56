// Create, update, soft delete, revoke. Order of checks: shape of the body, permissions, rules of
// the object, conflicts; nothing is changed before all have passed.
#include <chrono>

#include "counters.h"
#include "handlers.h"
#include "listing.h"
#include "objects.h"
#include "user_rules.h"

namespace graphsim {
namespace {

constexpr const char* kRequired[] = {"accountEnabled", "displayName", "mailNickname",
                                     "passwordProfile", "userPrincipalName"};

void check_required(const Json& properties) {
  for (const char* name : kRequired)
    if (!properties.contains(name) || properties[name].is_null())
      bad_request("A value is required for property '" + std::string(name) +
                  "' of resource 'User'.");
  const Json& profile = properties["passwordProfile"];
  if (!profile.contains("password") || !profile["password"].is_string() ||
      profile["password"].get<std::string>().empty())
    bad_request("A password must be specified to create a new user.");
}

void check_immutable_id(const Call& call, const Json& properties, UserIndex except) {
  const auto it = properties.find("onPremisesImmutableId");
  if (it == properties.end() || it->is_null()) return;
  for (UserIndex user = 0; user < call.tenant.users.size(); ++user)
    if (user != except && call.tenant.users.life(user) != Life::kGone &&
        call.tenant.users.value(user, "onPremisesImmutableId") == *it)
      conflict("onPremisesImmutableId");
}

// Who signs in elsewhere is known there by this id (page "Create user").
void check_federated_domain(const Tenant& tenant, const Json& properties) {
  const auto name = properties["userPrincipalName"].get<std::string>();
  const bool federated = tenant.settings.federated &&
                         same_text(name.substr(name.find('@') + 1), tenant.origins.custom_domain);
  const auto id = properties.find("onPremisesImmutableId");
  if (federated && (id == properties.end() || id->is_null()))
    bad_request("A value is required for property 'onPremisesImmutableId' of resource 'User'.");
}

Json modified(const Json& before, const Json& after) {
  Json out = Json::array();
  for (const auto& [name, value] : after.items())
    if (before.at(name) != value) out.push_back(modified_property(name, before.at(name), value));
  return out;
}

PropertyMask mask_of(const Json& properties) {
  PropertyMask mask;
  for (const auto& [name, value] : properties.items()) mask.set(user_property_index(name).value());
  return mask;
}

void set_extensions(Tenant& t, UserIndex user, const Json& values) {
  for (const auto& [name, value] : values.items()) t.extras.set_extension(user, name, value);
}

}  // namespace

Response create_user(Call& call) {
  Tenant& t = call.tenant;
  Json properties = checked_properties(call.body(), t);
  const Json extensions = extension_values(call.body(), t);
  check_required(properties);
  check_federated_domain(t, properties);
  if (properties.contains("identities") && !call.may("User.ManageIdentities.All")) denied();
  const auto name = properties["userPrincipalName"].get<std::string>();
  check_name_is_free(call, name, kNobody);
  check_immutable_id(call, properties, kNobody);
  if (t.objects() >= t.settings.most_objects)
    throw GraphError(403, "Directory_QuotaExceeded",
                     "The directory object quota limit for the Tenant has been exceeded.");
  add_consequences(call, kNobody, properties);
  const std::string now = iso_time(std::chrono::system_clock::now());
  properties["id"] = t.fresh_guid().text();
  properties["createdDateTime"] = now;
  properties["securityIdentifier"] =
      "S-1-12-1-" + std::to_string(t.created * 7919 + 100000) + "-" + std::to_string(t.created);
  if (!properties.contains("userType")) properties["userType"] = "Member";
  const UserIndex user = t.users.create(properties);
  set_extensions(t, user, extensions);
  t.replication.appeared(user);
  t.extras.note_made(user, t.clock.now());
  t.audit.write("Add user", call.actor(), {t.target(user)});
  ++call.counters.users_created;
  ++call.counters.created_names[t.options.name + "/" + lower(name)];
  Json body = t.users.document(user, default_user_properties());
  body["@odata.context"] = call.context("users/$entity");
  Response out = json_answer(std::move(body), 201);
  out.headers["Location"] = call.request.base_url + "/v1.0/users/" + t.users.id(user);
  return out;
}

Response update_user(Call& call) {
  Tenant& t = call.tenant;
  const UserIndex user = call.user();
  Json properties = checked_properties(call.body(), t);
  const Json extensions = extension_values(call.body(), t);
  check_may_change(call, user, properties);
  if (!extensions.empty() && !call.may("User.ReadWrite.All Directory.ReadWrite.All")) denied();
  check_synced(call, user, properties);
  if (properties.contains("userPrincipalName"))
    check_name_is_free(call, properties["userPrincipalName"].get<std::string>(), user);
  check_immutable_id(call, properties, user);
  add_consequences(call, user, properties);
  const Json before = t.users.document(user, mask_of(properties));
  t.users.set(user, properties);
  set_extensions(t, user, extensions);
  if (!extensions.empty()) t.changes.user_life(user);  // a delta round tells it with the rest
  t.replication.changed(user, before);
  t.audit.write("Update user", call.actor(), {t.target(user)}, modified(before, properties));
  return no_content();
}

Response delete_user_object(Call& call, UserIndex user) {
  check_sensitive(call, user);
  call.tenant.move_to_bin(user, call.actor());
  return no_content();
}

Response delete_user(Call& call) { return delete_user_object(call, call.user()); }

Response revoke_sessions(Call& call) {
  const UserIndex user = call.user();
  const std::string now = iso_time(std::chrono::system_clock::now());
  call.tenant.users.set(user, {{"signInSessionsValidFromDateTime", now}});
  call.tenant.audit.write("Update StsRefreshTokenValidFrom Timestamp", call.actor(),
                          {call.tenant.target(user)});
  return json_answer({{"@odata.context", call.context("Edm.Boolean")}, {"value", true}});
}

}  // namespace graphsim
