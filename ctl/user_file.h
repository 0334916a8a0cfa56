// UserFile: whom a restore is for, and what it does otherwise with some of them, as a person or a
// spreadsheet writes it down.
// Thread safety: pure but for reading the stream.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "api/requests.h"
#include "base/result.h"

namespace entrad::ctl {

struct UserFile {
  std::vector<std::string> users;  // ids or userPrincipalNames, each once
  std::vector<api::UserOptions> options;
  std::vector<std::string> unused;  // columns that say nothing about a restore
};

// One user a line; or CSV with a head: the column user, id or userPrincipalName says who, name
// what userPrincipalName the user gets, and columns named as the options of a restore
// (withMemberships, blockSignIn, ..) say yes or no, or nothing where the user is as the others.
// Blank lines and those that begin with # are passed over. `source` is how errors name the text.
// Errors: invalid_argument, naming the line.
base::Result<UserFile> read_users(std::istream& text, const std::string& source);

}  // namespace entrad::ctl
