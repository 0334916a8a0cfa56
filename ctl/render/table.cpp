#include "ctl/render/table.h"

#include <algorithm>
#include <numeric>

namespace entrad::ctl::render {
namespace {

constexpr std::size_t kGap = 2;

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const Column& column : columns_)
    widths_.push_back(std::max(display_width(column.title), column.usual));
}

void Table::row(std::vector<Cell> cells) {
  for (Cell& cell : cells) cell.text = clean(cell.text);
  rows_.push_back(std::move(cells));
}

std::string Table::flush(const View& view, std::size_t indent) {
  for (const auto& cells : rows_)
    for (std::size_t i = 0; i < widths_.size(); ++i)
      widths_[i] = std::max(widths_[i], display_width(cells.at(i).text));
  fit(view.table_width - indent);
  const std::string margin(indent, ' ');
  std::string text;
  if (!titled_) {
    std::vector<Cell> titles;
    for (const Column& column : columns_) titles.emplace_back(column.title, Tone::title);
    text += margin + line(titles, view) + "\n";
  }
  for (const auto& cells : rows_) text += margin + line(cells, view) + "\n";
  titled_ = true;
  rows_.clear();
  return text;
}

// The rightmost column that may be cut gives first, and all it has.
void Table::fit(std::size_t room) {
  const std::size_t gaps = kGap * (widths_.size() - 1);
  std::size_t used = std::accumulate(widths_.begin(), widths_.end(), gaps);
  for (std::size_t i = widths_.size(); i-- > 0 && used > room;) {
    if (columns_[i].least == 0 || widths_[i] <= columns_[i].least) continue;
    const std::size_t given = std::min(used - room, widths_[i] - columns_[i].least);
    widths_[i] -= given;
    used -= given;
  }
}

std::string Table::line(const std::vector<Cell>& cells, const View& view) const {
  std::string text;
  std::size_t owed = 0;  // blanks that only count when something follows
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string shown =
        columns_[i].least > 0 ? clip(cells[i].text, widths_[i]) : cells[i].text;
    const std::size_t width = display_width(shown);
    const std::size_t blanks = width < widths_[i] ? widths_[i] - width : 0;
    const bool right = columns_[i].side == Column::right;
    if (right) owed += blanks;
    if (!shown.empty()) {
      text += std::string(owed, ' ') + view.paint(shown, cells[i].tone);
      owed = 0;
    }
    owed += (right ? 0 : blanks) + kGap;
  }
  return text;
}

}  // namespace entrad::ctl::render
