// SPDX-License-Identifier: Apache-2.0
// What keys and clicks do, on snapshots made by hand; no terminal, no process, no time.
#include "tui/app/control.hpp"

#include <gtest/gtest.h>

#include "text/spelling.hpp"
#include "tui/app/row_choice.hpp"
#include "tui/view/setting.hpp"

namespace gander::tui {
namespace {

Process make_process(Pid pid, std::string user, std::vector<std::string> devices) {
  Process process;
  process.pid = pid;
  process.start_ticks = static_cast<std::uint64_t>(pid) * 10;
  process.user = std::move(user);
  process.command = std::vector<std::string>{"/usr/bin/python3", "train.py"};
  for (std::string& uuid : devices) {
    Use use;
    use.device = std::move(uuid);
    use.type = ContextType::compute;
    process.uses.push_back(std::move(use));
  }
  return process;
}

/// Two GPUs; 100 (ann) on both, 200 (ben) on the second, 300 (ann) a zombie on the second.
Snapshot make_machine() {
  Snapshot snapshot;
  for (const unsigned index : {0U, 1U}) {
    Device device;
    device.index.gpu = index;
    device.uuid = "GPU-" + std::to_string(index);
    snapshot.devices.push_back(std::move(device));
  }
  snapshot.processes.push_back(make_process(100, "ann", {"GPU-0", "GPU-1"}));
  snapshot.processes.push_back(make_process(200, "ben", {"GPU-1"}));
  snapshot.processes.push_back(make_process(300, "ann", {"GPU-1"}));
  snapshot.processes.back().presence = Presence::zombie;
  return snapshot;
}

class ControlTest : public testing::Test {
 protected:
  ControlTest() { state.is_read_only = false; }

  std::vector<Request> feed(const Input& input) {
    return control.handle(input, snapshot, drawn, state);
  }
  /// Keys as the configuration spells them, separated by spaces.
  std::vector<Request> press(std::string_view names) {
    std::vector<Request> all;
    for (const std::string_view name : text::split(names, ' ')) {
      const auto key = find_key(name);
      EXPECT_TRUE(key.has_value()) << names;
      for (Request& request : feed(*key)) all.push_back(std::move(request));
    }
    return all;
  }
  [[nodiscard]] Pid selected_pid() const {
    return state.selected ? state.selected->process.pid : 0;
  }
  [[nodiscard]] std::string selected_device() const {
    return state.selected ? state.selected->device : std::string{};
  }
  /// The dialog as the app opens it.
  void open_dialog(const HoldRequest& request) {
    SignalDialog dialog;
    dialog.signal = request.signal;
    dialog.choice = first_choice(request.signal);
    for (const ProcessKey& key : request.processes) {
      dialog.targets.push_back({*find_process(snapshot, key), 0, 0});
    }
    state.dialog = std::move(dialog);
  }

