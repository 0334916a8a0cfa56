#include "bench/index_peers.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <stdexcept>

namespace entrad::bench {

std::string shell(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::array<char, 4'096> part{};
  for (std::size_t size = 0; (size = std::fread(part.data(), 1, part.size(), pipe)) > 0;)
    output.append(part.data(), size);
  const int status = ::pclose(pipe);
  if (status != 0) throw std::runtime_error(command + " failed: " + output);
  return output;
}

std::uint64_t disk_bytes(const std::filesystem::path& folder) {
  return std::stoull(shell("du -s --block-size=1 " + folder.string()));
}

Peers::Peers(std::filesystem::path tree, std::filesystem::path folder)
    : tree_(std::move(tree)), folder_(std::move(folder)) {}

void Peers::make_restic() const {
  shell("RESTIC_PASSWORD=bench restic -q init --repo " + restic().string());
}

void Peers::make() const {
  make_restic();
  shell("borg init -e none " + borg().string());
  shell("git init -q " + tree_.string() + " && cd " + tree_.string() +
        " && git config user.name bench && git config user.email bench@aurora.example"
        " && git config gc.auto 0");
}

void Peers::restic_backup() const {
  shell("cd " + tree_.string() +
        " && RESTIC_PASSWORD=bench restic -q backup --exclude .git --repo " + restic().string() +
        " .");
}

void Peers::borg_backup(std::uint32_t day) const {
  shell("cd " + tree_.string() + " && borg create --exclude '.git' " + borg().string() + "::day-" +
        std::to_string(day) + " .");
}

void Peers::git_commit(std::uint32_t day) const {
  shell("cd " + tree_.string() + " && git add -A && git commit -q -m 'day " + std::to_string(day) +
        "'");
}

void Peers::git_gc() const { shell("cd " + tree_.string() + " && git gc -q"); }

}  // namespace entrad::bench
