#include "control/bodies.h"

#include "base/json.h"
#include "base/text.h"

namespace entrad::control {

using base::ErrorKind;
using nlohmann::json;

base::Result<json> read_object(const std::string& body) {
  if (base::trim(body).empty())
    return base::fail(ErrorKind::invalid_argument, "the request has no body", "send a JSON object");
  try {
    json object = base::read_json(body);
    if (object.is_object()) return object;
    return base::fail(ErrorKind::invalid_argument,
                      std::string("the body is a JSON ") + object.type_name() + ", no object",
                      "send a JSON object");
  } catch (const json::parse_error& error) {
    return base::fail(
        ErrorKind::invalid_argument,
        "the body is no JSON: it breaks off or goes wrong at byte " + std::to_string(error.byte),
        "send a JSON object in UTF-8");
  }
}

base::Result<void> expect_no_body(const std::string& body) {
  const auto text = base::trim(body);
  if (text.empty() || text == "null" || text == "{}") return {};
  return base::fail(ErrorKind::invalid_argument, "this request takes no body", "send none, or {}");
}

base::Result<void> check_fields(const json& object, const std::set<std::string>& known) {
  for (const auto& [field, value] : object.items()) {
    if (known.contains(field)) continue;
    std::string all;
    for (const std::string& one : known) all += (all.empty() ? "" : ", ") + one;
    return base::fail(ErrorKind::invalid_argument,
                      "the body has a field \"" + field + "\" that this daemon does not know",
                      "it knows: " + all + "; a newer client may need a newer daemon");
  }
  return {};
}

base::unexpected<base::Error> wrong_type(const std::string& field, const std::string& wanted,
                                         const json& found) {
  return base::fail(ErrorKind::invalid_argument, "field \"" + field + "\" must be " + wanted +
                                                     ", and is a JSON " + found.type_name());
}

}  // namespace entrad::control
