// CSV: rows for spreadsheets and scripts, as RFC 4180 has them.
// Thread safety: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace entrad::ctl {

// A spreadsheet takes a cell that begins with = + - or @ (or a tab or a carriage return) for a
// formula and runs it, whoever wrote it into the directory: such a cell gets an apostrophe before
// it, phone numbers too. Quoted where it has to be. Control characters that drive a terminal are
// replaced; line breaks are kept.
std::string csv_cell(std::string_view text);
// The cells of a line without what surrounds them; nothing when a quote is left open.
std::optional<std::vector<std::string>> csv_cells(const std::string& line, char separator);
// Ended with CRLF.
std::string csv_row(const std::vector<std::string>& cells);

}  // namespace entrad::ctl
