// SPDX-License-Identifier: Apache-2.0
// What the tests of frames share: machines, a user, and a grid as text.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/golden/furnished.hpp"
#include "tui/app/layout.hpp"
#include "tui/screen/theme.hpp"

namespace gander::tui::frame_test {

/// The grid as lines of text without blanks at their ends.
inline std::string text_of(const Grid& grid) {
  std::string out;
  for (int row = 0; row < grid.size().rows; ++row) {
    std::string line;
    for (int column = 0; column < grid.size().columns; ++column) line += grid.at(row, column).text;
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

/// A letter for each style of the grid: the role, capital where bold; `#` selected, `~` mixed.
inline std::string styles_of(const Grid& grid) {
  std::string out;
  for (int row = 0; row < grid.size().rows; ++row) {
    std::string line;
    for (int column = 0; column < grid.size().columns; ++column) {
      const Style& style = grid.at(row, column).style;
      char letter = static_cast<char>('a' + static_cast<int>(style.role));
      if (style.role == Role::text) letter = '.';
      if (style.bold && letter != '.') letter = static_cast<char>(letter - 'a' + 'A');
      if (style.gradient > 0) letter = '~';
      line += style.selected ? '#' : letter;
    }
    out += line + "\n";
  }
  return out;
}

/// What a cell is of, in words: `GPU 3`, `process 4242`, `host`.
inline std::string subject_of(const Provenance& cell) {
  if (cell.process) return "process " + std::to_string(*cell.process);
  if (!cell.device) return "host";
  return (cell.device->instance ? "MIG " : "GPU ") + to_string(*cell.device);
}

/// A person called alice.
inline ViewState make_state() {
  ViewState state;
  state.viewer_uid = 1005;
  state.viewer = "alice";
  state.clock_text = "Fri Mar 14 09:26:53 2025";
  state.now = fixture::moment + 0.5;
  state.is_read_only = false;
  return state;
}

/// So many GPUs under different loads, a process on each of the first.
inline Snapshot many_gpus(std::uint32_t count) {
  auto snapshot = fixture::empty_snapshot();
  for (std::uint32_t gpu = 0; gpu < count; ++gpu) {
    const double load = static_cast<double>(gpu % 11) / 10;
    snapshot.devices.push_back(
        fixture::make_gpu(gpu, load, fixture::gib_of(static_cast<double>(gpu % 8) * 9)));
    if (gpu % 4 != 0) continue;
    snapshot.processes.push_back(
        fixture::with_use(fixture::make_process(5000 + gpu, "alice", {"train", "--all"}),
                          fixture::make_use(fixture::uuid_of(gpu), 4 * fixture::gib, load)));
  }
  return snapshot;
}

/// Two minutes of a machine: ten seconds up, ten down, with a gap in the middle.
inline History make_history(const Snapshot& snapshot) {
  History history;
  auto moment = snapshot;
  // Only what the graphs of the main screen show: the rest would make the tests slow.
  for (auto& device : moment.devices) {
    const auto used = device.readings[Metric::memory_used];
    const auto total = device.readings[Metric::memory_total];
    device.readings.fill(Missing::not_sampled);
    device.readings[Metric::memory_used] = used;
    device.readings[Metric::memory_total] = total;
  }
  for (int second = 120; second > 0; --second) {
    moment.time = fixture::moment - second;
    const double load = static_cast<double>(second % 20 < 10 ? second % 10 : 10 - second % 10) / 10;
    const bool is_gap = second > 60 && second < 70;
    const Reading reading = is_gap ? Reading{Missing::timed_out} : Reading{load};
    moment.host.readings[Metric::cpu_utilization] = reading;
    for (auto& device : moment.devices) device.readings[Metric::gpu_utilization] = reading;
    history.add(moment);
  }
  history.add(snapshot);
  return history;
}

inline std::vector<std::pair<std::string, Snapshot>> machines() {
  return {{"none", fixture::empty_snapshot()},
          {"one", fixture::idle_snapshot()},
          {"eight", fixture::sample_snapshot()},
          {"sixteen", many_gpus(16)},
          {"rack", many_gpus(64)},
          {"mig", fixture::mig_snapshot()},
          {"sick", fixture::sick_snapshot()},
          {"unknown", fixture::unknown_snapshot()},
          {"hostile", fixture::hostile_snapshot()},
          {"wide", fixture::wide_snapshot()},
          {"unified", fixture::unified_snapshot()}};
}

/// A frame and what was found out on the way.
struct Frame {
  Grid grid;
  Drawn drawn;
};
inline Frame draw(const Snapshot& snapshot, const ViewState& state, Size size) {
  Frame frame{Grid{size}, {}};
  const auto history = make_history(snapshot);
  frame.drawn = draw_frame({snapshot, history, state}, frame.grid);
  return frame;
}

}  // namespace gander::tui::frame_test
