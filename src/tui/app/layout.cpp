// SPDX-License-Identifier: Apache-2.0
// Puts a frame together.
#include "tui/app/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "text/ascii.hpp"
#include "text/bar.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "tui/panel/screens.hpp"
#include "tui/widget/scroll.hpp"

namespace gander::tui {
namespace {

/// Narrower terminals have no room for hints beside the long words about root.
constexpr int long_warning_from = 100;
constexpr Style key_style{.role = Role::key, .bold = true};

/// The keys of the hints as bound now; what has none cannot be hinted at.
std::vector<std::pair<std::string, PageHint>> keyed(const View& view,
                                                    std::span<const PageHint> hints) {
  std::vector<std::pair<std::string, PageHint>> all;
  for (const PageHint& hint : hints) {
    const auto keys = keys_of(view.state, hint.action);
    auto key = text::safe(keys.substr(0, keys.find(' ')));
    if (!key.empty()) all.emplace_back(std::move(key), hint);
  }
  return all;
}

/// What can be pressed or clicked, ending at the right edge; none where there is no room for all.
void draw_hints(const View& view, const Canvas& canvas, std::span<const PageHint> wanted,
                Drawn& drawn) {
  const auto hints = keyed(view, wanted);
  int column = canvas.size().columns + 2;
  for (const auto& [key, hint] : hints) {
    column -= text::display_width(key) + static_cast<int>(hint.words.size()) + 3;
  }
  if (column < 0) return;
  for (const auto& [key, hint] : hints) {
    const int first = column;
    column = canvas.put(0, column, key, key_style);
    column = canvas.put(0, column + 1, hint.words, {.role = Role::muted});
    add_click(drawn, canvas.in_grid({0, first, 1, column - first}), hint.action);
    column += 2;
  }
}

/// The time, what holds it still, and the way to help and out.
void draw_head(const View& view, const Canvas& canvas, Drawn& drawn) {
  constexpr std::array hints{PageHint{Action::help, "help"}, PageHint{Action::quit, "quit"}};
  const auto& state = view.state;
  int column = canvas.put(0, 0, state.clock_text, {.bold = true});
  if (state.is_paused) {
    column = canvas.put(0, column + 2, "PAUSED", {.role = Role::warning, .bold = true});
  }
  if (state.is_following) column = canvas.put(0, column + 2, "following", {.role = Role::accent});
  draw_hints(view, canvas.part({0, column + 2, 1, canvas.size().columns - column - 2}), hints,
             drawn);
}

/// What the line above the processes says, the most urgent first.
void draw_status(const View& view, const Canvas& canvas, Drawn& drawn) {
  constexpr std::array signals{PageHint{Action::terminate, "terminate"},
                               PageHint{Action::kill, "kill"},
                               PageHint{Action::interrupt, "interrupt"}};
  constexpr std::array others{PageHint{Action::filter, "filter"},
                              PageHint{Action::show_tree, "tree"},
                              PageHint{Action::show_environment, "environment"},
                              PageHint{Action::show_notebooks, "notebooks"}};
  const auto& state = view.state;
  int column = 0;
  if (state.is_typing_filter) return draw_filter_line(state, canvas);
  if (!state.message.empty()) {
    column = canvas.put(0, 0, state.message, {.role = Role::warning});
  } else if (!state.filter.is_empty()) {
    column = canvas.put(0, 0, "Filter: " + state.filter_text, {.role = Role::accent});
  } else if (state.viewer_uid == 0 && !state.is_read_only) {
    const bool is_wide = canvas.size().columns >= long_warning_from;
    column = canvas.put(0, 0,
                        is_wide ? "! You are root: signals reach everybody's processes."
                                : "! root: signals reach everybody",
                        {.role = Role::warning});
  }
  const bool can_signal = !state.is_read_only && (state.selected || !state.tagged.empty());
  const Canvas rest = canvas.part({0, column + 2, 1, canvas.size().columns - column - 2});
  if (can_signal) {
    draw_hints(view, rest, signals, drawn);
  } else {
    draw_hints(view, rest, others, drawn);
  }
}

void draw_host_part(const View& view, const Plan& plan, const Canvas& canvas, Drawn& drawn) {
  const int rows = host_rows(view.state, plan.host_form);
  draw_host(view, plan.host_form, canvas.part({plan.host - rows, 0, rows, canvas.size().columns}),
            drawn);
}

/// The rule above the graphs, which they share with devices right above them.
void join_host(const View& view, const Plan& plan, const Canvas& canvas, int row) {
  if (plan.host_form != HostForm::full) return;
  const int width = canvas.size().columns;
  const bool is_shared = plan.host == host_rows(view.state, plan.host_form);
  const auto above = is_shared && plan.devices > 0 ? lowest_cells(view, plan.device_form, width)
                                                   : text::CellWidths{};
  canvas.put(is_shared ? row - 1 : row, 0, text::draw_rule("═", above, host_cells(width)),
             {.role = Role::frame});
}

void draw_main(const View& view, const Plan& plan, const Canvas& canvas, Drawn& drawn) {
  const int width = canvas.size().columns;
  int row = 0;
  const auto next = [&](int rows) {
    const Canvas part = canvas.part({row, 0, rows, width});
    row += rows;
    return part;
  };
  draw_head(view, next(plan.head), drawn);
  for (const MainPanel panel : view.state.panels) {
    if (panel == MainPanel::devices && plan.devices > 0) {
      draw_devices(view, plan.device_form, next(plan.devices), drawn);
    } else if (panel == MainPanel::host && plan.host > 0) {
      draw_host_part(view, plan, canvas.part({row, 0, plan.host, width}), drawn);
      join_host(view, plan, canvas, row);
      row += plan.host;
    } else if (panel == MainPanel::processes && view.state.show_processes) {
      if (plan.status > 0) draw_status(view, next(plan.status), drawn);
      if (plan.processes > 0) draw_processes(view, plan.separation, next(plan.processes), drawn);
    }
  }
  if (plan.status > 0 && !view.state.show_processes) draw_status(view, next(plan.status), drawn);
}

/// Moves an area up, and cuts it to the rows in sight.
void shift(Area& area, int rows, int height) {
  const int first = std::max(0, area.row - rows);
  const int end = std::min(height, area.row - rows + area.rows);
  area.row = first;
  area.rows = std::max(0, end - first);
}

/// The first row in sight of a screen that is higher than the terminal: what the user scrolled to,
/// but not without the selected row unless the user scrolled away from it.
int first_row(const View& view, const Drawn& drawn, const Window& all) {
  const auto& state = view.state;
  const int first = first_shown(all.first, all.count, all.rows);
  if (!state.selected || !(state.keeps_selection_in_sight || state.is_following)) return first;
  for (const ClickArea& click : drawn.clicks) {
    const auto* row = std::get_if<RowKey>(&click.target);
    if (row == nullptr || *row != *state.selected) continue;
    return std::clamp(first, click.area.row - all.rows + 1, click.area.row);
  }
  return first;
}

/// Draws a screen that is higher than the terminal, and copies what is in sight.
void draw_scrolled(const View& view, const Plan& plan, Grid& grid, Drawn& drawn) {
  const auto [height, width] = grid.size();
  Grid whole{{plan.rows(), width}};
  draw_main(view, plan, Canvas{whole, {0, 0, plan.rows(), width}}, drawn);
  drawn.page = {view.state.scroll, height, plan.rows()};
  const int first = drawn.page.first = first_row(view, drawn, drawn.page);
  for (int row = 0; row < std::min(height, plan.rows()); ++row) {
    for (int column = 0; column < width; ++column) {
      const Cell& cell = whole.at(row + first, column);
      if (cell.text.empty()) continue;
      grid.put(row, {column, 0, width}, cell.text, cell.style);
    }
  }
  const auto is_outside = [](const auto& entry) { return entry.area.rows == 0; };
  for (ClickArea& click : drawn.clicks) shift(click.area, first, height);
  for (Provenance& cell : drawn.cells) shift(cell.area, first, height);
  std::erase_if(drawn.clicks, is_outside);
  std::erase_if(drawn.cells, is_outside);
}

void draw_too_small(const View& view, const Canvas& canvas, Drawn& drawn) {
  const auto [rows, columns] = canvas.size();
  const auto keys = keys_of(view.state, Action::quit);
  canvas.put(0, 0, fmt::format("{}x{} is too small", columns, rows), {.role = Role::warning});
  canvas.put(1, 0, fmt::format("needed: {}x{}", least_size.columns, least_size.rows));
  if (keys.empty()) return;
  const auto hint = text::safe(keys.substr(0, keys.find(' '))) + " quits";
  const int end = canvas.put(2, 0, hint, {.role = Role::muted});
  add_click(drawn, canvas.in_grid({2, 0, 1, end}), Action::quit);
}

Drawn draw_main_screen(const View& view, Grid& grid) {
  const Size size = grid.size();
  Drawn drawn;
  const Canvas canvas{grid, {0, 0, size.rows, size.columns}};
  if (size.rows < least_size.rows || size.columns < least_size.columns) {
    draw_too_small(view, canvas, drawn);
    return drawn;
  }
  const Plan plan = plan_main(view, size);
  drawn.heights = {plan.devices, device_rows(view, DeviceForm::compact, size.columns),
                   device_rows(view, DeviceForm::full, size.columns), plan.host};
  if (plan.rows() > size.rows) {
    draw_scrolled(view, plan, grid, drawn);
  } else {
    draw_main(view, plan, canvas, drawn);
  }
  return drawn;
}

/// Replaces every cell by ASCII. A character of two columns becomes two of one.
void reduce_to_ascii(Grid& grid) {
  const auto [rows, columns] = grid.size();
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const Cell& cell = grid.at(row, column);
      const bool is_plain = cell.text.size() == 1 && static_cast<unsigned char>(cell.text[0]) < 128;
      if (is_plain || cell.text.empty()) continue;
      const Cell old = cell;
      grid.put(row, {column, 0, columns}, text::to_ascii(old.text), old.style);
    }
  }
}

