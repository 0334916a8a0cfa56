#include "store/rows/fingerprints.h"

#if defined(__x86_64__)
#include <xxh_x86dispatch.h>  // the widest instructions that the machine has
#else
#include <xxhash.h>
#endif

#include <algorithm>
#include <bit>
#include <iterator>
#include <numeric>

namespace entrad::store {
namespace {

constexpr std::uint8_t kFormat = 1;  // of the seed
constexpr std::uint8_t kBucketFormat = 3;
constexpr std::size_t kEntryBytes = 16;
constexpr std::size_t kBuckets = 4'096;
constexpr unsigned kMostBits = 22;
constexpr char kSeedKey[] = "fingerprintSeed";
// To be raised when directory::canonical() writes something in another way: everything is looked at
// anew then.
constexpr std::uint64_t kCanonicalForm = 1;

Key section_prefix(const FingerprintsOf& of) {
  return Key().tenant(of.tenant).kind(of.kind).section(of.section);
}

Key bucket_key(const FingerprintsOf& of, std::size_t bucket) {
  return section_prefix(of)
      .byte(static_cast<std::uint8_t>(bucket >> 8U))
      .byte(static_cast<std::uint8_t>(bucket & 0xFFU));
}

// An entry is two numbers: the id without its first byte, which the bucket tells, the hash's first
// byte; the rest of the hash, the size.
void write_entry(Key& to, const Fingerprint& one) {
  to.number(one.id << 8U | one.hash >> 48U).number(one.hash << 16U | one.size);
}

Fingerprint read_entry(KeyReader& from, std::size_t bucket) {
  const auto first = from.number();
  const auto second = from.number();
  return {std::uint64_t{bucket >> 4U} << 56U | first >> 8U, (first & 0xFFU) << 48U | second >> 16U,
          static_cast<std::uint32_t>(second & 0xFFFFU)};
}

std::size_t bucket_in(std::string_view key) {
  constexpr std::size_t kBucketAt = 6;  // after tenant, kind and section
  KeyReader reader(key.substr(std::min(kBucketAt, key.size())));
  const auto first = reader.byte();
  const auto second = reader.byte();
  if (!reader.rest().empty()) throw Damage("a fingerprint's key is too long");
  return std::size_t{first} << 8U | second;
}

void read_bucket(std::size_t bucket, std::string_view value, std::vector<Fingerprint>& to) {
  KeyReader reader(value);
  if (reader.byte() != kBucketFormat || reader.rest().size() % kEntryBytes != 0)
    throw Damage("a list of fingerprints has an unknown format");
  while (!reader.rest().empty()) to.push_back(read_entry(reader, bucket));
}

Key bucket_value(const std::vector<Fingerprint>& all) {
  Key value;
  value.byte(kBucketFormat);
  for (const Fingerprint& one : all) write_entry(value, one);
  return value;
}

// Those of `before` that are neither gone nor replaced, and the fresh ones.
std::vector<Fingerprint> merged(const std::vector<Fingerprint>& before,
                                std::span<const Fingerprint> fresh, std::span<const ShortId> gone) {
  std::vector<Fingerprint> kept;
  for (const Fingerprint& one : before)
    if (!std::binary_search(fresh.begin(), fresh.end(), one) &&
        !std::binary_search(gone.begin(), gone.end(), one.id))
      kept.push_back(one);
  std::vector<Fingerprint> all;
  std::merge(kept.begin(), kept.end(), fresh.begin(), fresh.end(), std::back_inserter(all));
  return all;
}

}  // namespace

std::size_t bucket_of(ShortId id) { return id >> 52U; }

ShortId short_of(const base::Guid& id) {
  constexpr std::uint64_t kFirstBits = std::uint64_t{0xFFF} << 52U;
  KeyReader reader(id.bytes());
  const auto first = reader.number();
  return (first & kFirstBits) | (reader.number() & ~kFirstBits);
}

ShortIds short_ids(const std::vector<base::Guid>& ids) {
  ShortIds all;
  all.reserve(ids.size());
  for (const auto& id : ids) all.push_back(short_of(id));
  std::sort(all.begin(), all.end());
  return all;
}

Fingerprints::Fingerprints(const Txn& txn, const FingerprintsOf& of) {
  const Key prefix = section_prefix(of);
  auto cursor = txn.cursor(Table::fingerprint);
  bool found = cursor.seek(prefix);
  for (; found && cursor.key().starts_with(std::string_view(prefix)); found = cursor.next())
    read_bucket(bucket_in(cursor.key()), cursor.value(), all_);
  bits_ = std::clamp(static_cast<unsigned>(std::bit_width(all_.size())), 1U, kMostBits);
  begins_.assign((std::size_t{1} << bits_) + 1, 0);
  for (const Fingerprint& one : all_) ++begins_[drawer_of(one.id) + 1];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
}

std::optional<std::size_t> Fingerprints::place_of(ShortId id) const {
  const auto drawer = drawer_of(id);
  const auto end = all_.begin() + begins_[drawer + 1];
  const auto found = std::lower_bound(all_.begin() + begins_[drawer], end, Fingerprint{id});
  if (found == end || found->id != id) return std::nullopt;
  return static_cast<std::size_t>(found - all_.begin());
}

std::optional<Fingerprint> Fingerprints::find(const base::Guid& id) const {
  const auto place = place_of(short_of(id));
  if (!place || all_[*place].size == Fingerprint::kNone) return std::nullopt;
  return all_[*place];
}

void Fingerprints::forget(const base::Guid& id) {
  if (const auto place = place_of(short_of(id))) all_[*place].size = Fingerprint::kNone;
}

void Fingerprints::expect(const base::Guid& id) const {
  __builtin_prefetch(all_.data() + begins_[drawer_of(short_of(id))]);
}

std::uint64_t fingerprint_seed(WriteTxn& txn) {
  if (const auto row = txn.get(Table::meta, kSeedKey)) {
    KeyReader reader(*row);
    if (reader.byte() != kFormat) throw Damage("the fingerprints' seed has an unknown format");
    return reader.number() + kCanonicalForm;
  }
  const auto random = KeyReader(base::Guid::random().bytes()).number();
  txn.put(Table::meta, kSeedKey, Key().byte(kFormat).number(random));
  return random + kCanonicalForm;
}

Fingerprint fingerprint(const base::Guid& id, std::string_view raw, std::uint64_t seed) {
  const auto of_id = XXH3_64bits_withSeed(id.bytes().data(), id.bytes().size(), seed);
  const auto hash = XXH3_64bits_withSeed(raw.data(), raw.size(), of_id);
  const auto size = std::min<std::size_t>(raw.size(), Fingerprint::kLarge);
  return {short_of(id), hash >> 8U, static_cast<std::uint32_t>(size)};
}

void put_fingerprints(WriteTxn& txn, const FingerprintsOf& of,
                      const std::vector<Fingerprint>& fresh, const std::vector<ShortId>& gone) {
  auto next = fresh.begin();
  auto next_gone = gone.begin();
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    const auto begin = next;
    const auto begin_gone = next_gone;
    while (next != fresh.end() && bucket_of(next->id) == bucket) ++next;
    while (next_gone != gone.end() && bucket_of(*next_gone) == bucket) ++next_gone;
    if (begin == next && begin_gone == next_gone) continue;
    const Key key = bucket_key(of, bucket);
    std::vector<Fingerprint> before;
    if (const auto row = txn.get(Table::fingerprint, key)) read_bucket(bucket, *row, before);
    const auto after = merged(before, {begin, next}, {begin_gone, next_gone});
    if (after.empty())
      txn.erase(Table::fingerprint, key);
    else
      txn.put(Table::fingerprint, key, bucket_value(after));
  }
}

std::vector<ShortId> fingerprinted(std::string_view key, std::string_view value) {
  const auto bucket = bucket_in(key);
  std::vector<Fingerprint> all;
  read_bucket(bucket, value, all);
  std::vector<ShortId> ids;
  for (const Fingerprint& one : all) {
    if (bucket_of(one.id) != bucket || (!ids.empty() && !(ids.back() < one.id)))
      throw Damage("a fingerprint is not in its place");
    ids.push_back(one.id);
  }
  return ids;
}

}  // namespace entrad::store
