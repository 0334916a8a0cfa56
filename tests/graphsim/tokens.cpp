// Parts: error bodies; reading the request; checking the credential; minting.
#include "tokens.h"

#include <chrono>

#include "client_assertion.h"
#include "encoding.h"
#include "random.h"

namespace graphsim {
namespace {

constexpr double kLifetime = 3599;  // simulated seconds

using Form = std::map<std::string, std::string>;

Response refuse(const TokenRefusal& r) {
  const auto now = std::chrono::system_clock::now();
  const std::string stamp = iso_time(now);
  const std::uint64_t seed = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::string trace = derived_guid(seed, 0, 1).text();
  const std::string correlation = derived_guid(seed, 0, 2).text();
  std::string spaced = stamp;
  spaced[10] = ' ';
  return json_answer(
      {{"error", r.error},
       {"error_description", "AADSTS" + std::to_string(r.code) + ": " + r.text +
                                 " Trace ID: " + trace + " Correlation ID: " + correlation +
                                 " Timestamp: " + spaced},
       {"error_codes", Json::array({r.code})},
       {"timestamp", spaced},
       {"trace_id", trace},
       {"correlation_id", correlation},
       {"error_uri", "https://login.microsoftonline.com/error?code=" + std::to_string(r.code)}},
      r.status);
}

Form form_of(const Request& request) {
  Form out;
  for (const std::string& pair : split(request.body, '&')) {
    const auto equals = pair.find('=');
    if (equals != std::string::npos)
      out[percent_decoded(pair.substr(0, equals), true)] =
          percent_decoded(pair.substr(equals + 1), true);
  }
  const std::string authorization = request.header("Authorization");
  if (!starts_with_text(authorization, "Basic ")) return out;
  const auto plain = base64_decoded(trimmed(std::string_view(authorization).substr(6)));
  const auto colon = plain ? plain->find(':') : std::string::npos;
  if (colon == std::string::npos) return out;
  out["client_id"] = percent_decoded(plain->substr(0, colon), true);
  out["client_secret"] = percent_decoded(plain->substr(colon + 1), true);
  return out;
}

Tenant& tenant_in(const std::string& key, std::vector<std::unique_ptr<Tenant>>& tenants) {
  for (auto& t : tenants)
    if (same_text(key, t->id()) || t->verified_domain(key)) return *t;
  throw TokenRefusal{400, "invalid_request", 90002,
                     "Tenant '" + key +
                         "' not found. Check to make sure you have the correct "
                         "tenant ID and are signing into the correct cloud."};
}

void check_grant(const Form& form) {
  const auto grant = form.find("grant_type");
  if (grant == form.end())
    throw TokenRefusal{400, "invalid_request", 900144,
                       "The request body must contain the following parameter: 'grant_type'."};
  if (grant->second != "client_credentials")
    throw TokenRefusal{400, "unsupported_grant_type", 70003,
                       "The app requested an unsupported grant type '" + grant->second + "'."};
  if (!form.contains("client_id"))
    throw TokenRefusal{400, "invalid_request", 900144,
                       "The request body must contain the following parameter: 'client_id'."};
}

void check_scope(const Form& form) {
  const auto scope = form.find("scope");
  const std::string text = scope == form.end() ? "" : scope->second;
  const bool resource = text.starts_with("https://") || text.starts_with("http://");
  if (!resource || !text.ends_with("/.default") || text.find(' ') != std::string::npos)
    throw TokenRefusal{400, "invalid_scope", 70011,
                       "The provided request must include a 'scope' input parameter. The provided "
                       "value for the input parameter 'scope' is not valid. The scope " +
                           text + " is not valid."};
}

void check_secret(const App& app, const std::string& given) {
  if (given != app.secret)
    throw TokenRefusal{
        401, "invalid_client", 7000215,
        "Invalid client secret provided. Ensure the secret being sent in the request "
        "is the client secret value, not the client secret ID, for a secret added to "
        "app '" +
            app.client_id + "'."};
  if (app.secret_expired)
    throw TokenRefusal{
        401, "invalid_client", 7000222,
        "The provided client secret keys for app '" + app.client_id + "' are expired."};
}

void check_credential(const App& app, const Form& form, const Request& request,
                      const Tenant& tenant) {
  const auto assertion = form.find("client_assertion");
  if (assertion != form.end()) {
    const auto type = form.find("client_assertion_type");
    if (type == form.end() ||
        type->second != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
      throw TokenRefusal{400, "invalid_request", 900144,
                         "The request body must contain the following parameter: "
                         "'client_assertion_type'."};
    return check_assertion(assertion->second, app, tenant, request);
  }
  const auto secret = form.find("client_secret");
  if (secret == form.end())
    throw TokenRefusal{401, "invalid_client", 7000218,
                       "The request body must contain the following parameter: 'client_assertion' "
                       "or 'client_secret'."};
  check_secret(app, secret->second);
}

}  // namespace

bool is_token_path(std::string_view path) { return ends_with_text(path, "/oauth2/v2.0/token"); }

std::string Tokens::mint(const Tenant& tenant, const App& app, const Request& request) {
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  const Json header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", "graphsim"}};
  const Json claims{{"aud", "https://graph.microsoft.com"},
                    {"iss", request.base_url + "/" + tenant.id() + "/"},
                    {"iat", now},
                    {"nbf", now},
                    {"exp", now + static_cast<std::int64_t>(kLifetime)},
                    {"app_displayname", app.name},
                    {"appid", app.client_id},
                    {"idtyp", "app"},
                    {"oid", app.service_principal_id},
                    {"roles", app.roles},
                    {"tid", tenant.id()},
                    {"uti", base64url(std::to_string(++issued_))}};
  std::string signature;
  for (std::uint64_t i = 0; i < 32; ++i)
    signature += derived_guid(mix(issued_) ^ hash_text(app.secret), i, 9).digits();
  return base64url(header.dump()) + "." + base64url(claims.dump()) + "." +
         base64url(signature.substr(0, 256));
}

Response Tokens::issue(const Request& request) {
  try {
    const auto segments = split(request.path().substr(1), '/');
    Tenant& tenant = tenant_in(percent_decoded(segments.at(0), false), tenants_);
    const Form form = form_of(request);
    check_grant(form);
    const App* app = tenant.app(form.at("client_id"));
    if (app == nullptr || app->name == form.at("client_id"))
      throw TokenRefusal{400, "unauthorized_client", 700016,
                         "Application with identifier '" + form.at("client_id") +
                             "' was not found in the directory '" + tenant.options.name + "'."};
    check_credential(*app, form, request, tenant);
    check_scope(form);
    const std::string token = mint(tenant, *app, request);
    std::erase_if(tokens_, [now = clock_.now()](const auto& t) { return t.second.expires < now; });
    tokens_[token] = {&tenant, app->client_id, app->roles, clock_.now() + kLifetime};
    Response out = json_answer({{"token_type", "Bearer"},
                                {"expires_in", static_cast<int>(kLifetime)},
                                {"ext_expires_in", static_cast<int>(kLifetime)},
                                {"access_token", token}});
    out.headers["Cache-Control"] = "no-store, no-cache";
    return out;
  } catch (const TokenRefusal& refusal) {
    return refuse(refusal);
  }
}

const AccessToken* Tokens::check(const std::string& authorization) {
  if (!starts_with_text(authorization, "Bearer ")) return nullptr;
  const auto it = tokens_.find(std::string(trimmed(std::string_view(authorization).substr(7))));
  return it == tokens_.end() || it->second.expires < clock_.now() ? nullptr : &it->second;
}

void Tokens::revoke(const std::string& client_id) {
  std::erase_if(tokens_, [&](const auto& token) { return token.second.client_id == client_id; });
}

}  // namespace graphsim
