// Packing: how the content of a section is written into its row, and read from it.
//
// A value starts with its format: 0 the object is gone, 1 the content itself (at most 15 bytes), 2
// its name, one zstd frame, perhaps with a dictionary, and a check over the frame, 3 its name and
// its links as numbers. Thread safety: every member may be called from any thread. Owned by
// Environment.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/contents/content_name.h"
#include "store/contents/dictionaries.h"
#include "store/rows/ordinals.h"

namespace entrad::store {

class Packing {
 public:
  using Class = Dictionaries::Class;

  static std::string gone();  // a tombstone's value

  // `name` is that of the content.
  std::string pack(const Txn& txn, const Class& of, std::string_view content,
                   const ContentName& name);
  // Throws Damage when the value is not what pack() made, or is a tombstone.
  std::string unpack(const Txn& txn, TenantNumber tenant, std::string_view value);
  // Lets the class have a dictionary, if these are enough to learn one from.
  void learn(const Txn& txn, const Class& of, const std::vector<std::string_view>& contents);

  // Reads all dictionaries of the store anew. Throws Damage for one that is none.
  static void check_dictionaries(const Txn& txn) { Dictionaries().check(txn); }

  // What packed values rely on; saved in or before the transaction that stores them.
  void save(WriteTxn& txn, TenantNumber tenant);

 private:
  Dictionaries dictionaries_;
  Ordinals ordinals_;
};

// Without unpacking: nullopt for a tombstone. Throws Damage.
std::optional<ContentName> name_in(std::string_view value);

}  // namespace entrad::store
