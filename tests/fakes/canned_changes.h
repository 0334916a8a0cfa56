// What the canned restore did, user by user: every kind of change, with awkward values.
// Thread safety: pure functions.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

namespace entrad::fakes::canned {

// A page of GET /v1/jobs/{id}/changes.
nlohmann::json changes(std::size_t from, std::size_t limit);

}  // namespace entrad::fakes::canned
