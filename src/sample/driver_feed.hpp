// SPDX-License-Identifier: Apache-2.0
// One driver through its life: opening it, coming back to it when it went down, its devices, their
// readings by tier and their processes. Never waits past a deadline; knows no host and no view.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/driver.hpp"
#include "gander/source.hpp"
#include "sample/join.hpp"
#include "sample/worker.hpp"

namespace gander::sample {

/// How long a call to a driver may take before we go on without it. Real time.
struct Deadlines {
  std::chrono::milliseconds fast{250};      ///< One call into the library, while reading a device.
  std::chrono::milliseconds process{2000};  ///< Processes of one device.
  /// Opening a driver and counting its devices. At later ticks nobody waits longer than `process`
  /// for this or for `attach`, but what comes late is taken when it comes.
  std::chrono::milliseconds open{30000};
  /// Opening one GPU, all of them side by side: without persistence it takes a few seconds.
  std::chrono::milliseconds attach{5000};
  std::chrono::milliseconds device{2000};  ///< Describing, or reading, one device in all.
};

/// What one tick is to do, and when it is.
struct TickPlan {
  MetricSet metrics;                ///< Wanted; `not_sampled` what is not among them.
  bool processes = false;           ///< Whether somebody looks at processes.
  bool device_detail = false;       ///< Whether somebody looks at boards, links and peers.
  bool all_tiers = false;           ///< Reads everything now: a single look, or a refresh.
  std::chrono::nanoseconds steady;  ///< For intervals.
  double wall{};                    ///< Unix seconds.
  bool is_released = false;         ///< Nothing is to be held.
};

/// One driver and all we know of it. One thread at a time, except `hurry` and `has_stuck_worker`.
class DriverFeed {
 public:
  DriverFeed(std::unique_ptr<driver::Driver> driver, const Deadlines& deadlines);
  ~DriverFeed();
  DriverFeed(const DriverFeed&) = delete;
  DriverFeed& operator=(const DriverFeed&) = delete;

  /// Asks the driver what the plan wants and is due. Returns within the deadlines.
  void tick(const TickPlan& plan);
  /// Nobody looks at devices: the driver makes no calls of its own until the next `tick`.
  void pause();

  [[nodiscard]] const DriverStatus& status() const { return status_; }
  [[nodiscard]] const SourceHealth& health() const { return health_; }
  /// Appends the devices, index order kept; lost ones and those of a driver that is down included.
  void append_devices(std::vector<Device>& into, const MetricSet& wanted) const;
  /// Appends the process lists of the last time they were read, for devices that gave one.
  void append_rows(std::vector<DeviceRows>& into) const;
  /// Whether the last `tick` read process lists, so that they must be joined anew.
  [[nodiscard]] bool has_new_rows() const { return has_new_rows_; }
  /// What happened since the last call.
  std::vector<Event> take_events();
  [[nodiscard]] bool has_stuck_worker() const { return crew_.has_busy(); }
  /// Whether the driver was let go of on request, and all calls have come back.
  [[nodiscard]] bool is_released() const { return life_ == Life::released && is_let_go_; }
  /// Ends every wait at once; the feed is not ticked again.
  void hurry() { crew_.hurry(); }

 private:
  struct DeviceCell;
  struct DeviceAsk;
  struct WideAsk;
  enum class DeviceTask : std::uint8_t;
  enum class WideTask : std::uint8_t;
  enum class Life : std::uint8_t { closed, running, down, released, resting };
  using Asks = std::vector<std::shared_ptr<DeviceAsk>>;

  void collect_late(const TickPlan& plan);
  void take_late(DeviceCell& cell, const std::shared_ptr<DeviceAsk>& late, const TickPlan& plan);
  void keep_alive(const TickPlan& plan);
  [[nodiscard]] bool is_renewal_due(const TickPlan& plan);
  void stay_away(const TickPlan& plan);
  void rest(const TickPlan& plan);
  void consider_rest(const TickPlan& plan);
  [[nodiscard]] bool is_idle() const;
  void begin_rest(const TickPlan& plan);
  void accept_release();
  void show_rest(Device& device) const;
  void forget_processes(Missing reason);
  [[nodiscard]] bool is_listing_due(const TickPlan& plan) const;
  [[nodiscard]] static bool is_look_due(const DeviceCell& cell, const TickPlan& plan);
  void attach_devices(const TickPlan& plan);
  using WidePointer = std::shared_ptr<WideAsk>;
  void read_devices(const TickPlan& plan, const WidePointer& last);
  [[nodiscard]] static bool can_be_listed(const DeviceCell& cell);
  [[nodiscard]] bool are_lists_due(const TickPlan& plan) const;
  void read_processes(const TickPlan& plan, const WidePointer& last);
  void read_all(const TickPlan& plan);

