// The body of a `$batch` and of its answer. Source: as batch.h.
// Thread safety: pure functions.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "graph/session.h"

namespace entrad::graph {

// Items are numbered by their place in `items`.
Request batch_request(const std::vector<const Request*>& items);

struct BatchItem {
  Response response;  // status and headers
  nlohmann::json body = nullptr;
};
// By place; what the answer does not mention is absent. nullopt: not a batch's answer.
std::optional<std::map<std::size_t, BatchItem>> batch_items(const Response& response);

}  // namespace entrad::graph
