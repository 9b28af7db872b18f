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

RowKey key_of(const text::WorkloadRow& row) {
  RowKey key;
  if (row.process != nullptr) key.process = key_of(*row.process);
  if (row.use != nullptr) {
    key.device = row.use->device;
  } else if (row.device != nullptr) {
    // A device that does not say who it is is still another than its neighbour.
    key.device = row.device->uuid.value_or(to_string(row.device->index));
  }
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

text::WorkloadChoice notebook_choice(const Snapshot& snapshot, const ViewState& state) {
  auto choice = state.notebooks.now().table.choice;
  choice.filter.wanted = state.selection;
  if (state.filter.is_empty()) return choice;
  choice.filter.keeps = [&](const text::WorkloadRow& row) {
    static const Use none;
    return state.filter.matches(snapshot, *row.process, row.use == nullptr ? none : *row.use);
  };
  return choice;
}

namespace {

/// What the columns show, and kernels that are on no device where they are listed or counted.
void add_notebooks(const NotebookView& view, Demand& demand) {
  demand.metrics = demand.metrics | text::metrics_of(text::choose_columns(view.table));
  const bool lists_all = view.table.choice.verbosity != text::Verbosity::holders;
  if (lists_all || view.has_footnote) demand.attribution = Attribution::everything;
}

}  // namespace

Demand demand_of(const ViewState& state) {
  const Screen screen = state.screen;
  Demand demand = monitor_demand();
  if (screen == Screen::device || screen == Screen::why) {
    demand.metrics = MetricSet::usual();
    demand.device_detail = true;
  }
  demand.descendants = screen == Screen::tree;
  demand.attribution = Attribution::servers;
  if (screen == Screen::notebooks) add_notebooks(state.notebooks.now(), demand);
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
