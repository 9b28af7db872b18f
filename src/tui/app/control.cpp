// SPDX-License-Identifier: Apache-2.0
// From inputs to actions: keys, pairs of keys, clicks, the wheel, pasted text. What an action does
// stands in control_actions.cpp.
#include "tui/app/control.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tui/app/dialog_keys.hpp"
#include "tui/app/filter_line.hpp"
#include "tui/app/row_choice.hpp"
#include "tui/view/setting.hpp"

namespace gander::tui {
namespace {

constexpr int fast_wheel = 5;

/// What may follow the first key of a pair, for the line at the bottom.
std::string describe_pairs(const KeyMap& keys, Screen screen, const std::string& first) {
  std::string text;
  for (const ActionRow& row : actions()) {
    if (!holds_on(row, screen)) continue;
    const std::string spelled = keys.keys_of(row.id);
    const auto at = spelled.find(first + "+");
    if (at == std::string::npos || row.name.ends_with("_reversed")) continue;
    const auto second = spelled.substr(at + first.size() + 1, spelled.find(' ', at) - at);
    text += fmt::format("{}{} {}", text.empty() ? "" : "  ", second, row.help);
  }
  return fmt::format("{}: {}", first, text);
}

/// The number under the mouse.
std::optional<PointedCell> find_cell(const Drawn& drawn, const Snapshot& snapshot,
                                     const Mouse& mouse) {
  const auto is_under = [&](const Provenance& cell) { return holds(cell.area, mouse); };
  const auto found = std::find_if(drawn.cells.rbegin(), drawn.cells.rend(), is_under);
  if (found == drawn.cells.rend()) return std::nullopt;
  const auto device = std::ranges::find_if(
      snapshot.devices, [&](const Device& each) { return found->device == each.index; });
  if (device == snapshot.devices.end()) return PointedCell{found->metric, {}};
  return PointedCell{found->metric, device->uuid.value_or("")};
}

void choose_place(const Choice& choice, ViewState& state) {
  const int index = std::max(0, choice.index);
  if (state.screen == Screen::settings) {
    if (index >= static_cast<int>(settings().size())) return;
    // The first click shows which one it is, the next one changes it.
    if (state.settings_row == index) {
      change(state, settings()[static_cast<std::size_t>(index)].id, Step::forward);
    }
    state.settings_row = index;
  }
  if (state.screen == Screen::environment) state.environment_row = index;
  if (state.screen == Screen::why) state.why_row = index;
  if (state.screen == Screen::notebooks) {
    const auto view = static_cast<std::size_t>(index);
    if (view < workload_views.size()) state.notebooks.show(workload_views.at(view));
    state.page_scroll = 0;
    state.page_column = 0;
  }
}

}  // namespace

std::vector<Request> Control::handle(const Input& input, const Snapshot& snapshot,
                                     const Drawn& drawn, ViewState& state) {
  if (std::holds_alternative<Focus>(input) || std::holds_alternative<Reply>(input)) return {};
  if (state.dialog) {
    first_key_.clear();
    return answer_dialog(input, drawn, state);
  }
  go_on_from(drawn, state);
  Turn turn{snapshot, drawn, state, {}};
  if (const auto* key = std::get_if<Key>(&input)) press(*key, turn);
  if (const auto* mouse = std::get_if<Mouse>(&input)) point(*mouse, turn);
  if (const auto* paste = std::get_if<Paste>(&input); paste != nullptr && state.is_typing_filter) {
    paste_into_filter(paste->text, state);
  }
  return std::move(turn.requests);
}

/// Scrolling goes on from what a new frame shows; several keys between two frames add up.
void Control::go_on_from(const Drawn& drawn, ViewState& state) {
  const std::array now{drawn.devices.first, drawn.processes.first, drawn.page.first};
  if (std::exchange(drawn_rows_, now) == now) return;
  state.device_scroll = drawn.devices.first;
  state.process_scroll = drawn.processes.first;
  int& page = state.screen == Screen::main ? state.scroll : state.page_scroll;
  page = drawn.page.first;
}

void Control::press(const Key& key, Turn& turn) {
  ViewState& state = turn.state;
  state.message.clear();
  if (state.is_typing_filter && edit_filter(key, state)) return;
  std::string name = to_string(key);
  if (!first_key_.empty()) {
    name = std::exchange(first_key_, {}) + "+" + name;
    if (const auto action = keys_.find(state.screen, name)) return perform(*action, turn);
    if (key.name != NamedKey::escape) state.message = name + " means nothing here";
    return;
  }
  if (keys_.is_prefix(state.screen, name)) {
    state.message = describe_pairs(keys_, state.screen, name);
    first_key_ = std::move(name);
    return;
  }
  if (const auto action = keys_.find(state.screen, name)) return perform(*action, turn);
  // Help is read and left: any key does.
  if (state.screen == Screen::help) go_back(turn);
}

void Control::wheel(const Mouse& mouse, Turn& turn) {
  const bool is_up = mouse.action == MouseAction::wheel_up;
  if (mouse.shift) return perform(is_up ? Action::scroll_left : Action::scroll_right, turn);
  const int count = mouse.control ? fast_wheel : 1;
  const ClickTarget* target = find_click(turn.drawn, mouse);
  const bool is_on_device = target != nullptr && std::holds_alternative<std::string>(*target);
  for (int i = 0; i < count; ++i) {
    if (is_on_device && turn.state.screen == Screen::main) {
      scroll(turn.state.device_scroll, turn.drawn.devices, is_up ? -1 : 1);
    } else if (holds_on(row_of(Action::select_up), turn.state.screen)) {
      perform(is_up ? Action::select_up : Action::select_down, turn);
    } else {
      perform(is_up ? Action::scroll_up : Action::scroll_down, turn);
    }
  }
}

void Control::point(const Mouse& mouse, Turn& turn) {
  if (mouse.action == MouseAction::wheel_up || mouse.action == MouseAction::wheel_down) {
    return wheel(mouse, turn);
  }
  const bool is_click = mouse.action == MouseAction::press && mouse.button != 2;
  if (!is_click) return;
  ViewState& state = turn.state;
  state.message.clear();
  first_key_.clear();
  state.pointed = find_cell(turn.drawn, turn.snapshot, mouse);
  const ClickTarget* target = find_click(turn.drawn, mouse);
  if (target == nullptr) {
    if (has_process_rows(state.screen)) state.selected.reset();
  } else if (const auto* row = std::get_if<RowKey>(target)) {
    select_row(turn.snapshot, state, *row);
  } else if (const auto* device = std::get_if<std::string>(target)) {
    state.selected_device = *device;
  } else if (const auto* choice = std::get_if<Choice>(target)) {
    choose_place(*choice, state);
  } else if (const auto* action = std::get_if<Action>(target)) {
    if (holds_on(row_of(*action), state.screen)) perform(*action, turn);
  }
}

void Control::open(Screen screen, ViewState& state) {
  before_.push_back(state.screen);
  state.screen = screen;
  state.page_scroll = 0;
  state.page_column = 0;
  const bool reads_more = screen == Screen::tree || screen == Screen::process ||
                          screen == Screen::device || screen == Screen::why ||
                          screen == Screen::notebooks;
  if (state.is_paused && reads_more) {
    state.message = "paused: what only this screen shows is not read; r reads once, Z goes on";
  }
}

void Control::go_back(Turn& turn) {
  ViewState& state = turn.state;
  state.screen = before_.empty() ? Screen::main : before_.back();
  if (!before_.empty()) before_.pop_back();
  state.page_scroll = 0;
  state.page_column = 0;
  if (has_process_rows(state.screen)) carry_selection(turn.snapshot, state);
}

void Control::follow(const Snapshot& snapshot, ViewState& state) {
  const auto is_gone = [&](const ProcessKey& key) {
    return find_process(snapshot, key) == nullptr;
  };
  const auto has_no_device = [&](const std::string& uuid) {
    return find_device(snapshot, uuid) == nullptr;
  };
  std::erase_if(state.tagged, is_gone);
  std::erase_if(state.collapsed, is_gone);
  std::erase_if(state.marked_devices, has_no_device);
  if (state.selected_device && has_no_device(*state.selected_device)) state.selected_device.reset();
  const bool shows_rows = has_process_rows(state.screen);
  if (shows_rows && state.selected) {
    const auto rows = choosable_rows(snapshot, state);
    const auto is_it = [&](const ChoosableRow& row) {
      if (state.screen == Screen::tree) return row.key.process == state.selected->process;
      return row.key == *state.selected;
    };
    if (std::ranges::none_of(rows, is_it)) state.selected.reset();
  }
  if (shows_rows && !state.selected) state.is_following = false;
}

}  // namespace gander::tui
