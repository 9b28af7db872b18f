// SPDX-License-Identifier: Apache-2.0
// The signal dialog from its list of targets to what became of them: what it says, and what keys
// do in it.
#include <gtest/gtest.h>

#include "tui/app/control.hpp"
#include "tui/app/frame_test.hpp"
#include "tui/app/row_choice.hpp"
#include "tui/app/signal_hand.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr Size small{24, 80};

/// So many processes, one on each GPU, all of them hit.
Snapshot make_machine(std::uint32_t count) {
  auto snapshot = fixture::empty_snapshot();
  for (std::uint32_t i = 0; i < count; ++i) {
    snapshot.devices.push_back(fixture::make_gpu(i % 8, 0.5, fixture::gib_of(40)));
    snapshot.processes.push_back(
        fixture::with_use(fixture::make_process(7000 + i, "alice", {"train"}),
                          fixture::make_use(fixture::uuid_of(i % 8), fixture::gib_of(40), 0.5)));
  }
  return snapshot;
}

ViewState with_dialog(const Snapshot& snapshot) {
  auto state = make_state();
  state.dialog = SignalDialog{};
  state.dialog->signal = 15;
  for (const Process& process : snapshot.processes) {
    state.dialog->targets.push_back({process, fixture::gib_of(40), 0});
  }
  return state;
}

/// Without history: it is not looked at.
Frame draw_now(const Snapshot& snapshot, const ViewState& state) {
  const History none;
  Frame frame{Grid{small}, {}};
  frame.drawn = draw_frame({snapshot, none, state}, frame.grid);
  return frame;
}

std::string text_of_dialog(const Snapshot& snapshot, const ViewState& state) {
  return text_of(draw_now(snapshot, state).grid);
}

