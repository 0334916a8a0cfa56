// Cut: a data file that is shorter than LMDB believes.
//
// LMDB maps the file and dies of SIGBUS at the first page that is not there. A short file is not
// always damaged, though: a page that was taken and given back in one transaction is never written,
// and it may be the last. So the file is brought to its length, with zeros, and everything in it is
// read once; when a page turns out to be missing, the file gets its old length back.
// Thread safety: belongs to the thread that opens the store, before anything else runs.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/file/lmdb.h"

namespace entrad::store {

// Errors: store_damaged.
base::Result<void> check_not_cut(const std::filesystem::path& directory, Env& env);

}  // namespace entrad::store
