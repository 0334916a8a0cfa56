// Migration: brings an older store to the present schema before it is opened.
//
// The present form is written into a new file beside the old one, by the code that writes backups,
// and takes its place with one rename when it is whole. Until then the old file is only read, so a
// process that is killed at any moment loses nothing: the next one begins anew. The old file stays
// in copies/before-schema-N-K, from where it can be put back. Needs room for the new file.
// Thread safety: belongs to the thread that opens the store.
#pragma once

#include <optional>

#include "base/result.h"
#include "store/file/lmdb.h"
#include "store/file/place.h"
#include "store/store.h"

namespace entrad::store {

// The number of the schema; nullopt: the store is new. Throws LmdbFailure, Damage.
std::optional<std::uint32_t> stored_schema(Env& env);

// Does nothing for a store of the present schema, a newer one, or a new one. Errors: store_full,
// store_damaged.
base::Result<void> migrate_if_old(const Place& place, const Options& options);

struct Environment;
// The step from schema 1 to the present one.
base::Result<void> migrate_from_1(const ReadTxn& old, Environment& fresh,
                                  const std::function<void(const std::string&)>& say);

}  // namespace entrad::store
