// SPDX-License-Identifier: Apache-2.0
// The screen of notebooks: how it looks, what its keys and clicks do, what it has read.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "tests/golden/fixture_workload.hpp"
#include "tests/golden/golden.hpp"
#include "text/spelling.hpp"
#include "tui/app/control.hpp"
#include "tui/app/frame_test.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;
using text::ColumnId;
using text::Verbosity;
using text::WorkloadSort;
using text::WorkloadView;

constexpr Size small{24, 80};
constexpr Size medium{40, 120};
constexpr Size large{60, 200};

ViewState make_notebooks_state(WorkloadView view = {}) {
  auto state = make_state();
  state.screen = Screen::notebooks;
  for (const auto each : workload_views) {
    state.notebooks.of(each).table.cells.write_time = [](double) {
      return std::string{"2025-03-14 10:26:53"};
    };
  }
  state.notebooks.keep();
  state.notebooks.show(view);
  return state;
}

std::string name_of(std::string_view what, Size size) {
  return fmt::format("tui_notebooks_{}_{}x{}.txt", what, size.columns, size.rows);
}

/// Somebody at the screen, who sees each frame before the next key.
class NotebooksTest : public testing::Test {
 protected:
  std::vector<Request> press(std::string_view names) {
    std::vector<Request> all;
    for (const std::string_view name : text::split(names, ' ')) {
      const auto key = find_key(name);
      EXPECT_TRUE(key.has_value()) << names;
      look();
      for (auto& request : control.handle(*key, snapshot, drawn, state)) {
        all.push_back(std::move(request));
      }
    }
    look();
    return all;
  }
  void look() {
    auto frame = draw(snapshot, state, size);
    page = text_of(frame.grid);
    drawn = std::move(frame.drawn);
  }
  [[nodiscard]] bool shows(std::string_view words) const {
    return page.find(words) != std::string::npos;
  }
  [[nodiscard]] const text::WorkloadTableOptions& table() const {
    return state.notebooks.now().table;
  }
  /// Clicks the middle of the area that means this; false where there is none.
  bool click(const ClickTarget& target) {
    look();
    for (const ClickArea& area : drawn.clicks) {
      if (area.target != target) continue;
      Mouse mouse;
      mouse.button = 1;
      mouse.row = area.area.row;
      mouse.column = area.area.column + area.area.columns / 2;
      requests = control.handle(mouse, snapshot, drawn, state);
      look();
      return true;
    }
    return false;
  }

  Snapshot snapshot = fixture::notebook_snapshot();
  ViewState state = make_notebooks_state();
  Control control{KeyMap{}};
  Size size = large;
  Drawn drawn;
  std::string page;
  std::vector<Request> requests;
};

TEST(Notebooks, LookAsAgreed) {
  const auto lab = fixture::notebook_snapshot();
  for (const auto view : workload_views) {
    for (const Size size : {small, medium, large}) {
      expect_golden(name_of(title_of(view), size),
                    text_of(draw(lab, make_notebooks_state(view), size).grid));
    }
  }
  auto state = make_notebooks_state();
  auto& table = state.notebooks.now().table;
  table.choice.verbosity = Verbosity::everything;
  table.choice.sort = WorkloadSort::memory;
  table.cells.has_bars = true;
  table.shows_all = true;
  for (const Size size : {small, large}) {
    expect_golden(name_of("all", size), text_of(draw(lab, state, size).grid));
  }
  expect_golden(name_of("hostile", medium),
                text_of(draw(fixture::hostile_notebook_snapshot(), state, medium).grid));
}

TEST(Notebooks, LookAsAgreedInColourAndWithout) {
  const auto lab = fixture::notebook_snapshot();
  for (const auto view : workload_views) {
    auto state = make_notebooks_state(view);
    const auto rows = text::group_workloads(lab, notebook_choice(lab, state));
    state.selected = key_of(rows[1].rows[0]);
    if (rows[2].rows[0].process != nullptr) state.tagged.insert(key_of(*rows[2].rows[0].process));
    const auto frame = draw(lab, state, medium);
    expect_golden(name_of(fmt::format("{}_styles", title_of(view)), medium), styles_of(frame.grid));
    state.charset = Charset::ascii;
    expect_golden(name_of(fmt::format("{}_ascii", title_of(view)), small),
                  text_of(draw(lab, state, small).grid));
  }
}

