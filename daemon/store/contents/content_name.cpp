#include "store/contents/content_name.h"

#include <algorithm>

#include "base/text.h"

namespace entrad::store {

ContentName name_of(std::string_view content) {
  ContentName name{};
  if (content.size() > kLongestShort) {
    const std::string hash = base::sha256(content);
    std::copy_n(hash.begin(), name.size(), name.begin());
    return name;
  }
  std::copy(content.begin(), content.end(), name.begin());
  name.back() = static_cast<char>(content.size());
  return name;
}

}  // namespace entrad::store
