// One HTTP request and its answer, free of any HTTP library, plus the Graph error that ends a
// request. Values owned by whoever holds them; no thread safety of their own.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "encoding.h"

namespace graphsim {

using Json = nlohmann::json;

struct TextOrder {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return lower(a) < lower(b); }
};
using Headers = std::map<std::string, std::string, TextOrder>;

struct Request {
  std::string method;
  std::string target;    ///< path and query as sent
  std::string base_url;  ///< scheme and authority, e.g. "https://localhost:8443"
  Headers headers;
  std::string body;
  bool in_batch = false;
  bool replays = false;  ///< a fault: a page of changes brings some again that came before

  std::string header(std::string_view name) const {
    const auto it = headers.find(name);
    return it == headers.end() ? std::string() : it->second;
  }
  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  std::string_view query() const {
    const auto at = target.find('?');
    return at == std::string::npos ? std::string_view() : std::string_view(target).substr(at + 1);
  }
};

struct Response {
  unsigned status = 200;
  Headers headers;
  Json json;                 ///< body where not discarded and not null
  std::string text;          ///< body where `json` is null
  bool drop = false;         ///< close the connection instead of answering
  bool reset = false;        ///< the same with a reset, as a balancer does that lost its state
  bool cut = false;          ///< close the connection in the middle of the answer
  double delay_seconds = 0;  ///< simulated seconds to wait before answering
};

inline Response json_answer(Json body, unsigned status = 200) {
  Response r;
  r.status = status;
  r.json = std::move(body);
  return r;
}

inline Response no_content() {
  Response r;
  r.status = 204;
  return r;
}

/// Ends a request with an OData error body. `details` is an array of {code, message, target} or
/// null.
class GraphError : public std::runtime_error {
 public:
  GraphError(unsigned status, std::string code, const std::string& message, Json details = nullptr)
      : std::runtime_error(message),
        status_(status),
        code_(std::move(code)),
        details_(std::move(details)) {}
  unsigned status() const { return status_; }
  const std::string& code() const { return code_; }
  const Json& details() const { return details_; }

 private:
  unsigned status_;
  std::string code_;
  Json details_;
};

[[noreturn]] inline void bad_request(const std::string& message) {
  throw GraphError(400, "Request_BadRequest", message);
}
[[noreturn]] inline void unsupported_query(const std::string& message) {
  throw GraphError(400, "Request_UnsupportedQuery", message);
}
[[noreturn]] inline void not_found(const std::string& key) {
  throw GraphError(404, "Request_ResourceNotFound",
                   "Resource '" + key +
                       "' does not exist or one of its queried reference-property objects are not "
                       "present.");
}
[[noreturn]] inline void denied() {
  throw GraphError(403, "Authorization_RequestDenied",
                   "Insufficient privileges to complete the operation.");
}
[[noreturn]] inline void missing_reference() {
  bad_request(
      "The source resource object or one of the objects being referenced do not exist. Try again "
      "later.");
}

}  // namespace graphsim