/// What differs for the eye with colours must differ without them.
TEST(Notebooks, AlarmsAndLoadShowWithoutColours) {
  const auto frame = draw(fixture::notebook_snapshot(), make_notebooks_state(), medium);
  int alarms = 0;
  for (int row = 0; row < medium.rows; ++row) {
    for (int column = 0; column < medium.columns; ++column) {
      const Cell& cell = frame.grid.at(row, column);
      const bool stands_out = cell.style.role == Role::error || cell.style.role == Role::heavy;
      if (!stands_out || cell.text == " ") continue;
      ++alarms;
      EXPECT_NE(sgr(built_in_themes().front(), ColorDepth::mono, cell.style), "0");
    }
  }
  EXPECT_GT(alarms, 0);
}

TEST(Notebooks, LookAsAgreedWhereThereIsLittleRoomOrNothing) {
  const auto lab = fixture::notebook_snapshot();
  std::string all;
  for (const Size size : {Size{1, 1}, Size{2, 20}, Size{3, 20}, Size{5, 30}, Size{8, 44},
                          Size{12, 60}, Size{16, 250}}) {
    all += fmt::format("{}x{}\n", size.columns, size.rows);
    all += text_of(draw(lab, make_notebooks_state(), size).grid);
  }
  expect_golden("tui_notebooks_tiny.txt", all);
  std::string none;
  for (const auto& snapshot : {fixture::empty_snapshot(), fixture::idle_snapshot(), Snapshot{}}) {
    for (const auto view : workload_views) {
      none += text_of(draw(snapshot, make_notebooks_state(view), {10, 80}).grid);
    }
  }
  expect_golden("tui_notebooks_none.txt", none);
}

TEST_F(NotebooksTest, TabGoesThroughTheViewsAndEachKeepsItsOwn) {
  press("b S v");
  EXPECT_TRUE(table().cells.has_bars);
  press("Tab");
  EXPECT_EQ(state.notebooks.shown(), WorkloadView::devices);
  EXPECT_FALSE(table().cells.has_bars);
  EXPECT_TRUE(state.notebooks.now().lines.around);
  EXPECT_TRUE(shows("DEVICE PID"));
  press("F8");
  EXPECT_FALSE(shows("TEMP"));
  press("Tab");
  EXPECT_EQ(state.notebooks.shown(), WorkloadView::plain);
  EXPECT_TRUE(shows("TEMP"));
  press("Tab");
  EXPECT_EQ(state.notebooks.shown(), WorkloadView::notebooks);
  EXPECT_TRUE(table().cells.has_bars);
  EXPECT_FALSE(state.notebooks.now().lines.around);
  EXPECT_EQ(table().choice.verbosity, Verbosity::members);
  press("Shift-Tab Shift-Tab");
  EXPECT_FALSE(shows("TEMP")) << "as it was left";
}

TEST_F(NotebooksTest, LevelsGoRoundAndAreOfNotebooksOnly) {
  EXPECT_FALSE(shows("plot.ipynb"));
  press("v");
  EXPECT_EQ(table().choice.verbosity, Verbosity::members);
  press("v");
  EXPECT_TRUE(shows("plot.ipynb"));
  EXPECT_TRUE(shows("also without a GPU"));
  press("v");
  EXPECT_EQ(table().choice.verbosity, Verbosity::holders);
  press("Tab v");
  EXPECT_NE(state.message.find("only notebooks have levels"), std::string::npos);
}

