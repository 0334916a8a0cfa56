#include "graph/check/check_lines.h"

#include "api/error_table.h"

namespace entrad::graph {

using base::ErrorKind;

void CheckLines::good(const std::string& what, const std::string& found) {
  lines_.push_back({part_, what + of_, true, false, found, "", ""});
}

void CheckLines::limited(const std::string& what, const std::string& found,
                         const std::string& remedy) {
  lines_.push_back({part_, what + of_, true, true, found, remedy, ""});
}

void CheckLines::bad(const std::string& what, const base::Error& error) {
  lines_.push_back({part_, what + of_, false, false, "will not work: " + error.message, error.hint,
                    std::string(api::error_row(error.kind).wire)});
}

base::Result<void> CheckLines::finding(const std::string& what, const base::Error& error) {
  if (error.kind == ErrorKind::cancelled) return base::unexpected<base::Error>(error);
  bad(what, error);
  return {};
}

base::Result<void> CheckLines::limiting(const std::string& what, const std::string& consequence,
                                        const base::Error& error) {
  if (error.kind == ErrorKind::cancelled) return base::unexpected<base::Error>(error);
  limited(what, consequence + ": " + error.message, error.hint);
  return {};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string text_of(const nlohmann::json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

base::Result<nlohmann::json> body_of(base::Result<Reply> reply) {
  if (!reply) return base::pass(reply);
  if (!reply->done()) return base::unexpected<base::Error>(reply->verdict.error);
  return std::move(reply->body);
}

}  // namespace entrad::graph
