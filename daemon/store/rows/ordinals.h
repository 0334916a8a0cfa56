// Ordinals: small numbers for the groups and administrative units that users are linked to, so that
// a list of ten links takes about 25 bytes in the store instead of 600.
//
// A tenant's numbers count from 0 and are never given twice. They are kept in memory once the first
// was asked for: 20 bytes and a hash row each, groups being far fewer than users.
// Thread safety: every member may be called from any thread. Owned by Packing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/words.h"
#include "base/guid.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

namespace entrad::store {

class Ordinals {
 public:
  // The list of links as numbers; nullopt when the text is not exactly what
  // directory::memberships_section writes, or names something else than a group or a unit.
  std::optional<std::string> pack(const Txn& txn, TenantNumber tenant, std::string_view content);
  // The text again. Throws Damage for a number that was never given.
  std::string unpack(const Txn& txn, TenantNumber tenant, std::string_view packed);

  // Writes down the numbers that the store does not have yet: in, or before, the transaction that
  // stores what pack() made with them.
  void save(WriteTxn& txn, TenantNumber tenant);

 private:
  struct Target {
    api::ObjectKind kind = api::ObjectKind::group;
    base::Guid id;
    bool operator==(const Target&) const = default;
  };
  struct HashTarget {
    std::size_t operator()(const Target& target) const;
  };
  struct Book {  // of one tenant
    std::vector<Target> targets;
    std::unordered_map<Target, std::uint32_t, HashTarget> numbers;
  };

  Book& book(const Txn& txn, TenantNumber tenant);  // with mutex_ held
  static std::optional<Target> take_link(std::string_view& rest);
  static std::uint32_t number_of(Book& book, const Target& target);

  std::mutex mutex_;  // guards books_
  std::map<TenantNumber, Book> books_;
};

}  // namespace entrad::store
