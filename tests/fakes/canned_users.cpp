// The pages of users that the canned daemon answers.
#include <algorithm>

#include "base/text.h"
#include "fakes/canned_daemon.h"
#include "fakes/canned_data.h"
#include "fakes/canned_parameters.h"

namespace entrad::fakes {
using nlohmann::json;

CannedDaemon::Answer CannedDaemon::user_page(const Request& request) {
  const std::string search = base::fold(canned::text_of(request.query, "search"));
  std::vector<json> found;
  for (const json& user : canned::users()) {
    if (!world_.has_data ||
        (user["deleted"] && canned::text_of(request.query, "deleted") != "true"))
      continue;
    const std::string text =
        base::fold(user.value("displayName", "") + "\n" + user.value("userPrincipalName", ""));
    if (text.find(search) != std::string::npos) found.push_back(user);
  }
  const std::string sort = canned::text_of(request.query, "sort");
  const char* key = sort == "id" ? "id" : sort == "modified" ? "changedAt" : "displayName";
  std::stable_sort(found.begin(), found.end(),
                   [&](const json& a, const json& b) { return a[key] < b[key]; });
  if (canned::text_of(request.query, "desc") == "true") std::reverse(found.begin(), found.end());
  const std::size_t from = canned::number_of(request.query, "cursor", 0);
  // Three to a page at most, so that a short list has pages.
  const std::size_t size = std::min<std::size_t>(3, canned::number_of(request.query, "limit", 100));
  json page = {
      {"users", json::array()}, {"total", found.size()}, {"snapshot", canned::snapshots()[1]}};
  for (std::size_t i = from; i < std::min(found.size(), from + size); ++i)
    page["users"].push_back(found[i]);
  if (from + size < found.size()) page["cursor"] = std::to_string(from + size);
  return {200, page};
}

}  // namespace entrad::fakes
