// Parts: the credential as a whole; a section or restore option; temporary access passes; admins.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/time_text.h"
#include "graph/calls.h"
#include "graph/check/check_lines.h"
#include "graph/check/permissions.h"
#include "graph/credentials/certificate_end.h"
#include "graph/credentials/claims.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using nlohmann::json;

// Role templates that may change users who hold an admin role (Microsoft Entra built-in roles).
constexpr std::array<std::string_view, 2> kMayChangeAdmins{
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",   // Privileged Authentication Administrator
    "62e90394-69f5-4237-9190-012177145e10"};  // Global Administrator

constexpr std::string_view kUser = "{user}";
constexpr std::chrono::hours kSoon{24 * 30};

class CredentialCheck {
 public:
  // `which`: of the session's app registrations.
  CredentialCheck(Session& session, std::size_t which, Purpose purpose, CheckLines& lines,
                  const Call& call)
      : session_(session), which_(which), purpose_(purpose), lines_(lines), call_(call) {}

  base::Result<bool> run(api::TenantCheck& check);

 private:
  base::Result<void> needs();
  void whole();
  std::string proof() const;
  std::string accepted() const;
  bool ends_soon() const;

  base::Result<void> need(const PermissionNeed& need);
  base::Result<std::string> probe(const PermissionNeed& need);
  base::Result<void> passes(const PermissionNeed& need);
  base::Result<void> admin_rights();

  std::string name() const { return purpose_ == Purpose::backup ? "backup" : "restore"; }
  // A token that cannot be read says nothing about its permissions.
  bool is_opaque() const { return !claims_.is_object(); }
  std::string app() const { return is_opaque() ? "" : text_of(claims_, "appid"); }
  bool has_own_restore() const { return session_.tenant().restore.has_value(); }
  const Credential& credential() const {
    const Tenant& tenant = session_.tenant();
    const bool own = purpose_ == Purpose::restore && tenant.restore;
    if (which_ == 0) return own ? *tenant.restore : tenant.backup;
    return (own ? tenant.restore_pool : tenant.backup_pool)[which_ - 1];
  }
  std::string grant(const std::vector<std::string>& missing) const;

  Session& session_;
  const std::size_t which_;
  const Purpose purpose_;
  CheckLines& lines_;
  const Call& call_;
  json claims_;
  std::vector<std::string> granted_;
};

base::Result<bool> CredentialCheck::run(api::TenantCheck& check) {
  lines_.begin("credentials");
  auto claims = session_.token_claims(call_, which_);
  if (!claims) {
    auto found = lines_.finding(name() + " credential", claims.error());
    if (!found) return base::pass(found);
    return false;
  }
  claims_ = std::move(*claims);
  granted_ = roles_of(claims_);
  std::sort(granted_.begin(), granted_.end());
  if (!is_opaque())
    check.granted[which_ == 0 ? name() : name() + " " + std::to_string(which_ + 1)] = granted_;
  whole();
  lines_.begin(name());
  if (auto done = needs(); !done) return base::pass(done);
  return true;
}

base::Result<void> CredentialCheck::needs() {
  for (const PermissionNeed& one : permission_needs())
    if (one.purpose == purpose_)
      if (auto done = need(one); !done) return done;
  return purpose_ == Purpose::restore ? admin_rights() : base::Result<void>();
}

std::string CredentialCheck::proof() const {
  const Credential& given = credential();
  if (given.managed_identity) return "managed identity";
  if (!given.federated_token_file.empty()) return "federated token";
  if (given.certificate_file.empty()) return "client secret";
  const auto end = certificate_end(given.certificate_file);
  return "certificate" + (end ? " good until " + base::rfc3339(*end).substr(0, 10) : "");
}

// By the clock of the sign-in service.
bool CredentialCheck::ends_soon() const {
  if (is_opaque() || credential().certificate_file.empty()) return false;
  const auto end = certificate_end(credential().certificate_file);
  const auto issued = claims_.find("iat");
  if (!end || issued == claims_.end() || !issued->is_number_integer()) return false;
  const base::WallTime now{std::chrono::seconds(issued->get<std::int64_t>())};
  return *end - now < kSoon;
}

std::string CredentialCheck::accepted() const {
  if (is_opaque()) return proof() + ", accepted; the token does not show its permissions";
  const auto unneeded = unneeded_permissions(purpose_, granted_);
  return proof() + ", accepted for app registration " + app() + ", " +
         std::to_string(granted_.size()) + " permission" + (granted_.size() == 1 ? "" : "s") +
         (unneeded.empty() ? "" : "; nothing here needs " + joined(unneeded));
}

// A backup only reads, and a restore that may only read restores nothing.
void CredentialCheck::whole() {
  const bool shared = !has_own_restore();
  const std::string what = name() + " credential";
  const std::string found =
      (purpose_ == Purpose::restore && shared ? "none of its own, the backup's is used: " : "") +
      accepted();
  const auto writing = writing_permissions(granted_);
  if (is_opaque()) {
    lines_.limited(what, found, "see below what a request showed");
  } else if (purpose_ == Purpose::restore && writing.empty()) {
    lines_.bad(what, {ErrorKind::permission_denied, "it may only read; " + found,
                      shared ? "configure [tenant." + session_.tenant().name +
                                   ".restore] with an app registration that may write"
                             : "grant it what the lines under restore name",
                      nullptr});
  } else if (purpose_ == Purpose::backup && !shared && !writing.empty()) {
    lines_.limited(what, found + "; it may write",
                   "take " + joined(writing) + " from it: a backup only reads");
  } else if (ends_soon()) {
    lines_.limited(what, found,
                   "register another certificate soon, and put it with its key into " +
                       credential().certificate_file.string());
  } else {
    lines_.good(what, found);
  }
}

