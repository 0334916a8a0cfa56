// Tally: counts and digest of everything that is in a snapshot.
//
// The digest is SHA-256 over kind (1 byte), section (1), object id (16) and content name (16, see
// content_name.h) of every section that is there, in the order of these bytes. It does not depend
// on the store or on the snapshots before, so that two stores that back up the same tenant agree:
// left out are `audit` and `deletion`, which hold what a log of some days told since the snapshot
// before, and empty rows ("[]", "{}", "null") of the sections that few users have anything in,
// which are there only where there was something before. Their contents have names of their own.
// Thread safety: may be called from any thread that holds no Reader.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "store/environment.h"
#include "store/rows/versions.h"

namespace entrad::store {

struct Tally {
  std::map<api::ObjectKind, std::uint64_t> objects;
  std::uint64_t changed = 0;  // sections whose content is new in this snapshot, but for logged ones
  std::string digest;         // hex
};

// Sections that hold what a log told: `audit` and `deletion`. They are there without the object
// too.
bool is_logged(api::Section section);
// Whether it counts in the digest.
bool is_digested(const SectionOf& what, const ContentName& name);

using OnTallied = std::function<void(const Txn&, const SectionOf&, const Version&)>;

// Calls `also`, if given, for each section that is there. Ends early when it is told to stop: what
// it gives is worth nothing then.
Tally tally(const Environment& environment, TenantNumber tenant, base::SnapshotNumber number,
            const OnTallied& also = nullptr, const std::stop_token& stop = {});

}  // namespace entrad::store
