#include "ctl/csv.h"

#include "base/text.h"
#include "ctl/render/text.h"

namespace entrad::ctl {
namespace {

constexpr std::string_view kFormula = "=+-@\t\r";
constexpr std::string_view kQuoted = "\",\r\n";

// The breaks of lines and columns stay as they are.
std::string without_controls(std::string_view text) {
  std::string kept;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t at = std::min(text.find_first_of("\r\n\t", from), text.size());
    kept += render::clean(text.substr(from, at - from));
    if (at < text.size()) kept += text[at];
    from = at + 1;
  }
  return kept;
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell = without_controls(text);
  if (!cell.empty() && kFormula.find(cell.front()) != std::string_view::npos) cell.insert(0, "'");
  if (cell.find_first_of(kQuoted) == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::optional<std::vector<std::string>> csv_cells(const std::string& line, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '"') {
      if (line[i] == separator && !quoted)
        cells.emplace_back();
      else
        cells.back() += line[i];
    } else if (quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[++i];
    } else {
      quoted = !quoted;
    }
  }
  if (quoted) return std::nullopt;
  for (std::string& cell : cells) cell = std::string(base::trim(cell));
  return cells;
}

std::string csv_row(const std::vector<std::string>& cells) {
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row += (i == 0 ? "" : ",") + csv_cell(cells[i]);
  return row + "\r\n";
}

}  // namespace entrad::ctl
