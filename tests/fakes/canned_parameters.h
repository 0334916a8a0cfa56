// What each route of a CannedDaemon may be asked with.
// Thread safety: pure function.
#pragma once

#include <map>
#include <string>

namespace entrad::fakes::canned {

// `route` is the last word of a path; "detail" one user.
bool knows(const std::string& route, const std::map<std::string, std::string>& query);

}  // namespace entrad::fakes::canned
