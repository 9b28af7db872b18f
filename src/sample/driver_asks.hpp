// SPDX-License-Identifier: Apache-2.0
// The calls that `DriverFeed` sends to its workers, and the cell it keeps for each device. Private
// to the feed.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/progress.hpp"
#include "sample/device_cell.hpp"
#include "sample/driver_feed.hpp"
#include "sample/rates.hpp"

namespace gander::sample {

enum class DriverFeed::DeviceTask : std::uint8_t { attach, describe, read, list };
enum class DriverFeed::WideTask : std::uint8_t {
  open,
  reacquire,
  list,
  report,
  release,
  power,
  pause
};

/// How often the device list is read and every GPU looked at again, and how often one that is
/// lost or partitioned.
inline constexpr std::chrono::nanoseconds list_period = std::chrono::seconds(30);
inline constexpr std::chrono::nanoseconds sick_list_period = std::chrono::seconds(10);
/// Ticks come a little early or late.
inline constexpr std::chrono::nanoseconds tick_tolerance = std::chrono::milliseconds(100);

/// A call about one device. Owned by the worker and the feed together; the worker writes it, and
/// the feed reads it when the call has come back.
struct DriverFeed::DeviceAsk {
  DeviceTask task{};
  driver::DeviceHandle handle;
  MetricSet asked;
  Device device;
  driver::ProcessList list;
  driver::Facts facts{};      ///< What `describe` is to tell.
  bool has_news = false;      ///< What `attach` said.
  driver::Progress progress;  ///< The only part to be read before the call has come back.
  double asked_at{};          ///< Unix seconds.
  std::chrono::nanoseconds asked_steady{};  ///< The same moment, for intervals.
  std::chrono::nanoseconds took{};
  bool is_finished = false;
  DeviceCell* cell{};  ///< Only for the feed, and only within one tick.

  /// Runs on a worker.
  void run(driver::Driver& driver);
};

/// A call about no single device.
struct DriverFeed::WideAsk {
  WideTask task{};
  tl::expected<void, Error> opened;
  std::optional<Result<std::vector<driver::ListedDevice>>> listed;
  DriverStatus status;
  std::vector<Event> events;
  driver::Driver::Cost cost;
  bool is_list_stale = false;
  driver::Power power{};
  bool is_finished = false;

  /// Runs on a worker.
  void run(driver::Driver& driver);
};

/// One device of the present list.
struct DriverFeed::DeviceCell {
  Lane lane{};
  Lane list_lane{};  ///< Process lists come while a reading hangs, and the other way round.
  driver::ListedDevice listed;
  Device kept;  ///< Identity, and the readings last read.
  bool is_attached = false;
  bool is_described = false;
  bool has_all_facts = false;  ///< Whether it was ever described whole.
  bool has_news = false;       ///< Of an attach; to be described anew if the list still has it.
  std::chrono::nanoseconds looked_at{};     ///< Steady; when it was attached or looked at again.
  std::chrono::nanoseconds described_at{};  ///< Steady.
  std::chrono::nanoseconds read_at{-1};     ///< Steady; when everything due was last read.
  bool is_timed_out = false;                ///< At this tick.
  bool is_stuck = false;                    ///< It is one call into the driver that takes so long.
  MetricSet fresh;              ///< What `kept` still tells truly where the device is timed out.
  bool is_served_late = false;  ///< Has an answer at this tick that was asked for before.
  TierClock tiers;
  DeviceRates rates;
  driver::ProcessList processes;
  double processes_at{};                      ///< Unix seconds; when `processes` was asked for.
  std::vector<DriverError> described_errors;  ///< Those of the last description.
  std::shared_ptr<DeviceAsk> pending;         ///< What has not come back; never a process list.
  std::shared_ptr<DeviceAsk> pending_list;    ///< The process list that has not come back.

  [[nodiscard]] bool is_silent() const { return is_timed_out || is_waiting(); }
  [[nodiscard]] bool is_waiting() const { return pending != nullptr || pending_list != nullptr; }
  [[nodiscard]] bool is_lost() const {
    return kept.state == DeviceState::lost || kept.state == DeviceState::reset_required;
  }
  [[nodiscard]] bool is_partitioned() const {
    return kept.is_instance() || kept.mig_mode == Known<Switch>{Switch::on};
  }
};

}  // namespace gander::sample
