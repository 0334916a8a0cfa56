// StrictTable: a TOML table that is read key by key, with every mistake told by file, line, column
// and remedy.
//
// It stops at the first mistake: each member that reads throws Mistake, load_config catches it.
// Thread safety: none needed; read by one thread. It refers to the table and the file's name, which
// live longer.
#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace entrad::app {

struct Mistake {
  base::Error error;
};

// "a, b, c"
std::string list(std::span<const std::string_view> words);

class StrictTable {
  static constexpr std::int64_t kMostCounted = 100'000;

 public:
  // `name` is what its header says, such as "tenant.aurora"; empty: the whole file.
  StrictTable(const toml::table& table, std::string name, const std::filesystem::path& file)
      : table_(table), name_(std::move(name)), file_(file) {}

  const std::string& name() const { return name_; }
  const std::filesystem::path& file() const { return file_; }
  bool has(std::string_view key) const { return table_.contains(key); }
  std::vector<std::string> keys() const;

  // Refuses every key that is not `known`.
  void allow_only(std::span<const std::string_view> known) const;
  std::optional<std::string> text(std::string_view key) const;
  std::string needed(std::string_view key) const;
  std::vector<std::string> texts(
      std::string_view key) const;  // a list; empty where it is not there
  std::optional<bool> flag(std::string_view key) const;
  // A whole number from 0 to kMostCounted.
  std::optional<std::uint64_t> count(std::string_view key) const;
  StrictTable table(std::string_view key) const;
  // One table, [KEY], or several, [[KEY]]; at least one.
  std::vector<StrictTable> tables(std::string_view key) const;

  [[noreturn]] void wrong(const std::string& what, const std::string& remedy) const;
  // What is wrong is the value of `key`, which is there.
  [[noreturn]] void wrong_at(std::string_view key, const std::string& what,
                             const std::string& remedy) const;
  // Of some keys that are there, the one that the file names last.
  std::string_view last_of(std::span<const std::string_view> keys) const;

 private:
  std::string full(std::string_view key) const;
  std::string heading() const { return name_.empty() ? "the file" : "[" + name_ + "]"; }
  [[noreturn]] void fail_at(const toml::source_region& where, const std::string& what,
                            const std::string& remedy) const;

  const toml::table& table_;
  std::string name_;
  const std::filesystem::path& file_;
};

}  // namespace entrad::app
