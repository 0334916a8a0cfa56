// kill -9 in the middle of things, a full disk, and files that were damaged.
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <random>
#include <set>

#include "fakes/campaign.h"
#include "rig.h"
#include "store/pruning/pruning.h"
#include "store/rows/keys.h"

namespace entrad::store {
namespace {

using base::ErrorKind;

class Killed : public StoreTest {
 protected:
  // Runs a child until it has said `lines` lines, kills it, and gives back all that it said.
  std::vector<std::string> run(const std::string& mode, std::size_t lines) {
    Child child(mode, directory_.store());
    std::vector<std::string> said;
    for (std::string line; said.size() < lines && child.read_line(line);) said.push_back(line);
    child.kill();
    for (auto& line : child.rest()) said.push_back(std::move(line));
    return said;
  }
  static std::pair<std::string, std::uint64_t> parted(const std::string& line) {
    const auto blank = line.find(' ');
    if (blank == std::string::npos) return {line, 0};
    return {line.substr(0, blank), std::stoull(line.substr(blank + 1))};
  }

  void expect_acknowledged(base::JobId id, const std::string& word) {
    const auto found = journal().job(id);
    ASSERT_TRUE(found) << word;
    if (word == "submitted") return;
    EXPECT_EQ(journal().item_count(id), 3U);
    if (word == "planned") return;
    EXPECT_EQ(journal().steps(id, 0, 9).size(), 2U);
    if (word == "intended") return;
    EXPECT_EQ(journal().open_steps(id).size(), 1U);
    EXPECT_EQ(journal().item(id, 0)->item.outcome, api::Outcome::restored);
    if (word == "settled") return;
    EXPECT_EQ(word, "ended");
    EXPECT_EQ(found->state, api::JobState::partial);
  }

