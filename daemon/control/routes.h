// Routes: the one table of what the control socket answers.
//
// Dispatch, access, the test of openapi.yaml and the hints for an unknown path all read it. Sorted
// by pattern, then method. `{name}` in a pattern stands for one percent-encoded part of a path.
// Thread safety: constant data and pure functions.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/access.h"
#include "control/exchange.h"

namespace entrad::control {

// Slow ones ask Graph, or walk over everybody in a snapshot: they have threads of their own, so
// that quick ones never wait for them.
enum class Speed { quick, slow };

using Handler = base::Result<Answer> (*)(const Question& question, const Context& context);

struct Route {
  std::string_view method;
  std::string_view pattern;
  Need need = Need::read;
  Speed speed = Speed::quick;
  std::string_view parameters;  // names of its query parameters, separated by one space
  Handler handler = nullptr;
  std::string_view summary;
};

std::span<const Route> routes();

// A route, and what stands for the names in its pattern, decoded.
struct Match {
  const Route* route = nullptr;
  std::map<std::string, std::string> parts;
};

// `path` is percent-encoded and without query. Errors: invalid_argument (encoding), not_found (no
// such path, with a hint), failed_precondition (the path is there, the method is not; `details`
// holds "allow": the methods that are).
base::Result<Match> match(std::string_view method, std::string_view path);

// The query of a request, decoded; empty values are left out. Errors: invalid_argument (encoding,
// a name that the route does not know, a name given twice).
base::Result<std::map<std::string, std::string>> read_query(std::string_view query,
                                                            const Route& route);

// Percent-decoding; `+` stays what it is. Errors: invalid_argument (a bad sequence, a zero byte).
base::Result<std::string> url_decode(std::string_view text);

}  // namespace entrad::control
