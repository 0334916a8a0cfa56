// Azure Arc's proof that the caller may read a file: the agent answers 401 and names a key file;
// the request goes out again with what is in it.
//
// Whoever answers on that port could name any file and so be sent its content. So only a small,
// regular file whose name ends in .key, directly in the agent's own folder, is ever read.
// Source: MSAL's managed identity client, Azure Arc.
// Thread safety: pure but for the file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace entrad::graph {

// `challenge` is the answer's WWW-Authenticate. Errors: authentication_failed, when it is none of
// Arc's or its file is not acceptable.
base::Result<std::string> arc_key(std::string_view challenge,
                                  const std::filesystem::path& key_folder);

}  // namespace entrad::graph
