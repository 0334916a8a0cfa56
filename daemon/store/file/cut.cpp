#include "store/file/cut.h"

#include <algorithm>

namespace entrad::store {
namespace {

constexpr std::size_t kEnding = 16;
constexpr std::size_t kLarge = 64;  // smaller values may be zeros by right

bool is_zero(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

// A large value lies on pages of its own, which LMDB does not look at. None of ours, which are text
// or a compressed frame, has so many zeros in a row there.
bool is_lost(std::string_view value) {
  return value.size() >= kLarge &&
         (is_zero(value.substr(0, 2)) || is_zero(value.substr(value.size() - kEnding)));
}

bool is_whole(const Env& env) {
  try {
    const ReadTxn txn(env);
    bool whole = true;
    txn.for_each_raw([&](std::string_view value) { whole = whole && !is_lost(value); });
    return whole;
  } catch (const LmdbFailure&) {
    return false;
  }
}

}  // namespace

base::Result<void> check_not_cut(const std::filesystem::path& directory, Env& env) {
  const auto used = env.info().used_bytes;
  const auto size = env.file_size();
  if (size >= used) return {};
  env.set_file_size(used);
  if (is_whole(env)) return {};
  env.set_file_size(size);
  return base::fail(base::ErrorKind::store_damaged,
                    "the store in " + directory.string() + " is cut short: data.mdb has " +
                        std::to_string(size) + " bytes of " + std::to_string(used),
                    "copy its last backup back, or start with an empty state_directory");
}

}  // namespace entrad::store
