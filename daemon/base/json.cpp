#include "base/json.h"

namespace entrad::base {

using nlohmann::json;

json parse_json(std::string_view text) {
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

json read_json(std::string_view text) { return json::parse(text); }

std::string json_text(const json& value, int indent) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

}  // namespace entrad::base
