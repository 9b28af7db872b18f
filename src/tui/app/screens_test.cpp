// SPDX-License-Identifier: Apache-2.0
// The screens beside the main one as agreed, and what holds of them at every size.
#include "tui/panel/screens.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/golden/golden.hpp"
#include "text/safe.hpp"
#include "tui/app/looking_at.hpp"
#include "tui/view/setting.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr Size small{24, 80};
constexpr Size medium{40, 120};
constexpr std::array screens{Screen::tree, Screen::environment, Screen::process, Screen::device,
                             Screen::help, Screen::settings,    Screen::why};

SignalDialog make_dialog(const Snapshot& snapshot, int signal) {
  SignalDialog dialog;
  dialog.signal = signal;
  dialog.choice = first_choice(signal);
  for (const Process& process : snapshot.processes) {
    if (process.uses.empty()) continue;
    const auto memory = process.uses.front().readings[Metric::gpu_memory].value_or(0);
    dialog.targets.push_back({process, memory, static_cast<int>(process.pid % 3)});
  }
  return dialog;
}

std::string draw_text(const View& view, Size size) {
  Grid grid{size};
  draw_frame(view, grid);
  return text_of(grid);
}

std::string golden_name(std::string_view screen, const std::string& machine, Size size) {
  return "tui_" + std::string{screen} + "_" + machine + "_" + std::to_string(size.columns) + "x" +
         std::to_string(size.rows) + ".txt";
}

bool shows(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Screens, LookAsAgreed) {
  const std::set<std::string> shown{"eight", "hostile", "unknown", "sick", "mig"};
  for (const auto& [name, snapshot] : machines()) {
    if (!shown.contains(name)) continue;
    const auto history = make_history(snapshot);
    for (const Screen screen : screens) {
      const bool is_of_all = screen == Screen::help || screen == Screen::settings;
      if (is_of_all && name != "eight") continue;
      for (const Size size : {small, medium}) {
        const auto text = draw_text({snapshot, history, looking_at(screen, snapshot)}, size);
        expect_golden(golden_name(name_of(screen), name, size), text);
      }
    }
  }
}

TEST(Screens, LookAsAgreedWhereThereIsLittleRoom) {
  const auto snapshot = fixture::sample_snapshot();
  const auto history = make_history(snapshot);
  for (const Screen screen : screens) {
    std::string all;
    for (const Size size : {Size{1, 1}, Size{3, 20}, Size{6, 40}, Size{12, 60}}) {
      all += std::to_string(size.columns) + "x" + std::to_string(size.rows) + "\n";
      all += draw_text({snapshot, history, looking_at(screen, snapshot)}, size);
    }
    expect_golden("tui_" + std::string{name_of(screen)} + "_tiny.txt", all);
  }
}

TEST(Screens, LookAsAgreedInTheirStyles) {
  const auto snapshot = fixture::sick_snapshot();
  for (const Screen screen : {Screen::tree, Screen::device, Screen::why}) {
    const auto frame = draw(snapshot, looking_at(screen, snapshot), small);
    expect_golden(golden_name(name_of(screen), "sick_styles", small), styles_of(frame.grid));
  }
}

TEST(Screens, AreReachedWithoutAnythingToShow) {
  const auto snapshot = fixture::empty_snapshot();
  std::string all;
  for (const Screen screen : screens) {
    if (screen == Screen::help || screen == Screen::settings) continue;
    all += text_of(draw(snapshot, looking_at(screen, snapshot), {5, 80}).grid);
  }
  expect_golden("tui_screens_none.txt", all);
}

TEST(Screens, SayThatThePictureIsHeldStill) {
  const auto snapshot = fixture::sample_snapshot();
  for (const Screen screen : {Screen::tree, Screen::process, Screen::device}) {
    auto state = looking_at(screen, snapshot);
    EXPECT_FALSE(shows(text_of(draw(snapshot, state, small).grid), "PAUSED")) << name_of(screen);
    state.is_paused = true;
    EXPECT_TRUE(shows(text_of(draw(snapshot, state, small).grid), "PAUSED")) << name_of(screen);
  }
}

void expect_inside(const Drawn& drawn, Size size, std::string_view what) {
  const auto is_inside = [&](const Area& area) {
    return area.row >= 0 && area.column >= 0 && area.rows >= 0 && area.columns >= 0 &&
           area.row + area.rows <= size.rows && area.column + area.columns <= size.columns;
  };
  for (const auto& click : drawn.clicks) ASSERT_TRUE(is_inside(click.area)) << what;
  for (const auto& cell : drawn.cells) ASSERT_TRUE(is_inside(cell.area)) << what;
}

