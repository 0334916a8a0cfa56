#include "ctl/read_file.h"

#include <fstream>
#include <iterator>

namespace entrad::ctl {

base::Result<std::string> read_file(const std::string& path, const std::string& hint) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file || text.empty())
    return base::fail(base::ErrorKind::not_found, "the file " + path + " cannot be read", hint);
  return text;
}

}  // namespace entrad::ctl
