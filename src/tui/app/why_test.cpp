// SPDX-License-Identifier: Apache-2.0
// The question "why?" from every screen that asks it, also where no driver works.
#include <gtest/gtest.h>

#include <algorithm>

#include "tui/app/control.hpp"
#include "tui/app/looking_at.hpp"
#include "tui/panel/screens.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr Size medium{40, 120};

std::string text_at(const Snapshot& snapshot, const ViewState& state) {
  const History none;
  Grid grid{medium};
  draw_frame({snapshot, none, state}, grid);
  return text_of(grid);
}

bool shows(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The screen as it answers for one metric.
std::string answer_to(const Snapshot& snapshot, ViewState state, Metric metric) {
  const auto rows = why_rows(snapshot, state);
  const auto found = std::ranges::find(rows, metric);
  EXPECT_NE(found, rows.end()) << row_of(metric).name;
  state.why_row = static_cast<int>(found - rows.begin());
  return text_at(snapshot, state);
}

TEST(WhyScreen, AnswersForTheHost) {
  const auto snapshot = fixture::sample_snapshot();
  const auto state = looking_at(Screen::why, snapshot);
  const auto text = answer_to(snapshot, state, Metric::swap_used);
  EXPECT_TRUE(shows(text, "swap_used = ")) << text;
  EXPECT_TRUE(shows(text, "of the host")) << text;
  EXPECT_TRUE(shows(text, "/proc")) << text;
}

TEST(WhyScreen, CountersEndWithWhatTheyCount) {
  const auto snapshot = fixture::sample_snapshot();
  const auto state = looking_at(Screen::why, snapshot);
  EXPECT_TRUE(
      shows(answer_to(snapshot, state, Metric::minor_page_faults), "until the process ends"));
  EXPECT_TRUE(shows(answer_to(snapshot, state, Metric::energy), "until the driver restarts"));
  EXPECT_TRUE(
      shows(answer_to(snapshot, state, Metric::disk_read_total), "until the machine restarts"));
}

TEST(WhyScreen, WhatIsReadRarelyMayBeOlderThanThePicture) {
  const auto snapshot = fixture::sample_snapshot();
  const auto state = looking_at(Screen::why, snapshot);
  EXPECT_TRUE(shows(answer_to(snapshot, state, Metric::gpu_utilization), "Age        0.5 s\n"));
  EXPECT_TRUE(shows(answer_to(snapshot, state, Metric::sm_clock), "0.5 s, and up to 5 s more"));
  EXPECT_TRUE(shows(answer_to(snapshot, state, Metric::ecc_volatile_corrected),
                    "0.5 s, and up to 30 s more"));
}

TEST(WhyScreen, WithoutADriverItSaysWhatIsTheMatterAndWhatHelps) {
  auto snapshot = fixture::empty_snapshot();
  snapshot.drivers = {{.name = "nvml",
                       .library = Missing::no_data,
                       .version = Missing::driver_down,
                       .api_version = Missing::driver_down,
                       .cuda_version = Missing::driver_down,
                       .error = Error{Fault::driver_down, "libnvidia-ml.so.1: not there"}}};
  for (const Screen screen : {Screen::why, Screen::device}) {
    const auto text = text_at(snapshot, looking_at(screen, snapshot));
    EXPECT_TRUE(shows(text, "The driver does not work: libnvidia-ml.so.1: not there")) << text;
    EXPECT_TRUE(shows(text, "modprobe nvidia")) << text;
    EXPECT_FALSE(shows(text, "No GPU is visible here.")) << text;
  }
  snapshot.drivers[0].error->message += "; a sentence of such length, in the end: --gpus all";
  const auto main = text_of(draw(snapshot, make_state(), {24, 80}).grid);
  EXPECT_TRUE(shows(main, "--gpus all")) << main;
  const auto tree = text_at(snapshot, looking_at(Screen::tree, snapshot));
  EXPECT_TRUE(shows(tree, "Processes are unknown: no GPU answers.")) << tree;
  EXPECT_TRUE(shows(tree, "libnvidia-ml.so.1: not there")) << tree;
  EXPECT_FALSE(shows(tree, "No process uses a GPU.")) << tree;
  EXPECT_TRUE(shows(text_at(snapshot, looking_at(Screen::why, snapshot)), "Load-1m"))
      << "the host has numbers all the same";
}

class WhyKeyTest : public testing::Test {
 protected:
  void press(std::string_view name) {
    static_cast<void>(control.handle(*find_key(name), snapshot, frame().drawn, state));
  }
  /// Clicks the first cell that shows a metric of this subject.
  void click(std::string_view subject, Metric metric) {
    const auto now = frame();
    for (const Provenance& cell : now.drawn.cells) {
      if (subject_of(cell) != subject || cell.metric != metric) continue;
      Mouse mouse{.action = MouseAction::press, .button = 1};
      mouse.row = cell.area.row;
      mouse.column = cell.area.column;
      static_cast<void>(control.handle(mouse, snapshot, now.drawn, state));
      return;
    }
    FAIL() << subject << " shows no " << row_of(metric).name;
  }
  [[nodiscard]] Frame frame() const {
    const History none;
    Frame out{Grid{medium}, {}};
    out.drawn = draw_frame({snapshot, none, state}, out.grid);
    return out;
  }
  [[nodiscard]] std::string text() const { return text_of(frame().grid); }

  Snapshot snapshot = fixture::sample_snapshot();
  ViewState state = make_state();
  Control control{KeyMap{}};
};

TEST_F(WhyKeyTest, answers_for_the_cell_that_was_clicked) {
  click("GPU 3", Metric::power_draw);
  press("i");
  EXPECT_TRUE(shows(text(), "power_draw = ")) << text();
  EXPECT_TRUE(shows(text(), "of GPU 3")) << text();
  press("q");
  click("host", Metric::swap_used);
  press("i");
  EXPECT_TRUE(shows(text(), "swap_used = ")) << text();
  press("q");
  click("process 2002", Metric::cpu_usage);
  press("i");
  EXPECT_TRUE(shows(text(), "cpu_usage = ")) << text();
  EXPECT_TRUE(shows(text(), "process 2002")) << text();
}

TEST_F(WhyKeyTest, answers_for_the_device_that_was_clicked_also_beside_a_selected_process) {
  press("Down");
  ASSERT_TRUE(state.selected.has_value());
  click("GPU 5", Metric::temperature);
  press("i");
  EXPECT_TRUE(shows(text(), "temperature = ")) << text();
  EXPECT_TRUE(shows(text(), "of GPU 5")) << text();
}

TEST_F(WhyKeyTest, a_key_that_selects_forgets_the_click) {
  click("GPU 3", Metric::power_draw);
  press("Down");
  press("i");
  EXPECT_TRUE(shows(text(), "gpu_memory = ")) << text();
}

}  // namespace
}  // namespace gander::tui