TEST_F(NotebooksTest, EachSwitchTurnsOnePartOnAndOff) {
  press("");
  const std::vector<std::pair<const char*, const char*>> parts{
      {"H", " NAME "}, {"f", "Kernels: "}, {"h", "F1 pid"}, {"s", "╌┃╌"}, {"S", "─╂─"}};
  for (const auto& [key, words] : parts) {
    EXPECT_TRUE(shows(words)) << key;
    press(key);
    EXPECT_FALSE(shows(words)) << key;
    for (const auto& [other, still] : parts) {
      const bool goes_with_it = key == std::string_view{"H"} && other == std::string_view{"S"};
      if (other != key && !goes_with_it) {
        EXPECT_TRUE(shows(still)) << key << " " << other;
      }
    }
    press(key);
    EXPECT_TRUE(shows(words)) << key;
  }
  press("H f h s S");
  for (const auto& [key, words] : parts) EXPECT_FALSE(shows(words)) << "all are off";
}

TEST_F(NotebooksTest, FunctionKeysToggleColumns) {
  size = {60, 250};
  press("");
  const std::vector<std::pair<const char*, const char*>> columns{
      {"F1", " PID "}, {"F3", "CPU ┃"}, {"F5", " GPU ┃"},    {"F6", "GPU MEMORY"},
      {"F7", "UTIL"},  {"F8", "TEMP"},  {"Shift-F1", "TYPE"}};
  state.notebooks.now().table.hide = {ColumnId::rss};
  state.notebooks.now().has_footnote = false;
  look();
  for (const auto& [key, title] : columns) {
    EXPECT_TRUE(shows(title)) << key;
    press(key);
    EXPECT_FALSE(shows(title)) << key;
    press(key);
    EXPECT_TRUE(shows(title)) << key;
  }
  for (const auto& [key, title] :
       {std::pair{"F2", "PPID"}, std::pair{"F4", " RSS "}, std::pair{"Shift-F2", "STATUS"},
        std::pair{"Shift-F3", "STARTED"}, std::pair{"Shift-F4", "PATH"},
        std::pair{"m", "AVG UTIL"}}) {
    EXPECT_FALSE(shows(title)) << key;
    press(key);
    EXPECT_TRUE(shows(title)) << key;
    press(key);
    EXPECT_FALSE(shows(title)) << key;
  }
  press("Tab Tab F1");
  EXPECT_NE(state.message.find("pid is no column of this view"), std::string::npos);
  press("F6");
  EXPECT_FALSE(shows("MEMORY")) << "the view has a column of its own for it";
}

TEST_F(NotebooksTest, AColumnThatFoundNoRoomComesWithItsKey) {
  size = small;
  press("");
  ASSERT_TRUE(shows("no room for: temp")) << page;
  press("F8");
  EXPECT_TRUE(shows("TEMP")) << page;
  press("F8");
  EXPECT_FALSE(shows("TEMP"));
  EXPECT_FALSE(shows("no room for: temp"));
}

TEST_F(NotebooksTest, AllColumnsScrollSidewaysBesideTheName) {
  size = small;
  press("a");
  ASSERT_TRUE(shows("TYPE"));
  EXPECT_FALSE(shows("COMMAND"));
  press("$");
  EXPECT_TRUE(shows(" NAME "));
  EXPECT_TRUE(shows("COMMAND"));
  EXPECT_FALSE(shows("TYPE"));
  const int last = state.page_column;
  press("Right");
  EXPECT_EQ(state.page_column, last);
  press("Left");
  EXPECT_EQ(state.page_column, last - 1);
  press("^ a");
  EXPECT_FALSE(shows("PYTHON PPID"));
  for (const auto& [key, title] : {std::pair{"a", "NGID"}}) {
    press(key);
    EXPECT_TRUE(shows(title));
  }
}

