#include "exchange_log.h"

#include <cstdint>

namespace graphsim {
namespace {

Json body_value(const std::string& body) {
  if (body.empty()) return nullptr;
  Json parsed = Json::parse(body, nullptr, false);
  return parsed.is_discarded() ? Json(body) : parsed;
}

Json without_password(Json body) {
  if (!body.is_object()) return body;
  if (body.contains("passwordProfile") && body["passwordProfile"].contains("password"))
    body["passwordProfile"]["password"] = "redacted";
  if (body.contains("temporaryAccessPass") && body["temporaryAccessPass"].is_string())
    body["temporaryAccessPass"] = "redacted";
  for (const char* list : {"requests", "responses"})
    if (body.contains(list))
      for (Json& one : body[list])
        if (one.is_object() && one.contains("body")) one["body"] = without_password(one["body"]);
  return body;
}

}  // namespace

void ExchangeLog::open(const std::string& file) {
  out_.open(file, std::ios::trunc);
  if (!out_) throw std::runtime_error("cannot write the log file " + file);
}

void ExchangeLog::write(const Request& request, const Response& response, double seconds) {
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers)
    headers[name] = same_text(name, "Authorization") ? "Bearer redacted" : value;
  Json line{{"method", request.method},
            {"url", request.base_url + request.target},
            {"requestHeaders", headers},
            {"requestBody", without_password(body_value(request.body))},
            {"status", response.status},
            {"responseHeaders", response.headers},
            {"timeMs", static_cast<std::int64_t>(seconds * 1000)}};
  line["responseBody"] =
      response.json.is_null() ? body_value(response.text) : without_password(response.json);
  out_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace graphsim
