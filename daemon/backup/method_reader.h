// MethodReader: the authentication methods of some users, one request for each, since Graph has no
// list of all.
// Thread safety: a function for the thread of one backup.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "backup/sweep.h"

namespace entrad::backup {

struct MethodsRead {
  bool is_denied = false;          // nobody's may be read
  std::vector<base::Guid> unread;  // those of these users could not be read
};

enum class Noting { off, on };  // on: a backup that goes on does not ask for these users again

// Puts the section of each user whose methods were read. The others keep what is known: unreadable
// is not empty. Errors: those that concern more than one user.
base::Result<MethodsRead> read_methods(Sweep& sweep, const std::vector<base::Guid>& users,
                                       Noting noting);

// "those of 3 users could not be read"
std::string unread_words(std::size_t users);

}  // namespace entrad::backup
