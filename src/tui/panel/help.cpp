// SPDX-License-Identifier: Apache-2.0
// The help: every action with its keys, and what short forms and colours stand for. All of it is
// made from the tables that the program itself goes by.
#include <fmt/format.h>

#include <algorithm>

#include "gander/known.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"
#include "tui/panel/screens.hpp"

namespace gander::tui {
namespace {

constexpr int column_width = 39;
constexpr int key_width = 13;
constexpr std::string_view reversed = "_reversed";

/// One line of a column.
struct Line {
  std::string key;
  std::string text;
  Role role{};  ///< Of the key; `title` where the line is a heading.
};
using Block = std::vector<Line>;

/// A key and what it stands for, over as many lines as both need.
void add(Block& block, const Line& line) {
  const auto keys = text::wrap(text::safe(line.key), key_width);
  const auto texts = text::wrap(line.text, column_width - key_width - 2);
  for (std::size_t i = 0; i < std::max(keys.size(), texts.size()); ++i) {
    block.push_back({i < keys.size() ? keys[i] : "", i < texts.size() ? texts[i] : "", line.role});
  }
}

Block begin(std::string_view title) { return {{std::string{title}, {}, Role::title}}; }

/// The keys of an action, and of the one that does the same in reverse.
std::string all_keys(const ViewState& state, const ActionRow& row) {
  std::string keys = keys_of(state, row.id);
  if (const auto other = find_action(std::string{row.name} + std::string{reversed})) {
    keys += " " + keys_of(state, *other);
  }
  return keys;
}

/// Two keys one after the other, `o+n`, are written as they are typed, `on`; a lone `+` is a key.
std::string spell(std::string_view keys) {
  std::string spelled;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool joins =
        keys[i] == '+' && i > 0 && i + 1 < keys.size() && keys[i - 1] != ' ' && keys[i + 1] != ' ';
    if (!joins) spelled += keys[i];
  }
  return spelled;
}

std::vector<std::string_view> sections() {
  std::vector<std::string_view> names;
  for (const ActionRow& row : actions()) {
    if (std::ranges::find(names, row.section) == names.end()) names.push_back(row.section);
  }
  return names;
}

Block make_section(const ViewState& state, std::string_view section) {
  Block block = begin(section);
  for (const ActionRow& row : actions()) {
    // What leads back stands with what leads there.
    const bool is_other_half = row.name.ends_with(reversed) || row.name.starts_with("leave_");
    if (row.section != section || is_other_half) continue;
    const bool is_signal = section == "Signals";
    std::string help{row.help};
    if (row.name.starts_with("show_")) {
      const auto leave = find_action("leave_" + std::string{row.name.substr(5)});
      if (leave) help += fmt::format("; {} leads back", keys_of(state, *leave));
    }
    if (find_action(std::string{row.name} + std::string{reversed})) help += ", or reversed";
    if (is_signal && state.is_read_only) help += " (read-only: off)";
    add(block, {spell(all_keys(state, row)), help,
                is_signal && state.is_read_only ? Role::muted : Role::key});
  }
  return block;
}

Block make_dialog_keys() {
  Block block = begin("In the signal dialog");
  add(block, {"Left Right Tab", "choose a button", Role::key});
  add(block, {"Enter Space", "do what it says", Role::key});
  add(block, {"t k i", "SIGTERM, SIGKILL, SIGINT", Role::key});
  add(block, {"c n Escape q", "cancel", Role::key});
  return block;
}

Block make_missing() {
  Block block = begin("Where a number is missing");
  for (int i = 0; i <= static_cast<int>(Missing::driver_error); ++i) {
    const auto reason = static_cast<Missing>(i);
    std::string words{text::write_missing(reason, 7)};
    const auto brief = text::write_missing(reason, 3);
    if (brief != words) words += " " + std::string{brief};
    add(block, {words, std::string{text::explain(reason)}, Role::muted});
  }
  return block;
}

Block make_types() {
  Block block = begin("Types of processes");
  add(block, {"C", "computes on the GPU", Role::accent});
  add(block, {"G", "draws on the GPU", Role::accent});
  add(block, {"X", "does both", Role::accent});
  add(block, {"?", "the driver does not say", Role::accent});
  return block;
}

Block make_levels(const ViewState& state) {
  Block block = begin("Load");
  const auto range = [&](double Levels::* level) {
    return fmt::format("GPU from {:.0f}%, memory from {:.0f}%", state.gpu_levels.*level * 100,
                       state.memory_levels.*level * 100);
  };
  add(block, {"light", "below moderate", Role::light});
  add(block, {"moderate", range(&Levels::moderate), Role::moderate});
  add(block, {"heavy", range(&Levels::heavy), Role::heavy});
  add(block, {"dim row", "process of another user", Role::muted});
  return block;
}

/// The blocks in columns of about the same height, in reading order.
std::vector<Block> arrange(const std::vector<Block>& blocks, int columns) {
  std::size_t lines = 0;
  for (const Block& block : blocks) lines += block.size() + 1;
  const std::size_t height = lines / static_cast<std::size_t>(columns) + 1;
  std::vector<Block> arranged(1);
  for (const Block& block : blocks) {
    const bool is_full = arranged.back().size() + block.size() / 2 >= height;
    if (is_full && static_cast<int>(arranged.size()) < columns) arranged.emplace_back();
    if (!arranged.back().empty()) arranged.back().push_back({});
    arranged.back().insert(arranged.back().end(), block.begin(), block.end());
  }
  return arranged;
}

void draw_line(const Canvas& canvas, int row, const Line& line) {
  if (line.role == Role::title) {
    canvas.put_left(row, {0, canvas.size().columns}, line.key, {.role = Role::title, .bold = true});
    return;
  }
  canvas.put_left(row, {1, key_width}, line.key, {.role = line.role, .bold = true});
  canvas.put(row, key_width + 2, line.text);
}

std::vector<Block> make_blocks(const ViewState& state) {
  std::vector<Block> blocks;
  for (const std::string_view section : sections()) blocks.push_back(make_section(state, section));
  blocks.push_back(make_dialog_keys());
  blocks.push_back(make_missing());
  blocks.push_back(make_types());
  blocks.push_back(make_levels(state));
  return blocks;
}

}  // namespace

void draw_help(const View& view, const Canvas& canvas, Drawn& drawn) {
  const Page page{fmt::format("gander {}: keys and signs", view.snapshot.version),
                  {{Action::back, "back"}, {Action::page_down, "down"}, {Action::page_up, "up"}},
                  Extent::scrolled};
  const Canvas body = draw_page(view, canvas, drawn, page);
  const auto [rows, width] = body.size();
  const auto columns = arrange(make_blocks(view.state), std::max(1, width / (column_width + 1)));
  std::size_t longest = 0;
  for (const Block& column : columns) longest = std::max(longest, column.size());
  const Window window =
      keep_in_sight({view.state.page_scroll, rows, static_cast<int>(longest)}, -1);
  drawn.page = window;
  int left = 1;
  for (const Block& column : columns) {
    const Canvas part = body.part({0, left, rows, column_width});
    for (int row = 0; row < rows; ++row) {
      const auto place = place_in(window, row);
      if (place < column.size()) draw_line(part, row, column[place]);
    }
    left += column_width + 1;
  }
  draw_position(canvas, canvas.size().rows - 1, window);
}

}  // namespace gander::tui
