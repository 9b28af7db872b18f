// SPDX-License-Identifier: Apache-2.0
// The table on the screen of notebooks: header, rules, and rows that scroll below a header that
// stays. What stands around it is in notebooks.cpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/workload_table.hpp"
#include "tui/panel/panel.hpp"

namespace gander::tui::notebooks {

/// The mark of a row stands at its left.
inline constexpr int margin = 1;

/// Rows of each part; 0: not drawn.
struct Parts {
  int title = 1;
  int header{};
  int upper_rule{};
  int body{};
  int lower_rule{};
  int gaps{};
  int left_out{};
  int notes{};
  int hints = 1;
  [[nodiscard]] int around() const {
    return title + header + upper_rule + lower_rule + gaps + left_out + notes + hints;
  }
};

/// A line of the body: a row of the table, or a rule above it.
struct Line {
  std::size_t group{};
  std::size_t row{};
  bool is_rule = false;
};

/// Everything the drawing of one frame needs.
struct Sheet {
  const View& view;
  const Canvas& canvas;
  Drawn& drawn;
  const NotebookView& shown;
  text::WorkloadTable table;
  std::vector<Line> lines{};
  Parts parts{};
  std::vector<int> starts{};  ///< Where each column begins.
  int width{};                ///< Of all columns.
  int frozen{};               ///< Columns of the terminal at the left that do not scroll.
  int shift{};                ///< How far the others are scrolled.
  bool is_cut{};              ///< Whether rows go on at the right.
};

/// What is to be drawn, and how the canvas is divided.
Sheet make_sheet(const View& view, const Canvas& canvas, Drawn& drawn);

/// Whose processes are not known; empty where all are, or none are shown.
std::string write_gaps(const Sheet& sheet);

/// How a cell looks.
Style style_of(const text::WorkloadCell& cell);

/// What stands between neighbours, in lines that are drawn alike.
struct Gaps {
  std::string_view inner;
  std::string_view block;
};
void draw_rule(const Sheet& sheet, int row, const std::string& fill, const Gaps& gaps);
/// The names of the columns; a click on one sorts.
void draw_header(const Sheet& sheet, int row);
/// The rows from `top` on, or why there is none; tells which are in sight.
Window draw_body(const Sheet& sheet, int top);

}  // namespace gander::tui::notebooks
