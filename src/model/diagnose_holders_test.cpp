// SPDX-License-Identifier: Apache-2.0
// What people are told about memory whose holder cannot be seen.
#include "model/diagnose_holders.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace gander {
namespace {

constexpr double gib = 1024.0 * 1024.0 * 1024.0;

Device make_device(std::uint32_t index) {
  Device device;
  device.index = {index, {}};
  device.uuid = "GPU-" + std::to_string(index);
  return device;
}

Process make_holder(Pid pid, Presence presence, const std::string& device, Reading memory) {
  Process process;
  process.pid = pid;
  process.presence = presence;
  Use use;
  use.device = device;
  use.readings[Metric::gpu_memory] = memory;
  process.uses.push_back(use);
  return process;
}

Snapshot make_snapshot(std::vector<Process> processes) {
  Snapshot snapshot;
  snapshot.devices = {make_device(0), make_device(1)};
  snapshot.processes = std::move(processes);
  return snapshot;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(DiagnoseHolders, zombies_are_named_with_what_they_hold_and_what_to_do) {
  const auto findings =
      diagnose_holders(make_snapshot({make_holder(7, Presence::gone, "GPU-0", 2 * gib),
                                      make_holder(9, Presence::gone, "GPU-1", 1.5 * gib)}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_TRUE(findings[0].text.starts_with("2 no longer exist")) << findings[0].text;
  EXPECT_TRUE(findings[0].text.ends_with("(PID 7, 9 on GPU 0, 1, 3.5 GiB)")) << findings[0].text;
  EXPECT_TRUE(holds(findings[0].remedy, "fuser"));
  EXPECT_TRUE(holds(findings[0].remedy, "--gpu-reset"));
}

TEST(DiagnoseHolders, who_is_outside_is_no_zombie_and_his_number_not_to_be_used) {
  const auto findings = diagnose_holders(
      make_snapshot({make_holder(7, Presence::outside, "GPU-0", Missing::no_data)}));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(holds(findings[0].text, "outside this container"));
  EXPECT_TRUE(holds(findings[0].text, "no zombie"));
  EXPECT_FALSE(holds(findings[0].text, "GiB"));
  EXPECT_TRUE(holds(findings[0].remedy, "--pid=host"));
  EXPECT_TRUE(holds(findings[0].remedy, "hostPID"));
  EXPECT_TRUE(holds(findings[0].remedy, "Do not use these numbers"));
  EXPECT_FALSE(holds(findings[0].remedy, "reset"));
}

TEST(DiagnoseHolders, many_numbers_are_counted) {
  std::vector<Process> processes;
  for (Pid pid = 1; pid <= 12; ++pid) {
    processes.push_back(make_holder(pid, Presence::zombie, "GPU-0", gib));
  }
  const auto findings = diagnose_holders(make_snapshot(processes));
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(holds(findings[0].text, "7, 8 and 4 more")) << findings[0].text;
}

TEST(DiagnoseHolders, ordinary_processes_and_ancestors_are_no_finding) {
  auto ancestor = make_holder(3, Presence::gone, "GPU-0", gib);
  ancestor.uses.clear();
  EXPECT_TRUE(
      diagnose_holders(make_snapshot({make_holder(7, Presence::present, "GPU-0", gib), ancestor}))
          .empty());
}

}  // namespace
}  // namespace gander
