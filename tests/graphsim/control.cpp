// The control interface of the simulator: /_control/... on the same port, no authorisation,
// loopback only. See README.md in this folder.
#include <stdexcept>

#include "control_extras.h"
#include "disaster.h"
#include "dump.h"
#include "routes.h"
#include "simulation.h"

namespace graphsim {
namespace {

Response complaint(unsigned status, const std::string& message) {
  return json_answer({{"error", {{"code", "control"}, {"message", message}}}}, status);
}

Json body_of(const Request& request) {
  return trimmed(request.body).empty() ? Json::object() : Json::parse(request.body);
}

Json app_json(const Tenant& tenant, const App& app) {
  return {{"name", app.name},     {"clientId", app.client_id},
          {"secret", app.secret}, {"servicePrincipalId", app.service_principal_id},
          {"roles", app.roles},   {"directoryRoles", tenant.directory_roles(app)}};
}

Json tenant_json(const Tenant& tenant) {
  Json apps = Json::array();
  for (const App& app : tenant.apps) apps.push_back(app_json(tenant, app));
  return {{"name", tenant.options.name},
          {"tenantId", tenant.id()},
          {"initialDomain", tenant.origins.initial_domain},
          {"customDomain", tenant.origins.custom_domain},
          {"users", tenant.users.live()},
          {"apps", std::move(apps)}};
}

FederatedCredential federated_of(const Json& json) {
  return {json.at("issuer"), json.at("subject"), json.at("audience"), json.at("certificatePem")};
}

Response change_app(Tenant& tenant, const std::string& name, const Json& change) {
  App* app = tenant.app(name);
  if (app == nullptr) return complaint(404, "no such app: " + name);
  app->secret = change.value("secret", app->secret);
  app->secret_expired = change.value("secretExpired", app->secret_expired);
  app->certificate_pem = change.value("certificatePem", app->certificate_pem);
  if (change.contains("federated")) app->federated = federated_of(change["federated"]);
  if (change.contains("roles")) app->roles = change["roles"].get<std::set<std::string>>();
  if (change.contains("directoryRoles"))
    tenant.set_directory_roles(*app, change["directoryRoles"].get<std::vector<std::string>>());
  return json_answer(app_json(tenant, *app));
}

Response change_tenant(Tenant& tenant, const Json& changes) {
  change_settings(tenant.settings, changes);
  return json_answer(settings_json(tenant.settings));
}

// A registration with the permissions and roles of another, as a pool needs it.
Response add_app(Tenant& tenant, const Json& description) {
  const std::string name = description.at("name");
  const App* like = tenant.app(description.at("like").get<std::string>());
  if (like == nullptr || tenant.app(name) != nullptr)
    return complaint(400, "no such app, or one too many: " + name);
  const std::uint64_t seed = hash_text(tenant.options.name + "/" + name);
  const std::vector<std::string> directory_roles = tenant.directory_roles(*like);
  App made = *like;
  made.name = name;
  made.client_id = derived_guid(seed, 0, 1).text();
  made.service_principal_id = derived_guid(seed, 0, 2).text();
  tenant.service_principals.push_back({made.service_principal_id, made.client_id, made.name});
  tenant.apps.push_back(std::move(made));
  tenant.set_directory_roles(tenant.apps.back(), directory_roles);
  return json_answer(app_json(tenant, tenant.apps.back()));
}

Response dump_answer(const Tenant& tenant, const Request& request) {
  Response out;
  out.text = dump(tenant, request.query().find("ids=false") == std::string_view::npos);
  out.headers["Content-Type"] = "application/json";
  return out;
}

}  // namespace

Response Simulation::control_tenant(const Request& request,
                                    const std::vector<std::string>& segments) {
  Tenant* tenant = nullptr;
  for (auto& one : tenants_)
    if (one->options.name == segments.at(2)) tenant = one.get();
  if (tenant == nullptr) return complaint(404, "no such tenant: " + segments.at(2));
  const auto is = [&](const char* method, const char* pattern) {
    return request.method == method && path_fits(pattern, segments);
  };
  if (is("PUT", "/_control/tenants/{n}/apps/{a}"))
    return change_app(*tenant, segments.at(4), body_of(request));
  if (is("PUT", "/_control/tenants/{n}/settings")) return change_tenant(*tenant, body_of(request));
  if (is("POST", "/_control/tenants/{n}/apps")) return add_app(*tenant, body_of(request));
  if (is("POST", "/_control/tenants/{n}/apps/{a}/revoke")) {
    const App* app = tenant->app(segments.at(4));
    if (app == nullptr) return complaint(404, "no such app: " + segments.at(4));
    tokens_.revoke(app->client_id);
    return json_answer(Json::object());
  }
  if (is("GET", "/_control/tenants/{n}/dump")) return dump_answer(*tenant, request);
  if (is("POST", "/_control/tenants/{n}/disaster"))
    return json_answer(strike(*tenant, body_of(request)));
  if (is("POST", "/_control/tenants/{n}/delta/forget")) {
    tenant->changes.forget_tokens(body_of(request).value("answer", "gone"));
    return json_answer(Json::object());
  }
  if (is("POST", "/_control/tenants/{n}/groups/purge"))
    return json_answer(purge_groups(*tenant, body_of(request)));
  if (is("POST", "/_control/tenants/{n}/users/delete"))
    return json_answer(remove_users(*tenant, body_of(request), false));
  if (is("POST", "/_control/tenants/{n}/users/purge"))
    return json_answer(remove_users(*tenant, body_of(request), true));
  if (is("POST", "/_control/tenants/{n}/users/{id}/patch")) {
    patch_user(*tenant, segments.at(4), body_of(request));
    return json_answer(Json::object());
  }
  if (is("POST", "/_control/tenants/{n}/users/{id}/extras")) {
    change_extras(*tenant, segments.at(4), body_of(request));
    return json_answer(Json::object());
  }
  if (is("POST", "/_control/tenants/{n}/owners")) {
    change_owners(*tenant, body_of(request));
    return json_answer(Json::object());
  }
  if (is("GET", "/_control/tenants/{n}/extensions")) {
    Json names = Json::array();
    for (const Extension& one : tenant->extras.extensions()) names.push_back(one.name);
    return json_answer(std::move(names));
  }
  if (is("POST", "/_control/tenants/{n}/extensions/withdraw")) {
    tenant->extras.withdraw_extension(body_of(request).at("name"));
    return json_answer(Json::object());
  }
  if (is("POST", "/_control/tenants/{n}/roleSchedules")) {
    add_schedule(*tenant, body_of(request));
    return json_answer(Json::object());
  }
  return complaint(404, "no such control path");
}

Response Simulation::control(const Request& request) {
  const auto segments = canonical_segments(request.path());
  const auto is = [&](const char* method, const char* pattern) {
    return request.method == method && path_fits(pattern, segments);
  };
  try {
    if (is("GET", "/_control/health")) return json_answer({{"ok", true}});
    if (is("GET", "/_control/counters")) {
      Json all = counters_.render();
      all["tokensByStatus"] = Json::object();
      for (const auto& [status, count] : tokens_.answers())
        all["tokensByStatus"][std::to_string(status)] = count;
      return json_answer(all);
    }
    if (is("POST", "/_control/counters/reset")) {
      counters_ = Counters{};
      tokens_.forget_answers();
      return json_answer(Json::object());
    }
    if (is("POST", "/_control/clock")) {
      clock_.advance(body_of(request).at("advance"));
      return json_answer(Json::object());
    }
    if (is("POST", "/_control/faults")) {
      faults_.set(body_of(request));
      return json_answer(Json::object());
    }
    if (is("GET", "/_control/faults")) return json_answer(faults_.render());
    if (is("DELETE", "/_control/faults")) {
      faults_.clear();
      return json_answer(Json::object());
    }
    if (is("PUT", "/_control/quotas")) {
      quotas_.load(body_of(request));
      return json_answer(Json::object());
    }
    if (is("PUT", "/_control/network")) {
      if (!switch_https_) return complaint(400, "there is no https to switch");
      switch_https_(body_of(request).at("https").get<bool>());
      return json_answer(Json::object());
    }
    if (is("GET", "/_control/tenants")) {
      Json list = Json::array();
      for (const auto& tenant : tenants_) list.push_back(tenant_json(*tenant));
      return json_answer({{"tenants", std::move(list)}});
    }
    if (segments.size() > 3) return control_tenant(request, segments);
    return complaint(404, "no such control path");
  } catch (const std::exception& e) {
    return complaint(400, e.what());
  }
}

}  // namespace graphsim
