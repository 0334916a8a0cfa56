#include "store/file/lmdb.h"

#include <lmdb.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace entrad::store {
namespace {

constexpr unsigned kMaxReaders = 256;      // the gate lets fewer in, see gate.h
constexpr std::size_t kForeignTables = 8;  // that an older schema may have beside ours
constexpr mode_t kFileMode = 0600;

void check(int code, const char* doing) {
  if (code != MDB_SUCCESS) throw LmdbFailure(code, doing);
}

MDB_val to_val(std::string_view bytes) { return {bytes.size(), const_cast<char*>(bytes.data())}; }

constexpr std::size_t kCheckBytes = 4;

std::array<std::uint64_t, kTableNames.size()> seeds_of_tables() {
  std::array<std::uint64_t, kTableNames.size()> seeds{};
  for (std::size_t i = 0; i < seeds.size(); ++i)
    seeds[i] = XXH3_64bits(kTableNames[i].data(), kTableNames[i].size());
  return seeds;
}

std::array<char, kCheckBytes> check_of(Table table, std::string_view key, std::string_view value) {
  static const auto seeds = seeds_of_tables();
  const auto of_key = XXH3_64bits_withSeed(key.data(), key.size(), seeds[index_of(table)]);
  const auto of_all = XXH3_64bits_withSeed(value.data(), value.size(), of_key);
  std::array<char, kCheckBytes> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(of_all >> (8U * (kCheckBytes - 1 - i)) & 0xFFU);
  return bytes;
}

// The value without its check.
std::string_view checked(Table table, std::string_view key, std::string_view stored) {
  if (!has_check(table)) return stored;
  if (stored.size() >= kCheckBytes) {
    const auto value = stored.substr(0, stored.size() - kCheckBytes);
    const auto check = check_of(table, key, value);
    if (stored.substr(value.size()) == std::string_view(check.data(), check.size())) return value;
  }
  throw Damage("the row " + base::hex(key) + " of the table " +
               std::string(kTableNames[index_of(table)]) + " is not what was written");
}

// The table of the file in which a row lies.
Table home_of(Table table, std::string_view key) {
  const auto first = first_of(table);
  return first && key.ends_with(kFirstSnapshot) ? *first : table;
}

// What LMDB does when it meets a page that cannot be: abort the process, unless this does not
// return. Its frames hold nothing that the end of the transaction does not give back.
void on_broken_page(MDB_env*, const char* what) { throw LmdbFailure(MDB_CORRUPTED, what); }

std::string_view to_view(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

// mdb_env_set_mapsize lets the old map go before it makes the new one, and an environment whose map
// could not be made is beyond use (0.9.24: even mdb_env_info reads the map that is gone). So the
// room is tried beforehand.
bool is_address_space_for(std::size_t bytes) {
  void* const room =
      mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) return false;
  munmap(room, bytes);
  return true;
}

}  // namespace

LmdbFailure::LmdbFailure(int code, const std::string& doing)
    : std::runtime_error(doing + ": " + mdb_strerror(code)), code_(code) {}

LmdbFailure::Kind LmdbFailure::kind() const {
  switch (code_) {
    case MDB_MAP_FULL:
      return Kind::map_full;
    case MDB_TXN_FULL:
      return Kind::batch_too_big;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Kind::no_room;
    case EIO:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_CURSOR_FULL:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_TXN:  // an earlier call met damage and LMDB told only the transaction
      return Kind::damage;
    default:
      return Kind::misuse;
  }
}

bool LmdbFailure::may_be_no_room() const { return code_ == EIO; }

Env::Env(const std::filesystem::path& directory, std::size_t map_bytes) {
  check(mdb_env_create(&env_), "prepare the store");
  int code = mdb_env_set_maxdbs(env_, static_cast<MDB_dbi>(kTableNames.size() + kForeignTables));
  if (code == MDB_SUCCESS) code = mdb_env_set_maxreaders(env_, kMaxReaders);
  if (code == MDB_SUCCESS) code = mdb_env_set_mapsize(env_, map_bytes);
  if (code == MDB_SUCCESS) code = mdb_env_set_assert(env_, &on_broken_page);
  if (code == MDB_SUCCESS) code = mdb_env_open(env_, directory.c_str(), MDB_NOTLS, kFileMode);
  if (code == MDB_SUCCESS) return;
  mdb_env_close(env_);
  throw LmdbFailure(code, "open " + (directory / "data.mdb").string());
}

Env::~Env() { mdb_env_close(env_); }

void Env::open_table(WriteTxn& txn, Table table) {
  const std::string name(kTableNames[index_of(table)]);
  check(mdb_dbi_open(txn.txn_, name.c_str(), MDB_CREATE, &handles_[index_of(table)]),
        "open a table");
}

