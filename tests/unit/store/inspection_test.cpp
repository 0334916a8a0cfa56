// One changed bit in any row of the store is found and named by the check of the whole store.
// ENTRAD_LONG=1: many more bits.
#include <lmdb.h>

#include <fstream>
#include <random>

#include "fakes/campaign.h"
#include "rig.h"
#include "store/own_state.h"
#include "store/pruning/pruning.h"
#include "store/rows/tables.h"

namespace entrad::store {
namespace {

using api::ObjectKind;
using api::Section;

struct RawRow {
  std::string key;
  std::string value;
};

// The store's file, as LMDB alone sees it.
class RawStore {
 public:
  explicit RawStore(const std::filesystem::path& directory) {
    mdb_env_create(&env_);
    mdb_env_set_maxdbs(env_, 64);
    mdb_env_set_mapsize(env_, 64U << 20);
    if (mdb_env_open(env_, directory.c_str(), MDB_NOTLS, 0600) != 0)
      throw std::runtime_error("open");
    mdb_txn_begin(env_, nullptr, 0, &txn_);
  }
  ~RawStore() {
    mdb_txn_abort(txn_);
    mdb_env_close(env_);
  }
  RawStore(const RawStore&) = delete;
  RawStore& operator=(const RawStore&) = delete;

  std::vector<RawRow> rows(Table table) {
    std::vector<RawRow> all;
    MDB_cursor* cursor = nullptr;
    mdb_cursor_open(txn_, handle(table), &cursor);
    MDB_val key{};
    MDB_val value{};
    while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0)
      all.push_back({{static_cast<char*>(key.mv_data), key.mv_size},
                     {static_cast<char*>(value.mv_data), value.mv_size}});
    mdb_cursor_close(cursor);
    return all;
  }
  void replace(Table table, RawRow from, RawRow to) {
    MDB_val old_key{from.key.size(), from.key.data()};
    mdb_del(txn_, handle(table), &old_key, nullptr);
    MDB_val key{to.key.size(), to.key.data()};
    MDB_val value{to.value.size(), to.value.data()};
    if (mdb_put(txn_, handle(table), &key, &value, 0) != 0) throw std::runtime_error("put");
    if (mdb_txn_commit(txn_) != 0) throw std::runtime_error("commit");
    mdb_txn_begin(env_, nullptr, 0, &txn_);
  }

 private:
  MDB_dbi handle(Table table) {
    MDB_dbi handle = 0;
    const std::string name(kTableNames[index_of(table)]);
    if (mdb_dbi_open(txn_, name.c_str(), 0, &handle) != 0) throw std::runtime_error(name);
    return handle;
  }
  MDB_env* env_ = nullptr;
  MDB_txn* txn_ = nullptr;
};

class Inspection : public StoreTest, public ::testing::WithParamInterface<Table> {
 protected:
  void SetUp() override {
    open();
    for (int round = 0; round < 4; ++round) backup(round);
    must(store_->pruning().pin(kTenant, {2}, "before the move", "anna", at(0)));
    jobs();
    must(store_->lineage().record(kTenant, {{guid(1), guid(2)}}, {1}, at(0)));
    must(store_->own_state().keep("governor", {{"use", 3}}));
    leave_unsealed();
    must(store_->pruning().remove(kTenant, {{3}}));  // and is killed
    close();
    open();
    close();
    whole_ = read_all(directory_.data());
  }