/// A number of which a part is out of sight would be another number.
TEST_F(NotebooksTest, NoNumberIsCutUnmarked) {
  state.notebooks.now().table.shows_all = true;
  state.notebooks.now().has_footnote = false;
  const auto whole = [&] {
    size = {40, 600};
    state.page_column = 0;
    look();
    return page;
  }();
  std::set<std::string> words;
  std::istringstream stream{whole};
  for (std::string word; stream >> word;) words.insert(word);
  for (int columns = 40; columns < 120; columns += 19) {
    for (int step = 0; step < 25; step += 5) {
      size = {40, columns};
      state.page_column = step;
      look();
      std::istringstream lines{page};
      std::string line;
      for (int row = 0; std::getline(lines, line); ++row) {
        if (row < 3 || line.find('%') == std::string::npos) continue;
        std::istringstream cells{line};
        for (std::string word; cells >> word;) {
          const bool is_number = std::isdigit(static_cast<unsigned char>(word[0])) != 0;
          const bool is_marked = word.find("…") != std::string::npos;
          if (is_number && !is_marked) {
            EXPECT_TRUE(words.contains(word)) << columns << " " << line;
          }
        }
      }
    }
  }
}

TEST_F(NotebooksTest, OrdersAreChosenSteppedThroughAndTurnedRound) {
  press("o g");
  EXPECT_EQ(table().choice.sort, WorkloadSort::memory);
  EXPECT_TRUE(shows("by GPU memory"));
  EXPECT_TRUE(shows("GPU MEMORY▼"));
  press("/");
  EXPECT_TRUE(table().choice.is_reversed);
  EXPECT_TRUE(shows("GPU MEMORY▲"));
  press("o A");
  EXPECT_EQ(table().choice.sort, WorkloadSort::name);
  EXPECT_TRUE(table().choice.is_reversed);
  press("o o");
  EXPECT_EQ(table().choice.sort, WorkloadSort::usual);
  EXPECT_FALSE(table().choice.is_reversed);
  std::set<WorkloadSort> seen;
  for (std::size_t i = 0; i < notebook_sorts().size(); ++i) {
    press(".");
    seen.insert(table().choice.sort);
  }
  EXPECT_EQ(seen.size(), notebook_sorts().size());
  EXPECT_EQ(table().choice.sort, WorkloadSort::usual);
  press(",");
  EXPECT_EQ(table().choice.sort, WorkloadSort::time);
  EXPECT_EQ(state.sort.front().key, SortKey::natural) << "the main screen keeps its own";
}

TEST_F(NotebooksTest, RestoresAllViewsButNotWhichIsShown) {
  state.notebooks.of(WorkloadView::devices).table.cells.has_bars = true;
  state.notebooks.keep();
  press("b s Tab b F8 r");
  EXPECT_EQ(state.notebooks.shown(), WorkloadView::devices);
  EXPECT_TRUE(table().cells.has_bars) << "as it began";
  EXPECT_TRUE(shows("TEMP"));
  EXPECT_FALSE(state.notebooks.of(WorkloadView::notebooks).table.cells.has_bars);
  EXPECT_TRUE(state.notebooks.of(WorkloadView::notebooks).lines.between);
}

TEST_F(NotebooksTest, ControlCQuitsUnlessARowIsSelected) {
  auto all = press("Ctrl-c");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<QuitRequest>(all[0]));
  all = press("Down Ctrl-c");
  ASSERT_EQ(all.size(), 1U);
  const auto* held = std::get_if<HoldRequest>(&all[0]);
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->signal, 2);
  EXPECT_EQ(held->processes.size(), 1U);
  state.is_read_only = true;
  all = press("Ctrl-c");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<QuitRequest>(all[0])) << "there is nothing to interrupt with";
}

TEST_F(NotebooksTest, SignalsReachWhatIsSelectedOrTagged) {
  press("Down Down Space");
  EXPECT_EQ(state.tagged.size(), 1U);
  EXPECT_EQ(state.selected->process, *state.tagged.begin()) << "its row on the other GPU";
  const auto all = press("Down Space K");
  const auto* held = std::get_if<HoldRequest>(&all.at(0));
  ASSERT_NE(held, nullptr);
  EXPECT_EQ(held->processes.size(), 2U);
}

TEST_F(NotebooksTest, EscapeClearsAndThenLeaves) {
  state.screen = Screen::main;
  press("n");
  EXPECT_EQ(state.screen, Screen::notebooks);
  press("Down");
  ASSERT_TRUE(state.selected.has_value());
  press("Escape");
  EXPECT_FALSE(state.selected.has_value());
  EXPECT_EQ(state.screen, Screen::notebooks);
  press("Escape");
  EXPECT_EQ(state.screen, Screen::main);
  press("n n");
  EXPECT_EQ(state.screen, Screen::main);
  press("n q");
  EXPECT_EQ(state.screen, Screen::notebooks);
}

