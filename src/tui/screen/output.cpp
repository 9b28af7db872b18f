// SPDX-License-Identifier: Apache-2.0
// The difference of two frames as runs of changed cells.
#include "tui/screen/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace gander::tui {
namespace {

/// Unchanged cells between two changed ones that cost less to repeat than to jump over.
constexpr int cheap_gap = 4;
/// Blank cells at the end of a row that cost less to erase than to write.
constexpr int cheap_blanks = 4;

constexpr std::string_view begin_synchronized = "\x1b[?2026h";
constexpr std::string_view end_synchronized = "\x1b[?2026l";

bool is_blank(const Cell& cell) { return cell == Cell{}; }

/// One frame on its way to the terminal.
class Run {
 public:
  Run(const Theme& theme, ColorDepth depth, const Grid& frame)
      : theme_(theme), depth_(depth), frame_(frame) {}

  /// Writes the cells [from, to) of a row.
  void write(int row, int from, int to) {
    // The second half of a wide character is written by its first.
    while (from > 0 && frame_.at(row, from).text.empty()) --from;
    move(row, from);
    for (int column = from; column < to; ++column) {
      const Cell& cell = frame_.at(row, column);
      if (cell.text.empty()) continue;
      use(cell.style);
      bytes_ += cell.text.view();
    }
    column_ = to;
    // A wide character at the end takes one cell more than its first.
    while (column_ < frame_.size().columns && frame_.at(row, column_).text.empty()) ++column_;
    // Behind the last column the cursor is nowhere.
    if (column_ >= frame_.size().columns) row_ = -1;
  }

  void erase_rest(int row, int from) {
    move(row, from);
    use({});
    bytes_ += "\x1b[K";
  }

  std::string take() && {
    use({});
    return std::move(bytes_);
  }

 private:
  void move(int row, int column) {
    if (row == row_ && column == column_) return;
    if (row == row_ && column > column_) {
      fmt::format_to(std::back_inserter(bytes_), "\x1b[{}C", column - column_);
    } else {
      fmt::format_to(std::back_inserter(bytes_), "\x1b[{};{}H", row + 1, column + 1);
    }
    row_ = row;
    column_ = column;
  }

  void use(const Style& style) {
    if (style == style_) return;
    style_ = style;
    fmt::format_to(std::back_inserter(bytes_), "\x1b[{}m", sgr(theme_, depth_, style));
  }

  const Theme& theme_;
  ColorDepth depth_;
  const Grid& frame_;
  std::string bytes_;
  Style style_;
  int row_ = -1;
  int column_ = -1;
};

/// Whether the cell must be written: it differs, or it is the half of a wide one that does.
bool differs(const Grid& a, const Grid& b, int row, int column) {
  return a.at(row, column) != b.at(row, column);
}

/// First column from which on the row of `frame` is blank.
int blank_from(const Grid& frame, int row) {
  int column = frame.size().columns;
  while (column > 0 && is_blank(frame.at(row, column - 1))) --column;
  return column;
}

/// Writes what differs in one row.
void write_row(Run& run, const Grid& shown, const Grid& frame, int row) {
  const int columns = frame.size().columns;
  const int blanks = blank_from(frame, row);
  int column = 0;
  while (column < columns) {
    if (!differs(shown, frame, row, column)) {
      ++column;
      continue;
    }
    if (column >= blanks && columns - column > cheap_blanks) {
      run.erase_rest(row, column);
      return;
    }
    int end = column + 1;
    for (int next = end; next < columns && next - end <= cheap_gap; ++next) {
      if (differs(shown, frame, row, next)) end = next + 1;
    }
    if (end > blanks && columns - blanks > cheap_blanks && blanks > column) end = blanks;
    run.write(row, column, end);
    column = end;
  }
}

}  // namespace

FrameWriter::FrameWriter(Theme theme, TerminalTraits traits)
    : theme_(std::move(theme)), traits_(traits) {}

void FrameWriter::set_theme(const Theme& theme) {
  theme_ = theme;
  forget();
}

void FrameWriter::forget() { is_known_ = false; }

std::string FrameWriter::write(const Grid& frame) {
  const bool is_whole = !is_known_ || shown_.size() != frame.size();
  if (is_whole) shown_.reset(frame.size());
  Run run{theme_, traits_.depth, frame};
  int changed_rows = 0;
  for (int row = 0; row < frame.size().rows; ++row) {
    // Most rows are as they were.
    if (shown_.has_same_row(row, frame)) continue;
    write_row(run, shown_, frame, row);
    shown_.take_row(row, frame);
    ++changed_rows;
  }
  std::string bytes = std::move(run).take();
  is_known_ = true;
  if (is_whole) bytes.insert(0, "\x1b[0m\x1b[2J");
  if (bytes.empty() || !traits_.has_synchronized_output || changed_rows < 2) return bytes;
  return std::string{begin_synchronized} + bytes + std::string{end_synchronized};
}

}  // namespace gander::tui
