// Rounds: the delta queries of a backup, as requests, and their cursors.
// Thread safety: pure functions.
#pragma once

#include <string>

#include "graph/session.h"

namespace entrad::backup {

// `select`: what the lists of users and groups are asked with. The links ride along.
graph::Request users_round(const std::string& select);
graph::Request groups_round(const std::string& select);

}  // namespace entrad::backup
