// SPDX-License-Identifier: Apache-2.0
// Buttons by letter, digit, arrow and click.
#include "tui/app/dialog_keys.hpp"

#include <algorithm>

#include "tui/app/row_choice.hpp"

namespace gander::tui {
namespace {

/// The signals in order and the number of buttons, the one that cancels included.
struct Buttons {
  explicit Buttons(const SignalDialog& dialog) : signals(offered_signals(dialog)) {}
  [[nodiscard]] int count() const { return static_cast<int>(signals.size()) + 1; }
  [[nodiscard]] int cancel() const { return static_cast<int>(signals.size()); }
  [[nodiscard]] std::optional<int> place_of(int signal) const {
    const auto found = std::ranges::find(signals, signal);
    if (found == signals.end()) return std::nullopt;
    return static_cast<int>(found - signals.begin());
  }
  std::vector<int> signals;
};

std::vector<Request> close(ViewState& state) {
  state.dialog.reset();
  return {ReleaseRequest{}};
}

std::vector<Request> press_button(const Buttons& buttons, int button, ViewState& state) {
  if (button < 0 || button >= buttons.count()) return {};
  if (button == buttons.cancel() || state.is_read_only) return close(state);
  state.dialog->choice = button;
  return {SignalRequest{buttons.signals[static_cast<std::size_t>(button)]}};
}

void move_choice(const Buttons& buttons, int by, ViewState& state) {
  int& choice = state.dialog->choice;
  choice = (std::clamp(choice, 0, buttons.cancel()) + by + buttons.count()) % buttons.count();
}

/// The button that a letter or digit names.
std::optional<int> find_button(const Buttons& buttons, char32_t character) {
  switch (character) {
    case U't':
    case U'T':
      return buttons.place_of(15);
    case U'k':
    case U'K':
      return buttons.place_of(9);
    case U'i':
    case U'I':
      return buttons.place_of(2);
    case U'c':
    case U'C':
    case U'n':
    case U'N':
    case U'q':
    case U'Q':
      return buttons.cancel();
    default:
      break;
  }
  if (character < U'1' || character > U'9') return std::nullopt;
  return static_cast<int>(character - U'1');
}

/// -1, 1, or 0 for a key that moves nothing.
int direction_of(const Key& key) {
  if (key.name == NamedKey::left || key.name == NamedKey::up) return -1;
  if (key.name == NamedKey::right || key.name == NamedKey::down) return 1;
  if (key.name == NamedKey::tab) return key.shift ? -1 : 1;
  if (key.name != NamedKey::none) return 0;
  if (key.character == U',' || key.character == U'<' || key.character == U'[') return -1;
  if (key.character == U'.' || key.character == U'>' || key.character == U']') return 1;
  return 0;
}

/// The same dialog with all that descend from its targets; nothing where none does.
std::vector<Request> add_descendants(const ViewState& state) {
  HoldRequest request;
  request.signal = state.dialog->signal;
  request.has_descendants = true;
  request.misses = state.dialog->misses;
  int children = 0;
  for (const SignalDialog::Target& target : state.dialog->targets) {
    request.processes.push_back(key_of(target.process));
    children += target.children;
  }
  if (children == 0 || state.is_read_only) return {};
  return {std::move(request)};
}

std::vector<Request> press(const Key& key, ViewState& state) {
  const Buttons buttons{*state.dialog};
  if (key.control || key.alt) return {};
  if (key.name == NamedKey::escape) return close(state);
  const bool applies =
      key.name == NamedKey::enter || (key.name == NamedKey::none && key.character == U' ');
  if (applies) return press_button(buttons, state.dialog->choice, state);
  if (const int by = direction_of(key); by != 0) {
    move_choice(buttons, by, state);
    return {};
  }
  if (key.name != NamedKey::none) return {};
  if (key.character == U's' || key.character == U'S') return add_descendants(state);
  const auto button = find_button(buttons, key.character);
  return button ? press_button(buttons, *button, state) : std::vector<Request>{};
}

std::vector<Request> point(const Mouse& mouse, const Drawn& drawn, ViewState& state) {
  const Buttons buttons{*state.dialog};
  if (mouse.action == MouseAction::wheel_up) move_choice(buttons, -1, state);
  if (mouse.action == MouseAction::wheel_down) move_choice(buttons, 1, state);
  if (mouse.action != MouseAction::press || mouse.button != 1) return {};
  const ClickTarget* target = find_click(drawn, mouse);
  if (target != nullptr && std::holds_alternative<WithDescendants>(*target)) {
    return add_descendants(state);
  }
  const auto* choice = target == nullptr ? nullptr : std::get_if<Choice>(target);
  return choice == nullptr ? std::vector<Request>{} : press_button(buttons, choice->index, state);
}

/// Whether the input scrolls the list; then it does nothing else.
bool scroll_list(const Input& input, const Drawn& drawn, SignalDialog& dialog) {
  const auto* key = std::get_if<Key>(&input);
  const auto* mouse = std::get_if<Mouse>(&input);
  const int page = std::max(1, drawn.dialog.rows - 1);
  int rows = 0;
  if (key != nullptr && key->name == NamedKey::page_up) rows = -page;
  if (key != nullptr && key->name == NamedKey::page_down) rows = page;
  // Before that, the wheel moves the choice.
  const bool has_wheel = mouse != nullptr && !dialog.results.empty();
  if (has_wheel && mouse->action == MouseAction::wheel_up) rows = -1;
  if (has_wheel && mouse->action == MouseAction::wheel_down) rows = 1;
  if (rows != 0) scroll(dialog.scroll, drawn.dialog, rows);
  return rows != 0;
}

bool ends_results(const Input& input) {
  if (std::holds_alternative<Key>(input)) return true;
  const auto* mouse = std::get_if<Mouse>(&input);
  return mouse != nullptr && mouse->action == MouseAction::press;
}

}  // namespace

bool holds(const Area& area, const Mouse& mouse) {
  return mouse.row >= area.row && mouse.row < area.row + area.rows && mouse.column >= area.column &&
         mouse.column < area.column + area.columns;
}

const ClickTarget* find_click(const Drawn& drawn, const Mouse& mouse) {
  const auto is_under = [&](const ClickArea& click) { return holds(click.area, mouse); };
  // What was drawn last lies on top.
  const auto found = std::find_if(drawn.clicks.rbegin(), drawn.clicks.rend(), is_under);
  return found == drawn.clicks.rend() ? nullptr : &found->target;
}

std::vector<Request> answer_dialog(const Input& input, const Drawn& drawn, ViewState& state) {
  if (scroll_list(input, drawn, *state.dialog)) return {};
  if (!state.dialog->results.empty()) {
    if (!ends_results(input)) return {};
    state.selected.reset();
    state.tagged.clear();
    return close(state);
  }
  if (const auto* key = std::get_if<Key>(&input)) return press(*key, state);
  if (const auto* mouse = std::get_if<Mouse>(&input)) return point(*mouse, drawn, state);
  return {};
}

}  // namespace gander::tui
