#include "graph/check/check.h"

#include <algorithm>

#include "graph/check/check_lines.h"

namespace entrad::graph {
namespace {

base::Result<bool> check_purpose(Sessions& sessions, Purpose purpose, api::TenantCheck& result,
                                 CheckLines& lines, const Call& call) {
  auto session = sessions.session(result.tenant, purpose);
  if (session) return check_credentials(**session, purpose, result, lines, call);
  lines.begin("credentials");
  lines.bad(purpose == Purpose::backup ? "backup credential" : "restore credential",
            session.error());
  return false;
}

}  // namespace

base::Result<api::TenantCheck> check(Sessions& sessions, const std::string& tenant,
                                     const Call& call) {
  auto configured = sessions.tenant(tenant);
  if (!configured) return base::pass(configured);
  api::TenantCheck result;
  result.tenant = tenant;
  CheckLines lines(result.lines);
  auto reads = check_purpose(sessions, Purpose::backup, result, lines, call);
  if (!reads) return base::pass(reads);
  auto restores = check_purpose(sessions, Purpose::restore, result, lines, call);
  if (!restores) return base::pass(restores);
  if (*reads) {
    Session& session = **sessions.session(tenant, Purpose::backup);
    lines.begin("tenant");
    auto done = check_directory(session, sessions.governor().quotas(), result, lines, call);
    if (done) done = check_properties(session, result, lines, call);
    if (!done) return base::pass(done);
  }
  result.ok = std::all_of(result.lines.begin(), result.lines.end(),
                          [](const api::CheckLine& line) { return line.ok; });
  return result;
}

}  // namespace entrad::graph
