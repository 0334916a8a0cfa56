// The peers of index_bench: restic, borg and git over the same people as files, from Debian.
// Thread safety: none needed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace entrad::bench {

// Runs a shell command; throws with its output when it fails.
std::string shell(const std::string& command);
std::uint64_t disk_bytes(const std::filesystem::path& folder);

class Peers {
 public:
  // `tree` holds the files; the repositories are put into `folder`.
  Peers(std::filesystem::path tree, std::filesystem::path folder);
  void make() const;
  void make_restic() const;  // only that
  void restic_backup() const;
  void borg_backup(std::uint32_t day) const;
  void git_commit(std::uint32_t day) const;
  void git_gc() const;

  std::filesystem::path restic() const { return folder_ / "restic"; }
  std::filesystem::path borg() const { return folder_ / "borg"; }
  std::filesystem::path git() const { return tree_ / ".git"; }

 private:
  std::filesystem::path tree_;
  std::filesystem::path folder_;
};

}  // namespace entrad::bench