Drawn draw_screen(const View& view, Grid& grid) {
  Drawn drawn;
  const Canvas canvas{grid, {0, 0, grid.size().rows, grid.size().columns}};
  switch (view.state.screen) {
    case Screen::main:
      return draw_main_screen(view, grid);
    case Screen::tree:
      draw_tree(view, canvas, drawn);
      break;
    case Screen::environment:
      draw_environment(view, canvas, drawn);
      break;
    case Screen::process:
      draw_process(view, canvas, drawn);
      break;
    case Screen::device:
      draw_device(view, canvas, drawn);
      break;
    case Screen::help:
      draw_help(view, canvas, drawn);
      break;
    case Screen::settings:
      draw_settings(view, canvas, drawn);
      break;
    case Screen::why:
      draw_why(view, canvas, drawn);
      break;
    case Screen::notebooks:
      draw_notebooks(view, canvas, drawn);
      break;
  }
  return drawn;
}

}  // namespace

Drawn draw_frame(const View& view, Grid& grid) {
  const Canvas canvas{grid, {0, 0, grid.size().rows, grid.size().columns}};
  Drawn drawn = draw_screen(view, grid);
  if (view.state.dialog) draw_dialog(view, canvas, drawn);
  if (view.state.charset == Charset::ascii) reduce_to_ascii(grid);
  return drawn;
}

}  // namespace gander::tui
