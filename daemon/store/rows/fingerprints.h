// Fingerprints: 56-bit hashes and the sizes of what Graph answered for a section of each object, as
// of the newest sealed snapshot, so that a sweep sees at a glance what is as it was.
//
// The hash is XXH3 with a seed of the store's own. An object lies in one of 4,096 buckets by the
// first twelve bits of its id; a bucket is one row. Of the id 64 bits are kept: should two objects
// share them, one takes the other's place, and that other is looked at in full. A fingerprint says
// nothing about a snapshot that is not sealed: rows are only written with the seal. In memory 24
// bytes an object and 4 to 8 more to find it.
// Thread safety: an object belongs to one thread at a time; the functions run on a transaction of
// the caller's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "api/words.h"
#include "base/guid.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

namespace entrad::store {

using ShortId = std::uint64_t;  // the first twelve bits of an id and its last 52
using ShortIds = std::vector<ShortId>;
ShortId short_of(const base::Guid& id);
ShortIds short_ids(const std::vector<base::Guid>& ids);  // sorted

struct Fingerprint {
  static constexpr std::uint32_t kLarge = 0xFFFF;
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  ShortId id = 0;
  std::uint64_t hash = 0;  // 56 bits
  // Of the answer in bytes; kLarge: so many or more; kNone: none is known, never stored.
  std::uint32_t size = kNone;
  bool operator==(const Fingerprint& other) const = default;
  bool operator<(const Fingerprint& other) const { return id < other.id; }
};

struct FingerprintsOf {  // which objects' which section
  TenantNumber tenant{};
  api::ObjectKind kind = api::ObjectKind::user;
  api::Section section = api::Section::object;
  auto operator<=>(const FingerprintsOf&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
};

class Fingerprints {
 public:
  Fingerprints(const Txn& txn, const FingerprintsOf& of);  // throws Damage
  std::optional<Fingerprint> find(const base::Guid& id) const;
  void forget(const base::Guid& id);
  // That one is looked for soon: memory is asked for it meanwhile.
  void expect(const base::Guid& id) const;

 private:
  std::size_t drawer_of(ShortId id) const { return id >> (64U - bits_); }
  std::optional<std::size_t> place_of(ShortId id) const;  // in all_

  std::vector<Fingerprint> all_;       // sorted by id
  std::vector<std::uint32_t> begins_;  // of the ids with each first bits in it, and the end
  unsigned bits_ = 1;                  // as many as leave about one in each
};

// The seed, made when the store has none. Changes with each form of canonical JSON.
std::uint64_t fingerprint_seed(WriteTxn& txn);
// Of two objects with the same answer it differs.
Fingerprint fingerprint(const base::Guid& id, std::string_view raw, std::uint64_t seed);

// Puts the new ones in the place of the old; `gone` are taken out. Both sorted, none in both.
void put_fingerprints(WriteTxn& txn, const FingerprintsOf& of,
                      const std::vector<Fingerprint>& fresh, const std::vector<ShortId>& gone);

std::size_t bucket_of(ShortId id);
// Whose fingerprints a row of the table holds. Throws Damage when they are not in order, or not in
// their bucket.
std::vector<ShortId> fingerprinted(std::string_view key, std::string_view value);

}  // namespace entrad::store
