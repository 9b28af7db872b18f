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
  signals.reserve(listed_signals.size());
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

bool is_shown(const ViewState& state, MainPanel panel) {
  if (panel == MainPanel::devices) return state.show_devices;
  return panel == MainPanel::host ? state.show_host : state.show_processes;
}

std::optional<MainPanel> panel_above(const ViewState& state, MainPanel panel) {
  std::optional<MainPanel> above;
  for (const MainPanel each : state.panels) {
    if (each == panel) break;
    if (is_shown(state, each)) above = each;
  }
  return above;
}

void raise(ViewState& state, MainPanel panel) {
  auto* const place = std::ranges::find(state.panels, panel);
  std::rotate(state.panels.begin(), place, place + 1);
  if (panel == MainPanel::devices) state.show_devices = true;
  if (panel == MainPanel::host) state.show_host = true;
  if (panel == MainPanel::processes) state.show_processes = true;
}

Demand demand_of(const ViewState& state) {
  const Screen screen = state.screen;
  Demand demand = monitor_demand();
  if (screen == Screen::device || screen == Screen::why) {
    demand.metrics = MetricSet::usual();
    demand.device_detail = true;
  }
  demand.descendants = screen == Screen::tree;
  demand.attribution = Attribution::servers;
  if (screen == Screen::process) {
    for (const Metric metric : {Metric::io_read_total, Metric::io_written_total,
                                Metric::minor_page_faults, Metric::major_page_faults}) {
      demand.metrics.insert(metric);
    }
    demand.process_detail = true;
  }
  if (screen == Screen::why && state.selected) {
    for (const MetricRow& row : rows_of(Scope::process)) demand.metrics.insert(row.id);
  }
  return demand;
}

}  // namespace gander::tui
