#include "control/routes.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "control/handlers.h"

namespace entrad::control {
namespace {

using base::ErrorKind;

constexpr std::array<Route, 41> kRoutes{{
    {"GET", "/v1/events", Need::read, Speed::quick, "after job", get_events,
     "stream what happens to jobs"},
    {"GET", "/v1/info", Need::read, Speed::quick, "", get_info, "the daemon's version"},
    {"GET", "/v1/jobs", Need::read, Speed::quick, "kind limit open tenant", get_jobs,
     "list jobs, newest first"},
    {"POST", "/v1/jobs", Need::operate, Speed::quick, "", submit_job, "submit a job"},
    {"GET", "/v1/jobs/{id}", Need::read, Speed::quick, "", get_job, "one job"},
    {"POST", "/v1/jobs/{id}/approve", Need::operate, Speed::quick, "", approve_job,
     "let a held restore go on"},
    {"POST", "/v1/jobs/{id}/cancel", Need::operate, Speed::quick, "", cancel_job, "end a job"},
    {"GET", "/v1/jobs/{id}/changes", Need::read, Speed::slow, "changed from limit", get_changes,
     "every change that a restore made"},
    {"GET", "/v1/jobs/{id}/items", Need::read, Speed::quick, "from limit outcome", get_items,
     "the users in a restore"},
    {"POST", "/v1/jobs/{id}/pause", Need::operate, Speed::quick, "", pause_job,
     "stop a job until it is resumed"},
    {"GET", "/v1/jobs/{id}/plan", Need::read, Speed::quick, "", get_plan, "what a restore will do"},
    {"GET", "/v1/jobs/{id}/report", Need::read, Speed::quick, "", get_report, "what a restore did"},
    {"GET", "/v1/jobs/{id}/result", Need::read, Speed::quick, "", get_result,
     "what a prune did, or a check of the whole store found"},
    {"POST", "/v1/jobs/{id}/resume", Need::operate, Speed::quick, "", resume_job,
     "let a paused job go on"},
    {"POST", "/v1/jobs/{id}/retry", Need::operate, Speed::quick, "", retry_job,
     "restore again who was not restored wholly"},
    {"GET", "/v1/jobs/{id}/secrets", Need::operate, Speed::quick, "from limit", get_secrets,
     "first passwords and passes that a restore has sealed"},
    {"POST", "/v1/jobs/{id}/undo", Need::operate, Speed::quick, "", undo_job,
     "take back what a restore has written"},
    {"GET", "/v1/queue", Need::read, Speed::quick, "", get_queue,
     "the use of Graph's quotas, and who waits for them"},
    {"GET", "/v1/status", Need::read, Speed::quick, "", get_status,
     "the daemon, its tenants, jobs, store and quotas"},
    {"GET", "/v1/store", Need::read, Speed::quick, "", get_store,
     "the store's tables, and what they take"},
    {"POST", "/v1/store/copies", Need::operate, Speed::slow, "", copy_store,
     "copy the store while it is in use"},
    {"GET", "/v1/tenants", Need::read, Speed::quick, "", get_tenants, "list the tenants"},
    {"POST", "/v1/tenants/{tenant}/check", Need::operate, Speed::slow, "", check_tenant,
     "check a tenant's credentials against Microsoft Graph"},
    {"GET", "/v1/tenants/{tenant}/diff", Need::read, Speed::slow,
     "change cursor details from kind limit to", get_snapshot_difference,
     "what became of every object between two snapshots"},
    {"GET", "/v1/tenants/{tenant}/groups", Need::read, Speed::slow, "at counts cursor limit search",
     get_groups, "list groups and administrative units as of a snapshot"},
    {"GET", "/v1/tenants/{tenant}/groups/{group}/history", Need::read, Speed::slow,
     "cursor from limit to", get_group_history, "who joined and left a group"},
    {"GET", "/v1/tenants/{tenant}/groups/{group}/members", Need::read, Speed::slow,
     "at cursor limit", get_group_members, "the users in a group as of a snapshot"},
    {"GET", "/v1/tenants/{tenant}/prune", Need::read, Speed::slow,
     "daily last monthly snapshots weekly withinDays yearly", get_prune_plan,
     "what a prune would remove"},
    {"GET", "/v1/tenants/{tenant}/roles", Need::read, Speed::slow, "at cursor limit role",
     get_role_holders, "who holds admin roles as of a snapshot"},
    {"GET", "/v1/tenants/{tenant}/roles/history", Need::read, Speed::slow,
     "cursor from limit role to", get_role_history, "who gained and lost admin roles"},
    {"GET", "/v1/tenants/{tenant}/snapshots", Need::read, Speed::quick, "", get_snapshots,
     "list snapshots, oldest first"},
    {"GET", "/v1/tenants/{tenant}/snapshots/{number}", Need::read, Speed::quick, "", get_snapshot,
     "one snapshot"},
    {"DELETE", "/v1/tenants/{tenant}/snapshots/{number}/pin", Need::operate, Speed::quick, "",
     unpin_snapshot, "let retention remove a snapshot again"},
    {"POST", "/v1/tenants/{tenant}/snapshots/{number}/pin", Need::operate, Speed::quick, "",
     pin_snapshot, "keep a snapshot whatever the retention"},
    {"GET", "/v1/tenants/{tenant}/users", Need::read, Speed::quick,
     "at cursor deleted desc filter limit search sort", get_users, "list users as of a snapshot"},
    {"GET", "/v1/tenants/{tenant}/users/{user}", Need::read, Speed::quick, "at", get_user,
     "one user as of a snapshot"},
    {"GET", "/v1/tenants/{tenant}/users/{user}/diff", Need::read, Speed::quick, "from to",
     get_user_difference, "what became of a user between two snapshots"},
    {"GET", "/v1/tenants/{tenant}/users/{user}/diff/live", Need::read, Speed::slow, "from",
     get_live_difference, "what became of a user since a snapshot, as the tenant is now"},
    {"GET", "/v1/tenants/{tenant}/users/{user}/history", Need::read, Speed::quick, "at attribute",
     get_attribute_history, "when an attribute of a user changed"},
    {"GET", "/v1/tenants/{tenant}/users/{user}/log", Need::read, Speed::quick, "at cursor limit",
     get_user_log, "what the tenant's audit log says about a user"},
    {"GET", "/v1/tenants/{tenant}/users/{user}/versions", Need::read, Speed::quick, "contents",
     get_user_versions, "the snapshots in which a user changed"},
}};

bool is_name(std::string_view part) { return part.starts_with('{'); }

// The parts of a path that fits the pattern, still encoded; nullopt: it does not fit.
std::optional<std::map<std::string, std::string>> fit(std::string_view pattern,
                                                      const std::vector<std::string>& path) {
  const auto wanted = base::split(pattern, '/');
  if (wanted.size() != path.size()) return std::nullopt;
  std::map<std::string, std::string> parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_name(wanted[i]) && !path[i].empty())
      parts[wanted[i].substr(1, wanted[i].size() - 2)] = path[i];
    else if (wanted[i] != path[i])
      return std::nullopt;
  }
  return parts;
}

