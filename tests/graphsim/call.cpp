#include "call.h"

#include <regex>

namespace graphsim {

bool Call::may(std::string_view permissions) const {
  for (const std::string& one : split(permissions, ' '))
    if (granted.contains(one)) return true;
  return false;
}

Json Call::body() const {
  const std::string type = request.header("Content-Type");
  if (!starts_with_text(type, "application/json"))
    throw GraphError(415, "UnsupportedMediaType",
                     "The content type '" + type + "' is not supported; use application/json.");
  Json json = Json::parse(request.body, nullptr, false);
  if (json.is_discarded() || !json.is_object())
    throw GraphError(400, "BadRequest",
                     "Unable to read JSON request payload. Please ensure "
                     "Content-Type header is set and payload is of valid JSON "
                     "format.");
  return json;
}

UserIndex Call::user(std::size_t at) {
  const auto found = tenant.visible_user(args.at(at));
  if (!found) not_found(args.at(at));
  return *found;
}

ContainerIndex Call::group(std::size_t at) {
  const auto found = tenant.containers.find(args.at(at));
  if (!found || tenant.containers.at(*found).is_unit()) not_found(args.at(at));
  return *found;
}

ContainerIndex Call::unit(std::size_t at) {
  const auto found = tenant.containers.find(args.at(at));
  const bool hidden = found && tenant.containers.at(*found).hides_members();
  if (!found || !tenant.containers.at(*found).is_unit()) not_found(args.at(at));
  if (hidden && !may("Member.Read.Hidden")) denied();
  return *found;
}

std::string referenced_id(const Json& url) {
  static const std::regex kEntity(
      R"(^https?://[^/]+/(?:v1\.0|beta)/(?:directoryObjects|users|groups|servicePrincipals|devices|directory/administrativeUnits)(?:/([^/]+)|\('([^']+)'\))$)",
      std::regex::icase);
  std::smatch match;
  const std::string text = url.is_string() ? url.get<std::string>() : "";
  if (!std::regex_match(text, match, kEntity))
    bad_request("Invalid value specified for property '@odata.id': '" + text +
                "' is not a reference to a directory object.");
  return percent_decoded(match[1].matched ? match[1].str() : match[2].str(), false);
}

}  // namespace graphsim
