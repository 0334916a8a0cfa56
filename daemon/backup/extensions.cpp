// Directory extensions: attributes that the tenant's applications have added to users.
// Source: Microsoft Graph v1.0 reference, "directoryObject: getAvailableExtensionProperties".
#include <spdlog/spdlog.h>

#include <algorithm>

#include "backup/sweep.h"
#include "directory/attributes.h"
#include "graph/calls.h"
#include "store/known_extensions.h"
#include "store/store.h"

namespace entrad::backup {
namespace {

using nlohmann::json;

bool is_of_users(const json& property) {
  const auto targets = property.find("targetObjects");
  return targets != property.end() && targets->is_array() &&
         std::find(targets->begin(), targets->end(), "User") != targets->end();
}

std::vector<std::string> names_in(const json& body) {
  std::vector<std::string> names;
  const auto rows = body.is_object() ? body.find("value") : body.end();
  if (rows == body.end() || !rows->is_array()) return names;
  for (const json& row : *rows)
    if (const std::string name = text_of(row, "name");
        name.starts_with("extension_") && is_of_users(row))
      names.push_back(name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void remember(Sweep& sweep, const std::vector<std::string>& names) {
  const auto kept = store::remember_extensions(sweep.store().own_state(), sweep.tenant(), names);
  if (!kept)
    spdlog::warn("{}: the names of directory extensions could not be remembered: {}",
                 sweep.tenant(), kept.error().message);
}

UserProperties with(const std::vector<std::string>& names) {
  const auto [select, left_out] = directory::user_select_with(names);
  return {select, left_out == 0 ? ""
                                : counted(left_out, "directory extension") +
                                      " beyond what a request can name"};
}

UserProperties with_known(Sweep& sweep, const std::string& why) {
  // Values may be read without the permission that their names need: those that were found once go
  // on being asked for.
  UserProperties wanted = with(store::known_extensions(sweep.store().own_state(), sweep.tenant()));
  wanted.lacking = "new directory extensions are unknown: " + why;
  return wanted;
}

base::Result<UserProperties> find_out(Sweep& sweep) {
  if (!may_have(sweep, "Directory.Read.All|Directory.ReadWrite.All"))
    return with_known(sweep, lacking("Directory.Read.All"));
  const auto reply =
      sweep.session().send(graph::calls::available_extension_properties(), sweep.call());
  if (auto going = sweep.stopped(); !going) return base::pass(going);
  if (!reply || !reply->done())
    return with_known(sweep, reply ? reply->verdict.error.message : reply.error().message);
  const auto names = names_in(reply->body);
  remember(sweep, names);
  return with(names);
}

}  // namespace

base::Result<UserProperties> wanted_user_properties(Sweep& sweep) {
  auto& known = sweep.found().user_properties;
  if (known) return *known;
  auto wanted = find_out(sweep);
  if (wanted) known = *wanted;
  return wanted;
}

}  // namespace entrad::backup