bool shows(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

class SignalDialogTest : public testing::Test {
 protected:
  std::vector<Request> press(std::string_view name) {
    const auto frame = draw_now(snapshot, state);
    return control.handle(*find_key(name), snapshot, frame.drawn, state);
  }
  Snapshot snapshot = make_machine(1);
  ViewState state = with_dialog(snapshot);
  Control control{KeyMap{}};
};

TEST_F(SignalDialogTest, memory_counts_as_held_while_the_driver_still_counts_the_process) {
  state.dialog->results = {""};
  auto& process = snapshot.processes.front();
  process.presence = Presence::gone;
  process.start_ticks = Missing::no_data;
  const auto text = text_of_dialog(snapshot, state);
  EXPECT_TRUE(shows(text, "has ended, 40.00GiB of GPU memory still held")) << text;
  EXPECT_TRUE(shows(text, "0B released")) << text;
  EXPECT_FALSE(shows(text, "let go")) << text;
}

TEST_F(SignalDialogTest, another_process_of_the_same_number_holds_nothing_of_the_target) {
  state.dialog->results = {""};
  auto& process = snapshot.processes.front();
  process.start_ticks = 1U;
  EXPECT_TRUE(shows(text_of_dialog(snapshot, state), "has let go of 40.00GiB"));
  process.presence = Presence::gone;
  process.start_ticks = Missing::no_data;
  process.uses.front().device = fixture::uuid_of(7);
  EXPECT_TRUE(shows(text_of_dialog(snapshot, state), "has let go of 40.00GiB"));
}

TEST_F(SignalDialogTest, what_has_no_memory_counts_as_ended_only_when_it_has) {
  snapshot.processes.clear();
  auto& target = state.dialog->targets.front();
  target.process.uses.clear();
  target.gpu_memory = 0;
  state.dialog->results = {""};
  EXPECT_TRUE(shows(text_of_dialog(snapshot, state), "still runs"));
  target.has_ended = true;
  EXPECT_TRUE(shows(text_of_dialog(snapshot, state), "has ended"));
}

TEST_F(SignalDialogTest, says_who_is_not_hit_and_why) {
  state.dialog->misses = {{1, "process 1 is never signalled"}};
  EXPECT_TRUE(shows(text_of_dialog(snapshot, state), "1 not hit: process 1 is never signalled"));
  state.dialog->misses = {
      {700, "has ended"}, {1, "process 1 is never signalled"}, {701, "has ended"}};
  auto text = text_of_dialog(snapshot, state);
  EXPECT_TRUE(shows(text, "2 not hit: has ended (700, 701)")) << text;
  EXPECT_TRUE(shows(text, "1 not hit: process 1 is never signalled")) << text;
  state.dialog->results = {""};
  EXPECT_TRUE(shows(text_of_dialog(snapshot, state), "1 sent, 0 refused, 3 not hit"));
  state.dialog->misses = {{700, "has ended"}};
  text = text_of_dialog(snapshot, state);
  EXPECT_TRUE(shows(text, "1 not hit: has ended (700)")) << text;
}

/// Refuses one process, holds all others.
class PickyControl final : public ProcessControl {
 public:
  Result<std::unique_ptr<HeldProcess>> hold(const Process& process) override {
    if (process.pid == 7000) return fail(Fault::usage, "process 7000 is never signalled");
    return std::make_unique<Held>(process.pid);
  }
  std::vector<Process> find_descendants(const Process& /*process*/) override { return {}; }

 private:
  class Held final : public HeldProcess {
   public:
    explicit Held(Pid pid) : pid_(pid) {}
    [[nodiscard]] Pid pid() const override { return pid_; }
    Result<void> send_signal(int /*signal*/) override { return {}; }
    [[nodiscard]] bool has_ended() const override { return pid_ == 7001; }

   private:
    Pid pid_;
  };
};

TEST_F(SignalDialogTest, who_cannot_be_held_is_named_beside_those_who_are) {
  snapshot = make_machine(3);
  state = make_state();
  PickyControl picky;
  SignalHand hand{&picky};
  HoldRequest request;
  request.signal = 15;
  for (const Process& process : snapshot.processes) request.processes.push_back(key_of(process));
  request.processes.push_back({999, 1U});
  hand.hold(request, snapshot, state);
  ASSERT_TRUE(state.dialog.has_value());
  EXPECT_EQ(state.dialog->targets.size(), 2U);
  ASSERT_EQ(state.dialog->misses.size(), 2U);
  EXPECT_EQ(state.dialog->misses[0].reason, "process 7000 is never signalled");
  EXPECT_TRUE(hand.send(15, state));
  hand.note_ends(state);
  EXPECT_TRUE(state.dialog->targets[0].has_ended);
  EXPECT_FALSE(state.dialog->targets[1].has_ended);
  SignalHand none{nullptr};
  state.dialog.reset();
  none.hold(request, snapshot, state);
  EXPECT_FALSE(state.dialog.has_value());
}

TEST_F(SignalDialogTest, tagged_rows_that_cannot_be_hit_are_named) {
  snapshot = make_machine(3);
  snapshot.processes[0].presence = Presence::gone;
  snapshot.processes[0].start_ticks = Missing::no_data;
  snapshot.processes[1].presence = Presence::outside;
  state = make_state();
  for (const Process& process : snapshot.processes) state.tagged.insert(key_of(process));
  const auto requests = press("T");
  ASSERT_EQ(requests.size(), 1U);
  const auto& hold = std::get<HoldRequest>(requests.front());
  EXPECT_EQ(hold.processes, std::vector<ProcessKey>{key_of(snapshot.processes[2])});
  ASSERT_EQ(hold.misses.size(), 2U);
  EXPECT_EQ(hold.misses[0].pid, 7000);
  EXPECT_FALSE(hold.misses[0].reason.empty());
  EXPECT_NE(hold.misses[0].reason, hold.misses[1].reason);
}

TEST_F(SignalDialogTest, long_lists_begin_with_the_sum_and_the_refused_and_scroll) {
  snapshot = make_machine(68);
  state = with_dialog(snapshot);
  auto text = text_of_dialog(snapshot, state);
  EXPECT_TRUE(shows(text, "7000 alice")) << text;
  EXPECT_FALSE(shows(text, "7067 alice")) << text;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(press("PageDown").empty());
  text = text_of_dialog(snapshot, state);
  EXPECT_TRUE(shows(text, "7067 alice")) << text;
  EXPECT_FALSE(shows(text, "7000 alice")) << text;
  EXPECT_TRUE(shows(text, "of 136")) << text;
  press("PageUp");
  EXPECT_NE(text_of_dialog(snapshot, state), text);

  state.dialog->scroll = 0;
  state.dialog->results.assign(68, "");
  state.dialog->results.back() = "not permitted";
  snapshot.processes.erase(snapshot.processes.begin(), snapshot.processes.end() - 1);
  text = text_of_dialog(snapshot, state);
  EXPECT_TRUE(shows(text, "67 sent, 1 refused, 2.62TiB released")) << text;
  EXPECT_TRUE(shows(text, "7067: not permitted")) << text;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(press("PageDown").empty());
  EXPECT_TRUE(shows(text_of_dialog(snapshot, state), "7066: sent"));
  EXPECT_TRUE(state.dialog.has_value());
  press("x");
  EXPECT_FALSE(state.dialog.has_value());
}

TEST_F(SignalDialogTest, scrolling_it_moves_nothing_below) {
  snapshot = make_machine(68);
  state = with_dialog(snapshot);
  state.screen = Screen::tree;
  press("PageDown");
  press("Escape");
  press("i");
  EXPECT_EQ(state.page_scroll, 0);
}

}  // namespace
}  // namespace gander::tui
