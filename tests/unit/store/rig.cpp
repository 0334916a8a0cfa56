#include "rig.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

#include "fakes/places.h"

namespace entrad::store {

TemporaryDirectory::TemporaryDirectory() {
  auto name = (std::filesystem::temp_directory_path() / "entrad-store-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

base::Result<std::unique_ptr<Store>> StoreTest::try_open() {
  return Store::open({directory_.store()}, clock_);
}

void StoreTest::open(std::size_t map_bytes) {
  store_ = must(Store::open({directory_.store(), map_bytes}, clock_));
}

SnapshotWriter StoreTest::begin(api::SnapshotKind kind) {
  return must(snapshots().begin(kTenant, kind, at(0)));
}

api::Snapshot StoreTest::seal(SnapshotWriter& writer, int at_second) {
  for (const auto section : {api::Section::object, api::Section::memberships, api::Section::roles,
                             api::Section::auth_methods})
    writer.mark(section, api::Completeness::complete);
  return must(writer.seal(at(at_second)));
}

api::Job StoreTest::submit() {
  api::Job job;
  job.tenant = kTenant;
  job.kind = api::JobKind::restore;
  job.request = {{"at", "yesterday"}};
  return must(journal().submit(job));
}

base::WallTime at(int second) {
  return base::WallTime(std::chrono::seconds(1'795'000'000 + second));
}

base::Guid guid(unsigned number) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 4; ++i)
    bytes[12 + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return base::Guid(bytes);
}

UserSummary summary(const std::string& name) {
  UserSummary summary;
  summary.display_name = name;
  summary.user_principal_name = name + "@aurora.example";
  return summary;
}

void write_over(const std::filesystem::path& file, std::size_t at, const std::string& bytes) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(at));
  stream << bytes;
  if (!stream.flush()) throw std::runtime_error("cannot write over " + file.string());
}

std::string read_all(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Child::Child(const std::string& mode, const std::filesystem::path& directory) {
  std::array<int, 2> out{};
  std::array<int, 2> in{};
  if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(in.data(), O_CLOEXEC) != 0)
    throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::string program = fakes::binary_folder() / "store_child";
  std::string mode_word = mode;
  std::string place = directory.string();
  std::array<char*, 4> arguments{program.data(), mode_word.data(), place.data(), nullptr};
  const int failed =
      ::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(in[0]);
  out_ = out[0];
  in_ = in[1];
  if (failed != 0) throw std::runtime_error("cannot start " + program);
}

Child::~Child() {
  kill();
  ::close(in_);
  ::close(out_);
}

void Child::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool Child::read_line(std::string& line) {
  for (;;) {
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) {
      line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return true;
    }
    std::array<char, 4096> part{};
    const auto size = ::read(out_, part.data(), part.size());
    if (size <= 0) return false;
    buffer_.append(part.data(), static_cast<std::size_t>(size));
  }
}

std::vector<std::string> Child::rest() {
  std::vector<std::string> lines;
  for (std::string line; read_line(line);) lines.push_back(line);
  return lines;
}

}  // namespace entrad::store
