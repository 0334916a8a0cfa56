// Table: columns that line up in any script and fit a terminal.
//
// A row's cells are cleaned of control characters. Where a table is too wide, the columns that may
// shrink are cut, rightmost first, down to their least width; ids are never cut.
// flush() may be called for each page of a long list: the title line comes once, and columns only
// ever get wider. Thread safety: belongs to one thread.
#pragma once

#include <string>
#include <vector>

#include "ctl/render/text.h"

namespace entrad::ctl::render {

struct Column {
  std::string title;
  enum Side { left, right } side = left;
  std::size_t least = 0;  // may be cut down to this width; 0: never cut
  std::size_t usual = 0;  // width to begin with, so that pages of one list line up
};

struct Cell {
  Cell(std::string content, Tone its_tone = Tone::plain)  // NOLINT: rows are written as lists
      : text(std::move(content)), tone(its_tone) {}
  Cell(const char* content) : text(content) {}  // NOLINT: rows are written as lists
  std::string text;
  Tone tone = Tone::plain;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns);
  void row(std::vector<Cell> cells);  // as many as there are columns
  bool empty() const { return rows_.empty(); }
  // The rows since the last flush, each line ended.
  std::string flush(const View& view, std::size_t indent = 0);

 private:
  void fit(std::size_t room);
  std::string line(const std::vector<Cell>& cells, const View& view) const;

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
  std::vector<std::size_t> widths_;
  bool titled_ = false;
};

}  // namespace entrad::ctl::render
