// Parts: lines, one credential (token, permissions, probes, admin rights), the tenant itself.
#include "graph/check.h"

#include <algorithm>
#include <array>

#include "graph/calls.h"
#include "graph/claims.h"
#include "graph/permissions.h"

namespace entrad::graph {
namespace {

using api::CheckLine;
using base::ErrorKind;
using nlohmann::json;

// Role templates that may change users who hold an admin role (Microsoft Entra built-in roles).
constexpr std::array<std::string_view, 2> kMayChangeAdmins{
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",   // Privileged Authentication Administrator
    "62e90394-69f5-4237-9190-012177145e10"};  // Global Administrator

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

class Checker {
 public:
  Checker(api::TenantCheck& check, const Call& call) : check_(check), call_(call) {}

  // Looks at each credential that `session` uses.
  base::Result<void> credentials(Session& session, Purpose purpose, const std::string& what) {
    const std::vector<std::string> apps = session.apps();
    for (std::size_t which = 0; which < apps.size(); ++which) {
      of_ = apps.size() == 1 ? "" : " (app registration " + apps[which] + ")";
      if (auto checked = credential(session, which, purpose, what); !checked) return checked;
    }
    of_.clear();
    return {};
  }

  base::Result<void> organization(Session& session) {
    auto reply = session.send(calls::organization(), call_);
    const std::string what = "organization";
    if (!reply) return finding(what, reply.error());
    if (!reply->done()) return finding(what, reply->verdict.error);
    const json rows = reply->body.value("value", json::array());
    if (!rows.is_array() || rows.empty()) return {};
    check_.display_name = text_of(rows[0], "displayName");
    for (const json& domain : rows[0].value("verifiedDomains", json::array()))
      check_.verified_domains.push_back(text_of(domain, "name"));
    good(what, check_.display_name + ", verified domains: " + joined(check_.verified_domains));
    return {};
  }

  base::Result<void> size(Session& session, const Quotas& quotas) {
    auto reply = session.send(calls::count_users(), call_);
    const std::string what = "number of users";
    if (!reply) return finding(what, reply.error());
    if (!reply->done()) return finding(what, reply->verdict.error);
    if (!reply->body.is_number_unsigned()) return {};
    check_.users = reply->body.get<std::uint64_t>();
    check_.size_class = quotas.size_class(check_.users);
    session.set_users(check_.users);
    good(what, std::to_string(check_.users) + ", Graph's size class " + check_.size_class);
    return {};
  }

 private:
  void good(const std::string& what, const std::string& found) {
    check_.lines.push_back({what + of_, true, found, ""});
  }
  void bad(const std::string& what, const std::string& found, const std::string& remedy) {
    check_.lines.push_back({what + of_, false, found, remedy});
  }

  base::Result<void> credential(Session& session, std::size_t which, Purpose purpose,
                                const std::string& what) {
    auto claims = session.token_claims(call_, which);
    if (!claims) return finding(what, claims.error());
    good(what,
         "accepted for app registration " +
             (claims->is_object() ? text_of(*claims, "appid") : std::string("(opaque token)")));
    for (const PermissionNeed& need : permission_needs()) {
      if (need.purpose != purpose) continue;
      if (auto checked = permission(session, need, *claims); !checked) return checked;
    }
    return purpose == Purpose::restore ? admin_rights(session, *claims) : base::Result<void>();
  }
  // What was found wrong is a line; only a stop ends the check.
  base::Result<void> finding(const std::string& what, const base::Error& error) {
    if (error.kind == ErrorKind::cancelled) return base::unexpected<base::Error>(error);
    bad(what, error.message, error.hint);
    return {};
  }

  // The permissions in the token come first: a probe cannot show that something is left out.
  base::Result<void> permission(Session& session, const PermissionNeed& need, const json& claims) {
    const std::string what(need.what);
    const auto missing = missing_permissions(need, roles_of(claims));
    if (claims.is_object() && !missing.empty()) {
      bad(what, "missing application permissions: " + joined(missing),
          "grant them to the app registration and let an admin consent; a new permission takes "
          "effect with the next token, in an hour at most, or after a restart");
      return {};
    }
    if (need.probe.empty()) {
      good(what, claims.is_object() ? "permitted" : "cannot be told from an opaque token");
      return {};
    }
    Request probe;
    probe.path = need.probe;
    auto reply = session.send(probe, call_);
    if (!reply) return finding(what, reply.error());
    if (!reply->done()) return finding(what, reply->verdict.error);
    good(what, "permitted, and a request worked");
    return {};
  }

  base::Result<void> admin_rights(Session& session, const json& claims) {
    const std::string what = "restore of users who hold an admin role";
    const auto principal =
        base::Guid::parse(claims.is_object() ? text_of(claims, "oid") : std::string());
    if (!principal) return {};
    auto reply = session.send(calls::list_role_assignments_of(*principal), call_);
    if (!reply) return finding(what, reply.error());
    if (!reply->done()) return finding(what, reply->verdict.error);
    for (const json& row : reply->body.value("value", json::array())) {
      const std::string role = text_of(row, "roleDefinitionId");
      const bool everywhere = text_of(row, "directoryScopeId") == "/";
      if (everywhere && std::find(kMayChangeAdmins.begin(), kMayChangeAdmins.end(), role) !=
                            kMayChangeAdmins.end()) {
        good(what, "the app's service principal holds a role that allows it");
        return {};
      }
    }
    bad(what, "the app's service principal holds no role that allows it",
        "give it the directory role Privileged Authentication Administrator, or restore admins by "
        "hand");
    return {};
  }

  api::TenantCheck& check_;
  const Call& call_;
  std::string of_;  // which of several app registrations the lines are about
};

base::Result<Session*> open(Sessions& sessions, const std::string& tenant, Purpose purpose,
                            const std::string& what, api::TenantCheck& check) {
  auto session = sessions.session(tenant, purpose);
  if (!session) {
    check.lines.push_back({what, false, session.error().message, session.error().hint});
  }
  return session;
}

base::Result<void> check_backup(Session& session, const Quotas& quotas, Checker& checker) {
  if (auto done = checker.credentials(session, Purpose::backup, "backup credential"); !done)
    return done;
  if (auto done = checker.organization(session); !done) return done;
  return checker.size(session, quotas);
}

}  // namespace

base::Result<api::TenantCheck> check(Sessions& sessions, const std::string& tenant,
                                     const Call& call) {
  auto configured = sessions.tenant(tenant);
  if (!configured) return base::pass(configured);
  api::TenantCheck result;
  result.tenant = tenant;
  Checker checker(result, call);
  if (auto session = open(sessions, tenant, Purpose::backup, "backup credential", result)) {
    auto done = check_backup(**session, sessions.governor().quotas(), checker);
    if (!done) return base::pass(done);
  }
  if (auto session = open(sessions, tenant, Purpose::restore, "restore credential", result)) {
    const std::string what = (*configured)->restore
                                 ? "restore credential"
                                 : "restore credential (the backup's, none of its own is set)";
    auto done = checker.credentials(**session, Purpose::restore, what);
    if (!done) return base::pass(done);
  }
  result.ok = std::all_of(result.lines.begin(), result.lines.end(),
                          [](const CheckLine& line) { return line.ok; });
  return result;
}

}  // namespace entrad::graph
