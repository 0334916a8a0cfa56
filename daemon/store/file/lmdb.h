// LMDB, wrapped thinly: an environment, its transactions and cursors end with their scope, and
// every return code becomes an exception that says what kind of trouble it is.
//
// Rules that the library does not check: a write transaction stays on one thread; no transaction is
// open in the process while grow() runs; views (std::string_view) end with their transaction, and
// in a write transaction with the next write. Keys have 1 to 511 bytes.
// In the file each value of a table with has_check() ends with four bytes over table, key and
// value. They are added and taken off here, and whatever does not agree throws Damage.
// A table that has the rows of first snapshots apart (first_of() in tables.h) is read and written
// as if it were one.
// Thread safety: an Env may be shared; a transaction or cursor belongs to one thread at a time.
// Owned by Environment. Source: LMDB's documentation, file lmdb.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "store/rows/tables.h"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace entrad::store {

// What is in the store is not what entrad wrote.
class Damage : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class LmdbFailure : public std::runtime_error {
 public:
  // What can be done about it: grow the map, split the batch, free disk, stop writing, fix entrad.
  enum class Kind { map_full, batch_too_big, no_room, damage, misuse };

  LmdbFailure(int code, const std::string& doing);
  int code() const { return code_; }
  Kind kind() const;
  // EIO is also what LMDB makes of a write that was cut short by a full disk.
  bool may_be_no_room() const;

 private:
  int code_;
};

class WriteTxn;

class Env {
 public:
  struct Info {
    std::uint64_t used_bytes = 0;  // of the file, free pages inside it included
    std::uint64_t map_bytes = 0;
  };

  // Makes or opens `directory`/data.mdb with mode 0600. Throws LmdbFailure.
  Env(const std::filesystem::path& directory, std::size_t map_bytes);
  ~Env();
  Env(const Env&) = delete;
  Env& operator=(const Env&) = delete;

  // Makes the table if it is not there. Usable by other transactions after the commit.
  void open_table(WriteTxn& txn, Table table);
  // Where that fails the map is as it was.
  void grow(std::size_t map_bytes);
  Info info() const;
  std::uint64_t file_size() const;
  void set_file_size(std::uint64_t bytes);
  // Writes a consistent copy, without free pages, as `directory`/data.mdb, which must be there and
  // empty. Reads as one long transaction: pages that are freed meanwhile are not used again until
  // it ends.
  void copy_to(const std::filesystem::path& directory) const;
  // Frees the slots of readers whose process is dead.
  void forget_dead_readers();

 private:
  friend class Txn;
  MDB_env* env_ = nullptr;
  std::array<unsigned, kTableNames.size()> handles_{};
};

class Cursor {
 public:
  Cursor(Cursor&& other) noexcept;
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  ~Cursor();

  // Each moves and says whether there is a row; key() and value() are valid only after `true`.
  bool seek(std::string_view key);               // the first row at or after
  bool seek_at_or_before(std::string_view key);  // the last row at or before
  bool last();
  bool next();
  bool previous();
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }

 private:
  friend class Txn;
  friend class ReadTxn;
  friend class ForeignTable;

  // A place in one table of the file.
  struct Part {
    MDB_cursor* cursor = nullptr;
    std::optional<Table> table;  // whose values are checked; none: they are shown as they are
    bool is_there = false;
    std::string_view key{};
    std::string_view stored{};

    void move(int operation, std::string_view to = {});
    void move_at_or_before(std::string_view to);
  };

  Cursor(MDB_cursor* cursor, std::optional<Table> table) : parts_{Part{cursor, table}} {}
  Cursor(MDB_cursor* cursor, Table table, MDB_cursor* first, Table first_table)
      : parts_{Part{cursor, table}, Part{first, first_table}} {}
  bool move_all(bool forward, int operation, std::string_view to = {});
  bool step(bool forward, int operation);
  bool show(bool forward);

  std::array<Part, 2> parts_;  // the second one may have no cursor
  Part* shown_ = nullptr;
  bool is_forward_ = true;  // the way in which the part that is not shown stands beyond it
  std::string_view key_;
  std::string_view value_;
};

// What a table takes in the file.
struct TableSize {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

class Txn {
 public:
  Txn(const Txn&) = delete;
  Txn& operator=(const Txn&) = delete;

  std::optional<std::string_view> get(Table table, std::string_view key) const;
  bool has(Table table, std::string_view key) const { return get(table, key).has_value(); }
  // As it is in the file, whether its check agrees or not.
  std::optional<std::string_view> get_raw(Table table, std::string_view key) const;
  // Must be destroyed before the transaction ends.
  Cursor cursor(Table table) const;
  TableSize size(Table table) const;
  std::uint64_t free_bytes() const;  // in pages that the next writes will use

 protected:
  Txn(const Env& env, unsigned flags);
  ~Txn();  // gives up what was not committed
  friend class Env;

  unsigned handle(Table table) const { return env_.handles_[index_of(table)]; }
  MDB_cursor* open_cursor(Table table) const;

  const Env& env_;
  MDB_txn* txn_ = nullptr;
};

class ReadTxn final : public Txn {
 public:
  explicit ReadTxn(const Env& env);
  // Visits every value of every table that is in the file, and reads the list of free pages.
  void for_each_raw(const std::function<void(std::string_view value)>& on_value) const;

 private:
  friend class ForeignTable;
};

// A table by its name in the file, as a store of another schema has it: without checks. Belongs to
// its transaction.
class ForeignTable {
 public:
  using Row = std::optional<std::pair<std::string_view, std::string_view>>;  // key and value

  ForeignTable(const ReadTxn& txn, std::string_view name);  // one that is not there is empty
  Row first();
  Row seek(std::string_view key);  // the first at or after
  Row next();

 private:
  Row row(bool found) const;
  std::optional<Cursor> cursor_;
};

class WriteTxn final : public Txn {
 public:
  explicit WriteTxn(const Env& env);
  void put(Table table, std::string_view key, std::string_view value);
  bool erase(Table table, std::string_view key);  // false: was not there
  void commit();
  std::size_t writes() const { return writes_; }  // puts and erasures so far

 private:
  std::size_t writes_ = 0;
};

}  // namespace entrad::store
