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

/// A device that knows everything.
Device complete(std::uint32_t index) {
  auto device = gpu(index, DeviceState::ok);
  for (const auto& row : rows_of(Scope::device)) device.readings[row.id] = 0.0;
  return device;
}

std::vector<Finding> notes_of(const Snapshot& snapshot) {
  auto findings = diagnose(snapshot);
  std::erase_if(findings,
                [](const Finding& finding) { return finding.severity != Severity::note; });
  return findings;
}

TEST(Diagnose, what_a_device_does_not_tell_is_named_by_reason) {
  auto snapshot = healthy();
  auto& device = snapshot.devices.front() = complete(0);
  EXPECT_TRUE(notes_of(snapshot).empty());
  device.readings[Metric::power_limit] = Missing::not_supported;
  device.readings[Metric::fan_speed] = Missing::not_supported;
  device.readings[Metric::temperature] = Missing::no_data;
  device.readings[Metric::energy] = Missing::not_sampled;
  const auto notes = notes_of(snapshot);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].topic, "GPU 0");
  EXPECT_TRUE(has(notes, Severity::note, "not supported: "));
  EXPECT_TRUE(has(notes, Severity::note, row_of(Metric::power_limit).title));
  EXPECT_TRUE(has(notes, Severity::note, row_of(Metric::fan_speed).title));
  const auto temperature = ": " + std::string{row_of(Metric::temperature).title};
  EXPECT_TRUE(has(notes, Severity::note, temperature));
  EXPECT_FALSE(has(notes, Severity::note, row_of(Metric::energy).title));
}

TEST(Diagnose, devices_that_lack_the_same_share_a_note_and_long_lists_are_cut) {
  auto snapshot = healthy();
  snapshot.devices = {complete(0), complete(1), complete(2)};
  for (auto& device : snapshot.devices) device.readings.fill(Missing::not_supported);
  const auto notes = notes_of(snapshot);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].topic, "GPU 0-2");
  EXPECT_NE(notes[0].text.find(" and " + std::to_string(DeviceReadings::size - 20) + " more"),
            std::string::npos)
      << notes[0].text;
}

TEST(Diagnose, a_state_or_a_part_of_a_gpu_explains_what_is_missing) {
  auto snapshot = healthy();
  snapshot.devices = {gpu(0, DeviceState::lost), complete(1)};
  snapshot.devices[0].readings.fill(Missing::device_lost);
  snapshot.devices[1].index.instance = 0;
  snapshot.devices[1].readings.fill(Missing::not_supported);
  EXPECT_TRUE(notes_of(snapshot).empty());
}

TEST(Diagnose, TellsASlowDeviceFromAStuckOne) {
  auto snapshot = healthy();
  snapshot.devices[0].readings[Metric::temperature] = Missing::timed_out;
  EXPECT_TRUE(has(diagnose(snapshot), Severity::warning, "answers slowly: 1 numbers"));
  snapshot.devices[0].state = DeviceState::timed_out;
  EXPECT_TRUE(has(diagnose(snapshot), Severity::failure, "does not answer in time"));
  EXPECT_FALSE(has(diagnose(snapshot), Severity::warning, "answers slowly"));
}

}  // namespace
}  // namespace gander