void expect_safe(const Grid& grid, std::string_view what) {
  for (int row = 0; row < grid.size().rows; ++row) {
    for (int column = 0; column < grid.size().columns; ++column) {
      const std::string& text = grid.at(row, column).text;
      ASSERT_EQ(text::safe(text), text) << what << " " << row << "," << column;
    }
  }
}

TEST(Screens, HoldAtEverySize) {
  for (const auto& [name, snapshot] : machines()) {
    if (name == "rack" || name == "sixteen") continue;
    const auto history = make_history(snapshot);
    for (const Screen screen : screens) {
      auto state = looking_at(screen, snapshot);
      state.page_column = name == "wide" ? 3 : 0;
      for (const int rows : {1, 2, 3, 4, 5, 6, 11, 24, 80}) {
        for (const int columns : {1, 2, 3, 4, 5, 13, 29, 47, 66, 80, 120, 250}) {
          Grid grid{{rows, columns}};
          const auto what = std::string{name_of(screen)} + " " + name;
          expect_inside(draw_frame({snapshot, history, state}, grid), {rows, columns}, what);
          expect_safe(grid, what);
        }
      }
    }
  }
}

TEST(Screens, NeverDrawBesideTheirCanvas) {
  const auto snapshot = fixture::sample_snapshot();
  const auto history = make_history(snapshot);
  using Draw = void (*)(const View&, const Canvas&, Drawn&);
  const std::array<Draw, 8> draws{draw_tree, draw_environment, draw_process, draw_device,
                                  draw_help, draw_settings,    draw_why,     draw_dialog};
  for (const Draw drawing : draws) {
    auto state = looking_at(Screen::tree, snapshot);
    state.dialog = make_dialog(snapshot, 15);
    for (const Size size : {Size{1, 1}, Size{4, 9}, Size{9, 33}, Size{20, 70}}) {
      Grid grid{{24, 80}};
      Grid empty{{24, 80}};
      Drawn drawn;
      const Area area{2, 5, size.rows, size.columns};
      drawing({snapshot, history, state}, Canvas{grid, area}, drawn);
      for (int row = 0; row < 24; ++row) {
        for (int column = 0; column < 80; ++column) {
          const bool is_in =
              row >= 2 && row < 2 + size.rows && column >= 5 && column < 5 + size.columns;
          if (is_in) continue;
          ASSERT_EQ(grid.at(row, column), empty.at(row, column)) << row << "," << column;
        }
      }
    }
  }
}

TEST(Tree, ShowsParentsAboveChildrenAndFolds) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = looking_at(Screen::tree, snapshot);
  const auto rows = tree_rows(snapshot, state);
  ASSERT_EQ(rows.size(), 8U);
  EXPECT_EQ(rows[0]->pid, 2000);
  EXPECT_EQ(rows[1]->pid, 2001);
  state.collapsed.insert(key_of(*rows[0]));
  const auto folded = tree_rows(snapshot, state);
  ASSERT_EQ(folded.size(), 4U);
  EXPECT_EQ(folded[1]->pid, 3100);
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, small).grid), "[+4]"));
}

TEST(Tree, ShowsDescendantsOfGpuProcessesButNoOthers) {
  auto snapshot = fixture::sample_snapshot();
  auto child = fixture::make_process(9001, "alice", {"loader"});
  child.parent = Pid{2001};
  auto grandchild = fixture::make_process(9003, "alice", {"helper of the loader"});
  grandchild.parent = Pid{9001};
  auto stranger = fixture::make_process(9002, "alice", {"shell"});
  snapshot.processes.push_back(child);
  snapshot.processes.push_back(grandchild);
  snapshot.processes.push_back(stranger);
  std::set<Pid> pids;
  for (const auto* process : tree_rows(snapshot, make_state())) pids.insert(process->pid);
  EXPECT_TRUE(pids.contains(9001));
  EXPECT_TRUE(pids.contains(9003));
  EXPECT_FALSE(pids.contains(9002));
}

