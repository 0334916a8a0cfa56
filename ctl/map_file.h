// MapFile: what things of one tenant are called in another one, as a person writes it down.
// Thread safety: pure but for reading the file.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "api/requests.h"
#include "base/result.h"

namespace entrad::ctl {

// One thing a line: KIND,FROM,TO; a name with a comma in it stands in double quotes. Empty lines,
// those that begin with # and a first line "kind,from,to" are passed over. Errors:
// invalid_argument, naming the line of `source`.
base::Result<std::vector<api::Counterpart>> read_map(std::istream& text, const std::string& source);

}  // namespace entrad::ctl
