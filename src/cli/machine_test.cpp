// SPDX-License-Identifier: Apache-2.0
// Which exit code and which line a machine is worth.
#include "cli/machine.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace gander::cli {
namespace {

using enum DeviceState;

Snapshot machine(std::initializer_list<DeviceState> states) {
  Snapshot snapshot;
  snapshot.drivers.emplace_back();
  for (const auto state : states) {
    Device device;
    device.index.gpu = static_cast<std::uint32_t>(snapshot.devices.size());
    device.state = state;
    snapshot.devices.push_back(device);
  }
  return snapshot;
}

ExitCode code_of(std::initializer_list<DeviceState> states) {
  return judge_answers(machine(states)).code;
}

TEST(Machine, where_nothing_can_be_read_the_code_tells_why) {
  EXPECT_EQ(code_of({inaccessible, inaccessible}), ExitCode::no_permission);
  EXPECT_EQ(code_of({unknown, unknown}), ExitCode::driver_down);
  EXPECT_EQ(code_of({lost, reset_required}), ExitCode::device_lost);
  EXPECT_EQ(code_of({timed_out, inaccessible, lost}), ExitCode::timed_out);
  EXPECT_EQ(code_of({unknown, inaccessible}), ExitCode::no_permission);
}

TEST(Machine, where_some_cannot_be_read_it_is_incomplete) {
  for (const auto state : {inaccessible, unknown, reset_required, timed_out}) {
    const auto verdict = judge_answers(machine({ok, state, state, state}));
    EXPECT_EQ(verdict.code, ExitCode::incomplete);
    EXPECT_NE(verdict.complaint.find("GPU 1-3"), std::string::npos) << verdict.complaint;
  }
  EXPECT_NE(judge_answers(machine({ok, inaccessible})).complaint.find("inaccessible"),
            std::string::npos);
}

TEST(Machine, sleeping_and_lost_devices_beside_others_are_shown_as_such) {
  EXPECT_EQ(code_of({ok, suspended}), ExitCode::fine);
  EXPECT_EQ(code_of({suspended}), ExitCode::fine);
  EXPECT_EQ(code_of({ok, lost}), ExitCode::fine);
  EXPECT_TRUE(judge_answers(machine({ok, suspended})).complaint.empty());
}

TEST(Machine, only_devices_that_were_asked_for_are_judged) {
  const auto snapshot = machine({ok, reset_required, timed_out});
  Selection selection;
  selection.devices = {DeviceIndex{0, {}}};
  EXPECT_EQ(judge_answers(snapshot, selection).code, ExitCode::fine);
  selection.devices = {DeviceIndex{1, {}}};
  EXPECT_EQ(judge_answers(snapshot, selection).code, ExitCode::device_lost);
  selection.devices->clear();
  EXPECT_EQ(judge_answers(snapshot, selection).code, ExitCode::fine) << "none was asked for";
}

TEST(Machine, a_driver_that_is_down_says_more_than_its_devices) {
  auto snapshot = machine({unknown});
  snapshot.drivers.front().error = Error{Fault::no_library, "not found"};
  EXPECT_EQ(judge_answers(snapshot).code, ExitCode::no_library);
  EXPECT_TRUE(judge_answers(snapshot).complaint.empty());
  EXPECT_FALSE(works(snapshot));
  EXPECT_TRUE(works(machine({})));
  EXPECT_EQ(code_of({}), ExitCode::no_devices);
  EXPECT_NE(judge_answers(machine({})).complaint.find("has no GPU"), std::string::npos);
}

}  // namespace
}  // namespace gander::cli