  static std::string content(unsigned number, int round) {
    std::string text = "{\"displayName\":\"user " + std::to_string(number) + "\",\"notes\":\"";
    for (unsigned i = 0; i < 70; ++i) text += "words of " + std::to_string(number % 7 + i) + " ";
    return text + "\",\"round\":" + std::to_string(number % 5 == 0 ? round : 0) + "}";
  }
  void backup(int round) {
    auto writer = begin();
    for (unsigned i = 0; i < 300; ++i) {
      if (i == 7 && round == 2) continue;
      const auto text = content(i, round);
      if (!writer.is_unchanged(ObjectKind::user, guid(i), Section::object, text))
        must(writer.put_user(guid(i), summary("user" + std::to_string(i)), text));
      must(writer.put(ObjectKind::user, guid(i), Section::memberships, links(i, round)));
      must(writer.put(ObjectKind::user, guid(i), Section::roles, "[]"));
    }
    writer.mark_swept(ObjectKind::user);
    writer.keep_cursor("users", "https://graph/delta?token=" + std::to_string(round));
    seal(writer, round);
  }
  static std::string links(unsigned number, int round) {
    const auto kept = number % 9 == 0 ? static_cast<unsigned>(round) : 0U;
    return "[{\"id\":\"" + guid(900 + number % 11 + kept).str() + "\",\"kind\":\"group\"}]";
  }
  void jobs() {
    const auto id = submit().id;
    ItemRow row;
    row.item.display_name = "user 1";
    must(journal().put_items(id, {row}));
    must(journal().put_document(id, "plan", {{"writes", 3}}));
    Step step;
    step.kind = "patch";
    auto steps = must(journal().intend(id, {step, step}));
    must(journal().settle(id, {steps[0]}, {}));
  }
  void leave_unsealed() {
    auto writer = must(snapshots().begin(kTenant, api::SnapshotKind::full, at(9), "job 9"));
    must(writer.put_user(guid(0), summary("other"), content(0, 99)));
    writer.checkpoint("users", "page 2");
    must(writer.flush());
  }

  void put_back() {
    std::ofstream(directory_.data(), std::ios::binary | std::ios::trunc) << whole_;
  }
  // What the check, or the refusal to open, says.
  std::string findings() {
    auto opened = try_open();
    if (!opened) return opened.error().message;
    std::string all;
    for (const auto& finding : (*opened)->check({}).findings) all += finding + "\n";
    return all;
  }
  void expect_named(const std::string& what) {
    const auto said = findings();
    EXPECT_NE(said, "") << what;
    if (!has_check(GetParam()) || GetParam() == Table::meta) return;
    EXPECT_NE(said.find(kTableNames[index_of(GetParam())]), std::string::npos) << said;
  }
  // Not those of the unsealed snapshot, of which short contents have nothing to be held against.
  std::vector<RawRow> rows() {
    auto all = RawStore(directory_.store()).rows(GetParam());
    if (GetParam() == Table::history)
      std::erase_if(all,
                    [](const RawRow& row) { return row.key.back() >= 5 || row.key.back() == 3; });
    return all;
  }
  // In the file itself, wherever the row lies: key and value are beside each other there.
  bool overwrite(const RawRow& from, const RawRow& to) {
    auto file = whole_;
    const auto bytes = from.key + from.value;
    bool found = false;
    for (auto place = file.find(bytes); place != std::string::npos;
         place = file.find(bytes, place + 1)) {
      file.replace(place, bytes.size(), to.key + to.value);
      found = true;
    }
    std::ofstream(directory_.data(), std::ios::binary | std::ios::trunc) << file;
    return found;
  }
  RawRow flipped(RawRow row) {
    std::string& bytes = random_() % 2 == 0 || row.value.empty() ? row.key : row.value;
    bytes[random_() % bytes.size()] ^= static_cast<char>(1U << (random_() % 8));
    return row;
  }

  std::mt19937 random_{31};
  std::string whole_;
};

TEST_P(Inspection, FindsOneBitInAnyRow) {
  ASSERT_EQ(findings(), "");
  const auto all = rows();
  ASSERT_FALSE(all.empty()) << "the test makes no row of this table";
  const int flips = fakes::is_long_campaign() ? 200 : 3;
  for (int i = 0; i < flips; ++i) {
    const RawRow& row = all[random_() % all.size()];
    const RawRow other = flipped(row);
    put_back();
    RawStore(directory_.store()).replace(GetParam(), row, other);
    expect_named("a row that was written otherwise");
    put_back();
    if (overwrite(row, other)) expect_named("a row that the disk changed");
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, Inspection, ::testing::ValuesIn([] {
                           std::vector<Table> all;
                           for (std::size_t i = 0; i < kTableNames.size(); ++i)
                             all.push_back(static_cast<Table>(i));
                           return all;
                         }()),
                         [](const auto& row) {
                           return std::string(kTableNames[index_of(row.param)]);
                         });

}  // namespace
}  // namespace entrad::store