TEST_F(NotebooksTest, WhatIsSelectedStaysSelectedOnTheWayThereAndBack) {
  state.screen = Screen::main;
  press("Down");
  ASSERT_TRUE(state.selected.has_value());
  const auto process = state.selected->process;
  press("n");
  ASSERT_TRUE(state.selected.has_value());
  EXPECT_EQ(state.selected->process, process);
  press("Enter");
  EXPECT_EQ(state.screen, Screen::process);
  press("q");
  EXPECT_EQ(state.screen, Screen::notebooks);
}

TEST_F(NotebooksTest, TheFilterOfTheMonitorNarrowsRowsAndHidesNoDevice) {
  press("\\ u s e r : b o b Enter");
  EXPECT_TRUE(shows("train.py"));
  EXPECT_FALSE(shows("train.ipynb"));
  EXPECT_TRUE(shows("Filter: user:bob"));
  press("Tab");
  EXPECT_TRUE(shows("[7]"));
  EXPECT_TRUE(shows("none shown"));
  press("Tab Tab Escape");
  EXPECT_TRUE(shows("train.ipynb"));
  press("\\ z z z Enter");
  EXPECT_TRUE(shows("Nothing passes the conditions."));
}

TEST_F(NotebooksTest, TheSelectionOfTheCommandLineHolds) {
  state.selection.users = {"bob"};
  state.selection.devices = {DeviceIndex{2, {}}};
  look();
  EXPECT_TRUE(shows("5201"));
  EXPECT_FALSE(shows("5202"));
  EXPECT_FALSE(shows("train.ipynb"));
  press("Tab");
  EXPECT_TRUE(shows("[2]"));
  EXPECT_FALSE(shows("[3]"));
}

TEST_F(NotebooksTest, ScrollingKeepsHeaderAndNotes) {
  size = {14, 120};
  press("");
  ASSERT_GT(drawn.page.count, drawn.page.rows);
  press("PageDown");
  EXPECT_GT(drawn.page.first, 0);
  EXPECT_FALSE(state.selected.has_value());
  for (const auto* words : {" NAME ", "Kernels: ", "Host CPU", "Tab view", "Notebooks"}) {
    EXPECT_TRUE(shows(words)) << words;
  }
  press("PageDown PageDown PageDown");
  EXPECT_EQ(drawn.page.first, drawn.page.count - drawn.page.rows);
  press("]");
  EXPECT_EQ(drawn.page.first, drawn.page.count - drawn.page.rows);
  press("[ PageUp PageUp PageUp");
  EXPECT_EQ(drawn.page.first, 0);
  press("End");
  ASSERT_TRUE(state.selected.has_value());
  EXPECT_EQ(state.selected->process.pid, 9999U);
  EXPECT_TRUE(shows("9999"));
}

TEST_F(NotebooksTest, TheFirstRowInSightSaysAgainWhoAndWhose) {
  size = {14, 120};
  look();
  // The notebook is on two GPUs; the row of the first one goes out of sight.
  for (; shows("10.0/10.1") && state.page_scroll < 20; ++state.page_scroll) look();
  const auto at = page.find("9.5/11.0");
  ASSERT_NE(at, std::string::npos) << page;
  const auto start = page.rfind('\n', at) + 1;
  const auto line = page.substr(start, at - start);
  EXPECT_NE(line.find(" train.ipynb "), std::string::npos) << page;
  EXPECT_NE(line.find(" ann "), std::string::npos) << page;
}

