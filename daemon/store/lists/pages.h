// Pages: a part of a list that was gathered whole, and the cursor to the next.
// The cursor is the number of rows before the page, so a list must come out alike each time: these
// are of one sealed snapshot. Thread safety: pure functions.
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace entrad::store {

struct Page {
  std::size_t from = 0;
  std::size_t until = 0;
  std::optional<std::string> cursor;
};

// Errors: invalid_argument for a cursor that is none of ours.
inline base::Result<Page> page_of(std::size_t rows, std::size_t limit, const std::string& cursor) {
  Page page;
  const char* end = cursor.data() + cursor.size();
  const auto [rest, failed] = std::from_chars(cursor.data(), end, page.from);
  if (!cursor.empty() && (failed != std::errc() || rest != end))
    return base::fail(base::ErrorKind::invalid_argument, "\"" + cursor + "\" is no cursor",
                      "give back the `cursor` of the page before, or none");
  page.from = std::min(page.from, rows);
  page.until = std::min(rows, page.from + limit);
  if (page.until < rows) page.cursor = std::to_string(page.until);
  return page;
}

}  // namespace entrad::store
