// SPDX-License-Identifier: Apache-2.0
// What was seen before: one sample per second for the graphs, kept by what a number belongs to and
// not by a handle, so that it survives screens, reloads of the driver and lost devices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gander/metric.hpp"
#include "gander/snapshot.hpp"
#include "text/utilization_history.hpp"
#include "tui/view/view_state.hpp"
#include "tui/widget/sample.hpp"

namespace gander::tui {

/// Bounded: `capacity` samples of each series, series of things not seen for that long are dropped.
class History {
 public:
  static constexpr std::size_t capacity = 300;  ///< Seconds.
  /// `looks` is how many of them a mean of utilization may take.
  explicit History(std::size_t looks = text::CellOptions{}.window) : utilization_(looks) {}
  /// Adds a snapshot; at most one sample per second is kept, the newest of that second. Means are
  /// of the devices asked for.
  void add(const Snapshot& snapshot, const Selection& selection = {});
  [[nodiscard]] const Series& of_host(Metric metric) const;
  [[nodiscard]] const Series& of_device(std::string_view uuid, Metric metric) const;
  [[nodiscard]] const Series& of_use(const RowKey& row, Metric metric) const;
  [[nodiscard]] const Series& of_process(const ProcessKey& process, Metric metric) const;
  /// Over all whole GPUs asked for, or MIG instances where only such are: the mean of
  /// `gpu_utilization`, and of `memory_used` the share of all memory. Other metrics have none.
  [[nodiscard]] const Series& of_all_devices(Metric metric) const;
  [[nodiscard]] std::size_t series_count() const;
  /// Utilization of each device, look by look.
  [[nodiscard]] const text::UtilizationHistory& utilization() const { return utilization_; }

 private:
  /// What numbers belong to: its name, and when it started where names are used again.
  using Owner = std::pair<std::string, std::uint64_t>;
  struct Entry {
    Series series;
    std::int64_t last_second{};
  };
  using Entries = std::map<Metric, Entry>;
  static constexpr std::int64_t joined_seconds = 2;

  void add(const Process& process);
  void add(const Device& device);
  void put(Entry& entry, std::optional<float> value);
  void forget_old();
  [[nodiscard]] const Series& find(const Owner& owner, Metric metric) const;

  std::map<Owner, Entries> entries_;
  text::UtilizationHistory utilization_;
  double now_{};
};

}  // namespace gander::tui
