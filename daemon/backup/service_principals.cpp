// The tenant's service principals: what users have roles in and own. Kept until the steps know
// which of them users are linked to; only those are put.
#include <algorithm>

#include "backup/sweep.h"
#include "directory/canonical.h"
#include "graph/calls.h"

namespace entrad::backup {
namespace {

// What finds the same application in another tenant, and names its roles.
constexpr const char* kSelect =
    "id,appId,appOwnerOrganizationId,appRoleAssignmentRequired,appRoles,displayName,"
    "servicePrincipalType";

base::Result<std::vector<FoundServicePrincipal>> read(Sweep& sweep) {
  sweep.progress().begin("service principals", 0);
  std::vector<FoundServicePrincipal> found;
  const auto take_page = [&](std::string_view page) {
    const std::size_t before = found.size();
    auto read = directory::for_each_object(page, [&](const directory::Slice& slice) {
      // Limited information: the type may not be read, whatever the answer's status says.
      if (!slice.text("appId").empty()) found.push_back({slice.id, slice.content});
    });
    sweep.progress().advance(found.size() - before);
    return read;
  };
  auto done = sweep.pages(graph::calls::list_service_principals(kSelect), take_page,
                          [&found] { found.clear(); });
  if (!done) return base::pass(done, "read the service principals");
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::sort(found.begin(), found.end(), by_id);
  found.erase(std::unique(found.begin(), found.end(),
                          [](const auto& a, const auto& b) { return a.id == b.id; }),
              found.end());
  return found;
}

}  // namespace

base::Result<void> sweep_service_principals(Sweep& sweep) {
  auto read_all = read(sweep);
  if (read_all) {
    sweep.found().service_principals = std::move(*read_all);
    return {};
  }
  if (!is_denied(read_all.error())) return base::unexpected(read_all.error());
  sweep.found().why_no_service_principals = lacking("Application.Read.All");
  return {};
}

}  // namespace entrad::backup
