// Suggestion: which command a person meant who wrote one that does not exist.
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace entrad::ctl {

// The error for words that are no command, with the nearest one as its hint where there is one;
// nullopt when the words do name a command, and something else is wrong.
std::optional<base::Error> unknown_command(const std::vector<std::string>& args);

}  // namespace entrad::ctl
