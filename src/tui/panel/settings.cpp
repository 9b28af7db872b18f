// SPDX-License-Identifier: Apache-2.0
// The settings menu: each row with its present value and what that means. Changing one shows at
// once, behind the menu and in it.
#include <fmt/format.h>

#include <algorithm>

#include "text/width.hpp"
#include "tui/panel/screens.hpp"
#include "tui/view/setting.hpp"

namespace gander::tui {
namespace {

constexpr int title_width = 17;
constexpr int value_width = 20;

/// A row of the menu: a setting, or the heading of a section where `setting` is negative.
struct Row {
  int setting = -1;
  std::string_view heading;
};

std::vector<Row> make_rows() {
  std::vector<Row> rows;
  std::string_view section;
  int place = 0;
  for (const SettingRow& row : settings()) {
    if (row.section != section) rows.push_back({-1, row.section});
    section = row.section;
    rows.push_back({place++, {}});
  }
  return rows;
}

void draw_row(const View& view, const Canvas& line, const SettingRow& row, bool is_selected) {
  const auto& state = view.state;
  line.put(0, 1, is_selected ? sign(state, "▸", ">") : " ", {Role::accent});
  line.put_left(0, {3, title_width}, row.title, {.bold = is_selected});
  const std::string value = fmt::format("{} {} {}", is_selected ? "<" : " ",
                                        value_of(state, row.id), is_selected ? ">" : " ");
  // A long value takes the room it needs, and its meaning stands behind it.
  const int width = std::max(value_width, text::display_width(value));
  line.put_left(0, {4 + title_width, width}, value, {.role = Role::accent, .bold = true});
  line.put(0, 5 + title_width + width, meaning_of(state, row.id), {Role::muted});
}

}  // namespace

void draw_settings(const View& view, const Canvas& canvas, Drawn& drawn) {
  const Page page{"Settings",
                  {{Action::back, "back"},
                   {Action::help, "help"},
                   {Action::confirm, "change"},
                   {Action::save, "keep for the next time"}}};
  const Canvas body = draw_page(view, canvas, drawn, page);
  const auto [height, columns] = body.size();
  const auto rows = make_rows();
  const auto all = settings();
  const int chosen = std::clamp(view.state.settings_row, 0, static_cast<int>(all.size()) - 1);
  const auto found = std::ranges::find(rows, chosen, &Row::setting);
  const int help = height >= 6 ? 2 : 0;
  const Window window = keep_in_sight({0, height - help, static_cast<int>(rows.size())},
                                      static_cast<int>(found - rows.begin()));
  drawn.page = window;
  for (int i = 0; i < window.rows && window.first + i < window.count; ++i) {
    const Row& row = rows[place_in(window, i)];
    const Canvas line = body.part({i, 0, 1, columns});
    if (row.setting < 0) {
      line.put(0, 1, row.heading, {.role = Role::title, .bold = true});
      continue;
    }
    draw_row(view, line, all[static_cast<std::size_t>(row.setting)], row.setting == chosen);
    if (row.setting == chosen) select_row(line, 0);
    add_click(drawn, line.area(), Choice{row.setting});
  }
  draw_position(body, 0, window);
  if (help == 0) return;
  const std::string_view text = all[static_cast<std::size_t>(chosen)].help;
  const int row = std::min(height - 1, static_cast<int>(rows.size()) + 1);
  put_wrapped(body.part({row, 1, 1, columns - 2}), 0, text, {Role::text});
}

}  // namespace gander::tui
