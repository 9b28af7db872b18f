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
  EXPECT_TRUE(has(findings, Severity::warning, "outside this container"));
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
  EXPECT_TRUE(has(notes, Severity::note, row_of(Metric::power_limit).name));
  EXPECT_TRUE(has(notes, Severity::note, row_of(Metric::fan_speed).name));
  const auto temperature = ": " + std::string{row_of(Metric::temperature).name};
  EXPECT_TRUE(has(notes, Severity::note, temperature));
  EXPECT_FALSE(has(notes, Severity::note, row_of(Metric::energy).name));
}

TEST(Diagnose, devices_that_lack_the_same_share_a_note_and_long_lists_are_cut) {
  auto snapshot = healthy();
  snapshot.devices = {complete(0), complete(1), complete(2)};
  for (auto& device : snapshot.devices) device.readings.fill(Missing::not_supported);
  const auto notes = notes_of(snapshot);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].topic, "GPU 0-2");
  EXPECT_NE(notes[0].text.find(" and " + std::to_string(DeviceReadings::size - 12) + " more"),
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

TEST(Diagnose, devices_of_which_the_same_is_true_share_a_line) {
  auto snapshot = healthy();
  snapshot.devices = {complete(0), complete(1), complete(2)};
  snapshot.devices[1].remap_pending = true;
  const auto findings = diagnose(snapshot);
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[1].topic, "GPU 0-2");
  EXPECT_EQ(findings[2].topic, "GPU 1");
  EXPECT_EQ(findings[2].severity, Severity::warning);
}

/// The one finding about a device that is well but for what `spoil` does to it.
Finding about(void (*spoil)(Device&)) {
  auto snapshot = healthy();
  snapshot.devices.front() = complete(0);
  spoil(snapshot.devices.front());
  const auto findings = diagnose(snapshot);
  EXPECT_EQ(findings.size(), 3U);
  return findings.back();
}

TEST(Diagnose, memory_that_breaks_is_told) {
  EXPECT_NE(about([](Device& device) { device.remap_failed = true; }).text.find("no spare"),
            std::string::npos);
  EXPECT_NE(about([](Device& device) { device.remap_pending = true; }).text.find("rows"),
            std::string::npos);
  EXPECT_NE(about([](Device& device) { device.retirement_pending = true; }).text.find("pages"),
            std::string::npos);
  EXPECT_NE(about([](Device& device) {
              device.readings[Metric::ecc_volatile_uncorrected] = 1.0;
            }).text.find("uncorrected"),
            std::string::npos);
}

TEST(Diagnose, what_the_driver_asks_for_is_told) {
  const auto finding =
      about([](Device& device) { device.recovery_action = RecoveryAction::reboot; });
  EXPECT_NE(finding.text.find("reboot"), std::string::npos);
  EXPECT_EQ(finding.severity, Severity::warning);
}

TEST(Diagnose, heat_and_power_that_slow_it_down_are_told) {
  EXPECT_NE(about([](Device& device) {
              device.readings[Metric::temperature] = 95.0;
              device.readings[Metric::temperature_slowdown] = 92.0;
            }).text.find("hot"),
            std::string::npos);
  EXPECT_NE(about([](Device& device) {
              device.clock_limits =
                  ClockLimits{}.set(static_cast<std::size_t>(ClockLimit::software_thermal));
            }).text.find("hot"),
            std::string::npos);
  EXPECT_NE(about([](Device& device) {
              device.clock_limits =
                  ClockLimits{}.set(static_cast<std::size_t>(ClockLimit::power_brake));
            }).text.find("power supply"),
            std::string::npos);
}

TEST(Diagnose, links_that_are_down_are_told_where_others_are_up) {
  const auto finding = about([](Device& device) {
    device.links.resize(3);
    for (std::uint32_t i = 0; i < 3; ++i) {
      device.links[i].number = i;
      device.links[i].state = i == 1 ? Switch::off : Switch::on;
    }
  });
  EXPECT_EQ(finding.text, "1 of its 3 NVLinks is down: 1");
  auto snapshot = healthy();
  snapshot.devices.front() = complete(0);
  snapshot.devices.front().links.resize(2);
  for (auto& link : snapshot.devices.front().links) link.state = Switch::off;
  EXPECT_EQ(diagnose(snapshot).size(), 2U) << "a board without bridges is well";
}

TEST(Diagnose, a_fabric_that_is_not_joined_or_not_well_is_told) {
  EXPECT_NE(about([](Device& device) {
              device.fabric.state = FabricState::in_progress;
            }).text.find("not joined"),
            std::string::npos);
  EXPECT_NE(about([](Device& device) {
              device.fabric.health = FabricHealth::unhealthy;
            }).text.find("unhealthy"),
            std::string::npos);
}

TEST(Diagnose, persistence_is_not_for_guests) {
  const auto off = [](Device& device) { device.persistence_mode = Switch::off; };
  EXPECT_EQ(about(off).severity, Severity::note);
  auto snapshot = healthy();
  snapshot.devices.front() = complete(0);
  off(snapshot.devices.front());
  snapshot.devices.front().virtualization = Virtualization::guest;
  EXPECT_TRUE(notes_of(snapshot).empty());
}

}  // namespace
}  // namespace gander
