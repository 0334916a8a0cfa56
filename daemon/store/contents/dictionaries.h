// Dictionaries: what contents of one kind have in common, trained once by zstd, so that one user's
// 3.4 KB of JSON take about 360 bytes.
//
// A dictionary is trained from the first contents of a section that are enough to learn from, for
// each tenant, and kept for ever: frames name theirs by number. Numbers count from 1 in the whole
// store. Thread safety: every member may be called from any thread. Owned by Packing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "api/words.h"
#include "store/file/lmdb.h"
#include "store/rows/keys.h"

struct ZSTD_CDict_s;
struct ZSTD_DDict_s;

namespace entrad::store {

class Dictionaries {
 public:
  struct Class {  // contents that are alike
    TenantNumber tenant{};
    api::ObjectKind kind = api::ObjectKind::user;
    api::Section section = api::Section::object;
    auto operator<=>(const Class&) const = default;  // NOLINT: clang-tidy 14 sees a 0 in it
  };

  Dictionaries();
  ~Dictionaries();

  // One zstd frame, with the class's dictionary if it has one.
  std::string pack(const Txn& txn, const Class& of, std::string_view content);
  // Throws Damage.
  std::string unpack(const Txn& txn, std::string_view frame);

  bool has(const Txn& txn, const Class& of);
  // Learns one from these, if they are enough. It is used from now on, and must be saved with what
  // was packed with it.
  void train(const Txn& txn, const Class& of, const std::vector<std::string_view>& contents);
  void save(WriteTxn& txn);    // those that the store does not have yet
  void check(const Txn& txn);  // that all can be read and have their numbers; throws Damage

 private:
  struct Dictionary;
  void load(const Txn& txn);  // with mutex_ held
  void add(std::uint32_t number, const Class& of, std::string bytes);
  std::shared_ptr<const Dictionary> of(const Txn& txn, const Class& of);
  std::shared_ptr<const Dictionary> numbered(const Txn& txn, std::uint32_t number);

  std::mutex mutex_;  // guards all below
  bool is_loaded_ = false;
  std::map<std::uint32_t, std::shared_ptr<Dictionary>> all_;
  std::map<Class, std::shared_ptr<Dictionary>> newest_;
};

}  // namespace entrad::store