void Env::grow(std::size_t map_bytes) {
  const auto before = info().map_bytes;
  if (map_bytes > before && !is_address_space_for(map_bytes - before))
    throw LmdbFailure(ENOMEM, "grow the map");
  if (mdb_env_set_mapsize(env_, map_bytes) != MDB_SUCCESS)
    throw std::runtime_error("the store's map is lost: no address space");
}

Env::Info Env::info() const {
  MDB_envinfo info{};
  MDB_stat stat{};
  check(mdb_env_info(env_, &info), "read the store's size");
  check(mdb_env_stat(env_, &stat), "read the store's size");
  return {(info.me_last_pgno + 1) * stat.ms_psize, info.me_mapsize};
}

std::uint64_t Env::file_size() const {
  int file = -1;
  struct stat about {};
  check(mdb_env_get_fd(env_, &file), "find the store's file");
  if (::fstat(file, &about) != 0) throw LmdbFailure(errno, "read the size of the store's file");
  return static_cast<std::uint64_t>(about.st_size);
}

void Env::set_file_size(std::uint64_t bytes) {
  int file = -1;
  check(mdb_env_get_fd(env_, &file), "find the store's file");
  if (::ftruncate(file, static_cast<off_t>(bytes)) != 0)
    throw LmdbFailure(errno, "set the size of the store's file");
}

void Env::copy_to(const std::filesystem::path& directory) const {
  check(mdb_env_copy2(env_, directory.c_str(), MDB_CP_COMPACT), "copy the store");
}

void Env::forget_dead_readers() {
  int dead = 0;
  check(mdb_reader_check(env_, &dead), "check the store's readers");
}

Cursor::Cursor(Cursor&& other) noexcept
    : parts_(other.parts_),
      shown_(other.shown_ == nullptr ? nullptr : &parts_[other.shown_ - other.parts_.data()]),
      is_forward_(other.is_forward_),
      key_(other.key_),
      value_(other.value_) {
  for (Part& part : other.parts_) part.cursor = nullptr;
}

Cursor::~Cursor() {
  for (const Part& part : parts_)
    if (part.cursor != nullptr) mdb_cursor_close(part.cursor);
}

void Cursor::Part::move(int operation, std::string_view to) {
  MDB_val key_val = to_val(to);
  MDB_val value_val{};
  const int code =
      mdb_cursor_get(cursor, &key_val, &value_val, static_cast<MDB_cursor_op>(operation));
  is_there = code != MDB_NOTFOUND;
  if (!is_there) return;
  check(code, "move in a table");
  key = to_view(key_val);
  stored = to_view(value_val);
}

void Cursor::Part::move_at_or_before(std::string_view to) {
  move(MDB_SET_RANGE, to);
  if (!is_there)
    move(MDB_LAST);
  else if (key != to)
    move(MDB_PREV);
}

bool Cursor::move_all(bool forward, int operation, std::string_view to) {
  for (Part& part : parts_)
    if (part.cursor != nullptr) part.move(operation, to);
  return show(forward);
}

// The next one in the order of keys, of whichever part.
bool Cursor::show(bool forward) {
  is_forward_ = forward;
  Part& one = parts_[0];
  Part& other = parts_[1];
  if (!one.is_there && !other.is_there) return false;
  const bool is_other = !one.is_there || (other.is_there && (other.key < one.key) == forward);
  shown_ = is_other ? &other : &one;
  key_ = shown_->key;
  value_ = shown_->table ? checked(*shown_->table, key_, shown_->stored) : shown_->stored;
  return true;
}

bool Cursor::step(bool forward, int operation) {
  if (shown_ == nullptr) return move_all(forward, operation);
  Part& hidden = shown_ == &parts_[0] ? parts_[1] : parts_[0];
  if (hidden.cursor != nullptr && forward != is_forward_) {
    if (forward)
      hidden.move(MDB_SET_RANGE, shown_->key);
    else
      hidden.move_at_or_before(shown_->key);
  }
  shown_->move(operation);
  return show(forward);
}

bool Cursor::seek(std::string_view key) { return move_all(true, MDB_SET_RANGE, key); }

bool Cursor::seek_at_or_before(std::string_view key) {
  for (Part& part : parts_)
    if (part.cursor != nullptr) part.move_at_or_before(key);
  return show(false);
}

bool Cursor::last() { return move_all(false, MDB_LAST); }
bool Cursor::next() { return step(true, MDB_NEXT); }
bool Cursor::previous() { return step(false, MDB_PREV); }

Txn::Txn(const Env& env, unsigned flags) : env_(env) {
  check(mdb_txn_begin(env.env_, nullptr, flags, &txn_), "begin a transaction");
}

Txn::~Txn() {
  if (txn_ != nullptr) mdb_txn_abort(txn_);
}

std::optional<std::string_view> Txn::get(Table table, std::string_view key) const {
  const auto stored = get_raw(table, key);
  if (!stored) return std::nullopt;
  return checked(home_of(table, key), key, *stored);
}

