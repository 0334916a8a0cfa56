// Objects addressed without their type. Facts: Microsoft's pages "directoryObject: getByIds" and
// "Get directoryObject".
#include <algorithm>

#include "handlers.h"
#include "objects.h"

namespace graphsim {
namespace {

constexpr std::size_t kMostIds = 1000;

/// The object with its @odata.type, or null.
Json find_object(Call& call, const ObjectView& view, const std::string& id) {
  Tenant& t = call.tenant;
  if (const auto user = t.users.find_id(id); user && t.is_visible(*user)) return view.user(*user);
  if (const auto container = t.containers.find(id)) return view.container(*container);
  if (const auto* role = t.roles.by_directory_role(id)) return view.directory_role(*role);
  if (const auto* principal = t.service_principal(id); principal != nullptr && principal->id == id)
    return view.service_principal(*principal);
  return nullptr;
}

bool wanted_type(const Json& body, const Json& object) {
  const auto types = body.find("types");
  if (types == body.end() || !types->is_array() || types->empty()) return true;
  const auto type = object.at("@odata.type").get<std::string>();
  return std::any_of(types->begin(), types->end(), [&](const Json& one) {
    const std::string text = one.is_string() ? one.get<std::string>() : "";
    return text == "directoryObject" || same_text("#microsoft.graph." + text, type);
  });
}

}  // namespace

Response get_directory_object(Call& call) {
  Json body = find_object(call, ObjectView(call), lower(call.args.at(0)));
  if (body.is_null()) not_found(call.args.at(0));
  body["@odata.context"] = call.context("directoryObjects/$entity");
  return json_answer(std::move(body));
}

Response delete_directory_object(Call& call) { return delete_user_object(call, call.user()); }

Response get_by_ids(Call& call) {
  const Json body = call.body();
  const auto ids = body.find("ids");
  if (ids == body.end() || !ids->is_array()) bad_request("The parameter 'ids' is required.");
  if (ids->size() > kMostIds) bad_request("The number of ids must not exceed 1000.");
  const ObjectView view(call);
  Json value = Json::array();
  for (const Json& id : *ids) {
    if (!id.is_string() || !parse_guid(id.get<std::string>()))
      bad_request("Invalid GUID in 'ids'.");
    Json object = find_object(call, view, lower(id.get<std::string>()));
    if (!object.is_null() && wanted_type(body, object)) value.push_back(std::move(object));
  }
  return json_answer(
      {{"@odata.context", call.context("directoryObjects")}, {"value", std::move(value)}});
}

}  // namespace graphsim
