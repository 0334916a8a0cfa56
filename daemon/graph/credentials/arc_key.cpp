#include "graph/credentials/arc_key.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/text.h"

namespace entrad::graph {
namespace {

using base::ErrorKind;
using std::filesystem::path;

constexpr std::string_view kPrefix = "basic realm=";
constexpr std::size_t kMost = 4096;

base::unexpected<base::Error> refused(const std::string& what) {
  return base::fail(ErrorKind::authentication_failed,
                    "the Azure Arc agent's challenge is not followed: " + what,
                    "see which program listens at IDENTITY_ENDPOINT; it should be the agent himds");
}

std::optional<path> named_file(std::string_view challenge) {
  challenge = base::trim(challenge);
  if (!base::ascii_lower(challenge.substr(0, kPrefix.size())).starts_with(kPrefix))
    return std::nullopt;
  challenge.remove_prefix(kPrefix.size());
  if (challenge.size() >= 2 && challenge.front() == '"' && challenge.back() == '"')
    challenge = challenge.substr(1, challenge.size() - 2);
  if (challenge.find('\0') != std::string_view::npos) return std::nullopt;
  return path(challenge);
}

class OpenFile {
 public:
  // A link is not followed, and a pipe not waited for.
  explicit OpenFile(const path& file)
      : descriptor_(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  bool is_regular() const {
    struct stat status {};
    return fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  }
  // At most one byte more than a key may have.
  std::string read_some() const {
    std::string text(kMost + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
      const ssize_t got = read(descriptor_, text.data() + size, text.size() - size);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) break;
      size += static_cast<std::size_t>(got);
    }
    text.resize(size);
    return text;
  }

 private:
  const int descriptor_;
};

// It goes into a header: nothing that could end that.
bool is_header_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

base::Result<std::string> arc_key(std::string_view challenge, const path& key_folder) {
  const auto file = named_file(challenge);
  if (!file) return refused("it names no key file");
  // Name by name: "..", or a folder below, makes it another one.
  if (file->extension() != ".key" || *file != key_folder / file->filename())
    return refused("its file " + file->string() + " is no .key file in " + key_folder.string());
  const OpenFile opened(*file);
  if (!opened.is_open())
    return base::fail(
        ErrorKind::authentication_failed,
        "the Azure Arc key " + file->string() + " cannot be read: " + std::strerror(errno),
        "add the daemon's user to the group himds, and restart the daemon");
  if (!opened.is_regular()) return refused("its file " + file->string() + " is no regular file");
  const std::string text = opened.read_some();
  if (text.size() > kMost)
    return refused("its file " + file->string() + " has more than 4096 bytes");
  const std::string key(base::trim(text));
  if (key.empty() || !is_header_text(key))
    return refused("its file " + file->string() + " holds no key");
  return key;
}

}  // namespace entrad::graph
