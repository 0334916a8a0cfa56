// What the body of a refusal says: codes, words, and the property that it is about.
//
// Source: Microsoft Graph "error responses and resource types". `innerError` is also written
// `innererror`, and inner errors nest; whatever else a body holds is passed over.
// Thread safety: pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entrad::graph {

struct ErrorBody {
  std::vector<std::string> codes;  // the error's own first, then its details' and inner errors'
  std::string message;             // the error's own; where it has none, an inner error's
  std::string target;              // the property that an ObjectConflict is about
  bool is_readable = false;        // JSON as Graph, or the sign-in service, writes it
};

// Of any text; what is no such JSON is not readable.
ErrorBody read_error_body(std::string_view text);

}  // namespace entrad::graph