std::string CredentialCheck::grant(const std::vector<std::string>& missing) const {
  return "grant " + joined(missing) + " to app registration " + app() +
         " and let an admin consent; it takes effect with the next token, in an hour at most, or "
         "after a restart";
}

// The permissions in the token come first: a probe cannot show that something is left out.
base::Result<void> CredentialCheck::need(const PermissionNeed& need) {
  const std::string what(need.what);
  std::vector<std::string> wider;
  if (!is_opaque()) {
    const auto missing = missing_permissions(need.groups, granted_);
    wider = missing_permissions(need.wider_groups, granted_);
    if (!missing.empty()) {
      auto all = missing;
      all.insert(all.end(), wider.begin(), wider.end());
      lines_.bad(what, {ErrorKind::permission_denied, "lacks " + joined(all), grant(all), nullptr});
      return {};
    }
  }
  auto shown = probe(need);
  if (!shown) return lines_.finding(what, shown.error());
  if (!wider.empty() && need.by_choice) {
    lines_.good(what, "not permitted: " + std::string(need.without) + "; " + joined(wider) +
                          " would allow it");
    return {};
  }
  if (!wider.empty()) {
    lines_.limited(what, *shown + "; " + std::string(need.without), grant(wider));
    return {};
  }
  if (need.what == kTemporaryPasses) return passes(need);
  lines_.good(what, *shown);
  return {};
}

// What the probes showed, in words.
base::Result<std::string> CredentialCheck::probe(const PermissionNeed& need) {
  std::string shown = is_opaque() ? "cannot be told from this token" : "permitted";
  if (need.probes.empty()) return shown;
  for (std::string path : base::split(need.probes, ' ')) {
    if (const auto at = path.find(kUser); at != std::string::npos) {
      auto users = body_of(session_.send(calls::first_of("/users", "id"), call_));
      if (!users) return base::pass(users);
      const json& rows = users->value("value", json::array());
      if (rows.empty()) continue;  // nobody to try it with
      path.replace(at, kUser.size(), text_of(rows[0], "id"));
    }
    Request request;
    request.path = std::move(path);
    auto reply = body_of(session_.send(request, call_));
    if (!reply) return base::pass(reply);
    shown = is_opaque() ? "a request worked" : "permitted, and a request worked";
  }
  return shown;
}

// Lifetimes are in minutes.
std::string lifetime(const json& policy, const char* key) {
  const auto found = policy.find(key);
  if (found == policy.end() || !found->is_number_unsigned()) return "?";
  return base::human_duration(std::chrono::minutes(found->get<std::int64_t>()));
}

base::Result<void> CredentialCheck::passes(const PermissionNeed& need) {
  const std::string what(need.what);
  auto policy = body_of(session_.send(calls::temporary_access_pass_policy(), call_));
  if (!policy)
    return lines_.limiting(what, "permitted; " + std::string(need.without), policy.error());
  if (text_of(*policy, "state") != "enabled") {
    lines_.limited(what,
                   "will not work: the tenant's policy does not allow temporary access passes",
                   "enable Temporary Access Pass in the Entra admin center, under Authentication "
                   "methods, Policies");
    return {};
  }
  lines_.good(what, "permitted; the tenant's policy allows passes of " +
                        lifetime(*policy, "minimumLifetimeInMinutes") + " to " +
                        lifetime(*policy, "maximumLifetimeInMinutes") +
                        (policy->value("isUsableOnce", false) ? ", usable once" : ""));
  return {};
}

// Sensitive attributes, authentication methods, deletion and restore of a user who holds an admin
// role need a directory role of the app ("Who can perform sensitive actions").
base::Result<void> CredentialCheck::admin_rights() {
  const std::string what = "restore of users who are admins";
  const auto principal = base::Guid::parse(is_opaque() ? std::string() : text_of(claims_, "oid"));
  if (!principal) {
    lines_.limited(what, "cannot be told from this token", "look at the app's directory roles");
    return {};
  }
  auto roles = body_of(session_.send(calls::list_role_assignments_of(*principal), call_));
  if (!roles) return lines_.finding(what, roles.error());
  for (const json& row : roles->value("value", json::array())) {
    const std::string role = text_of(row, "roleDefinitionId");
    if (text_of(row, "directoryScopeId") == "/" &&
        std::find(kMayChangeAdmins.begin(), kMayChangeAdmins.end(), role) !=
            kMayChangeAdmins.end()) {
      lines_.good(what, "the app's service principal holds a role that allows it");
      return {};
    }
  }
  lines_.bad(what, {ErrorKind::permission_denied,
                    "the app's service principal holds no role of its own that allows it",
                    "give it the directory role Privileged Authentication Administrator, or "
                    "restore admins by hand",
                    nullptr});
  return {};
}

}  // namespace

base::Result<bool> check_credentials(Session& session, Purpose purpose, api::TenantCheck& check,
                                     CheckLines& lines, const Call& call) {
  const std::vector<std::string> apps = session.apps();
  bool any = false;
  for (std::size_t which = 0; which < apps.size(); ++which) {
    lines.about(apps.size() == 1 ? "" : apps[which]);
    auto accepted = CredentialCheck(session, which, purpose, lines, call).run(check);
    if (!accepted) return accepted;
    any = any || *accepted;
  }
  lines.about("");
  return any;
}

}  // namespace entrad::graph