TEST(Tree, SurvivesLoopsOfParentsAndDeepChains) {
  auto snapshot = fixture::idle_snapshot();
  for (Pid pid = 10; pid < 5010; ++pid) {
    auto process = fixture::make_process(pid, "loop", {"x"});
    process.parent = pid == 10 ? Pid{5009} : pid - 1;
    snapshot.processes.push_back(process);
  }
  snapshot.processes.back().uses.push_back(fixture::make_use(fixture::uuid_of(0), 1, 0));
  auto state = make_state();
  EXPECT_EQ(tree_rows(snapshot, state).size(), 5000U);
  state.collapsed.insert(key_of(snapshot.processes.front()));
  EXPECT_EQ(tree_rows(snapshot, state).size(), 1U);
}

TEST(Tree, NumbersOfAnotherNamespaceHaveNoParentsHere) {
  auto snapshot = fixture::sick_snapshot();
  auto parent = fixture::make_process(600, "root", {"init"});
  snapshot.processes.insert(snapshot.processes.begin(), parent);
  for (auto& process : snapshot.processes) {
    if (process.presence == Presence::outside) process.parent = Pid{600};
    if (process.presence != Presence::outside) process.parent = Missing::no_data;
  }
  for (const auto* process : tree_rows(snapshot, make_state())) EXPECT_NE(process->pid, 600);
}

TEST(Environment, KnowsSecretsByTheirNames) {
  for (const auto* name :
       {"WANDB_API_KEY", "HF_TOKEN", "GITHUBTOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD",
        "mysql_passwd", "MYSQL_PWD", "npm_config_authToken", "PRIVATE", "SESSION_COOKIE",
        "FLASK_SESSION", "GOOGLE_APPLICATION_CREDENTIALS", "BASIC_AUTH", "apiKey", "KEY"}) {
    EXPECT_TRUE(looks_secret(name)) << name;
  }
  for (const auto* name : {"PATH",
                           "HOME",
                           "PWD",
                           "OLDPWD",
                           "XAUTHORITY",
                           "KEYBOARD",
                           "XKB_KEYMAP",
                           "SSH_AUTH_SOCK",
                           "XDG_SESSION_TYPE",
                           "DBUS_SESSION_BUS_ADDRESS",
                           "DESKTOP_SESSION",
                           "MONKEY",
                           "",
                           "TOKENIZERS_PARALLELISM",
                           "AUTHOR",
                           "SECRETARY",
                           "SSH_PUBLIC_KEY",
                           "DB_PASSWORD_FILE",
                           "COMPASS",
                           "=",
                           "SESSION"}) {
    EXPECT_FALSE(looks_secret(name)) << name;
  }
}

TEST(Environment, MasksUntilAsked) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = looking_at(Screen::environment, snapshot);
  const auto masked = text_of(draw(snapshot, state, small).grid);
  EXPECT_FALSE(shows(masked, "0123456789abcdef"));
  EXPECT_FALSE(shows(masked, "hunter2"));
  EXPECT_TRUE(shows(masked, "/usr/bin:/bin"));
  state.shows_secrets = true;
  const auto open = text_of(draw(snapshot, state, small).grid);
  EXPECT_TRUE(shows(open, "0123456789abcdef"));
  EXPECT_TRUE(shows(open, "hunter2"));
}

TEST(Environment, SaysWhyThereIsNone) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = looking_at(Screen::environment, snapshot);
  state.environment.clear();
  state.environment_problem = "not your process";
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, small).grid), "not your process"));
  state.is_environment_known = false;
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, small).grid), "Asking"));
}

TEST(ProcessScreen, DecoderIsNotEncoder) {
  auto snapshot = fixture::sample_snapshot();
  auto& readings = snapshot.processes[1].uses.front().readings;
  readings[Metric::gpu_encoder_utilization] = 0.11;
  readings[Metric::gpu_decoder_utilization] = 0.77;
  const auto text = text_of(draw(snapshot, looking_at(Screen::process, snapshot), medium).grid);
  const auto head = text.find("%ENC %DEC");
  ASSERT_NE(head, std::string::npos) << text;
  EXPECT_TRUE(shows(text, "  11   77")) << text;
}

TEST(ProcessScreen, KeepsItsCourseOverTime) {
  const auto snapshot = fixture::sample_snapshot();
  const auto text = text_of(draw(snapshot, looking_at(Screen::process, snapshot), medium).grid);
  EXPECT_TRUE(shows(text, "⣿")) << text;
  auto state = looking_at(Screen::process, snapshot);
  state.selected->process.pid = 1;
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, small).grid), "has ended"));
}

