#include "bench/index_questions.h"

#include <lmdb.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/json.h"
#include "fakes/places.h"

namespace entrad::bench {
namespace {

using api::ObjectKind;
using api::Section;

constexpr int kGoes = 5;
constexpr std::uint32_t kAsked = 2'000;  // users, spread over all

std::uint32_t nth_asked(std::uint32_t i, std::uint32_t people) {
  return static_cast<std::uint32_t>(std::uint64_t{i} * 7'919 % people);
}

// What nobody can do without: a get, one frame to unpack, and JSON to parse. The values are those
// of the store, put into an environment of their own under the users' ids.
class Bare {
 public:
  Bare(const std::filesystem::path& folder, OurStore& ours, base::SnapshotNumber number,
       std::uint32_t people) {
    std::filesystem::create_directories(folder);
    check(mdb_env_create(&env_));
    check(mdb_env_set_mapsize(env_, std::size_t{4} << 30U));
    check(mdb_env_open(env_, folder.c_str(), MDB_NOSYNC, 0600));
    MDB_txn* txn = nullptr;
    check(mdb_txn_begin(env_, nullptr, 0, &txn));
    check(mdb_dbi_open(txn, nullptr, 0, &table_));
    std::vector<std::string> contents;
    for (std::uint32_t i = 0; i < kAsked; ++i)
      contents.push_back(*ours.snapshots().content(
          kTenant, number, ObjectKind::user, person_id(nth_asked(i, people)), Section::object));
    learn(contents);
    for (std::uint32_t i = 0; i < kAsked; ++i) {
      std::string key(person_id(nth_asked(i, people)).bytes());
      std::string value = packed(contents[i]);
      MDB_val key_val{key.size(), key.data()};
      MDB_val value_val{value.size(), value.data()};
      check(mdb_put(txn, table_, &key_val, &value_val, 0));
    }
    check(mdb_txn_commit(txn));
  }
  ~Bare() {
    ZSTD_freeDCtx(expand_);
    ZSTD_freeDDict(dictionary_);
    mdb_env_close(env_);
  }
  Bare(const Bare&) = delete;
  Bare& operator=(const Bare&) = delete;

  nlohmann::json get(const base::Guid& id) const {
    MDB_txn* txn = nullptr;
    check(mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn));
    MDB_val key{id.bytes().size(), const_cast<char*>(id.bytes().data())};
    MDB_val value{};
    check(mdb_get(txn, table_, &key, &value));
    std::string text(ZSTD_getFrameContentSize(value.mv_data, value.mv_size), '\0');
    ZSTD_decompress_usingDDict(expand_, text.data(), text.size(), value.mv_data, value.mv_size,
                               dictionary_);
    mdb_txn_abort(txn);
    return nlohmann::json::parse(text);
  }

 private:
  static void check(int code) {
    if (code != MDB_SUCCESS) throw std::runtime_error(mdb_strerror(code));
  }
  // Raw contents do for a dictionary here: only the time to use one is compared.
  void learn(const std::vector<std::string>& contents) {
    for (std::size_t i = 0; i < contents.size() && words_.size() < (64U << 10U); ++i)
      words_ += contents[i];
    dictionary_ = ZSTD_createDDict(words_.data(), words_.size());
  }
  std::string packed(const std::string& content) const {
    std::string frame(ZSTD_compressBound(content.size()), '\0');
    ZSTD_CCtx* context = ZSTD_createCCtx();
    frame.resize(ZSTD_compress_usingDict(context, frame.data(), frame.size(), content.data(),
                                         content.size(), words_.data(), words_.size(), 3));
    ZSTD_freeCCtx(context);
    return frame;
  }

  MDB_env* env_ = nullptr;
  MDB_dbi table_ = 0;
  std::string words_;
  ZSTD_DDict* dictionary_ = nullptr;
  ZSTD_DCtx* expand_ = ZSTD_createDCtx();
};

void ask_for_one(BenchReport& report, const std::string& suffix, OurStore& ours,
                 const std::filesystem::path& folder, std::uint32_t people,
                 base::SnapshotNumber number) {
  const Bare bare(folder / "bare", ours, number, people);
  std::size_t attributes = 0;
  const double theirs = best_seconds(kGoes, [&] {
    for (std::uint32_t i = 0; i < kAsked; ++i)
      attributes += bare.get(person_id(nth_asked(i, people))).size();
  });
  const double mine = best_seconds(kGoes, [&] {
    for (std::uint32_t i = 0; i < kAsked; ++i)
      attributes += base::read_json(*ours.snapshots().content(kTenant, number, ObjectKind::user,
                                                              person_id(nth_asked(i, people)),
                                                              Section::object))
                        .size();
  });
  if (attributes == 0) throw std::runtime_error("nobody has attributes");
  report.note("ours.one_user" + suffix, mine / kAsked * 1e6, "us");
  report.line("one_user.of_bare_get" + suffix, mine / theirs, 3);
}

// The daemon over the store, with a configuration whose Graph is never asked.
class Daemon {
 public:
  Daemon(const std::filesystem::path& store, const std::filesystem::path& folder)
      : socket_(folder / "s") {
    std::ofstream(folder / "secret") << "made-up\n";
    std::filesystem::permissions(folder / "secret", std::filesystem::perms::owner_read);
    std::ofstream(folder / "entrad.toml")
        << "[daemon]\nstate_directory = \"" << std::filesystem::absolute(store).string()
        << "\"\nsocket = \"" << std::filesystem::absolute(socket_).string() << "\"\n[tenant."
        << kTenant << "]\ntenant_id = \"11111111-2222-3333-4444-555555555555\"\n"
        << "login_endpoint = \"http://127.0.0.1:9\"\ngraph_endpoint = \"http://127.0.0.1:9\"\n"
        << "[tenant." << kTenant
        << ".backup]\nclient_id = \"11111111-2222-3333-4444-555555555555\"\n"
        << "client_secret_file = \"" << std::filesystem::absolute(folder / "secret").string()
        << "\"\n";
    const std::string program = (fakes::binary_folder() / "entrad").string();
    const std::string config = (folder / "entrad.toml").string();
    child_ = ::fork();
    if (child_ == 0) {
      if (std::freopen((folder / "entrad.log").c_str(), "w", stderr) == nullptr) ::_exit(127);
      ::execl(program.c_str(), "entrad", "--config", config.c_str(), nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 600; ++i) {
      if (std::filesystem::exists(socket_)) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    shell(client("status"));
  }
  ~Daemon() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  std::string client(const std::string& words) const {
    return (fakes::binary_folder() / "entractl").string() + " --socket " +
           std::filesystem::absolute(socket_).string() + " " + words;
  }

 private:
  std::filesystem::path socket_;
  pid_t child_ = -1;
};

double milliseconds_of(const std::string& command) {
  shell(command);
  return best_seconds(kGoes, [&] { shell(command); }) * 1e3;
}

void ask_end_to_end(BenchReport& report, const std::string& suffix, OurStore& ours,
                    const Peers& peers, const std::filesystem::path& folder, std::uint32_t people) {
  const auto before_last =
      ours.snapshots().list(kTenant).at(ours.snapshots().list(kTenant).size() - 2);
  const std::string id = person_id(nth_asked(77, people)).str();
  const std::string file = file_of(nth_asked(77, people), people);
  const std::string git = "git -C " + peers.git().parent_path().string() + " ";
  ours.close();
  {
    const Daemon daemon(ours.folder(), folder);
    const auto compare = [&](const char* name, const std::string& mine, const std::string& theirs) {
      const double our_time = milliseconds_of(daemon.client(mine));
      const double peer_time = milliseconds_of(git + theirs);
      report.note(std::string("ours.") + name + suffix, our_time, "ms");
      report.note(std::string("git.") + name + suffix, peer_time, "ms");
      return std::pair(our_time, peer_time);
    };
    const auto [show, git_show] = compare("show", "users show " + id, "show HEAD:" + file);
    report.line("show.ms_over_git" + suffix, show - git_show, 10);
    const auto [versions, git_log] =
        compare("versions", "users versions " + id, "log --oneline -- " + file);
    report.line("versions.of_git_log" + suffix, versions / git_log, 1);
    const auto [diff, git_diff] = compare("diff",
                                          "snapshots diff " + before_last.number.str() + " " +
                                              std::to_string(before_last.number.value + 1),
                                          "diff --stat HEAD~1 HEAD");
    report.line("diff.of_git_diff" + suffix, diff / git_diff, 0.5);
  }
  ours.open();
}

}  // namespace

void ask(BenchReport& report, const std::string& suffix, OurStore& ours, const Peers& peers,
         const std::filesystem::path& folder, std::uint32_t people) {
  const auto newest = ours.snapshots().newest(kTenant);
  if (!newest) throw std::runtime_error(newest.error().message);
  ask_for_one(report, suffix, ours, folder, people, newest->number);
  ask_end_to_end(report, suffix, ours, peers, folder, people);
}

}  // namespace entrad::bench