  bool ask_driver(WideTask task, const TickPlan& plan);
  [[nodiscard]] Call make_call(const WidePointer& ask) const;
  bool take(const WidePointer& ask, Outcome outcome, const TickPlan& plan);
  void accept(const WideAsk& ask, const TickPlan& plan);
  void accept_opening(const WideAsk& ask, const TickPlan& plan);
  void accept_report(const WideAsk& ask, const TickPlan& plan);
  void take_list(const std::vector<driver::ListedDevice>& list, const TickPlan& plan);
  void go_down(const Error& error, const TickPlan& plan);

  std::shared_ptr<DeviceAsk> make_ask(DeviceCell& cell, DeviceTask task);
  [[nodiscard]] std::chrono::milliseconds deadline_of(DeviceTask task) const;
  std::chrono::nanoseconds ask_devices(const Asks& asks, const TickPlan& plan,
                                       const WidePointer& last = nullptr);
  void accept(DeviceCell& cell, DeviceAsk& ask, const TickPlan& plan);
  void accept_description(DeviceCell& cell, DeviceAsk& ask, const TickPlan& plan);
  void accept_reading(DeviceCell& cell, DeviceAsk& ask, const TickPlan& plan);
  void suspend(DeviceCell& cell, const std::shared_ptr<DeviceAsk>& ask, const TickPlan& plan);
  void describe_devices(const TickPlan& plan);
  void forget_found();
  void judge_silence(const TickPlan& plan);
  void judge_health(const TickPlan& plan);
  [[nodiscard]] std::string name_gaps() const;
  [[nodiscard]] std::chrono::milliseconds wide_deadline() const;
  void show_silence(Device& device, const DeviceCell& cell) const;
  static void show_errors(Device& device, const DeviceCell& cell);
  [[nodiscard]] Device present(const DeviceCell& cell, const MetricSet& wanted) const;

  std::shared_ptr<driver::Driver> driver_;
  Deadlines deadlines_;
  Crew crew_;
  Life life_ = Life::closed;
  DriverStatus status_;
  SourceHealth health_;
  std::vector<std::unique_ptr<DeviceCell>> cells_;
  std::vector<Device> absent_;  ///< GPUs that the driver lists no more: they stay, as lost.
  std::shared_ptr<WideAsk> pending_;
  std::vector<Event> events_;
  Lane next_lane_ = 1;
  std::size_t failures_ = 0;  ///< Openings that failed in a row.
  std::chrono::nanoseconds retry_at_{};
  std::chrono::nanoseconds listed_at_{};
  std::chrono::nanoseconds ticked_at_{};
  std::chrono::nanoseconds processes_due_{};
  std::uint64_t overruns_ = 0;
  std::uint64_t driver_errors_ = 0;
  bool was_opened_ = false;
  bool has_ticked_ = false;
  bool is_look_due_ = false;    ///< All GPUs are to be looked at again.
  bool is_list_stale_ = false;  ///< A GPU turned out to be something else, or may have.
  bool is_let_go_ = false;      ///< Released, and nothing is held any more.
  driver::Power power_{};       ///< As of the last question for it.
  std::optional<std::chrono::nanoseconds> idle_since_;  ///< No work seen since, on any device.
  std::chrono::nanoseconds rested_at_{};
  std::chrono::nanoseconds rest_again_{};  ///< Steady time before which no rest is tried.
  bool has_slept_ = false;                 ///< In the present rest.
  /// When to start the driver anew because of a lost GPU.
  std::optional<std::chrono::nanoseconds> renew_at_;
  bool has_new_rows_ = false;
  bool is_paused_ = false;
};

}  // namespace gander::sample