base::Result<Match> decoded(const Route& route, std::map<std::string, std::string> parts) {
  for (auto& [name, text] : parts) {
    auto plain = url_decode(text);
    if (!plain) return base::pass(plain, "path part {" + name + "}");
    text = std::move(*plain);
  }
  return Match{&route, std::move(parts)};
}

base::unexpected<base::Error> no_such_path(std::string_view path) {
  return base::fail(ErrorKind::not_found, "there is no route " + std::string(path),
                    "start from /v1/status, /v1/tenants, /v1/jobs or /v1/events; the daemon's "
                    "openapi.yaml lists every route");
}

base::unexpected<base::Error> wrong_method(std::string_view method, std::string_view path,
                                           const std::string& allow) {
  return base::unexpected<base::Error>(
      base::Error{ErrorKind::failed_precondition,
                  std::string(method) + " is not possible for " + std::string(path),
                  "use " + allow,
                  {{"allow", allow}}});
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

base::Result<void> check_name(const std::string& name, const Route& route) {
  const auto known = base::split(route.parameters, ' ');
  if (!name.empty() && std::find(known.begin(), known.end(), name) != known.end()) return {};
  const std::string where = std::string(route.method) + " " + std::string(route.pattern);
  return base::fail(
      ErrorKind::invalid_argument, where + " knows no query parameter \"" + name + "\"",
      route.parameters.empty() ? "it takes none" : "it takes: " + std::string(route.parameters));
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

base::Result<Match> match(std::string_view method, std::string_view path) {
  const auto parts = base::split(path, '/');
  std::string allow;
  for (const Route& route : kRoutes) {
    auto fitting = fit(route.pattern, parts);
    if (!fitting) continue;
    if (route.method == method) return decoded(route, std::move(*fitting));
    allow += (allow.empty() ? "" : ", ") + std::string(route.method);
  }
  if (allow.empty()) return no_such_path(path);
  return wrong_method(method, path, allow);
}

base::Result<std::map<std::string, std::string>> read_query(std::string_view query,
                                                            const Route& route) {
  std::map<std::string, std::string> values;
  std::map<std::string, int> seen;
  for (const std::string& pair : base::split(query, '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = url_decode(std::string_view(pair).substr(0, equals));
    if (!name) return base::pass(name, "query");
    if (auto known = check_name(*name, route); !known) return base::pass(known);
    auto value = url_decode(std::string_view(pair).substr(std::min(equals + 1, pair.size())));
    if (!value) return base::pass(value, "query parameter \"" + *name + "\"");
    if (++seen[*name] > 1)
      return base::fail(ErrorKind::invalid_argument,
                        "query parameter \"" + *name + "\" is given twice", "give it once");
    if (!value->empty()) values[*name] = std::move(*value);
  }
  return values;
}

base::Result<std::string> url_decode(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0)
        return base::fail(ErrorKind::invalid_argument,
                          "\"" + std::string(text) + "\" is not percent-encoded properly",
                          "write % as %25");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return base::fail(ErrorKind::invalid_argument, "a zero byte in a path or query");
    plain += c;
  }
  return plain;
}

}  // namespace entrad::control
