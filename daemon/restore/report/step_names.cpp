#include "restore/report/step_names.h"

#include "base/guid.h"
#include "restore/report/step_reading.h"

namespace entrad::restore {
namespace {

using base::Guid;
using Names = std::map<std::string, std::string>;

// What a key of todo.h names: "unlink:GUID" -> {"link", "GUID"}.
std::pair<std::string, std::string> parted(const std::string& key) {
  const std::size_t colon = key.find(':');
  if (colon == std::string::npos) return {key, ""};
  const std::string word = key.substr(0, colon);
  return {word.starts_with("un") ? word.substr(2) : word, key.substr(colon + 1)};
}

void add_name(const std::string& word, const std::string& what, const Targets& targets,
              Names& names) {
  const std::string before = what.substr(0, what.find('@'));
  const std::string after = what.substr(what.find('@') + 1);
  const auto id = Guid::parse(word == "appRole" ? after : before);
  if (word == "role" || word == "eligible" || word == "scheduled")
    names[before] = targets.role_name(before);
  if (word == "license") names[what] = targets.sku_name(what);
  if (word == "owner" && id) names[id->str()] = targets.link(*id).display_name;
  if (word == "link" && id) names[id->str()] = targets.link(*id).display_name;
  if (word == "appRole" && id) names[id->str()] = targets.service_principal_name(*id);
}

}  // namespace

std::map<std::string, std::string> names_of(const Write& write, const Targets& targets) {
  Names names;
  for (const std::string& key : write.keys) {
    const auto [word, what] = parted(key);
    add_name(word, what, targets, names);
  }
  const bool names_one = write.kind == "manager" || write.kind == kSponsorStep;
  if (names_one && write.request.body.is_object()) {
    const std::string url = write.request.body.value("@odata.id", "");
    const bool group = url.find("/groups/") != std::string::npos;
    if (const auto id = Guid::parse(url.substr(url.rfind('/') + 1)))
      names[id->str()] =
          targets.sponsor_name({*id, group ? api::ObjectKind::group : api::ObjectKind::user});
  }
  // A name that is but the id says nothing.
  std::erase_if(names, [](const auto& name) { return name.first == name.second; });
  return names;
}

}  // namespace entrad::restore
