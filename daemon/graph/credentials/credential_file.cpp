#include "graph/credentials/credential_file.h"

#include <fstream>

namespace entrad::graph {
namespace {

constexpr std::size_t kMost = std::size_t{256} << 10;

}  // namespace

base::Result<std::string> read_credential_file(const std::filesystem::path& file) {
  using base::ErrorKind;
  std::ifstream in(file, std::ios::binary);
  std::string text(kMost + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMost)
    return base::fail(ErrorKind::authentication_failed,
                      "the credential file " + file.string() + " is too large to be one",
                      "name the file that holds the credential and nothing else");
  if (in.bad() || text.empty())
    return base::fail(ErrorKind::authentication_failed,
                      "the credential file " + file.string() + " cannot be read or is empty",
                      "check that it exists and that the daemon's user may read it");
  return text;
}

}  // namespace entrad::graph