TEST(DeviceScreen, EveryMetricOfADeviceHasItsPlace) {
  auto snapshot = fixture::idle_snapshot();
  const auto state = looking_at(Screen::device, snapshot);
  auto& readings = snapshot.devices.front().readings;
  const History none;
  for (const auto& row : rows_of(Scope::device)) {
    const auto page = [&](double value) {
      readings.fill(Missing::not_supported);
      readings[row.id] = value;
      return draw_text({snapshot, none, state}, {300, 100});
    };
    // So much is seen in every unit.
    const bool is_big = row.unit == Unit::hertz || row.unit == Unit::joules;
    EXPECT_TRUE(page(is_big ? 7e9 : 7) != page(is_big ? 5e9 : 5)) << row.name;
  }
}

TEST(DeviceScreen, ScrollsToItsEndAndNoFurther) {
  const auto snapshot = fixture::furnished_snapshot();
  auto state = looking_at(Screen::device, snapshot);
  state.selected_device = fixture::uuid_of(2);
  state.page_scroll = 100000;
  const auto text = text_of(draw(snapshot, state, small).grid);
  EXPECT_TRUE(shows(text, "Ways to other GPUs")) << text;
  state.page_scroll = 0;
  const auto top = text_of(draw(snapshot, state, small).grid);
  EXPECT_TRUE(shows(top, "hardware thermal")) << top;
  EXPECT_TRUE(shows(top, "reset gpu")) << top;
}

TEST(DeviceScreen, SpellsThePerformanceStateAsTheMainScreenDoes) {
  const auto snapshot = fixture::sample_snapshot();
  const auto text = text_of(draw(snapshot, looking_at(Screen::device, snapshot), medium).grid);
  const auto at = text.find("Perf ");
  ASSERT_NE(at, std::string::npos) << text;
  const auto value = text.find_first_not_of(' ', at + 5);
  EXPECT_EQ(text.substr(value, 2), "P0") << text;
}

TEST(Settings, ShowWholeValuesOnASmallTerminal) {
  const auto snapshot = fixture::sample_snapshot();
  const auto state = looking_at(Screen::settings, snapshot);
  std::string all;
  for (std::size_t row = 0; row < settings().size(); ++row) {
    auto at = state;
    at.settings_row = static_cast<int>(row);
    all += text_of(draw(snapshot, at, small).grid);
  }
  for (const SettingRow& row : settings()) {
    EXPECT_TRUE(shows(all, value_of(state, row.id))) << row.title;
  }
}

TEST(Help, NamesEveryActionWithItsKeys) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = looking_at(Screen::help, snapshot);
  state.keys[Action::quit] = "F12";
  const auto text = text_of(draw(snapshot, state, {220, 80}).grid);
  EXPECT_TRUE(shows(text, "F12")) << text;
  EXPECT_TRUE(shows(text, " on oN ")) << text;
  EXPECT_TRUE(shows(text, "SIGKILL"));
  EXPECT_TRUE(shows(text, "not supported"));
}

TEST(Settings, EachCanBeChangedAndTakenBack) {
  for (const SettingRow& row : settings()) {
    ViewState state;
    state.theme = built_in_themes().front().name;
    const auto before = value_of(state, row.id);
    change(state, row.id, Step::forward);
    EXPECT_NE(value_of(state, row.id), before) << row.title;
    change(state, row.id, Step::back);
    EXPECT_EQ(value_of(state, row.id), before) << row.title;
  }
}

TEST(Settings, ThemesGoRoundFromAutomaticOverThoseBuiltInToTheUsersOwn) {
  ViewState state;
  state.own_themes = {"mine"};
  EXPECT_EQ(value_of(state, Setting::theme), "automatic");
  std::vector<std::string> seen;
  for (std::size_t i = 0; i < built_in_themes().size() + 2; ++i) {
    change(state, Setting::theme, Step::forward);
    seen.push_back(state.theme);
  }
  EXPECT_EQ(seen.front(), built_in_themes().front().name);
  EXPECT_EQ(seen[seen.size() - 2], "mine");
  EXPECT_EQ(seen.back(), "");
}

TEST(Settings, ModerateStaysBelowHeavy) {
  ViewState state;
  for (int i = 0; i < 40; ++i) change(state, Setting::gpu_moderate, Step::forward);
  EXPECT_LE(state.gpu_levels.moderate, state.gpu_levels.heavy);
  for (int i = 0; i < 40; ++i) change(state, Setting::gpu_heavy, Step::back);
  EXPECT_LE(state.gpu_levels.moderate, state.gpu_levels.heavy);
  EXPECT_GT(state.gpu_levels.moderate, 0);
}