  Snapshot snapshot = make_machine();
  Drawn drawn;
  ViewState state;
  Control control{KeyMap{}};
};

template <class T>
const T* only(const std::vector<Request>& requests) {
  return requests.size() == 1 ? std::get_if<T>(&requests.front()) : nullptr;
}

TEST_F(ControlTest, the_first_down_selects_the_first_row_and_the_first_up_the_last) {
  press("Down");
  EXPECT_EQ(selected_pid(), 100);
  EXPECT_EQ(selected_device(), "GPU-0");
  state.selected.reset();
  press("Up");
  EXPECT_EQ(selected_device(), "GPU-1");
  const auto rows = choosable_rows(snapshot, state);
  EXPECT_EQ(*state.selected, rows.back().key);
}

TEST_F(ControlTest, the_selection_stops_at_both_ends) {
  press("Down Up Up");
  EXPECT_EQ(selected_pid(), 100);
  EXPECT_EQ(selected_device(), "GPU-0");
  press("End Down Tab");
  EXPECT_EQ(*state.selected, choosable_rows(snapshot, state).back().key);
  press("Home");
  EXPECT_EQ(*state.selected, choosable_rows(snapshot, state).front().key);
}

TEST_F(ControlTest, the_selection_stays_with_its_process_when_the_order_changes) {
  press("Down Down Down");
  const RowKey chosen = *state.selected;
  press("o P");
  snapshot.processes.insert(snapshot.processes.begin(), make_process(50, "zoe", {"GPU-0"}));
  Control::follow(snapshot, state);
  ASSERT_TRUE(state.selected.has_value());
  EXPECT_EQ(*state.selected, chosen);
}

TEST_F(ControlTest, what_is_gone_is_neither_selected_nor_tagged_nor_another_of_its_number) {
  press("Down Space");
  ASSERT_EQ(state.tagged.size(), 1U);
  press("Home");
  snapshot.processes.front().start_ticks = 77;
  Control::follow(snapshot, state);
  EXPECT_FALSE(state.selected.has_value());
  EXPECT_TRUE(state.tagged.empty());
}

TEST_F(ControlTest, scrolling_follows_the_selection) {
  for (Pid pid = 1000; pid < 1030; ++pid) {
    snapshot.processes.push_back(make_process(pid, "ann", {"GPU-1"}));
  }
  // The last frame had room for four rows.
  const auto rows = choosable_rows(snapshot, state);
  for (int i = 0; i < 4; ++i) {
    drawn.clicks.push_back({{i, 0, 1, 80}, rows[static_cast<std::size_t>(i)].key});
  }
  press("Down Down Down Down Down Down");
  EXPECT_EQ(state.process_scroll, 2);
  press("Up Up Up Up");
  EXPECT_EQ(state.process_scroll, 1);
  press("End");
  EXPECT_EQ(state.process_scroll, static_cast<int>(rows.size()) - 4);
}

TEST_F(ControlTest, a_tag_is_of_the_process_on_all_its_devices) {
  press("Down Space");
  EXPECT_EQ(state.tagged, std::set<ProcessKey>{key_of(snapshot.processes[0])});
  EXPECT_NE(*state.selected, choosable_rows(snapshot, state).front().key) << "goes down";
  press("Home Space");
  EXPECT_TRUE(state.tagged.empty());
  press("Space Escape");
  EXPECT_TRUE(state.tagged.empty());
  EXPECT_FALSE(state.selected.has_value());
}

TEST_F(ControlTest, sort_keys_take_the_usual_direction_and_the_upper_case_the_other) {
  press("o p");
  EXPECT_EQ(state.sort.front().key, SortKey::pid);
  EXPECT_FALSE(state.sort.front().is_reversed);
  press("o G");
  EXPECT_EQ(state.sort.front().key, SortKey::gpu_memory);
  EXPECT_TRUE(state.sort.front().is_reversed);
  EXPECT_EQ(state.sort[1].key, SortKey::pid) << "decides between equals";
  press("/");
  EXPECT_FALSE(state.sort.front().is_reversed);
}

TEST_F(ControlTest, the_sort_column_goes_round_and_forgets_a_reversal) {
  press("o U >");
  EXPECT_EQ(state.sort.front().key, SortKey::gpu_memory);
  EXPECT_FALSE(state.sort.front().is_reversed);
  press("< < <");
  EXPECT_EQ(state.sort.front().key, SortKey::natural);
  press(",");
  EXPECT_EQ(state.sort.front().key, SortKey::time);
  press(".");
  EXPECT_EQ(state.sort.front().key, SortKey::natural);
}

TEST_F(ControlTest, a_second_key_that_means_nothing_does_nothing) {
  EXPECT_TRUE(press("o q").empty());
  EXPECT_FALSE(state.message.empty());
  EXPECT_NE(only<QuitRequest>(press("q")), nullptr) << "the pair is over";
}

TEST_F(ControlTest, a_filter_takes_effect_while_it_is_typed) {
  press("\\ u s e r");
  EXPECT_TRUE(state.is_typing_filter);
  press(":");
  press("b e n");
  EXPECT_EQ(state.filter_text, "user:ben");
  EXPECT_EQ(choosable_rows(snapshot, state).size(), 1U);
  press("Enter");
  EXPECT_FALSE(state.is_typing_filter);
  EXPECT_EQ(choosable_rows(snapshot, state).size(), 1U);
  press("Escape");
  EXPECT_EQ(choosable_rows(snapshot, state).size(), 4U);
}

TEST_F(ControlTest, keys_typed_into_a_filter_are_no_commands) {
  EXPECT_TRUE(press("F4 q K T").empty());
  EXPECT_EQ(state.filter_text, "qKT");
  press("Backspace");
  EXPECT_EQ(state.filter_text, "qK");
  feed(Key{.character = U'é'});
  feed(Key{.character = U'漢'});
  EXPECT_EQ(state.filter_text, "qKé漢");
  press("Backspace Backspace Backspace");
  EXPECT_EQ(state.filter_text, "q");
  press("Ctrl-u");
  EXPECT_TRUE(state.filter_text.empty());
}

TEST_F(ControlTest, a_filter_that_makes_no_sense_yet_leaves_the_one_before) {
  feed(*find_key("\\"));
  feed(Paste{"user:ben\n"});
  ASSERT_EQ(choosable_rows(snapshot, state).size(), 1U);
  feed(Paste{" \x1b[2J gpu:"});
  EXPECT_EQ(state.filter_text, "user:ben [2J gpu:");
  EXPECT_FALSE(state.message.empty());
  EXPECT_EQ(choosable_rows(snapshot, state).size(), 1U);
}

TEST_F(ControlTest, a_filter_with_a_mistake_is_not_confirmed) {
  press("\\ m e m > a b c Enter");
  EXPECT_TRUE(state.is_typing_filter) << "else it would look as if it were in force";
  EXPECT_FALSE(state.message.empty());
  press("Backspace Backspace Backspace 1 g Enter");
  EXPECT_FALSE(state.is_typing_filter);
  EXPECT_FALSE(state.filter.is_empty());
}

TEST_F(ControlTest, pasted_text_is_no_command) {
  EXPECT_TRUE(feed(Paste{"qKKT"}).empty());
  EXPECT_TRUE(state.filter_text.empty());
}

TEST_F(ControlTest, layout_keys_change_the_layout) {
  press("f");
  EXPECT_EQ(state.mode, Mode::full);
  press("c");
  EXPECT_EQ(state.mode, Mode::compact);
  press("a");
  EXPECT_EQ(state.mode, Mode::automatic);
  press("2 Z G");
  EXPECT_FALSE(state.show_host);
  EXPECT_TRUE(state.is_paused);
  EXPECT_EQ(state.grouping, Grouping::user);
}

TEST_F(ControlTest, the_interval_gets_shorter_and_longer) {
  const auto shorter = press("+");
  ASSERT_NE(only<IntervalRequest>(shorter), nullptr);
  EXPECT_LT(only<IntervalRequest>(shorter)->seconds, 1.0);
  for (int i = 0; i < 20; ++i) press("+");
  EXPECT_DOUBLE_EQ(state.interval, 0.1);
  EXPECT_EQ(state.message, "interval 0.1 s");
  for (int i = 0; i < 20; ++i) press("-");
  EXPECT_DOUBLE_EQ(state.interval, 60.0);
  EXPECT_EQ(state.message, "interval 60 s");
}

TEST_F(ControlTest, a_held_picture_says_what_it_does_not_read) {
  press("Down Z Enter");
  ASSERT_EQ(state.screen, Screen::process);
  EXPECT_NE(state.message.find("paused"), std::string::npos) << state.message;
  press("q t");
  ASSERT_EQ(state.screen, Screen::tree);
  EXPECT_NE(state.message.find("r reads once"), std::string::npos) << state.message;
  press("q F2");
  EXPECT_EQ(state.message, "") << "settings need nothing";
  press("q Z Enter");
  EXPECT_EQ(state.message, "");
}

TEST_F(ControlTest, an_environment_wants_a_process_and_says_how_to_choose_one) {
  press("e");
  EXPECT_EQ(state.screen, Screen::main);
  EXPECT_NE(state.message.find("Down"), std::string::npos) << state.message;
}

TEST_F(ControlTest, following_needs_a_selection) {
  press("F");
  EXPECT_FALSE(state.is_following);
  press("Down F");
  EXPECT_TRUE(state.is_following);
  snapshot.processes.clear();
  Control::follow(snapshot, state);
  EXPECT_FALSE(state.is_following);
}

TEST_F(ControlTest, signals_go_to_the_selected_process) {
  const auto requests = press("Down T");
  const auto* hold = only<HoldRequest>(requests);
  ASSERT_NE(hold, nullptr);
  EXPECT_EQ(hold->signal, 15);
  EXPECT_EQ(hold->processes, std::vector<ProcessKey>{key_of(snapshot.processes[0])});
  const std::vector<std::pair<const char*, int>> others{{"k", 9}, {"Ctrl-c", 2}, {"F9", 0}};
  for (const auto& [key, signal] : others) {
    const auto asked = press(key);
    ASSERT_NE(only<HoldRequest>(asked), nullptr) << key;
    EXPECT_EQ(only<HoldRequest>(asked)->signal, signal) << key;
  }
}

TEST_F(ControlTest, signals_go_to_all_that_are_tagged_in_the_order_of_their_numbers) {
  state.tagged = {key_of(snapshot.processes[1]), key_of(snapshot.processes[0])};
  const auto requests = press("K");
  const auto* hold = only<HoldRequest>(requests);
  ASSERT_NE(hold, nullptr);
  ASSERT_EQ(hold->processes.size(), 2U);
  EXPECT_EQ(hold->processes[0].pid, 100);
  EXPECT_EQ(hold->processes[1].pid, 200);
}

TEST_F(ControlTest, no_signal_goes_to_what_does_not_run_here) {
  for (const auto presence :
       {Presence::zombie, Presence::gone, Presence::outside, Presence::hidden}) {
    snapshot.processes[0].presence = presence;
    state.selected = RowKey{key_of(snapshot.processes[0]), "GPU-0"};
    EXPECT_TRUE(press("K T I Ctrl-c F9").empty()) << name_of(presence);
    state.tagged = {key_of(snapshot.processes[0])};
    EXPECT_TRUE(press("K").empty());
    state.tagged.clear();
  }
  snapshot.processes[0].presence = Presence::present;
  snapshot.processes[0].start_ticks = Missing::no_data;
  state.selected = RowKey{key_of(snapshot.processes[0]), "GPU-0"};
  EXPECT_TRUE(press("K").empty()) << "cannot be told from another of its number";
  state.selected.reset();
  EXPECT_TRUE(press("K").empty());
}

TEST_F(ControlTest, read_only_means_that_no_key_or_click_asks_for_a_signal) {
  state.is_read_only = true;
  state.tagged = {key_of(snapshot.processes[0])};
  press("Down");
  for (const char* key : {"K", "k", "T", "I", "Ctrl-c", "F9"}) {
    EXPECT_TRUE(press(key).empty()) << key;
    EXPECT_NE(state.message.find("read-only"), std::string::npos);
  }
  drawn.clicks.push_back({{0, 0, 1, 5}, Action::kill});
  EXPECT_TRUE(feed(Mouse{.action = MouseAction::press, .button = 1}).empty());
  open_dialog({{key_of(snapshot.processes[0])}, 9});
  for (const Request& request : press("K")) {
    EXPECT_FALSE(std::holds_alternative<SignalRequest>(request));
  }
}

TEST_F(ControlTest, k_twice_kills) {
  const auto requests = press("Down K");
  ASSERT_NE(only<HoldRequest>(requests), nullptr);
  open_dialog(*only<HoldRequest>(requests));
  const auto sent = press("K");
  ASSERT_NE(only<SignalRequest>(sent), nullptr);
  EXPECT_EQ(only<SignalRequest>(sent)->signal, 9);
}

TEST_F(ControlTest, the_dialog_takes_letters_digits_and_arrows) {
  const HoldRequest hold{{key_of(snapshot.processes[0])}, 15};
  const std::vector<std::pair<std::string, int>> cases{
      {"t", 15},
      {"1", 15},
      {"k", 9},
      {"2", 9},
      {"I", 2},
      {"3", 2},
      {"Enter", 15},
      {"Space", 15},
      {"Right Enter", 9},
      {"Tab Tab Space", 2},
      {"] . > > Enter", 15},
      {"Left Left Enter", 2},
      {"Shift-Tab [ Enter", 2},
  };
  for (const auto& [keys, signal] : cases) {
    open_dialog(hold);
    const auto requests = press(keys);
    ASSERT_NE(only<SignalRequest>(requests), nullptr) << keys;
    EXPECT_EQ(only<SignalRequest>(requests)->signal, signal) << keys;
  }
  for (const char* keys : {"Escape", "q", "Q", "c", "C", "n", "N", "4", "Left Enter", "< Space"}) {
    open_dialog(hold);
    EXPECT_NE(only<ReleaseRequest>(press(keys)), nullptr) << keys;
    EXPECT_FALSE(state.dialog.has_value()) << keys;
  }
}

TEST_F(ControlTest, without_a_named_signal_enter_cancels) {
  open_dialog({{key_of(snapshot.processes[0])}, 0});
  EXPECT_NE(only<ReleaseRequest>(press("Enter")), nullptr);
  open_dialog({{key_of(snapshot.processes[0])}, 0});
  const auto requests = press("Up Up Enter");
  ASSERT_NE(only<SignalRequest>(requests), nullptr);
  EXPECT_EQ(only<SignalRequest>(requests)->signal,
            listed_signals[listed_signals.size() - 2].number);
}

TEST_F(ControlTest, the_dialog_keeps_all_other_keys_and_clicks_away_from_the_screen) {
  open_dialog({{key_of(snapshot.processes[0])}, 15});
  EXPECT_TRUE(press("h F5 Ctrl-z e z").empty());
  EXPECT_EQ(state.screen, Screen::main);
  EXPECT_TRUE(state.dialog.has_value());
  drawn.clicks = {{{0, 0, 1, 9}, RowKey{key_of(snapshot.processes[1]), "GPU-1"}},
                  {{5, 0, 1, 9}, Choice{1}}};
  EXPECT_TRUE(feed(Mouse{.action = MouseAction::press, .button = 1}).empty());
  EXPECT_FALSE(state.selected.has_value());
  const auto requests = feed(Mouse{.action = MouseAction::press, .button = 1, .row = 5});
  ASSERT_NE(only<SignalRequest>(requests), nullptr);
  EXPECT_EQ(only<SignalRequest>(requests)->signal, 9);
}

TEST_F(ControlTest, descendants_are_added_on_demand_and_only_where_there_are_any) {
  open_dialog({{key_of(snapshot.processes[0])}, 9});
  EXPECT_TRUE(press("s").empty());
  state.dialog->targets[0].children = 2;
  const auto requests = press("s");
  const auto* hold = only<HoldRequest>(requests);
  ASSERT_NE(hold, nullptr);
  EXPECT_TRUE(hold->has_descendants);
  EXPECT_EQ(hold->signal, 9);
  EXPECT_EQ(hold->processes, std::vector<ProcessKey>{key_of(snapshot.processes[0])});
  drawn.clicks = {{{4, 2, 1, 30}, WithDescendants{}}};
  const auto clicked =
      feed(Mouse{.action = MouseAction::press, .button = 1, .row = 4, .column = 5});
  ASSERT_NE(only<HoldRequest>(clicked), nullptr);
  EXPECT_TRUE(only<HoldRequest>(clicked)->has_descendants);
  state.is_read_only = true;
  EXPECT_TRUE(press("s").empty());
}

TEST_F(ControlTest, results_are_read_and_then_selection_and_tags_are_gone) {
  press("Down Space");
  open_dialog({{key_of(snapshot.processes[0])}, 15});
  state.dialog->results = {""};
  EXPECT_NE(only<ReleaseRequest>(press("K")), nullptr) << "no second signal";
  EXPECT_FALSE(state.dialog.has_value());
  EXPECT_TRUE(state.tagged.empty());
  EXPECT_FALSE(state.selected.has_value());
}

TEST_F(ControlTest, a_heading_stands_for_its_group) {
  state.grouping = Grouping::user;
  press("Down");
  const auto rows = choosable_rows(snapshot, state);
  ASSERT_FALSE(rows.empty());
  ASSERT_EQ(state.selected->process.pid, 0);
  press("Space");
  for (const ProcessKey& key : rows.front().processes) EXPECT_TRUE(state.tagged.contains(key));
  EXPECT_EQ(state.tagged.size(), rows.front().processes.front().pid == 200 ? 1U : 2U);
}

TEST_F(ControlTest, screens_open_and_lead_back_to_where_they_came_from) {
  EXPECT_TRUE(press("Enter").empty());
  EXPECT_EQ(state.screen, Screen::main) << "nothing is selected";
  press("t Down Enter");
  EXPECT_EQ(state.screen, Screen::process);
  const auto requests = press("e");
  EXPECT_EQ(state.screen, Screen::environment);
  ASSERT_NE(only<EnvironmentRequest>(requests), nullptr);
  EXPECT_EQ(only<EnvironmentRequest>(requests)->process, state.selected->process);
  press("h x");
  EXPECT_EQ(state.screen, Screen::environment) << "any key leaves help";
  press("q q");
  EXPECT_EQ(state.screen, Screen::tree);
  press("t");
  EXPECT_EQ(state.screen, Screen::main);
  EXPECT_EQ(selected_pid(), 100);
  EXPECT_FALSE(selected_device().empty());
  EXPECT_NE(only<QuitRequest>(press("q")), nullptr);
}

TEST_F(ControlTest, reloading_an_environment_after_help_asks_again) {
  press("Down e");
  state.environment_of = state.selected->process;
  press("h q");
  const auto requests = press("r");
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<EnvironmentRequest>(requests[1]));
}

TEST_F(ControlTest, secrets_are_hidden_again_for_the_next_process) {
  press("Down e s");
  EXPECT_TRUE(state.shows_secrets);
  press("q Down e");
  EXPECT_FALSE(state.shows_secrets);
}

TEST_F(ControlTest, the_tree_folds_and_a_host_process_is_not_selected_on_the_main_screen) {
  snapshot.processes.insert(snapshot.processes.begin(), make_process(10, "root", {}));
  snapshot.processes[1].parent = Pid{10};
  press("t Home");
  ASSERT_EQ(selected_pid(), 10);
  press("c");
  EXPECT_EQ(state.collapsed.size(), 1U);
  press("q");
  EXPECT_EQ(state.screen, Screen::main);
  EXPECT_FALSE(state.selected.has_value());
}

TEST_F(ControlTest, the_device_screen_goes_from_gpu_to_gpu) {
  press("d");
  EXPECT_EQ(state.screen, Screen::device);
  EXPECT_EQ(state.selected_device, "GPU-0");
  press("n");
  EXPECT_EQ(state.selected_device, "GPU-1");
  press("n");
  EXPECT_EQ(state.selected_device, "GPU-0");
  press("p d");
  EXPECT_EQ(state.selected_device, "GPU-1");
  EXPECT_EQ(state.screen, Screen::main);
}

TEST_F(ControlTest, marked_gpus_are_copied_in_index_order) {
  EXPECT_TRUE(press("y").empty());
  press("End m Home m");
  const auto requests = press("y");
  ASSERT_NE(only<CopyRequest>(requests), nullptr);
  EXPECT_EQ(only<CopyRequest>(requests)->text, "CUDA_VISIBLE_DEVICES=GPU-0,GPU-1");
  press("m");
  EXPECT_EQ(state.marked_devices, std::set<std::string>{"GPU-1"});
  state.selected.reset();
  press("m");
  EXPECT_EQ(state.marked_devices.size(), 2U) << "the next one that is not marked";
}

TEST_F(ControlTest, settings_change_at_once_and_clicks_choose_and_then_change) {
  press("S Enter");
  EXPECT_EQ(state.mode, Mode::full);
  press("Left Left");
  EXPECT_EQ(state.mode, Mode::compact);
  press("Down Space");
  EXPECT_EQ(state.settings_row, 1);
  EXPECT_FALSE(state.show_devices);
  drawn.clicks = {{{3, 0, 1, 20}, Choice{2}}};
  const Mouse click{.action = MouseAction::press, .button = 1, .row = 3, .column = 4};
  feed(click);
  EXPECT_EQ(state.settings_row, 2);
  EXPECT_TRUE(state.show_host);
  feed(click);
  EXPECT_FALSE(state.show_host);
  for (int i = 0; i < 100; ++i) press("Down");
  EXPECT_EQ(state.settings_row, static_cast<int>(settings().size()) - 1);
}

TEST_F(ControlTest, clicks_select_rows_devices_and_hints) {
  const RowKey row{key_of(snapshot.processes[1]), "GPU-1"};
  drawn.clicks = {{{0, 0, 10, 80}, std::string{"GPU-1"}},
                  {{12, 0, 1, 80}, row},
                  {{20, 0, 1, 10}, Action::help},
                  {{20, 20, 1, 10}, Action::leave_tree}};
  const auto click = [&](int line, int column) {
    return feed(Mouse{.action = MouseAction::press, .button = 1, .row = line, .column = column});
  };
  click(3, 3);
  EXPECT_EQ(state.selected_device, "GPU-1");
  click(12, 79);
  EXPECT_EQ(state.selected, row);
  click(12, 80);
  EXPECT_FALSE(state.selected.has_value()) << "beside everything";
  click(20, 25);
  EXPECT_EQ(state.screen, Screen::main) << "an action of another screen";
  click(20, 0);
  EXPECT_EQ(state.screen, Screen::help);
}

TEST_F(ControlTest, the_wheel_selects_and_with_keys_held_scrolls_or_hurries) {
  for (Pid pid = 1000; pid < 1030; ++pid) {
    snapshot.processes.push_back(make_process(pid, "ann", {"GPU-1"}));
  }
  const auto rows = choosable_rows(snapshot, state);
  feed(Mouse{.action = MouseAction::wheel_down});
  EXPECT_EQ(*state.selected, rows[0].key);
  feed(Mouse{.action = MouseAction::wheel_down, .control = true});
  EXPECT_EQ(*state.selected, rows[5].key);
  feed(Mouse{.action = MouseAction::wheel_up});
  EXPECT_EQ(*state.selected, rows[4].key);
  feed(Mouse{.action = MouseAction::wheel_down, .shift = true});
  EXPECT_EQ(state.host_info_column, 2);
  feed(Mouse{.action = MouseAction::wheel_up, .shift = true});
  feed(Mouse{.action = MouseAction::wheel_up, .shift = true});
  EXPECT_EQ(state.host_info_column, 0);
}

TEST_F(ControlTest, the_wheel_over_devices_scrolls_them_to_their_end) {
  drawn.clicks = {{{0, 0, 1, 80}, std::string{"GPU-0"}}};
  drawn.devices = {0, 3, 5};
  feed(Mouse{.action = MouseAction::wheel_down});
  EXPECT_EQ(state.device_scroll, 1);
  EXPECT_FALSE(state.selected.has_value());
  drawn.devices.first = 1;
  feed(Mouse{.action = MouseAction::wheel_down, .control = true});
  EXPECT_EQ(state.device_scroll, 2) << "three of five rows are in sight";
  drawn.devices.first = 2;
  feed(Mouse{.action = MouseAction::wheel_up, .control = true});
  EXPECT_EQ(state.device_scroll, 0);
}

TEST_F(ControlTest, scrolling_goes_through_the_devices_and_then_the_processes) {
  drawn.devices = {0, 4, 6};
  drawn.processes = {0, 5, 20};
  press("]");
  EXPECT_EQ(state.device_scroll, 1);
  press("PageDown");
  EXPECT_EQ(state.device_scroll, 2) << "held at the end";
  drawn.devices.first = 2;
  press("PageDown");
  EXPECT_EQ(state.process_scroll, 4) << "one row of the page before stays";
  drawn.processes.first = 14;
  press("PageDown Alt-J");
  EXPECT_EQ(state.process_scroll, 15);
  drawn.processes.first = 15;
  press("PageDown");
  EXPECT_EQ(state.process_scroll, 15);
  press("[");
  EXPECT_EQ(state.process_scroll, 14);
  drawn.processes.first = 0;
  press("PageUp");
  EXPECT_EQ(state.device_scroll, 0);
}

TEST_F(ControlTest, a_screen_that_is_too_high_scrolls_as_a_whole) {
  drawn.page = {0, 24, 60};
  press("PageDown");
  EXPECT_EQ(state.scroll, 23);
  press("PageUp ] ] ]");
  EXPECT_EQ(state.scroll, 3) << "keys add up where no frame comes between them";
  drawn.page.first = 23;
  press("PageDown");
  EXPECT_EQ(state.scroll, 36) << "not past the end";
  drawn.page.first = 36;
  press("[");
  EXPECT_EQ(state.scroll, 35);
  EXPECT_EQ(state.process_scroll, 0);
}

TEST_F(ControlTest, who_scrolls_by_hand_is_not_taken_back_to_the_selection_until_it_moves) {
  drawn.processes = {0, 5, 20};
  press("Down");
  EXPECT_TRUE(state.keeps_selection_in_sight);
  press("PageDown");
  EXPECT_FALSE(state.keeps_selection_in_sight);
  press("Down");
  EXPECT_TRUE(state.keeps_selection_in_sight);
}

TEST_F(ControlTest, pages_scroll_to_their_exact_end_and_back_at_once) {
  for (const Screen screen : {Screen::device, Screen::help}) {
    state.screen = screen;
    state.page_scroll = 0;
    drawn.page = {0, 20, 70};
    press("PageDown");
    EXPECT_EQ(state.page_scroll, 19);
    press("End");
    EXPECT_EQ(state.page_scroll, 50);
    drawn.page.first = 50;
    press("PageDown Down ]");
    EXPECT_EQ(state.page_scroll, 50);
    press("Up");
    EXPECT_EQ(state.page_scroll, 49);
    drawn.page.first = 49;
    press("PageUp");
    EXPECT_EQ(state.page_scroll, 30);
    press("Home");
    EXPECT_EQ(state.page_scroll, 0);
  }
}

TEST_F(ControlTest, lists_go_by_pages_and_to_both_ends) {
  drawn.page = {0, 4, 20};
  state.screen = Screen::settings;
  press("PageDown");
  EXPECT_EQ(state.settings_row, 3);
  press("End");
  EXPECT_EQ(state.settings_row, static_cast<int>(settings().size()) - 1);
  press("PageUp");
  EXPECT_EQ(state.settings_row, static_cast<int>(settings().size()) - 4);
  press("Home");
  EXPECT_EQ(state.settings_row, 0);
  state.screen = Screen::environment;
  state.environment = {"A=1", "B=2", "C=3", "D=4", "E=5", "F=6"};
  press("PageDown");
  EXPECT_EQ(state.environment_row, 3);
  press("End");
  EXPECT_EQ(state.environment_row, 5);
  state.screen = Screen::tree;
  press("PageDown");
  ASSERT_TRUE(state.selected.has_value());
  const auto rows = choosable_rows(snapshot, state);
  const auto third = std::min<std::size_t>(2, rows.size() - 1);
  EXPECT_EQ(state.selected->process, rows[third].key.process);
}

TEST_F(ControlTest, columns_scroll_no_further_than_the_longest_command) {
  press("Ctrl-e");
  const int end = state.host_info_column;
  EXPECT_GT(end, 0);
  for (int i = 0; i < 1000; ++i) press("Right");
  EXPECT_LT(state.host_info_column, 200);
  press("^");
  EXPECT_EQ(state.host_info_column, 0);
}

TEST_F(ControlTest, refresh_asks_the_driver_and_clears) {
  press("Down Space");
  state.process_scroll = 3;
  EXPECT_NE(only<RefreshRequest>(press("F5")), nullptr);
  EXPECT_FALSE(state.selected.has_value());
  EXPECT_TRUE(state.tagged.empty());
  EXPECT_EQ(state.process_scroll, 0);
  EXPECT_NE(only<RedrawRequest>(press("Ctrl-l")), nullptr);
  EXPECT_NE(only<SuspendRequest>(press("Ctrl-z")), nullptr);
  EXPECT_NE(only<SaveRequest>(press("W")), nullptr);
}

TEST_F(ControlTest, every_key_on_every_screen_of_an_empty_machine_is_survived) {
  snapshot = {};
  for (const Screen screen : screens) {
    for (char32_t character = U' '; character < 127; ++character) {
      for (const bool control_held : {false, true}) {
        state.screen = screen;
        state.is_typing_filter = false;
        feed(Key{.character = character, .control = control_held});
        feed(Key{.name = NamedKey::down});
        feed(Key{.name = NamedKey::enter});
        EXPECT_FALSE(state.selected.has_value());
        Control::follow(snapshot, state);
      }
    }
  }
}

}  // namespace
}  // namespace gander::tui
