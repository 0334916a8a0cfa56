#include "ctl/render/json.h"

#include "api/error_table.h"
#include "base/json.h"
#include "ctl/render/text.h"

namespace entrad::ctl::render {

using nlohmann::json;

std::string document(const json& answer) { return base::json_text(answer, 2) + "\n"; }

std::string compact(const json& answer) { return base::json_text(answer); }

std::string error_document(const base::Error& error) { return document(api::error_json(error)); }

std::string error_text(const base::Error& error) {
  std::string text = "entractl: " + wrap(clean(error.message), 2, 10) + "\n";
  if (!error.hint.empty()) text += "  -> " + wrap(clean(error.hint), 5, 5) + "\n";
  return text;
}

}  // namespace entrad::ctl::render
