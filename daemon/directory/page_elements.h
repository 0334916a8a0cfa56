// What reading a page in full and reading a familiar page have in common. Thread safety: as
// canonical.h; a parser and a room belong to one thread.
#pragma once

#include <simdjson.h>

#include <cstdint>

#include "directory/canonical.h"

namespace entrad::directory {

base::unexpected<base::Error> bad_page(const std::string& what);

// A page with the room behind it that simdjson reads into.
class Padded {
 public:
  explicit Padded(std::string_view page) : text_(page) {
    if (can_be_read_behind(page)) return;
    copy_.reserve(page.size() + simdjson::SIMDJSON_PADDING);
    text_ = copy_.assign(page);
  }
  std::string_view text() const { return text_; }
  std::size_t size() const { return text_.size() + simdjson::SIMDJSON_PADDING; }

 private:
  // Memory is readable to the end of the smallest unit that the system maps.
  static bool can_be_read_behind(std::string_view page) {
    constexpr std::uintptr_t kUnit = 4'096;
    const auto end = reinterpret_cast<std::uintptr_t>(page.data()) + page.size();
    return end % kUnit != 0 && end % kUnit + simdjson::SIMDJSON_PADDING <= kUnit;
  }

  std::string copy_;
  std::string_view text_;
};

// One object of a padded page: passes its slice on if it is wanted. `room` is for its content.
base::Result<void> take_raw(std::string_view raw, simdjson::dom::parser& parser, Slice& room,
                            const IsWanted& is_wanted,
                            const std::function<void(const Slice&)>& on_object);

}  // namespace entrad::directory
