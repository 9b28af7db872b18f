// SPDX-License-Identifier: Apache-2.0
// Who a process is on the screen.
#include "tui/view/view_state.hpp"

#include <algorithm>
#include <array>

namespace gander::tui {
namespace {

/// What the devices of the main screen show.
constexpr std::array main_metrics{
    Metric::gpu_utilization,     Metric::memory_utilization,
    Metric::memory_total,        Metric::memory_used,
    Metric::power_draw,          Metric::power_limit,
    Metric::temperature,         Metric::fan_speed,
    Metric::performance_state,   Metric::sm_clock,
    Metric::memory_clock,        Metric::ecc_volatile_uncorrected,
    Metric::bar1_total,          Metric::bar1_used,
    Metric::encoder_utilization, Metric::decoder_utilization,
    Metric::graphics_active,     Metric::temperature_slowdown,
};

}  // namespace

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

MetricSet wanted_metrics(Screen screen) {
  if (screen == Screen::device || screen == Screen::why) return MetricSet::usual();
  MetricSet metrics;
  for (const MetricRow& row : metric_table) {
    const bool is_shown = row.scope == Scope::host || row.scope == Scope::use ||
                          row.scope == Scope::process || row.scope == Scope::fan;
    if (is_shown && row.cost != Cost::on_demand) metrics.insert(row.id);
  }
  for (const Metric metric : main_metrics) metrics.insert(metric);
  if (screen == Screen::process) {
    metrics.insert(Metric::io_read_total).insert(Metric::io_written_total);
  }
  return metrics;
}

}  // namespace gander::tui