TEST_F(NotebooksTest, HintsTitlesAndViewsCanBeClicked) {
  ASSERT_TRUE(click(Action::toggle_bars));
  EXPECT_TRUE(table().cells.has_bars);
  ASSERT_TRUE(click(Action::toggle_cpu));
  EXPECT_FALSE(shows("CPU ┃"));
  ASSERT_TRUE(click(Action::sort_by_user));
  EXPECT_EQ(table().choice.sort, WorkloadSort::user);
  ASSERT_TRUE(click(Choice{1}));
  EXPECT_EQ(state.notebooks.shown(), WorkloadView::devices);
  ASSERT_TRUE(click(Action::quit));
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<QuitRequest>(requests[0]));
}

TEST_F(NotebooksTest, HintsNameKeysThatMeanItHere) {
  look();
  EXPECT_TRUE(shows("? help"));
  EXPECT_TRUE(shows("\\ filter"));
  EXPECT_FALSE(shows("h help"));
  state.keys[Action::toggle_bars] = "B";
  look();
  EXPECT_TRUE(shows("B bars"));
}

TEST_F(NotebooksTest, AClickOnANumberSaysWhichOneIsMeant) {
  look();
  const auto found = std::ranges::find_if(drawn.cells, [](const Provenance& cell) {
    return cell.metric == Metric::gpu_utilization && cell.device == DeviceIndex{1, {}};
  });
  ASSERT_NE(found, drawn.cells.end());
  Mouse mouse;
  mouse.button = 1;
  mouse.row = found->area.row;
  mouse.column = found->area.column;
  control.handle(mouse, snapshot, drawn, state);
  press("i");
  EXPECT_EQ(state.screen, Screen::why);
  EXPECT_EQ(state.selected_device, fixture::uuid_of(1));
}

TEST_F(NotebooksTest, AGroupWhoseFirstRowIsOutOfSightSaysItsName) {
  size = {9, 120};
  press("");
  ASSERT_TRUE(shows("analysis"));
  press("] ] ]");
  const auto lines = page.find("4101");
  ASSERT_NE(lines, std::string::npos) << page;
  EXPECT_TRUE(shows("train.ipynb")) << page;
}

TEST(NotebooksDemand, KernelsOnNoGpuAreLookedForOnThisScreenOnly) {
  auto state = make_notebooks_state();
  EXPECT_EQ(demand_of(state).attribution, Attribution::everything) << "they are counted";
  state.notebooks.now().has_footnote = false;
  EXPECT_EQ(demand_of(state).attribution, Attribution::servers);
  state.notebooks.now().table.choice.verbosity = Verbosity::members;
  EXPECT_EQ(demand_of(state).attribution, Attribution::everything);
  for (const Screen screen : screens) {
    if (screen == Screen::notebooks) continue;
    state.screen = screen;
    EXPECT_EQ(demand_of(state).attribution, Attribution::servers) << name_of(screen);
  }
}

TEST(NotebooksDemand, WhatItsColumnsShowIsRead) {
  auto state = make_notebooks_state();
  state.notebooks.now().table.shows_all = true;
  const auto wanted = text::metrics_of(text::choose_columns(state.notebooks.now().table));
  EXPECT_EQ(demand_of(state).metrics & wanted, wanted);
}

TEST(NotebooksAverage, IsTheMeanOfTheLastLooksAndBlankBeforeTheSecond) {
  auto snapshot = fixture::notebook_snapshot();
  auto state = make_notebooks_state(WorkloadView::plain);
  state.notebooks.now().table.show = {ColumnId::util_ma};
  state.notebooks.now().table.hide = {ColumnId::util};
  state.notebooks.now().table.cells.window = 3;
  History history{3};
  const auto page = [&](double load) {
    snapshot.time += 1;
    snapshot.devices[0].readings[Metric::gpu_utilization] = load;
    history.add(snapshot);
    Grid grid{medium};
    draw_frame({snapshot, history, state}, grid);
    return text_of(grid);
  };
  const auto first = page(0.10);
  EXPECT_EQ(first.find("10%"), std::string::npos) << first;
  EXPECT_NE(page(0.20).find(" 15%"), std::string::npos);
  EXPECT_NE(page(0.60).find(" 30%"), std::string::npos);
  EXPECT_NE(page(0.70).find(" 50%"), std::string::npos) << "the first look is forgotten";
}

}  // namespace
}  // namespace gander::tui
