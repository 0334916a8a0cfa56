// Source: Microsoft Graph v1.0 reference, "directoryObject: getAvailableExtensionProperties".
#include "backup/extensions.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "backup/sweep.h"
#include "directory/attributes.h"
#include "graph/calls.h"
#include "store/own_state.h"

namespace entrad::backup {
namespace {

using nlohmann::json;

// Servers in between refuse longer addresses than about 8,000 characters.
constexpr std::size_t kLongestSelect = 7'000;

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

std::string kept_under(const std::string& tenant) { return "extensions/" + tenant; }

// Values may be read without the permission that their names need: those that were found once go on
// being asked for.
std::vector<std::string> known_names(store::Store& store, const std::string& tenant) {
  const auto kept = store.own_state().kept(kept_under(tenant));
  if (!kept || !*kept || !(*kept)->is_array()) return {};
  return (*kept)->get<std::vector<std::string>>();
}

void remember(Sweep& sweep, const std::vector<std::string>& names) {
  if (names == known_names(sweep.store(), sweep.tenant())) return;
  if (const auto kept = sweep.store().own_state().keep(kept_under(sweep.tenant()), names); !kept)
    spdlog::warn("{}: the names of directory extensions could not be remembered: {}",
                 sweep.tenant(), kept.error().message);
}

void append(UserProperties& wanted, const std::vector<std::string>& names) {
  std::size_t left_out = 0;
  for (const std::string& name : names) {
    const bool fits = wanted.select.size() + 1 + name.size() <= kLongestSelect;
    if (fits) wanted.select += "," + name;
    left_out += fits ? 0 : 1;
  }
  if (left_out > 0)
    wanted.lacking = counted(left_out, "directory extension") + " beyond what a request can name";
}

UserProperties with_known(Sweep& sweep, const std::string& why) {
  UserProperties wanted{select_with_known_extensions(sweep.store(), sweep.tenant()), {}};
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
  UserProperties wanted{directory::user_select(), {}};
  append(wanted, names);
  return wanted;
}

}  // namespace

std::string select_with_known_extensions(store::Store& store, const std::string& tenant) {
  UserProperties wanted{directory::user_select(), {}};
  append(wanted, known_names(store, tenant));
  return wanted.select;
}

base::Result<UserProperties> wanted_user_properties(Sweep& sweep) {
  auto& known = sweep.found().user_properties;
  if (known) return *known;
  auto wanted = find_out(sweep);
  if (wanted) known = *wanted;
  return wanted;
}

}  // namespace entrad::backup