  // What was not acknowledged may or may not be there, but never by halves.
  void expect_whole() {
    JobFilter filter;
    filter.limit = 100'000;
    for (const auto& job : journal().jobs(filter)) {
      const auto items = journal().item_count(job.id);
      EXPECT_TRUE(items == 0 || items == 3) << items;
      EXPECT_EQ(job.state == api::JobState::queued, items == 0);
      const auto open = journal().open_steps(job.id).size();
      const bool restored =
          items == 3 && journal().item(job.id, 0)->item.outcome == api::Outcome::restored;
      EXPECT_EQ(open == 1, restored);
    }
    const auto events = journal().events({}, 1'000'000);
    for (std::size_t i = 0; i < events.size(); ++i) EXPECT_EQ(events[i].number.value, i + 1);
  }
};

TEST_F(Killed, LosesNothingOfTheJournalThatWasAcknowledged) {
  std::mt19937 random(11);
  std::map<std::uint64_t, std::string> acknowledged;  // job -> the last word about it
  for (int round = 0; round < 30; ++round) {
    for (const auto& line : run("journal", 1 + random() % 60)) {
      const auto [word, number] = parted(line);
      ASSERT_NE(word, "error") << line;
      if (word != "ready") acknowledged[number] = word;
    }
    open();
    for (const auto& [id, word] : acknowledged) expect_acknowledged({id}, word);
    expect_whole();
    close();
  }
  EXPECT_GT(acknowledged.size(), 30U);
}

TEST_F(Killed, LosesNoSealedSnapshotAndShowsNoOther) {
  std::mt19937 random(12);
  std::uint64_t sealed = 0;
  for (int round = 0; round < 10; ++round) {
    for (const auto& line : run("snapshots", 1 + random() % 4)) {
      const auto [word, number] = parted(line);
      ASSERT_NE(word, "error") << line;
      if (word == "sealed") sealed = number;
    }
    open();
    const auto list = snapshots().list(kTenant);
    ASSERT_GE(list.size(), sealed);
    ASSERT_LE(list.size(), sealed + 1);  // one may have been sealed and not told of
    sealed = list.size();
    for (const auto& snapshot : list) {
      EXPECT_EQ(snapshot.counts.at("user"), 2'500U);
      EXPECT_TRUE(snapshots().check(kTenant, snapshot.number));
    }
    close();
  }
  EXPECT_GT(sealed, 3U);
}

class KilledAnywhere : public Killed {
 protected:
  // Kills a child at random moments, later ones while it gets nothing done on a slow machine.
  void kill_often(const std::string& mode) {
    const int kills = fakes::is_long_campaign() ? 100 : 8;
    unsigned longest = 300'000;  // microseconds
    for (int i = 0; i < kills || (sealed_ <= 3 && i < 40); ++i) {
      Child child(mode, directory_.store());
      std::string line;
      ASSERT_TRUE(child.read_line(line)) << "it never opened the store";
      ASSERT_EQ(line, "ready");
      ::usleep(static_cast<useconds_t>(random_() % longest));
      child.kill();
      const auto sealed = sealed_;
      for (const auto& said : child.rest()) take(said);
      if (sealed_ == sealed) longest += longest / 4;
      open();
      expect_sound();
      close();
    }
    EXPECT_GT(sealed_, 3U);
  }
  void take(const std::string& line) {
    const auto [word, number] = parted(line);
    ASSERT_NE(word, "error") << line;
    if (word == "sealed") sealed_ = number;
    if (word == "removed") removed_.insert(number);
  }
  void expect_sound() {
    const auto list = snapshots().list(kTenant);
    if (sealed_ > 0) {
      ASSERT_FALSE(list.empty());
      EXPECT_GE(list.back().number.value, sealed_);
    }
    for (const auto& snapshot : list) {
      EXPECT_FALSE(removed_.contains(snapshot.number.value));
      EXPECT_EQ(snapshot.counts.at("user"), 2'500U);
    }
    for (const auto& finding : store_->check({}).findings) ADD_FAILURE() << finding;
  }

  std::mt19937 random_{13};
  std::uint64_t sealed_ = 0;
  std::set<std::uint64_t> removed_;
};

TEST_F(KilledAnywhere, PruneGoesOnAndHarmsNoOther) {
  kill_often("prune");
  open();
  must(store_->pruning().clean_up(kTenant, {}));
  EXPECT_TRUE(store_->pruning().left_behind(kTenant).empty());
  expect_sound();
}

TEST_F(KilledAnywhere, CopiesAreWholeOrNotThere) {
  kill_often("copy");
  open();
  must(store_->copy("last", 100));
  const auto copies = store_->copies();
  close();
  ASSERT_GT(copies.size(), 1U);
  for (const auto& copy : copies) {
    auto opened = must(Store::open({copy.path}, clock_));
    for (const auto& finding : opened->check({}).findings) ADD_FAILURE() << finding;
    EXPECT_FALSE(opened->snapshots().list(kTenant).empty());
  }
}

class FullDisk : public StoreTest {
 protected:
  // A job whose request does not get smaller when packed.
  base::Result<api::Job> submit_large() {
    std::string noise(200'000, '\0');
    for (char& c : noise) c = static_cast<char>('!' + random_() % 90);
    api::Job job;
    job.tenant = kTenant;
    job.request = {{"noise", noise}};
    return journal().submit(job);
  }

  // Fills the store up; what was acknowledged is in `ids_`.
  void fill() {
    for (int i = 0; i < 500; ++i) {
      auto job = submit_large();
      if (!job) {
        EXPECT_EQ(job.error().kind, ErrorKind::store_full) << job.error().message;
        return;
      }
      ids_.push_back(job->id);
    }
    FAIL() << "the disk never became full";
  }
  void expect_all_there() {
    for (const auto id : ids_)
      EXPECT_EQ(must(journal().job(id)).request.at("noise").get<std::string>().size(), 200'000U);
  }
  void expect_full_and_readable() {
    EXPECT_GT(ids_.size(), 3U);
    EXPECT_NE(store_->status().trouble, "");
    expect_all_there();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(submit_large().error().kind, ErrorKind::store_full);
  }
  void expect_working_again() {
    auto job = submit_large();
    ASSERT_TRUE(job) << job.error().message;
    ids_.push_back(job->id);
    EXPECT_EQ(store_->status().trouble, "");
    expect_all_there();
  }

  std::mt19937 random_{21};
  std::vector<base::JobId> ids_;
};

class SmallDisk : public FullDisk {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(directory_.store());
    mounted_ = ::mount("tmpfs", directory_.store().c_str(), "tmpfs", 0, "size=6m,mode=0700") == 0;
    if (!mounted_) GTEST_SKIP() << "only root may mount a small disk";
    std::ofstream(ballast()) << std::string(2U << 20, 'b');
  }
  void TearDown() override {
    close();
    if (mounted_) ::umount2(directory_.store().c_str(), MNT_DETACH);
  }
  std::filesystem::path ballast() const { return directory_.store() / "ballast"; }

  bool mounted_ = false;
};

TEST_F(SmallDisk, StopsWritesUntilThereIsRoomAgain) {
  open(64U << 20);
  fill();
  expect_full_and_readable();
  std::filesystem::remove(ballast());
  expect_working_again();
  reopen();
  expect_all_there();
}

TEST_F(SmallDisk, IsOpenedAndReadWhileItIsFull) {
  open(64U << 20);
  fill();
  close();
  open(64U << 20);
  expect_all_there();
}

class FileLimit : public FullDisk {
 protected:
  void SetUp() override {
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    old_action_ = ::signal(SIGXFSZ, SIG_IGN);
  }
  void TearDown() override {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, old_action_);
  }
  void limit(rlim_t bytes) {
    rlimit now = before_;
    now.rlim_cur = bytes;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &now), 0);
  }

  rlimit before_{};
  sighandler_t old_action_ = nullptr;
};

TEST_F(FileLimit, StopsWritesUntilItIsRaised) {
  open(64U << 20);
  limit(4'000'000);  // inside a page, so that a write is cut short
  fill();
  expect_full_and_readable();
  limit(before_.rlim_cur);
  expect_working_again();
  reopen();
  expect_all_there();
}

class Damaged : public StoreTest {
 protected:
  // Two snapshots of users with content of their own, closed.
  void make() {
    open();
    for (int round = 0; round < 2; ++round) {
      auto writer = begin();
      for (unsigned i = 0; i < 400; ++i)
        must(writer.put_user(guid(i), summary("user" + std::to_string(i)), content(i, round)));
      writer.mark_swept(api::ObjectKind::user);
      seal(writer);
    }
    for (int i = 0; i < 5; ++i) submit();
    close();
  }
  static std::string content(unsigned number, int round) {
    return "{\"longer\":\"than 15 bytes\",\"marker\":\"needle-" + std::to_string(number) + "-" +
           std::to_string(round) + "\"}";
  }
  // Everything can be read and is right.
  void expect_sound() {
    for (const base::SnapshotNumber number : {base::SnapshotNumber{1}, base::SnapshotNumber{2}}) {
      const auto sound = snapshots().check(kTenant, number);
      EXPECT_TRUE(sound) << sound.error().message;
    }
    EXPECT_EQ(journal().jobs({}).size(), 5U);
  }
};

TEST_F(Damaged, ContentIsNoticedByTheCheckEvenForOneBit) {
  make();
  auto file = read_all(directory_.data());
  const std::string marker = "needle-123-1";
  std::size_t flips = 0;
  for (auto found = file.find(marker); found != std::string::npos;
       found = file.find(marker, found + 1), ++flips)
    write_over(directory_.data(), found, "o");  // n and o differ in one bit
  ASSERT_GT(flips, 0U);
  open();
  EXPECT_TRUE(snapshots().check(kTenant, {1}));
  const auto damaged = snapshots().check(kTenant, {2});
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().kind, ErrorKind::store_damaged);
  EXPECT_NE(damaged.error().message.find(guid(123).str()), std::string::npos)
      << damaged.error().message;
}

TEST_F(Damaged, FileCutShortAnywhereIsRefusedOrWhole) {
  make();
  const auto whole = read_all(directory_.data());
  int refused = 0;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{100}, std::size_t{4'096}, std::size_t{8'192},
        std::size_t{12'288}, std::size_t{40'000}, whole.size() / 2, whole.size() - 8'192,
        whole.size() - 4'096, whole.size() - 1}) {
    std::ofstream(directory_.data(), std::ios::binary) << whole.substr(0, size);
    auto opened = try_open();
    if (opened) {
      store_ = std::move(*opened);
      expect_sound();
      close();
      continue;
    }
    ++refused;
    EXPECT_EQ(opened.error().kind, ErrorKind::store_damaged) << opened.error().message;
    EXPECT_NE(opened.error().message.find(directory_.store().string()), std::string::npos);
    EXPECT_EQ(read_all(directory_.data()).size(), size) << "the evidence must stay";
  }
  EXPECT_GE(refused, 7);
  std::ofstream(directory_.data(), std::ios::binary) << whole;
  open();
  expect_sound();
}

TEST_F(Damaged, FileThatIsNoStoreIsRefused) {
  make();
  write_over(directory_.data(), 0, std::string(8'192, 'x'));
  const auto refused = try_open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::store_damaged);
}

TEST_F(Damaged, PagesStopWritesForGoodAndTheStoreSaysWhy) {
  make();
  open();
  const auto size = std::filesystem::file_size(directory_.data());
  write_over(directory_.data(), 8'192, std::string(size - 8'192, '\0'));
  EXPECT_EQ(journal().job({1}).error().kind, ErrorKind::store_damaged);
  EXPECT_THROW(journal().jobs({}), std::runtime_error);
  for (int i = 0; i < 2; ++i) {
    const auto refused = journal().submit({});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::store_damaged);
    EXPECT_NE(refused.error().hint, "");
  }
  EXPECT_NE(store_->status().trouble.find("stopped writing"), std::string::npos);
  // The way back is a new start with good files, as the hint says.
}

}  // namespace
}  // namespace entrad::store
