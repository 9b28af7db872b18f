// SPDX-License-Identifier: Apache-2.0
// What a monitor shows unless it is told otherwise; the budget of calls is held for this.
#pragma once

#include <array>

#include "gander/metric.hpp"
#include "gander/source.hpp"

namespace gander {

/// Columns of devices and of what processes do on them, without asking for more.
inline constexpr std::array monitor_metrics{
    Metric::gpu_utilization,
    Metric::memory_utilization,
    Metric::encoder_utilization,
    Metric::decoder_utilization,
    Metric::memory_total,
    Metric::memory_used,
    Metric::bar1_total,
    Metric::bar1_used,
    Metric::power_draw,
    Metric::power_limit,
    Metric::temperature,
    Metric::fan_speed,
    Metric::performance_state,
    Metric::sm_clock,
    Metric::memory_clock,
    Metric::max_sm_clock,
    Metric::max_memory_clock,
    Metric::pcie_transmit_rate,
    Metric::pcie_receive_rate,
    Metric::nvlink_transmit_rate,
    Metric::nvlink_receive_rate,
    Metric::ecc_volatile_corrected,
    Metric::ecc_volatile_uncorrected,
    Metric::gpu_memory,
    Metric::gpu_sm_utilization,
    Metric::gpu_memory_utilization,
    Metric::gpu_encoder_utilization,
    Metric::gpu_decoder_utilization,
};

/// Numbers of the host that neither the monitor's main screen nor the status page shows: they would
/// be some dozens of files more.
inline constexpr std::array unseen_metrics{
    Metric::disk_read_total,        Metric::disk_read_rate,        Metric::disk_write_total,
    Metric::disk_write_rate,        Metric::network_receive_total, Metric::network_receive_rate,
    Metric::network_transmit_total, Metric::network_transmit_rate};

/// These, the usual numbers of processes and host but the unseen, processes, and all of it once a
/// second.
inline Demand monitor_demand() {
  Demand demand;
  demand.metrics = {};
  demand.device_detail = false;
  for (const Metric metric : monitor_metrics) demand.metrics.insert(metric);
  for (const Scope scope : {Scope::process, Scope::host}) {
    for (const MetricRow& row : rows_of(scope)) {
      if (row.cost != Cost::on_demand) demand.metrics.insert(row.id);
    }
  }
  for (const Metric metric : unseen_metrics) demand.metrics.erase(metric);
  return demand;
}

}  // namespace gander
