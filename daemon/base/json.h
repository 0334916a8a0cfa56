// JSON text to values and back.
//
// nlohmann's parser and serializer are templates: each file that calls them compiles them anew, at
// four seconds a file. They are compiled once, behind these functions.
// Thread safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace entrad::base {

// Text from outside: `is_discarded()` when it is no JSON.
nlohmann::json parse_json(std::string_view text);
// Throws nlohmann::json::parse_error when it is no JSON: for text that this program wrote itself,
// and where the place of the mistake matters.
nlohmann::json read_json(std::string_view text);

// One line, or with `indent` spaces a level. Bytes that are not UTF-8 become U+FFFD.
std::string json_text(const nlohmann::json& value, int indent = -1);

}  // namespace entrad::base
