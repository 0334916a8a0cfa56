#include "graph/answers/error_body.h"

#include "base/json.h"

namespace entrad::graph {
namespace {

using nlohmann::json;

constexpr int kDeepest = 8;  // inner errors within inner errors

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void add_code(const json& error, ErrorBody& words) {
  std::string code = text_of(error, "code");
  if (!code.empty()) words.codes.push_back(std::move(code));
}

void read_details(const json& error, ErrorBody& words) {
  const auto details = error.find("details");
  if (details == error.end() || !details->is_array()) return;
  for (const json& detail : *details) {
    if (!detail.is_object()) continue;
    add_code(detail, words);
    if (text_of(detail, "code") == "ObjectConflict") words.target = text_of(detail, "target");
  }
}

const json* inner_error(const json& error) {
  for (const char* key : {"innerError", "innererror"})
    if (const auto inner = error.find(key); inner != error.end() && inner->is_object())
      return &*inner;
  return nullptr;
}

void read_inner_errors(const json& error, ErrorBody& words) {
  const json* inner = inner_error(error);
  for (int depth = 0; inner != nullptr && depth < kDeepest; ++depth) {
    add_code(*inner, words);
    if (words.message.empty()) words.message = text_of(*inner, "message");
    inner = inner_error(*inner);
  }
}

}  // namespace

ErrorBody read_error_body(std::string_view text) {
  ErrorBody words;
  if (text.empty()) return words;
  const json body = base::parse_json(text);
  if (!body.is_object() || !body.contains("error")) return words;
  const json& error = body["error"];
  words.is_readable = error.is_string() || error.is_object();
  if (error.is_string()) {  // the sign-in service's form
    words.codes.push_back(error.get<std::string>());
    words.message = text_of(body, "error_description");
  } else if (error.is_object()) {
    add_code(error, words);
    words.message = text_of(error, "message");
    read_details(error, words);
    read_inner_errors(error, words);
  }
  return words;
}

}  // namespace entrad::graph
