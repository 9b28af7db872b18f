// SPDX-License-Identifier: Apache-2.0
// What the screens beside the main one share.
#include "tui/panel/screens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"
#include "tui/view/absence.hpp"
#include "tui/view/shown_devices.hpp"

namespace gander::tui {
namespace {

/// `GPU 3` and the like are cut before the time is.
constexpr int least_title = 20;
constexpr int hint_gap = 2;
/// ` 1-38 of 120 `
constexpr int position_width = 16;

std::string first_key(const ViewState& state, Action action) {
  const std::string keys = keys_of(state, action);
  return keys.substr(0, keys.find(' '));
}

void draw_hints(const View& view, const Canvas& line, Drawn& drawn, const Page& page) {
  int column = 1;
  const int end = line.size().columns - (page.extent == Extent::scrolled ? position_width : 0);
  for (const auto& [action, words] : page.hints) {
    const std::string key = first_key(view.state, action);
    const std::string text = fmt::format("{} {}", text::safe(key), words);
    const int width = text::display_width(text);
    if (key.empty() || column + width > end) continue;
    line.put(0, column, text, {Role::muted});
    line.put(0, column, key, {.role = Role::key, .bold = true});
    add_click(drawn, line.in_grid({0, column, 1, width}), action);
    column += width + hint_gap;
  }
}

void draw_title(const View& view, const Canvas& canvas, const Page& page) {
  const int columns = canvas.size().columns;
  const bool is_paused = view.state.is_paused;
  const std::string clock = text::safe((is_paused ? "PAUSED  " : "") + view.state.clock_text);
  const int clock_width = text::display_width(clock);
  const bool has_clock = !clock.empty() && columns >= clock_width + least_title;
  const int room = columns - 1 - (has_clock ? clock_width + 2 : 0);
  canvas.put_left(0, {1, std::max(0, room)}, page.title, {.role = Role::title, .bold = true});
  if (!has_clock) return;
  canvas.put_right(0, {columns - clock_width - 1, clock_width}, clock,
                   {.role = is_paused ? Role::warning : Role::muted, .bold = is_paused});
}

}  // namespace

const Process* find_selected(const View& view) {
  if (!view.state.selected) return nullptr;
  const auto found = std::ranges::find_if(view.snapshot.processes, [&](const Process& process) {
    return key_of(process) == view.state.selected->process;
  });
  return found == view.snapshot.processes.end() ? nullptr : &*found;
}

const Device* find_shown_device(const Snapshot& snapshot, const ViewState& state) {
  // What a person has chosen is shown whatever the command line asks for.
  if (state.selected_device) {
    if (const Device* device = find_device(snapshot, *state.selected_device)) return device;
  }
  if (state.selected) {
    if (const Device* device = find_device(snapshot, state.selected->device)) return device;
  }
  const auto shown = shown_devices(snapshot, state);
  return shown.empty() ? nullptr : shown.front();
}

std::string label_of(const Device& device) {
  return fmt::format("{} {}", device.is_instance() ? "MIG" : "GPU", to_string(device.index));
}

std::string keys_of(const ViewState& state, Action action) {
  const auto changed = state.keys.find(action);
  return changed != state.keys.end() ? changed->second : std::string{row_of(action).keys};
}

std::string_view sign(const ViewState& state, std::string_view unicode, std::string_view ascii) {
  return state.charset == Charset::ascii ? ascii : unicode;
}

Canvas draw_page(const View& view, const Canvas& canvas, Drawn& drawn, const Page& page) {
  const auto [rows, columns] = canvas.size();
  draw_title(view, canvas, page);
  const int foot = rows >= 4 ? 1 : 0;
  if (foot > 0) {
    const Canvas line = canvas.part({rows - 1, 0, 1, columns});
    if (view.state.message.empty()) {
      draw_hints(view, line, drawn, page);
    } else {
      line.put_left(0, {1, columns - 1}, view.state.message, {Role::warning});
    }
  }
  return canvas.part({1, 0, rows - 1 - foot, columns});
}

void add_click(Drawn& drawn, const Area& area, ClickTarget target) {
  if (area.rows > 0 && area.columns > 0) drawn.clicks.push_back({area, std::move(target)});
}

void add_cell(Drawn& drawn, Provenance cell) {
  if (cell.area.rows > 0 && cell.area.columns > 0) drawn.cells.push_back(std::move(cell));
}

Window keep_in_sight(Window window, int row) {
  const int last = std::max(0, window.count - window.rows);
  window.first = std::clamp(window.first, 0, last);
  if (row < 0 || window.rows <= 0) return window;
  window.first = std::clamp(window.first, std::max(0, row - window.rows + 1), std::max(0, row));
  return window;
}

std::size_t place_in(const Window& window, int row) {
  const int place = window.first + row;
  return static_cast<std::size_t>(place);
}

void draw_position(const Canvas& canvas, int row, const Window& window) {
  if (window.count <= window.rows || window.rows <= 0) return;
  const std::string text =
      fmt::format(" {}-{} of {} ", window.first + 1,
                  std::min(window.count, window.first + window.rows), window.count);
  const int width = text::display_width(text);
  if (width > canvas.size().columns) return;
  canvas.put(row, canvas.size().columns - width, text, {Role::muted});
}

void select_row(const Canvas& canvas, int row) {
  canvas.change({row, 0, 1, canvas.size().columns}, [](Style& style) { style.selected = true; });
}

int put_absence(const View& view, const Canvas& canvas, int row) {
  const auto remedy = remedy_for_devices(view.snapshot);
  const Role role = remedy.empty() ? Role::muted : Role::warning;
  row = put_wrapped(canvas, row, absence_of_devices(view.snapshot), {role});
  return remedy.empty() ? row : put_wrapped(canvas, row, remedy, {Role::muted});
}

int put_wrapped(const Canvas& canvas, int row, std::string_view words, const Style& style) {
  if (canvas.size().columns <= 0) return row;
  for (const std::string& line : text::wrap(text::safe(words), canvas.size().columns)) {
    canvas.put(row++, 0, line, style);
  }
  return row;
}

}  // namespace gander::tui
