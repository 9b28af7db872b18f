// SPDX-License-Identifier: Apache-2.0
// The status page of every kind of machine at every width.
#include "export/status.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/golden/fixture.hpp"
#include "tests/golden/golden.hpp"
#include "text/units.hpp"
#include "text/width.hpp"

namespace gander {
namespace {

StatusOptions options_for(int width) {
  StatusOptions options;
  options.width = width;
  options.viewer = "alice";
  options.viewer_uid = 1005U;
  options.time = "Fri Mar 14 09:26:53 2025";
  return options;
}

struct Machine {
  std::string name;
  Snapshot snapshot;
};

std::vector<Machine> machines() {
  auto quiet = fixture::sample_snapshot();
  quiet.processes.clear();
  auto down = fixture::empty_snapshot();
  down.drivers.front().error =
      Error{Fault::driver_down, "cannot reach the kernel module: load it with `modprobe nvidia`"};
  down.drivers.front().version = Missing::driver_down;
  down.drivers.front().cuda_version = Missing::driver_down;
  return {{"none", fixture::empty_snapshot()},
          {"one", fixture::idle_snapshot()},
          {"eight", fixture::sample_snapshot()},
          {"mig", fixture::mig_snapshot()},
          {"sick", fixture::sick_snapshot()},
          {"unknown", fixture::unknown_snapshot()},
          {"quiet", std::move(quiet)},
          {"hostile", fixture::hostile_snapshot()},
          {"wide", fixture::wide_snapshot()},
          {"unified", fixture::unified_snapshot()},
          {"down", std::move(down)}};
}

std::vector<std::string> lines_of(const std::string& page) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (auto end = page.find('\n'); end != std::string::npos; end = page.find('\n', start)) {
    lines.push_back(page.substr(start, end - start));
    start = end + 1;
  }
  EXPECT_EQ(start, page.size()) << "the last line ends too";
  return lines;
}

TEST(Status, LooksAsAgreedAtEveryWidth) {
  for (const auto& [name, snapshot] : machines()) {
    for (const int width : {79, 100, 122, 123, 160}) {
      expect_golden("status_" + name + "_" + std::to_string(width) + ".txt",
                    write_status(snapshot, options_for(width)));
    }
  }
}

TEST(Status, LooksAsAgreedInAsciiAndInColour) {
  for (const auto& [name, snapshot] : machines()) {
    if (name != "eight" && name != "sick" && name != "mig" && name != "wide") continue;
    auto options = options_for(123);
    options.rendering = {text::ColorMode::plain, text::Charset::ascii};
    expect_golden("status_" + name + "_ascii.txt", write_status(snapshot, options));
    options.rendering = {text::ColorMode::colored, text::Charset::unicode};
    expect_golden("status_" + name + "_color.txt", write_status(snapshot, options));
  }
}

TEST(Status, EveryLineFitsAndBoxesAreRectangles) {
  for (const auto& [name, snapshot] : machines()) {
    for (int width = 60; width < 220; ++width) {
      const int limit = std::max(width, 79);
      for (const auto& line : lines_of(write_status(snapshot, options_for(width)))) {
        ASSERT_LE(text::display_width(line), limit) << name << ' ' << width << '\n' << line;
        if (!line.starts_with("│")) continue;
        ASSERT_TRUE(line.ends_with("│")) << name << ' ' << width << '\n' << line;
        const int shown = text::display_width(line);
        ASSERT_TRUE(shown == 79 || shown >= std::min(limit, 140) || width < 100) << name << '\n'
                                                                                 << line;
      }
    }
  }
}

TEST(Status, AsciiIsAsciiAndForeignTextSteersNothing) {
  for (const auto& [name, snapshot] : machines()) {
    auto options = options_for(140);
    EXPECT_EQ(write_status(snapshot, options).find_first_of("\x1b\x07\r\x7f"), std::string::npos);
    options.rendering.charset = text::Charset::ascii;
    for (const char c : write_status(snapshot, options)) {
      ASSERT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << name;
    }
  }
}

TEST(Status, UnknownIsNeverZeroAndSaysWhy) {
  const auto page = write_status(fixture::unknown_snapshot(), options_for(79));
  EXPECT_EQ(page.find(" 0%"), std::string::npos);
  EXPECT_EQ(page.find("0W"), std::string::npos);
  EXPECT_NE(page.find("withheld by a PID namespace"), std::string::npos);
}

TEST(Status, ALostDeviceKeepsItsNameAndIsExplained) {
  const auto page = write_status(fixture::sick_snapshot(), options_for(79));
  EXPECT_NE(page.find("1  H100 80GB HBM3"), std::string::npos);
  EXPECT_NE(page.find("GPU 1"), std::string::npos);
  EXPECT_NE(page.find("fell off the bus (lost)"), std::string::npos);
  EXPECT_NE(page.find("XID 79"), std::string::npos);
  EXPECT_NE(page.find("gone (memory"), std::string::npos);
}

Snapshot unreadable_snapshot(DeviceState state, Missing reason) {
  auto snapshot = fixture::idle_snapshot();
  auto& device = snapshot.devices.front();
  device.state = state;
  device.readings.fill(reason);
  device.persistence_mode = device.display_active = device.mig_mode = reason;
  device.compute_mode = reason;
  auto use = fixture::make_use(fixture::uuid_of(0), 1.0, 0.0);
  use.readings.fill(reason);
  snapshot.processes = {fixture::with_use(fixture::make_process(5, "alice", {"train"}), use)};
  return snapshot;
}

TEST(Status, ADeviceThatWaitsForItsResetIsNotLost) {
  const auto snapshot = unreadable_snapshot(DeviceState::reset_required, Missing::device_lost);
  for (const int width : {79, 123}) {
    const auto page = write_status(snapshot, options_for(width));
    EXPECT_NE(page.find("0  H100 80GB HBM3"), std::string::npos) << page;
    EXPECT_NE(page.find("RESET"), std::string::npos) << page;
    EXPECT_NE(page.find("reset required"), std::string::npos) << page;
    EXPECT_EQ(page.find("LOST"), std::string::npos) << page;
    EXPECT_EQ(page.find("LST"), std::string::npos) << page;
    EXPECT_EQ(page.find("lost"), std::string::npos) << page;
    expect_golden("status_reset_" + std::to_string(width) + ".txt", page);
  }
}

TEST(Status, WhatIsSoOfSeveralDevicesIsSaidOnce) {
  auto snapshot = fixture::sample_snapshot();
  for (auto& device : snapshot.devices) device.state = DeviceState::lost;
  auto page = write_status(snapshot, options_for(79));
  EXPECT_NE(page.find(" GPU 0-7  fell off the bus"), std::string::npos) << page;
  EXPECT_EQ(page.find("fell off"), page.rfind("fell off")) << page;
  snapshot.devices[3].state_detail = "XID 79";
  page = write_status(snapshot, options_for(79));
  EXPECT_NE(page.find("GPU 0-2, 4-7"), std::string::npos) << page;
  EXPECT_NE(page.find("GPU 3 "), std::string::npos) << page;
}

TEST(Status, ALongListOfDevicesKeepsTheNotesWithinTheLine) {
  auto snapshot = fixture::idle_snapshot();
  for (std::uint32_t i = 1; i < 64; ++i) {
    snapshot.devices.push_back(snapshot.devices.front());
    snapshot.devices.back().index.gpu = i;
    if (i % 2 == 1) snapshot.devices.back().state = DeviceState::lost;
  }
  const auto page = write_status(snapshot, options_for(79));
  EXPECT_NE(page.find("57, 59, 61, 63\n"), std::string::npos) << page;
  for (const auto& line : lines_of(page)) EXPECT_LE(text::display_width(line), 79) << line;
}

TEST(Status, ADeviceThatSleepsOrMayNotBeOpenedKeepsItsNameAndSaysWhich) {
  auto page = write_status(unreadable_snapshot(DeviceState::suspended, Missing::suspended),
                           options_for(79));
  EXPECT_NE(page.find("0  H100 80GB HBM3"), std::string::npos);
  EXPECT_NE(page.find("asleep"), std::string::npos);
  EXPECT_NE(page.find("sleeps and was not woken"), std::string::npos);
  EXPECT_EQ(page.find("LOST"), std::string::npos);
  page = write_status(unreadable_snapshot(DeviceState::inaccessible, Missing::no_permission),
                      options_for(79));
  EXPECT_NE(page.find("0  H100 80GB HBM3"), std::string::npos);
  EXPECT_NE(page.find("perm"), std::string::npos);
  EXPECT_NE(page.find("may not be opened"), std::string::npos);
  EXPECT_EQ(page.find("LOST"), std::string::npos);
}

TEST(Status, AListThatAFilterEmptiesSaysThatNoneMatches) {
  auto options = options_for(79);
  options.selection.users = {"nosuch"};
  auto page = write_status(fixture::sample_snapshot(), options);
  EXPECT_NE(page.find("No process matches (7 hidden)."), std::string::npos) << page;
  EXPECT_EQ(page.find("No process uses"), std::string::npos);
  EXPECT_NE(write_status(fixture::idle_snapshot(), options).find("No process uses a GPU."),
            std::string::npos);
  options = options_for(79);
  options.selection.devices = std::vector<DeviceIndex>{{77, {}}};
  page = write_status(fixture::sample_snapshot(), options);
  EXPECT_NE(page.find("No device matches (8 hidden)."), std::string::npos) << page;
  EXPECT_NE(page.find("No process matches (7 hidden)."), std::string::npos) << page;
  EXPECT_EQ(page.find("visible here"), std::string::npos);
  page = write_status(fixture::idle_snapshot(), options);
  EXPECT_NE(page.find("No process is on a device shown."), std::string::npos) << page;
}

std::string line_with(const std::string& page, std::string_view part) {
  for (const auto& line : lines_of(page)) {
    if (line.find(part) != std::string::npos) return line;
  }
  return {};
}

TEST(Status, SaysSinceWhenTheHostsProcessorUseIsMeant) {
  auto options = options_for(79);
  EXPECT_EQ(write_status(fixture::idle_snapshot(), options).find("since"), std::string::npos);
  options.cpu_window = "since boot";
  for (const double use : {0.0, 0.37, 1.0}) {
    auto snapshot = fixture::idle_snapshot();
    snapshot.host.readings[Metric::cpu_utilization] = use;
    for (int width = 79; width <= 160; ++width) {
      for (const double uptime : {61.0, 86400 * 12.3, 86400 * 1234.5}) {
        snapshot.host.readings[Metric::uptime] = uptime;
        options.width = width;
        const auto page = write_status(snapshot, options);
        const auto row = line_with(page, "[ CPU: ");
        const auto days = text::write_duration(uptime, 1);
        EXPECT_NE(row.find("since boot"), std::string::npos) << page;
        EXPECT_NE(row.find(days), std::string::npos) << page;
        const auto* percent = use == 1.0 ? " MAX " : use == 0.0 ? " 0% " : " 37% ";
        EXPECT_NE(row.find(percent), std::string::npos) << row;
        EXPECT_LE(text::display_width(row), width) << page;
      }
    }
  }
  for (const int width : {79, 80, 100}) {
    options.width = width;
    expect_golden("status_boot_" + std::to_string(width) + ".txt",
                  write_status(fixture::sample_snapshot(), options));
  }
  auto snapshot = fixture::idle_snapshot();
  snapshot.host.readings[Metric::cpu_utilization] = Missing::no_data;
  EXPECT_EQ(write_status(snapshot, options).find("since boot"), std::string::npos);
}

TEST(Status, NeverClaimsThatNobodyUsesAGpuThatDoesNotAnswer) {
  auto snapshot = fixture::idle_snapshot();
  EXPECT_NE(write_status(snapshot, options_for(79)).find("No process uses"), std::string::npos);
  snapshot.devices.front().state = DeviceState::lost;
  EXPECT_EQ(write_status(snapshot, options_for(79)).find("No process uses"), std::string::npos);
  snapshot = fixture::idle_snapshot();
  snapshot.host.initial_pid_namespace = false;
  EXPECT_EQ(write_status(snapshot, options_for(79)).find("No process uses"), std::string::npos);
  snapshot = fixture::idle_snapshot();
  snapshot.devices.front().processes_complete = false;
  EXPECT_EQ(write_status(snapshot, options_for(79)).find("No process uses"), std::string::npos);
}

TEST(Status, NamesTheGpusWhoseProcessesAreUnknown) {
  auto snapshot = fixture::sample_snapshot();
  snapshot.processes.clear();
  snapshot.devices[1].processes_complete = Missing::driver_error;
  snapshot.devices[2].state = DeviceState::inaccessible;
  const auto page = write_status(snapshot, options_for(79));
  EXPECT_NE(page.find("Processes are unknown for GPU 1 (error), 2 (perm)."), std::string::npos)
      << page;
  EXPECT_EQ(page.find("No process uses a GPU."), std::string::npos) << page;
  EXPECT_NE(page.find("No process uses another GPU."), std::string::npos) << page;
}

TEST(Status, AMachineWithoutSwapHasNone) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.host.readings[Metric::swap_total] = 0.0;
  snapshot.host.readings[Metric::swap_used] = 0.0;
  EXPECT_NE(write_status(snapshot, options_for(79)).find("[ SWP: none "), std::string::npos);
}

