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

/// Whether an action that only this screen has takes the key there.
bool is_taken(const ViewState& state, std::string_view key) {
  return std::ranges::any_of(actions(), [&](const ActionRow& row) {
    if (!wins_on(row, state.screen)) return false;
    const auto keys = " " + keys_of(state, row.id) + " ";
    return keys.find(fmt::format(" {} ", key)) != std::string::npos;
  });
}

void draw_title(const View& view, const Canvas& canvas, const Page& page) {
  const int room = draw_clock(view, canvas, least_title) - 1;
  canvas.put_left(0, {1, std::max(0, room)}, page.title, {.role = Role::title, .bold = true});
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

std::string first_key(const ViewState& state, Action action) {
  std::string keys = keys_of(state, action);
  const bool wins = wins_on(row_of(action), state.screen);
  while (!keys.empty()) {
    const auto end = std::min(keys.find(' '), keys.size());
    auto key = keys.substr(0, end);
    if (wins || !is_taken(state, key)) return key;
    keys.erase(0, end + 1);
  }
  return {};
}

void draw_hint_row(const View& view, const Canvas& line, Drawn& drawn,
                   const std::vector<PageHint>& hints) {
  int column = 1;
  const int end = line.size().columns;
  for (const auto& [action, words] : hints) {
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

int draw_clock(const View& view, const Canvas& canvas, int wanted) {
  const int columns = canvas.size().columns;
  const bool is_paused = view.state.is_paused;
  const std::string clock = text::safe((is_paused ? "PAUSED  " : "") + view.state.clock_text);
  const int width = text::display_width(clock);
  if (clock.empty() || columns < width + wanted) return columns;
  canvas.put_right(0, {columns - width - 1, width}, clock,
                   {.role = is_paused ? Role::warning : Role::muted, .bold = is_paused});
  return columns - width - 2;
}

void draw_filter_line(const ViewState& state, const Canvas& line) {
  int column = line.put(0, 0, "Filter: ", {.role = Role::accent, .bold = true});
  column = line.put(0, column, state.filter_text);
  column = line.put(0, column, " ", {.reverse = true}) + 1;
  const auto read = Filter::parse(state.filter_text);
  if (read) return;
  // Before what is wrong there may be more text than fits.
  const auto words = " " + read.error().message;
  const int last = line.size().columns - text::display_width(words);
  line.put(0, std::clamp(last, 0, column), words, {.role = Role::warning});
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
      const int end = columns - (page.extent == Extent::scrolled ? position_width : 0);
      draw_hint_row(view, line.part({0, 0, 1, end}), drawn, page.hints);
    } else {
      line.put_left(0, {1, columns - 1}, view.state.message, {Role::warning});
    }
  }
  return canvas.part({1, 0, rows - 1 - foot, columns});
}

void add_click(Drawn& drawn, const Area& area, ClickTarget target) {
  if (area.rows > 0 && area.columns > 0) drawn.clicks.push_back({area, std::move(target)});
}

void add_cell(Drawn& drawn, const Provenance& cell) {
  if (cell.area.rows > 0 && cell.area.columns > 0) drawn.cells.push_back(cell);
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
