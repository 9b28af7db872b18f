// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "gander/finding.hpp"

namespace gander {
namespace {

Device gpu(std::uint32_t index, DeviceState state) {
  Device device;
  device.index.gpu = index;
  device.name = std::string{"NVIDIA H100"};
  device.state = state;
  return device;
}

Snapshot healthy() {
  Snapshot snapshot;
  DriverStatus driver;
  driver.name = "nvml";
  driver.version = std::string{"550.54.15"};
  snapshot.drivers.push_back(driver);
  snapshot.devices.push_back(gpu(0, DeviceState::ok));
  return snapshot;
}

bool has(const std::vector<Finding>& findings, Severity severity, std::string_view word) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.severity == severity && finding.text.find(word) != std::string::npos;
  });
}

TEST(Diagnose, healthy_machine_has_only_good_news) {
  for (const auto& finding : diagnose(healthy())) {
    EXPECT_EQ(finding.severity, Severity::ok) << finding.text;
    EXPECT_TRUE(finding.remedy.empty());
  }
}

TEST(Diagnose, lost_device_is_a_failure_with_a_remedy) {
  auto snapshot = healthy();
  snapshot.devices.push_back(gpu(1, DeviceState::lost));
  const auto findings = diagnose(snapshot);
  ASSERT_TRUE(has(findings, Severity::failure, "lost"));
  EXPECT_EQ(findings.back().fault, Fault::device_lost);
  EXPECT_FALSE(findings.back().remedy.empty());
}

TEST(Diagnose, driver_that_is_down_is_not_also_reported_as_having_no_devices) {
  Snapshot snapshot;
  DriverStatus driver;
  driver.name = "nvml";
  driver.error = Error{Fault::no_library, "libnvidia-ml.so.1 was not found"};
  snapshot.drivers.push_back(driver);
  const auto findings = diagnose(snapshot);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].fault, Fault::no_library);
}

TEST(Diagnose, working_driver_without_devices_is_a_failure) {
  auto snapshot = healthy();
  snapshot.devices.clear();
  EXPECT_TRUE(has(diagnose(snapshot), Severity::failure, "lists no device"));
}

TEST(Diagnose, processes_that_cannot_be_seen_are_named) {
  auto snapshot = healthy();
  Process process;
  process.uses.emplace_back();
  process.presence = Presence::gone;
  snapshot.processes.push_back(process);
  process.presence = Presence::outside;
  snapshot.processes.push_back(process);
  const auto findings = diagnose(snapshot);
  EXPECT_TRUE(has(findings, Severity::warning, "1 no longer exist"));
  EXPECT_TRUE(has(findings, Severity::warning, "another PID namespace"));
}

}  // namespace
}  // namespace gander
