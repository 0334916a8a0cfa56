// JSON batching: up to 20 items, each authorised, billed and answered alone; serial chains by
// dependsOn. Facts: Microsoft's page "Combine multiple HTTP requests using JSON batching".
#include <algorithm>
#include <set>

#include "simulation.h"

namespace graphsim {
namespace {

constexpr std::size_t kMostItems = 20;

[[noreturn]] void malformed(const std::string& message) {
  throw GraphError(400, "BadRequest", message);
}

Json checked_items(const Request& request) {
  if (!starts_with_text(request.header("Content-Type"), "application/json"))
    throw GraphError(415, "UnsupportedMediaType", "A batch must be application/json.");
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object() || !body.contains("requests") || !body["requests"].is_array() ||
      body["requests"].empty())
    malformed("Invalid batch payload format.");
  const Json& items = body["requests"];
  if (items.size() > kMostItems)
    malformed("Number of batch request steps exceeds the maximum value of 20.");
  std::set<std::string> ids;
  for (const Json& item : items) {
    if (!item.is_object() || !item.contains("id") || !item["id"].is_string() ||
        !item.value("method", Json()).is_string() || !item.value("url", Json()).is_string())
      malformed("Each request of a batch needs id, method and url.");
    for (const Json& parent : item.value("dependsOn", Json::array()))
      if (!parent.is_string() || !ids.contains(lower(parent.get<std::string>())))
        malformed("Request '" + item["id"].get<std::string>() + "' depends on an unknown request.");
    if (!ids.insert(lower(item["id"].get<std::string>())).second)
      malformed("Request Id '" + item["id"].get<std::string>() + "' must be unique in a batch.");
  }
  return items;
}

Request inner_request(const Json& item, const Request& outer) {
  Request r;
  r.method = item["method"].get<std::string>();
  std::transform(r.method.begin(), r.method.end(), r.method.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  const auto url = item["url"].get<std::string>();
  r.target = "/v1.0" + std::string(url.starts_with('/') ? "" : "/") + url;
  r.base_url = outer.base_url;
  r.in_batch = true;
  const Json headers = item.value("headers", Json::object());
  for (const auto& [name, value] : headers.items())
    if (value.is_string()) r.headers[name] = value.get<std::string>();
  r.headers["Authorization"] = outer.header("Authorization");
  if (item.contains("body") && !item["body"].is_null()) r.body = item["body"].dump();
  return r;
}

bool depends_on_failed(const Json& item, const std::vector<std::string>& failed) {
  const Json parents = item.value("dependsOn", Json::array());
  return std::any_of(parents.begin(), parents.end(), [&](const Json& parent) {
    return std::find(failed.begin(), failed.end(), lower(parent.get<std::string>())) !=
           failed.end();
  });
}

Json item_json(const Json& item, const Response& response) {
  Json out{{"id", item["id"]}, {"status", response.status}, {"headers", Json::object()}};
  for (const auto& [name, value] : response.headers)
    if (!same_text(name, "Date")) out["headers"][name] = value;
  if (!response.json.is_null())
    out["body"] = response.json;
  else if (!response.text.empty())
    out["body"] = response.text;
  return out;
}

}  // namespace

Response Simulation::batch_item(const Json& item_request, const Request& outer,
                                std::vector<std::string>& failed) {
  Request inner = inner_request(item_request, outer);
  Response out;
  if (depends_on_failed(item_request, failed)) {
    out.status = 424;
    out.json = error_body("FailedDependency", "A request that this one depends on has failed.",
                          nullptr, inner, "");
  } else if (same_text(inner.path(), "/v1.0/$batch")) {
    out.status = 400;
    out.json = error_body("BadRequest", "A batch cannot hold a batch.", nullptr, inner, "");
  } else if (!inner.body.empty() && inner.header("Content-Type").empty()) {
    out.status = 400;
    out.json = error_body("BadRequest",
                          "Request with a body needs the header Content-Type in its headers.",
                          nullptr, inner, "");
  } else {
    out = item(inner);
  }
  if (out.headers.empty()) finish(inner, out);
  if (out.status >= 400) failed.push_back(lower(item_request["id"].get<std::string>()));
  return out;
}

Response Simulation::batch(const Request& request) {
  Response out;
  try {
    required_token(request);
    if (request.method != "POST")
      throw GraphError(405, "Request_BadRequest",
                       "Specified HTTP method is not allowed for the request target.");
    std::vector<std::string> failed;
    Json answers = Json::array();
    for (const Json& one : checked_items(request)) {
      const Response answer = batch_item(one, request, failed);
      out.drop = out.drop || answer.drop;
      out.reset = out.reset || answer.reset;
      out.cut = out.cut || answer.cut;
      out.delay_seconds = std::max(out.delay_seconds, answer.delay_seconds);
      // Answers come in any order: each one takes a drawn place.
      const auto at = static_cast<std::ptrdiff_t>(stream_.below(answers.size() + 1));
      answers.insert(answers.begin() + at, item_json(one, answer));
    }
    out.json = {{"responses", std::move(answers)}};
    ++counters_.by_route["POST /$batch"];
  } catch (const GraphError& e) {
    out.status = e.status();
    out.json = error_body(e.code(), e.what(), e.details(), request, "");
  }
  return out;
}

}  // namespace graphsim
