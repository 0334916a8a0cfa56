// What each route of a CannedDaemon may be asked with.
// Thread safety: pure function.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace entrad::fakes::canned {

// `route` is the last word of a path; "detail" one user.
bool knows(const std::string& route, const std::map<std::string, std::string>& query);

// A parameter of a query; `usual` where it is not there.
std::string text_of(const std::map<std::string, std::string>& query, const std::string& name);
std::size_t number_of(const std::map<std::string, std::string>& query, const std::string& name,
                      std::size_t usual);

}  // namespace entrad::fakes::canned
