#include "graph/batch_format.h"

#include <charconv>

#include "base/json.h"
#include "base/text.h"
#include "graph/line.h"

namespace entrad::graph {
namespace {

using nlohmann::json;

json item_of(std::size_t place, const Request& request) {
  json item = {{"id", std::to_string(place)}, {"method", request.method}, {"url", request.path}};
  json headers = json::object();
  if (request.eventual) headers["ConsistencyLevel"] = "eventual";
  if (!request.body.is_null()) {
    headers["Content-Type"] = "application/json";
    item["body"] = request.body;
  }
  if (!headers.empty()) item["headers"] = std::move(headers);
  return item;
}

std::optional<std::size_t> place_of(const json& item) {
  const auto id = item.find("id");
  if (id == item.end() || !id->is_string()) return std::nullopt;
  const auto& text = id->get_ref<const std::string&>();
  std::size_t place = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return place;
}

BatchItem read_item(json& item) {
  BatchItem read;
  const auto status = item.find("status");
  if (status != item.end() && status->is_number_integer()) read.response.status = *status;
  read.response.maybe_sent = true;
  const auto headers = item.find("headers");
  if (headers != item.end() && headers->is_object())
    for (const auto& [name, value] : headers->items())
      read.response.headers[base::ascii_lower(name)] =
          value.is_string() ? value.get<std::string>() : base::json_text(value);
  if (const auto body = item.find("body"); body != item.end()) read.body = std::move(*body);
  return read;
}

}  // namespace

Request batch_request(const std::vector<const Request*>& items) {
  json list = json::array();
  for (std::size_t place = 0; place < items.size(); ++place)
    list.push_back(item_of(place, *items[place]));
  Request request;
  request.method = "POST";
  request.path = kBatchPath;
  request.body["requests"] = std::move(list);
  return request;
}

std::optional<std::map<std::size_t, BatchItem>> batch_items(const Response& response) {
  json body = base::parse_json(response.body);
  if (!body.is_object()) return std::nullopt;
  const auto list = body.find("responses");
  if (list == body.end() || !list->is_array()) return std::nullopt;
  std::map<std::size_t, BatchItem> items;
  for (json& item : *list)
    if (item.is_object())
      if (const auto place = place_of(item)) items[*place] = read_item(item);
  return items;
}

}  // namespace entrad::graph
