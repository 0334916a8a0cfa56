#include "fakes/machine_identity.h"

#include <chrono>
#include <fstream>
#include <optional>

#include "base/json.h"
#include "base/text.h"

namespace entrad::fakes {
namespace {

using nlohmann::json;

constexpr const char* kTokenPath = "/metadata/identity/oauth2/token";
constexpr long kLife = 86399;

Answered refused(int status, const std::string& error, const std::string& words) {
  return {status, base::json_text({{"error", error}, {"error_description", words}})};
}

std::string in_a_day() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count() + kLife);
}

// The identity that is asked for; "" where the machine has none such.
std::string chosen(const Asked& asked, const MachineIdentities& identities) {
  const std::string wanted = asked.parameter("client_id");
  if (wanted.empty()) return identities.own;
  return wanted == identities.own || wanted == identities.assigned ? wanted : "";
}

std::optional<Answered> next_trouble(MachineIdentities& identities) {
  if (identities.trouble.empty()) return std::nullopt;
  Answered next = std::move(identities.trouble.front());
  identities.trouble.pop_front();
  return next;
}

// What the metadata service and Arc ask of every request.
std::optional<Answered> metadata_refusal(const Asked& asked, const std::string& version,
                                         const MachineIdentities& identities) {
  if (asked.path != kTokenPath) return Answered{404, ""};
  if (asked.method != "GET") return Answered{405, ""};
  if (asked.header("metadata") != "true" || !asked.header("x-forwarded-for").empty())
    return refused(400, "invalid_request", "Required metadata header not specified");
  if (asked.parameter("api-version") != version)
    return refused(400, "invalid_request", "The requested version is not supported");
  if (asked.parameter("resource") != identities.resource)
    return refused(400, "invalid_resource", "The resource principal was not found");
  return std::nullopt;
}

// Numbers are texts there.
json grant(const std::string& app, const MachineIdentities& identities) {
  return {{"access_token", identity_token(app, identities.tenant)},
          {"client_id", app},
          {"expires_in", std::to_string(kLife)},
          {"expires_on", in_a_day()},
          {"not_before", "1"},
          {"resource", identities.resource},
          {"token_type", "Bearer"}};
}

}  // namespace

std::string identity_token(const std::string& app, const std::string& tenant) {
  const json claims{{"appid", app}, {"tid", tenant}, {"roles", {"User.Read.All"}}};
  return base::base64url(R"({"alg":"none"})") + "." + base::base64url(base::json_text(claims)) +
         "." + base::base64url("nobody");
}

MetadataService::MetadataService(MachineIdentities identities)
    : identities_(std::move(identities)),
      server_([this](const Asked& asked) { return answer(asked); }) {}

Answered MetadataService::answer(const Asked& asked) {
  if (auto trouble = next_trouble(identities_)) return *trouble;
  if (auto refusal = metadata_refusal(asked, "2018-02-01", identities_)) return *refusal;
  const std::string app = chosen(asked, identities_);
  if (app.empty()) return refused(400, "invalid_request", "Identity not found");
  return {200, base::json_text(grant(app, identities_))};
}

ArcAgent::ArcAgent(std::filesystem::path key_folder, MachineIdentities identities,
                   std::string realm)
    : key_folder_(std::move(key_folder)),
      realm_(std::move(realm)),
      identities_(std::move(identities)),
      server_([this](const Asked& asked) { return answer(asked); }) {}

Answered ArcAgent::challenge() {
  const auto file = key_folder_ / (std::to_string(++keys_) + ".key");
  key_ = base::base64url("key number " + std::to_string(keys_));
  std::ofstream(file) << key_;
  return {
      401, "", {{"WWW-Authenticate", "Basic realm=" + (realm_.empty() ? file.string() : realm_)}}};
}

Answered ArcAgent::answer(const Asked& asked) {
  if (auto trouble = next_trouble(identities_)) return *trouble;
  if (auto refusal = metadata_refusal(asked, "2020-06-01", identities_)) return *refusal;
  const std::string shown = asked.header("authorization");
  if (shown.empty()) return challenge();
  const bool right = !key_.empty() && shown == "Basic " + key_;
  key_.clear();
  if (!right) return refused(401, "invalid_request", "The challenge was not answered");
  return {200, base::json_text(grant(identities_.own, identities_))};
}

AppPlatform::AppPlatform(std::string header, MachineIdentities identities)
    : header_(std::move(header)),
      identities_(std::move(identities)),
      server_([this](const Asked& asked) { return answer(asked); }) {}

// Its refusals have another shape, and its grants no "expires_in".
Answered AppPlatform::answer(const Asked& asked) {
  const auto no = [](int status, const std::string& words) {
    return Answered{status, base::json_text({{"statusCode", status}, {"message", words}})};
  };
  if (auto trouble = next_trouble(identities_)) return *trouble;
  if (asked.path != "/msi/token" || asked.method != "GET") return no(404, "No such resource");
  if (asked.header("x-identity-header") != header_) return no(401, "Unauthorized");
  if (asked.parameter("api-version") != "2019-08-01") return no(400, "Unsupported api-version");
  if (asked.parameter("resource") != identities_.resource) return no(400, "Unknown resource");
  const std::string app = chosen(asked, identities_);
  if (app.empty()) return no(400, "No User Assigned or Delegated Managed Identity found");
  json body = grant(app, identities_);
  body.erase("expires_in");
  return {200, base::json_text(body)};
}

}  // namespace entrad::fakes
