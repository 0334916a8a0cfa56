// What an answer of Graph means: one table from (status, code, message) to class, remedy and text.
//
// Source: Microsoft Graph "error responses and resource types", "Throttling guidance", "Best
// practices", and texts seen in public issue threads of Microsoft's repositories. Thread safety:
// pure functions over constant data.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace entrad::graph {

enum class Class {
  done,          // 2xx, or refused because it is already so
  absent,        // 404 on an object: not there (or not there yet)
  conflict,      // something else holds the value: ObjectConflict
  replication,   // a fresh object is not known everywhere yet: try again for up to 15 min
  concurrency,   // two writes to one object at once: try again in seconds
  throttled,     // 429: was not processed
  transient,     // nothing was done, or a read failed: try again
  ambiguous,     // a write that may have happened: look it up first
  unauthorized,  // 401: one new token, one more try
  permission,    // 403
  impossible,    // Graph never accepts this: synced, mail-enabled, dynamic, ...
  refused,       // another 4xx: this request is wrong for this object
};
std::string_view name(Class value);

struct Response {
  int status = 0;  // 0: no answer (connection failed or broke, see `trouble`)
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string trouble;      // why there is no answer
  bool maybe_sent = false;  // without an answer: the request may have reached Graph
};

struct Verdict {
  Class cls = Class::done;
  std::string code;     // Graph's error code
  std::string message;  // Graph's words
  base::Error error;    // for people: kind, message, hint; meaningless when done
};

// `method` matters: an unanswered GET is transient, an unanswered POST is ambiguous.
Verdict classify(std::string_view method, std::string_view path, const Response& response);

// Retry-After as whole seconds, fraction or HTTP date (against `now`); nullopt: absent or
// unreadable.
std::optional<base::Duration> retry_after(const Response& response, base::WallTime now);

}  // namespace entrad::graph
