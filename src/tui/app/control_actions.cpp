// SPDX-License-Identifier: Apache-2.0
// What each action does to the user's choices, and what it asks of the world.
#include <algorithm>
#include <array>

#include "tui/app/control.hpp"
#include "tui/app/filter_line.hpp"
#include "tui/app/notebook_keys.hpp"
#include "tui/app/panel_height.hpp"
#include "tui/app/row_choice.hpp"
#include "tui/panel/screens.hpp"
#include "tui/view/setting.hpp"
#include "tui/view/shown_devices.hpp"

namespace gander::tui {
namespace {

constexpr int far_away = 1'000'000;
constexpr int table_step = 2;
constexpr int page_step = 5;
/// Columns of the table before the command that scroll with it: CPU, memory and time.
constexpr int scrolled_fields = 24;
/// Columns that stay in sight at the right end of what is scrolled sideways.
constexpr int last_columns = 10;
/// Orders that break the ties of those before; more would never be seen.
constexpr std::size_t most_orders = 3;

struct SortAction {
  Action usual;
  Action reversed;
  SortKey key;
};
constexpr std::array sort_actions{
    SortAction{Action::sort_by_natural, Action::sort_by_natural_reversed, SortKey::natural},
    SortAction{Action::sort_by_pid, Action::sort_by_pid_reversed, SortKey::pid},
    SortAction{Action::sort_by_user, Action::sort_by_user_reversed, SortKey::user},
    SortAction{Action::sort_by_gpu_memory, Action::sort_by_gpu_memory_reversed,
               SortKey::gpu_memory},
    SortAction{Action::sort_by_sm, Action::sort_by_sm_reversed, SortKey::sm},
    SortAction{Action::sort_by_memory_bandwidth, Action::sort_by_memory_bandwidth_reversed,
               SortKey::memory_bandwidth},
    SortAction{Action::sort_by_cpu, Action::sort_by_cpu_reversed, SortKey::cpu},
    SortAction{Action::sort_by_host_memory, Action::sort_by_host_memory_reversed,
               SortKey::host_memory},
    SortAction{Action::sort_by_time, Action::sort_by_time_reversed, SortKey::time},
};

/// The new order is the strongest; those chosen before decide between equals.
void sort_by(const SortOrder& order, ViewState& state) {
  std::erase_if(state.sort, [&](const SortOrder& old) { return old.key == order.key; });
  state.sort.insert(state.sort.begin(), order);
  if (state.sort.size() > most_orders) state.sort.resize(most_orders);
}

bool perform_sort(Action action, ViewState& state) {
  for (const SortAction& sort : sort_actions) {
    if (action != sort.usual && action != sort.reversed) continue;
    sort_by({sort.key, action == sort.reversed}, state);
    return true;
  }
  switch (action) {
    case Action::sort_previous:
      change(state, Setting::sort, Step::back);
      return true;
    case Action::sort_next:
      change(state, Setting::sort, Step::forward);
      return true;
    case Action::sort_reverse:
      change(state, Setting::direction, Step::forward);
      return true;
    case Action::group:
      change(state, Setting::grouping, Step::forward);
      return true;
    default:
      return false;
  }
}

/// 0: a dialog in which the signal is chosen.
std::optional<int> signal_of(Action action) {
  switch (action) {
    case Action::interrupt:
      return 2;
    case Action::terminate:
      return 15;
    case Action::kill:
      return 9;
    case Action::signal:
      return 0;
    default:
      return std::nullopt;
  }
}

void ask_signal(int signal, const Snapshot& snapshot, ViewState& state,
                std::vector<Request>& requests) {
  if (state.is_read_only) {
    state.message = "read-only: this monitor sends no signals";
    return;
  }
  auto targets = find_targets(snapshot, state);
  if (targets.processes.empty()) {
    const bool is_chosen = state.selected || !state.tagged.empty();
    state.message = is_chosen ? "no signal: it is not a running process of this machine"
                              : "select a process first, or tag some with Space";
    return;
  }
  requests.emplace_back(
      HoldRequest{std::move(targets.processes), signal, false, std::move(targets.misses)});
}

void scroll_columns(Action action, const Snapshot& snapshot, ViewState& state) {
  const bool is_table = state.screen == Screen::main;
  int& column = is_table ? state.host_info_column : state.page_column;
  const int step = is_table ? table_step : page_step;
  int longest = scrolled_fields + longest_command(snapshot);
  if (state.screen == Screen::environment) {
    for (const std::string& line : state.environment) {
      longest = std::max(longest, static_cast<int>(line.size()));
    }
  }
  if (action == Action::scroll_left) column -= step;
  if (action == Action::scroll_right) column += step;
  if (action == Action::scroll_start) column = 0;
  if (action == Action::scroll_end) column = longest - last_columns;
  column = std::clamp(column, 0, std::max(0, longest - 1));
}

bool is_scroll(Action action) {
  return action == Action::scroll_left || action == Action::scroll_right ||
         action == Action::scroll_start || action == Action::scroll_end;
}

/// Rows by which an action moves where a page has so many; nothing for one that moves nothing.
std::optional<int> rows_of(Action action, int page) {
  switch (action) {
    case Action::select_up:
      return -1;
    case Action::select_down:
      return 1;
    case Action::select_first:
      return -far_away;
    case Action::select_last:
      return far_away;
    case Action::page_up:
      return -page;
    case Action::page_down:
      return page;
    case Action::scroll_up:
      return -1;
    case Action::scroll_down:
      return 1;
    default:
      return std::nullopt;
  }
}

void move_row(int& row, int by, int count) {
  row =
      static_cast<int>(std::clamp<std::int64_t>(std::int64_t{row} + by, 0, std::max(0, count - 1)));
}

std::string list_visible(const Snapshot& snapshot, const ViewState& state) {
  std::string text;
  for (const Device* device : shown_devices(snapshot, state)) {
    if (!device->uuid.is_known() || !state.marked_devices.contains(device->uuid.value())) continue;
    text += (text.empty() ? "CUDA_VISIBLE_DEVICES=" : ",") + device->uuid.value();
  }
  return text;
}

/// The GPU of the selected process, or the one that was clicked.
std::optional<std::string> chosen_device(const ViewState& state) {
  if (state.selected && !state.selected->device.empty()) return state.selected->device;
  return state.selected_device;
}

void mark_next(const Snapshot& snapshot, ViewState& state) {
  for (const Device* device : shown_devices(snapshot, state)) {
    if (!device->uuid.is_known() || device->parent) continue;
    if (state.marked_devices.insert(device->uuid.value()).second) return;
  }
  // All were marked: the next press begins again.
  state.marked_devices.clear();
}

void mark(const Snapshot& snapshot, ViewState& state) {
  const auto device = chosen_device(state);
  if (!device) return mark_next(snapshot, state);
  if (state.marked_devices.erase(*device) == 0) state.marked_devices.insert(*device);
}

void step_device(int by, const Snapshot& snapshot, ViewState& state) {
  std::vector<std::string> uuids;
  for (const Device* device : shown_devices(snapshot, state)) {
    if (device->uuid.is_known()) uuids.push_back(device->uuid.value());
  }
  if (uuids.empty()) return;
  const auto now = std::ranges::find(uuids, state.selected_device.value_or(""));
  const auto count = static_cast<std::ptrdiff_t>(uuids.size());
  const auto place = now == uuids.end() ? (by > 0 ? -1 : count) : now - uuids.begin();
  state.selected_device = uuids[static_cast<std::size_t>((place + by + count) % count)];
  state.page_scroll = 0;
}

/// A number of a device that was clicked is of that one, whatever process is selected.
void ask_pointed(const Snapshot& snapshot, ViewState& state) {
  const auto& pointed = state.pointed;
  if (!pointed || row_of(pointed->metric).scope != Scope::device) return;
  if (find_device(snapshot, pointed->device) != nullptr) state.selected_device = pointed->device;
}

int place_of_pointed(const Snapshot& snapshot, const ViewState& state) {
  if (!state.pointed) return 0;
  const auto rows = why_rows(snapshot, state);
  const auto found = std::ranges::find(rows, state.pointed->metric);
  return found == rows.end() ? 0 : static_cast<int>(found - rows.begin());
}

void forget_choices(ViewState& state) {
  state.pointed.reset();
  state.selected.reset();
  state.tagged.clear();
  state.is_following = false;
}

/// Clears selection, tags and filter; whether there was anything.
bool clear_choices(ViewState& state) {
  const bool had_any = state.selected || !state.tagged.empty() || !state.filter_text.empty();
  forget_choices(state);
  state.selected_device.reset();
  clear_filter(state);
  return had_any;
}

}  // namespace

void Control::perform(Action action, Turn& turn) {
  if (turn.state.screen == Screen::notebooks && perform_notebooks(action, turn.drawn, turn.state)) {
    return;
  }
  if (perform_sort(action, turn.state) || perform_layout(action, turn) ||
      perform_selection(action, turn) || perform_screen(action, turn) ||
      perform_device(action, turn)) {
    return;
  }
  if (const auto signal = signal_of(action)) {
    ask_signal(*signal, turn.snapshot, turn.state, turn.requests);
  }
}

bool Control::perform_layout(Action action, Turn& turn) {
  ViewState& state = turn.state;
  switch (action) {
    case Action::mode_automatic:
      state.mode = Mode::automatic;
      return true;
    case Action::mode_full:
      state.mode = Mode::full;
      return true;
    case Action::mode_compact:
      state.mode = Mode::compact;
      return true;
    case Action::toggle_devices:
      state.show_devices = !state.show_devices;
      return true;
    case Action::toggle_host:
      state.show_host = !state.show_host;
      return true;
    case Action::toggle_processes:
      state.show_processes = !state.show_processes;
      return true;
    case Action::raise_devices:
      raise(state, MainPanel::devices);
      return true;
    case Action::raise_host:
      raise(state, MainPanel::host);
      return true;
    case Action::raise_processes:
      raise(state, MainPanel::processes);
      return true;
    case Action::pause:
      state.is_paused = !state.is_paused;
      return true;
    case Action::faster:
    case Action::slower:
      change(state, Setting::interval, action == Action::faster ? Step::back : Step::forward);
      state.message = "interval " + value_of(state, Setting::interval);
      turn.requests.emplace_back(IntervalRequest{state.interval});
      return true;
    default:
      return perform_height(action, turn.drawn, state);
  }
}

bool Control::perform_selection(Action action, Turn& turn) {
  ViewState& state = turn.state;
  if (is_scroll(action)) {
    scroll_columns(action, turn.snapshot, state);
    return true;
  }
  if (const auto rows = rows_of(action, std::max(1, turn.drawn.page.rows - 1))) {
    const bool is_page = action == Action::page_up || action == Action::page_down;
    const bool is_line = action == Action::scroll_up || action == Action::scroll_down;
    const bool is_notebooks = state.screen == Screen::notebooks;
    if ((is_page || is_line) && is_notebooks) {
      scroll(state.page_scroll, turn.drawn.page, *rows);
      state.keeps_selection_in_sight = false;
    } else if ((is_page || is_line) && state.screen == Screen::main) {
      scroll_main(turn.drawn, state, is_page ? Stride::page : Stride::row, *rows > 0 ? 1 : -1);
    } else {
      move(*rows, turn);
    }
    return true;
  }
  switch (action) {
    case Action::tag:
      toggle_tags(turn.snapshot, state);
      if (state.selected) move(1, turn);
      return true;
    case Action::clear:
      clear_choices(state);
      return true;
    case Action::follow:
      state.is_following = !state.is_following && state.selected.has_value();
      if (!state.selected) state.message = "select a process to follow";
      return true;
    case Action::filter:
      state.is_typing_filter = true;
      return true;
    case Action::collapse:
      if (!state.selected) return true;
      if (state.collapsed.erase(state.selected->process) == 0) {
        state.collapsed.insert(state.selected->process);
      }
      return true;
    default:
      return false;
  }
}

void Control::move(int rows, Turn& turn) {
  ViewState& state = turn.state;
  state.pointed.reset();
  switch (state.screen) {
    case Screen::main:
    case Screen::tree:
    case Screen::notebooks:
      return move_selection(turn.snapshot, turn.drawn, state, rows);
    case Screen::environment:
      state.page_scroll = turn.drawn.page.first;
      return move_row(state.environment_row, rows, static_cast<int>(state.environment.size()));
    case Screen::settings:
      return move_row(state.settings_row, rows, static_cast<int>(settings().size()));
    case Screen::why:
      return move_row(state.why_row, rows, static_cast<int>(why_rows(turn.snapshot, state).size()));
    default:
      scroll(state.page_scroll, turn.drawn.page, rows);
  }
}

bool Control::perform_screen(Action action, Turn& turn) {
  ViewState& state = turn.state;
  switch (action) {
    case Action::quit:
      turn.requests.emplace_back(QuitRequest{});
      return true;
    case Action::back:
    case Action::leave_tree:
    case Action::leave_environment:
    case Action::leave_process:
    case Action::leave_device:
      go_back(turn);
      return true;
    case Action::leave_notebooks:
      if (!clear_choices(state)) go_back(turn);
      return true;
    case Action::show_notebooks:
      open(Screen::notebooks, state);
      carry_selection(turn.snapshot, state);
      return true;
    case Action::interrupt_or_quit:
      if (state.is_read_only || (!state.selected && state.tagged.empty())) {
        turn.requests.emplace_back(QuitRequest{});
      } else {
        ask_signal(2, turn.snapshot, state, turn.requests);
      }
      return true;
    case Action::help:
      open(Screen::help, state);
      return true;
    case Action::settings:
      open(Screen::settings, state);
      return true;
    case Action::show_tree:
      open(Screen::tree, state);
      return true;
    case Action::show_environment:
    case Action::show_process:
      show_process(action, turn);
      return true;
    case Action::toggle_secrets:
      state.shows_secrets = !state.shows_secrets;
      return true;
    case Action::confirm:
    case Action::next_choice:
    case Action::previous_choice:
      change(state, settings()[static_cast<std::size_t>(state.settings_row)].id,
             action == Action::previous_choice ? Step::back : Step::forward);
      return true;
    default:
      return perform_world(action, turn);
  }
}

bool Control::perform_world(Action action, Turn& turn) {
  ViewState& state = turn.state;
  switch (action) {
    case Action::redraw:
      turn.requests.emplace_back(RedrawRequest{});
      return true;
    case Action::suspend:
      turn.requests.emplace_back(SuspendRequest{});
      return true;
    case Action::save:
      turn.requests.emplace_back(SaveRequest{});
      return true;
    case Action::refresh:
      if (has_process_rows(state.screen)) forget_choices(state);
      state.scroll = 0;
      state.process_scroll = 0;
      state.device_scroll = 0;
      state.page_scroll = 0;
      turn.requests.emplace_back(RefreshRequest{});
      if (state.screen == Screen::environment && state.environment_of) {
        turn.requests.emplace_back(EnvironmentRequest{*state.environment_of});
      }
      return true;
    default:
      return false;
  }
}

void Control::show_process(Action action, Turn& turn) {
  ViewState& state = turn.state;
  if (find_selected(turn.snapshot, state) == nullptr) {
    state.message = "select a process first: Down, or a click on its row";
    return;
  }
  if (action == Action::show_process) return open(Screen::process, state);
  open(Screen::environment, state);
  state.environment_row = 0;
  state.shows_secrets = false;
  turn.requests.emplace_back(EnvironmentRequest{state.selected->process});
}

bool Control::perform_device(Action action, Turn& turn) {
  ViewState& state = turn.state;
  switch (action) {
    case Action::show_device:
    case Action::why:
      // Who looks at a device asks about that one, whatever process is selected.
      if (state.screen != Screen::device) state.selected_device = chosen_device(state);
      if (action == Action::why) ask_pointed(turn.snapshot, state);
      if (!state.selected_device) step_device(1, turn.snapshot, state);
      state.why_row = action == Action::why ? place_of_pointed(turn.snapshot, state) : 0;
      open(action == Action::why ? Screen::why : Screen::device, state);
      return true;
    case Action::next_device:
      step_device(1, turn.snapshot, state);
      return true;
    case Action::previous_device:
      step_device(-1, turn.snapshot, state);
      return true;
    case Action::mark_device:
      mark(turn.snapshot, state);
      return true;
    case Action::copy_visible: {
      auto text = list_visible(turn.snapshot, state);
      if (text.empty()) {
        state.message = "mark GPUs first";
        return true;
      }
      state.message = "copied " + text;
      turn.requests.emplace_back(CopyRequest{std::move(text)});
      return true;
    }
    default:
      return false;
  }
}

}  // namespace gander::tui