TEST(Status, TheDriversErrorIsNamed) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.devices[0].readings[Metric::temperature] = Missing::driver_error;
  snapshot.devices[0].errors = {{"temperature", "UNKNOWN (999)"}};
  const auto page = write_status(snapshot, options_for(100));
  EXPECT_NE(page.find("temperature of GPU 0: UNKNOWN (999)"), std::string::npos) << page;
}

TEST(Status, TellsWhatASourceCouldNot) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.sources.push_back({"owner", Missing::no_data, 1, Completeness::partial, "no cgroups"});
  EXPECT_NE(write_status(snapshot, options_for(79)).find("no cgroups"), std::string::npos);
}

TEST(Status, ShowsOnlyWhatIsSelected) {
  auto options = options_for(79);
  options.selection.devices = std::vector<DeviceIndex>{{4, {}}};
  const auto page = write_status(fixture::sample_snapshot(), options);
  EXPECT_NE(page.find("vllm"), std::string::npos);
  EXPECT_EQ(page.find("torchrun"), std::string::npos);
  EXPECT_EQ(page.find("│   0  "), std::string::npos);
}

TEST(Status, ClientsOfTheMultiProcessServiceAreToldApart) {
  auto snapshot = fixture::sample_snapshot();
  for (const int width : {79, 100, 140}) {
    EXPECT_EQ(write_status(snapshot, options_for(width)).find("M+C"), std::string::npos);
  }
  const auto client = std::find_if(snapshot.processes.begin(), snapshot.processes.end(),
                                   [](const Process& process) { return !process.uses.empty(); });
  ASSERT_NE(client, snapshot.processes.end());
  client->uses.front().type = ContextType::compute;
  client->uses.front().mps = true;
  for (const int width : {79, 100, 140}) {
    const auto page = write_status(snapshot, options_for(width));
    EXPECT_NE(page.find(" M+C "), std::string::npos) << page;
    EXPECT_NE(page.find("M+C  computes through the Multi-Process Service (MPS)"), std::string::npos)
        << page;
    int all = 0;
    for (const auto& line : lines_of(page)) {
      const int shown = text::display_width(line);
      EXPECT_LE(shown, width) << line;
      if (!line.starts_with("│")) continue;
      all = std::max(all, shown);
      EXPECT_TRUE(shown == 79 || shown == all) << line;
    }
  }
}

TEST(Status, OwnersHaveAColumnWhereThereIsRoom) {
  EXPECT_EQ(write_status(fixture::sample_snapshot(), options_for(79)).find("OWNER"),
            std::string::npos);
  const auto page = write_status(fixture::sample_snapshot(), options_for(140));
  EXPECT_NE(page.find("OWNER"), std::string::npos);
  EXPECT_NE(page.find("job 48213"), std::string::npos);
  EXPECT_NE(page.find("3f9ac2d1e0b7 "), std::string::npos);
}

}  // namespace
}  // namespace gander