TEST(Why, EveryNumberHasASourceAndMissingOnesARemedy) {
  auto snapshot = fixture::sample_snapshot();
  auto state = looking_at(Screen::why, snapshot);
  const auto count = static_cast<int>(why_rows(snapshot, state).size());
  ASSERT_GT(count, 100);
  const History none;
  for (state.why_row = 0; state.why_row < count; ++state.why_row) {
    const auto text = draw_text({snapshot, none, state}, medium);
    EXPECT_TRUE(shows(text, "Source")) << text;
    EXPECT_EQ(shows(text, "It is missing"), shows(text, "What helps")) << text;
  }
}

TEST(Why, SaysWhatIsTheMatter) {
  auto snapshot = fixture::sick_snapshot();
  auto state = make_state();
  state.screen = Screen::why;
  state.selected_device = fixture::uuid_of(1);
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, medium).grid), "XID 79"));
  state = looking_at(Screen::why, snapshot);
  state.selected->process = key_of(snapshot.processes[2]);
  state.why_row = 1;
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, medium).grid), "--pid=host"));
}

TEST(Why, AsksAboutTheDeviceThatIsLookedAt) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = looking_at(Screen::why, snapshot);
  EXPECT_EQ(why_rows(snapshot, state).front(), Metric::gpu_memory);
  state.selected_device = fixture::uuid_of(3);
  EXPECT_EQ(why_rows(snapshot, state).front(), first_metric(Scope::device));
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, medium).grid), "of GPU 3"));
}

TEST(Dialog, SaysWhoWouldBeHit) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = make_state();
  state.screen = Screen::tree;
  state.dialog = make_dialog(snapshot, 15);
  for (const Size size : {small, medium}) {
    expect_golden(golden_name("dialog", "many", size), text_of(draw(snapshot, state, size).grid));
  }
  state.dialog->targets.resize(1);
  expect_golden("tui_dialog_one_80x24.txt", text_of(draw(snapshot, state, small).grid));
  expect_golden("tui_dialog_one_styles_80x24.txt", styles_of(draw(snapshot, state, small).grid));
  state.dialog->targets = make_dialog(snapshot, 15).targets;
  state.dialog->targets.resize(2);
  state.dialog->results = {"", "not permitted"};
  expect_golden("tui_dialog_results_80x24.txt", text_of(draw(snapshot, state, small).grid));
  state.dialog = make_dialog(snapshot, 0);
  expect_golden("tui_dialog_list_80x24.txt", text_of(draw(snapshot, state, small).grid));
}

TEST(Dialog, SaysWhenTheMemoryIsReallyFree) {
  auto snapshot = fixture::sample_snapshot();
  auto state = make_state();
  state.dialog = make_dialog(snapshot, 15);
  state.dialog->targets.resize(1);
  state.dialog->results = {""};
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, small).grid), "still runs, holds 70.90GiB"));
  std::erase_if(snapshot.processes, [](const Process& process) { return process.pid == 2001; });
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, small).grid), "has let go of 70.90GiB"));
}

TEST(Dialog, HasItsButtonsAtEverySize) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = make_state();
  const History none;
  for (const int signal : {15, 0}) {
    state.dialog = make_dialog(snapshot, signal);
    for (int rows = 3; rows <= 60; rows += 7) {
      for (int columns = 8; columns <= 200; columns += 32) {
        Grid grid{{rows, columns}};
        const auto drawn = draw_frame({snapshot, none, state}, grid);
        expect_inside(drawn, {rows, columns}, "dialog");
        EXPECT_FALSE(drawn.clicks.empty()) << columns << "x" << rows;
        for (const auto& click : drawn.clicks) {
          EXPECT_TRUE(std::holds_alternative<Choice>(click.target) ||
                      std::holds_alternative<WithDescendants>(click.target));
        }
      }
    }
  }
}

TEST(Dialog, HighlightsTheSafeButtonUnlessAKeyNamedASignal) {
  const auto snapshot = fixture::sample_snapshot();
  auto state = make_state();
  state.dialog = make_dialog(snapshot, 0);
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, medium).grid), "[>Cancel<]"));
  state.dialog = make_dialog(snapshot, 9);
  EXPECT_TRUE(shows(text_of(draw(snapshot, state, medium).grid), "[>SIGKILL<]"));
}

}  // namespace
}  // namespace gander::tui
