// SPDX-License-Identifier: Apache-2.0
// The screens beside the main one. Each is drawn on the whole terminal. Also what they share: the
// title above, the hints below, the row that stays in sight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tui/panel/panel.hpp"

namespace gander::tui {

/// GPU processes with their ancestors and children. `tree_rows` is what can be selected, in order.
std::vector<const Process*> tree_rows(const Snapshot& snapshot, const ViewState& state);
void draw_tree(const View& view, const Canvas& canvas, Drawn& drawn);
/// The environment of the selected process; values that look secret are masked.
void draw_environment(const View& view, const Canvas& canvas, Drawn& drawn);
/// Numbers and graphs of the selected process.
void draw_process(const View& view, const Canvas& canvas, Drawn& drawn);
/// All that is known of one GPU: that of `selected_device`, of the selected process, or the first.
void draw_device(const View& view, const Canvas& canvas, Drawn& drawn);
/// Keys and legends, made from the table of actions.
void draw_help(const View& view, const Canvas& canvas, Drawn& drawn);
/// The rows of view/setting.hpp; `settings_row` is the selected one.
void draw_settings(const View& view, const Canvas& canvas, Drawn& drawn);
/// The numbers that can be asked about: those of the selected process, unless `selected_device` is
/// another than its own, then those of that device, then those of the host. `why_row` is a place in
/// them.
std::vector<Metric> why_rows(const Snapshot& snapshot, const ViewState& state);
/// What the number under the cursor is, where it came from, and why one is missing.
void draw_why(const View& view, const Canvas& canvas, Drawn& drawn);
/// Notebooks and scripts with the GPUs they are on, or GPUs with what is on each: that view of
/// `notebooks` which is shown.
void draw_notebooks(const View& view, const Canvas& canvas, Drawn& drawn);
/// A dialog above a dimmed screen: what a signal would hit. Draws nothing without one. What lies
/// below can no longer be clicked.
void draw_dialog(const View& view, const Canvas& canvas, Drawn& drawn);

/// Whether a variable of this name must not be shown without being asked for: tokens, passwords.
bool looks_secret(std::string_view name);

/// The process that is selected; null if there is none, or it has ended.
const Process* find_selected(const View& view);
/// The device a screen about one device shows: the one that was chosen, else the first that the
/// command line asks for; null if there is none at all.
const Device* find_shown_device(const Snapshot& snapshot, const ViewState& state);
/// `GPU 3`, `MIG 3:0`.
std::string label_of(const Device& device);
/// The keys of an action, as bound now, separated by spaces.
std::string keys_of(const ViewState& state, Action action);
/// The first of them that means it on the screen that is shown; empty where there is none.
std::string first_key(const ViewState& state, Action action);
/// A sign of Unicode where the terminal has it, else one of ASCII.
std::string_view sign(const ViewState& state, std::string_view unicode, std::string_view ascii);

/// Something that may be done, in a word or two.
struct PageHint {
  Action action{};
  std::string_view words;
};
/// Whether a page has more rows than are seen, and says so at its lower right.
enum class Extent : std::uint8_t { fixed, scrolled };
/// What stands around a screen.
struct Page {
  std::string title;
  std::vector<PageHint> hints;
  Extent extent{};
};
/// Draws hints that can be clicked over one row, as many as fit.
void draw_hint_row(const View& view, const Canvas& line, Drawn& drawn,
                   const std::vector<PageHint>& hints);
/// Draws the time, or that the picture is held still, at the right end of the first row, unless so
/// many columns at its left are wanted for something else. Returns how many are left.
int draw_clock(const View& view, const Canvas& canvas, int wanted);
/// The line while a filter is typed: what is typed, and what is wrong with it.
void draw_filter_line(const ViewState& state, const Canvas& line);
/// Draws the title with the time above, hints that can be clicked below, and returns what is
/// between. Small canvases lose the hints first.
Canvas draw_page(const View& view, const Canvas& canvas, Drawn& drawn, const Page& page);

/// Notes what a click on an area means, and what is shown there; nothing for an empty area.
void add_click(Drawn& drawn, const Area& area, ClickTarget target);
void add_cell(Drawn& drawn, const Provenance& cell);

/// The window of `rows` rows that shows `row` and else stays where `first` puts it.
Window keep_in_sight(Window window, int row);
/// The place in the list of a row that is seen.
std::size_t place_in(const Window& window, int row);
/// Columns that ` 1-38 of 120 ` takes.
inline constexpr int position_width = 16;
/// Says at the right end of `row` of the canvas what part is seen, where it is not all.
void draw_position(const Canvas& canvas, int row, const Window& window);
/// Marks a row of the canvas as the selected one.
void select_row(const Canvas& canvas, int row);
/// Why there is no device and what would help, from `row` on; returns the row below it.
int put_absence(const View& view, const Canvas& canvas, int row);
/// Words over as many rows as they need from `row` on; returns the row below.
int put_wrapped(const Canvas& canvas, int row, std::string_view words, const Style& style);

}  // namespace gander::tui