std::optional<std::string_view> Txn::get_raw(Table table, std::string_view key) const {
  MDB_val key_val = to_val(key);
  MDB_val value{};
  const int code = mdb_get(txn_, handle(home_of(table, key)), &key_val, &value);
  if (code == MDB_NOTFOUND) return std::nullopt;
  check(code, "read a row");
  return to_view(value);
}

MDB_cursor* Txn::open_cursor(Table table) const {
  MDB_cursor* cursor = nullptr;
  check(mdb_cursor_open(txn_, handle(table), &cursor), "open a cursor");
  return cursor;
}

Cursor Txn::cursor(Table table) const {
  const auto first = first_of(table);
  if (!first) return {open_cursor(table), table};
  return {open_cursor(table), table, open_cursor(*first), *first};
}

TableSize Txn::size(Table table) const {
  MDB_stat stat{};
  check(mdb_stat(txn_, handle(table), &stat), "read a table's size");
  const std::size_t pages = stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
  return {stat.ms_entries, pages * stat.ms_psize};
}

// The table of free pages belongs to LMDB: each value is a list of them that begins with its
// length.
std::uint64_t Txn::free_bytes() const {
  constexpr MDB_dbi kFreePages = 0;
  MDB_stat stat{};
  check(mdb_stat(txn_, kFreePages, &stat), "read the list of free pages");
  MDB_cursor* opened = nullptr;
  check(mdb_cursor_open(txn_, kFreePages, &opened), "open a cursor");
  Cursor cursor(opened, std::nullopt);
  std::uint64_t pages = 0;
  while (cursor.next()) {
    std::size_t length = 0;
    if (cursor.value().size() >= sizeof length)
      std::memcpy(&length, cursor.value().data(), sizeof length);
    pages += length;
  }
  return pages * stat.ms_psize;
}

ReadTxn::ReadTxn(const Env& env) : Txn(env, MDB_RDONLY) {}

void ReadTxn::for_each_raw(const std::function<void(std::string_view value)>& on_value) const {
  constexpr MDB_dbi kFreePages = 0;
  const auto visit = [&](MDB_dbi handle, bool ours) {
    MDB_cursor* opened = nullptr;
    check(mdb_cursor_open(txn_, handle, &opened), "open a cursor");
    Cursor cursor(opened, std::nullopt);
    while (cursor.next())
      if (ours) on_value(cursor.value());
  };
  visit(kFreePages, false);
  for (const std::string_view name : kTableNames) {
    MDB_dbi handle = 0;
    const int code = mdb_dbi_open(txn_, std::string(name).c_str(), 0, &handle);
    if (code == MDB_NOTFOUND) continue;
    check(code, "open a table");
    visit(handle, true);
  }
}

ForeignTable::ForeignTable(const ReadTxn& txn, std::string_view name) {
  MDB_dbi handle = 0;
  const int code = mdb_dbi_open(txn.txn_, std::string(name).c_str(), 0, &handle);
  if (code == MDB_NOTFOUND) return;
  check(code, "open a table");
  MDB_cursor* opened = nullptr;
  check(mdb_cursor_open(txn.txn_, handle, &opened), "open a cursor");
  cursor_.emplace(Cursor(opened, std::nullopt));
}

ForeignTable::Row ForeignTable::row(bool found) const {
  if (!found) return std::nullopt;
  return std::pair(cursor_->key(), cursor_->value());
}

ForeignTable::Row ForeignTable::first() {
  return row(cursor_ && cursor_->move_all(true, MDB_FIRST));
}
ForeignTable::Row ForeignTable::seek(std::string_view key) {
  return row(cursor_ && cursor_->seek(key));
}
ForeignTable::Row ForeignTable::next() { return row(cursor_ && cursor_->next()); }

WriteTxn::WriteTxn(const Env& env) : Txn(env, 0) {}

void WriteTxn::put(Table table, std::string_view key, std::string_view value) {
  const Table home = home_of(table, key);
  thread_local std::string stored;
  stored = value;
  if (has_check(home)) {
    const auto bytes = check_of(home, key, value);
    stored.append(bytes.data(), bytes.size());
  }
  MDB_val key_val = to_val(key);
  MDB_val value_val = to_val(stored);
  check(mdb_put(txn_, handle(home), &key_val, &value_val, 0), "write a row");
  ++writes_;
}

bool WriteTxn::erase(Table table, std::string_view key) {
  MDB_val key_val = to_val(key);
  const int code = mdb_del(txn_, handle(home_of(table, key)), &key_val, nullptr);
  if (code == MDB_NOTFOUND) return false;
  check(code, "erase a row");
  ++writes_;
  return true;
}

void WriteTxn::commit() {
  // The handle is dead even when the commit fails: a later abort would free it twice.
  check(mdb_txn_commit(std::exchange(txn_, nullptr)), "commit");
}

}  // namespace entrad::store
