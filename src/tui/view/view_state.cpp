// SPDX-License-Identifier: Apache-2.0
// Who a process is on the screen.
#include "tui/view/view_state.hpp"

#include <algorithm>
#include <array>

#include "gander/monitor_demand.hpp"

namespace gander::tui {

ProcessKey key_of(const Process& process) {
  ProcessKey key;
  key.pid = process.pid;
  if (process.start_ticks.is_known()) key.start_ticks = process.start_ticks.value();
  return key;
}

std::vector<int> offered_signals(const SignalDialog& dialog) {
  if (dialog.signal != 0) return {dialog_signals.begin(), dialog_signals.end()};
  std::vector<int> signals;
  for (const SignalRow& row : listed_signals) signals.push_back(row.number);
  return signals;
}

std::string name_of_signal(int signal) {
  const auto* row = std::ranges::find(listed_signals, signal, &SignalRow::number);
  if (row == listed_signals.end()) return "signal " + std::to_string(signal);
  return std::string{row->name};
}

int first_choice(int signal) {
  if (signal == 0) return static_cast<int>(listed_signals.size());
  const auto found = std::ranges::find(dialog_signals, signal);
  return static_cast<int>(found - dialog_signals.begin());
}

Demand demand_of(Screen screen) {
  Demand demand = monitor_demand();
  if (screen == Screen::device || screen == Screen::why) {
    demand.metrics = MetricSet::usual();
    demand.device_detail = true;
  }
  if (screen == Screen::process) {
    demand.metrics.insert(Metric::io_read_total).insert(Metric::io_written_total);
    demand.process_detail = true;
  }
  return demand;
}

}  // namespace gander::tui
