#include "ctl/render/json.h"

#include "api/error_table.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

using nlohmann::json;

std::string document(const json& answer) {
  return answer.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string compact(const json& answer) {
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string error_document(const base::Error& error) { return document(api::error_json(error)); }

std::string error_text(const base::Error& error) {
  std::string text = "entractl: " + wrap(clean(error.message), 2, 10) + "\n";
  if (!error.hint.empty()) text += "  -> " + wrap(clean(error.hint), 5, 5) + "\n";
  return text;
}

}  // namespace entrad::ctl::render
