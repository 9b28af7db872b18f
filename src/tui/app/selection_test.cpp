// SPDX-License-Identifier: Apache-2.0
// What the command line asks for holds on every screen and for every key.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tui/app/control.hpp"
#include "tui/app/looking_at.hpp"
#include "tui/panel/screens.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr Size medium{40, 120};

std::set<Pid> pids_of(const std::vector<const Process*>& processes) {
  std::set<Pid> pids;
  for (const Process* process : processes) pids.insert(process->pid);
  return pids;
}

class SelectionTest : public testing::Test {
 protected:
  void press(std::string_view name) {
    for (Request& request : control.handle(*find_key(name), snapshot, Drawn{}, state)) {
      if (auto* copy = std::get_if<CopyRequest>(&request)) copied = std::move(copy->text);
    }
  }
  Snapshot snapshot = fixture::sample_snapshot();
  ViewState state = make_state();
  Control control{KeyMap{}};
  std::string copied;
};

TEST_F(SelectionTest, the_tree_shows_only_what_is_asked_for) {
  state.selection.devices = {{DeviceIndex{4, std::nullopt}}};
  EXPECT_EQ(pids_of(tree_rows(snapshot, state)), (std::set<Pid>{3100}));
  state.selection = {};
  state.selection.users = {"carol"};
  EXPECT_EQ(pids_of(tree_rows(snapshot, state)), (std::set<Pid>{4200}));
  state.selection = {};
  state.selection.pids = {2002};
  EXPECT_EQ(pids_of(tree_rows(snapshot, state)), (std::set<Pid>{2000, 2002}));
  state.selection = {};
  state.selection.require(ContextFilter::graphics);
  EXPECT_EQ(pids_of(tree_rows(snapshot, state)), (std::set<Pid>{4200}));
}

TEST_F(SelectionTest, keys_about_devices_know_only_those_asked_for) {
  state.selection.devices = {{DeviceIndex{3, std::nullopt}, DeviceIndex{5, std::nullopt}}};
  press("m");
  press("y");
  EXPECT_EQ(copied, "CUDA_VISIBLE_DEVICES=" + fixture::uuid_of(3));
  press("i");
  EXPECT_EQ(state.selected_device, fixture::uuid_of(3));
  press("q");
  state.selected_device.reset();
  press("d");
  EXPECT_EQ(state.selected_device, fixture::uuid_of(3));
  press("n");
  EXPECT_EQ(state.selected_device, fixture::uuid_of(5));
  press("n");
  EXPECT_EQ(state.selected_device, fixture::uuid_of(3));
  state.selected_device.reset();
  EXPECT_EQ(find_shown_device(snapshot, state)->index.gpu, 3U);
}

TEST_F(SelectionTest, means_are_of_the_devices_asked_for) {
  state.selection.devices = {{DeviceIndex{4, std::nullopt}, DeviceIndex{5, std::nullopt}}};
  History history;
  history.add(snapshot, state.selection);
  const Series& load = history.of_all_devices(Metric::gpu_utilization);
  ASSERT_FALSE(load.empty());
  EXPECT_NEAR(*load.back(), (0.42 + 0.05) / 2, 1e-6);
  const Series& memory = history.of_all_devices(Metric::memory_used);
  EXPECT_NEAR(*memory.back(), (30.5 + 2.25) / 160, 1e-3);
}

TEST_F(SelectionTest, one_device_asked_for_is_no_mean) {
  state.selection.devices = {{DeviceIndex{4, std::nullopt}}};
  History history;
  history.add(snapshot, state.selection);
  Grid grid{{60, 160}};
  draw_frame({snapshot, history, state}, grid);
  const auto text = text_of(grid);
  EXPECT_NE(text.find("GPU UTL: 42.0%"), std::string::npos) << text;
  EXPECT_EQ(text.find("AVG GPU"), std::string::npos) << text;
}

TEST_F(SelectionTest, instances_alone_have_a_mean_of_their_own) {
  const auto mig = fixture::mig_snapshot();
  Selection instances;
  instances.devices.emplace();
  double used = 0;
  double total = 0;
  for (const Device& device : mig.devices) {
    if (!device.is_instance()) continue;
    instances.devices->push_back(device.index);
    used += device.readings[Metric::memory_used].value_or(0);
    total += device.readings[Metric::memory_total].value_or(0);
  }
  ASSERT_GT(total, 0);
  History history;
  history.add(mig, instances);
  EXPECT_NEAR(*history.of_all_devices(Metric::memory_used).back(), used / total, 1e-6);
}

/// A GPU without memory of its own: its row says the share of the host's.
TEST(SharedMemory, has_a_graph_of_its_share_of_the_host) {
  const auto snapshot = fixture::unified_snapshot();
  History history;
  history.add(snapshot);
  const double used = snapshot.devices.front().readings[Metric::memory_used].value_or(0);
  const double whole = snapshot.host.readings[Metric::host_memory_total].value_or(1);
  ASSERT_GT(used, 0);
  const Series& memory = history.of_all_devices(Metric::memory_used);
  ASSERT_TRUE(!memory.empty() && memory.back().has_value());
  EXPECT_NEAR(*memory.back(), used / whole, 1e-6);
}

}  // namespace
}  // namespace gander::tui
