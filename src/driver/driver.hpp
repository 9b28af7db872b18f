// SPDX-License-Identifier: Apache-2.0
// The seam between gander and the GPUs of one vendor. A driver says what each device says now; it
// knows nothing of views, users, or rates over time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gander/device.hpp"
#include "gander/finding.hpp"
#include "gander/metric.hpp"
#include "gander/process.hpp"
#include "gander/result.hpp"
#include "gander/snapshot.hpp"

namespace gander::driver {

/// Where a driver finds its library or files; all that tests need to change.
struct Options {
  std::string root = "/";  ///< Root folder of /proc, /sys, /dev.
  std::string library;     ///< Path of the vendor's library; empty: the usual places.
  std::string overlay;     ///< Folder whose files go before those of `root`; empty: none.
};

/// A handle to one device of one driver, valid as long as the driver lists this device. Opaque.
struct DeviceHandle {
  std::uint32_t slot{};
  std::uint64_t generation{};
  friend bool operator==(const DeviceHandle&, const DeviceHandle&) = default;
};

/// A device of the list: a handle, and where it stands.
struct ListedDevice {
  DeviceHandle handle;
  DeviceIndex index;
  /// What is known of its identity without asking it, for as long as it was not described.
  Device outline;
  /// False: nobody has looked at it yet, or it may have become something else: call `attach`.
  bool is_attached = true;
};

/// In which PID namespace the numbers of a process list are; the table is in the driver's folder.
enum class PidSpace : std::uint8_t {
  ours,  ///< Ours: rows of processes that we cannot see were dropped by the driver.
  host,  ///< The host's, though we run in a namespace of our own: never match by number.
};

/// One process on one device, in the driver's words. `use.device` is filled by the sampler.
struct ListedProcess {
  Pid pid{};
  Use use;
  /// Whether `pid` names a process of our own PID namespace.
  PidSpace pid_space{};
  /// Seconds since the driver named it: lists that are dear and change slowly are kept for a
  /// moment. Such a row does not prove that the process still holds anything.
  double age = 0;
};

/// What one call for the processes of a device found.
struct ProcessList {
  std::vector<ListedProcess>
      rows;  ///< One row for each process (pid, instance); merged, deduplicated.
  /// Set where the driver may have dropped rows or could not be asked; then `rows` is what is
  /// known.
  Known<bool> complete{true};
  std::vector<DriverError> errors = {};  ///< What the driver said where it answered with an error.
};

/// What the kernel says of the power of all devices of a driver together.
enum class Power : std::uint8_t {
  always_on,  ///< One of them never sleeps, or there is none: letting go saves nothing.
  awake,      ///< All may sleep once nobody holds them, and one does not now.
  asleep,     ///< All sleep.
};

/// How much of a device is described.
enum class Facts : std::uint8_t {
  basic,  ///< Who it is and how it is set.
  all,    ///< Also what kind of board it is, its links, peers and fabric.
};

/// What one function of the vendor's library, or one file, has cost since `open`.
struct CallCost {
  std::string function;  ///< As the vendor spells it.
  std::string serves;    ///< The metrics or facts it is called for, for a person.
  std::uint64_t calls{};
  std::uint64_t errors{};
  double seconds{};  ///< Time inside, over all calls.
  /// Whether it sleeps until something happens: its time is no work of anybody.
  bool is_waiting = false;
};

/// All devices of one vendor. Calls for different devices may come from different threads at the
/// same time, and so may `read` and `list_processes` of one device: where one hangs, the other goes
/// on. All other calls for one device, and those without a device, come one at a time. Every call
/// may block as long as the vendor's library does: deadlines are the sampler's business. To let it
/// judge them, calls report how far they have come (driver/progress.hpp).
class Driver {
 public:
  Driver() = default;
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  virtual ~Driver() = default;

  /// `nvml` …: the word for it in snapshots.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Loads the library and starts it. Fails with no_library, driver_down, no_permission …
  virtual Result<void> open() = 0;
  /// Versions, library path, and the failure of the last `open` or call that hit all devices.
  [[nodiscard]] virtual DriverStatus status() const = 0;
  /// Lists the devices, lost and inaccessible ones included, in index order, without asking any of
  /// them anything: one that hangs must not hide the others. MIG instances are listed once `attach`
  /// has found them. Handles of devices that are listed no more fail softly.
  virtual Result<std::vector<ListedDevice>> devices() = 0;
  /// Opens a GPU, or looks at it again: who it is now, whether it answers, which instances it has.
  /// The first time may take seconds. Returns whether `devices()` now says something else of it.
  virtual bool attach(DeviceHandle device) {
    static_cast<void>(device);
    return false;
  }
  /// Identity and modes; with `Facts::all` everything of `Device` but its readings and fans.
  virtual Device describe(DeviceHandle device, Facts facts) = 0;
  /// Fills the wanted readings, fans and changing states (`state`, `clock_limits`) of `into`, and
  /// brings its `errors` up to date.
  /// Metrics that are not wanted stay as they are; one that the device does not support is
  /// answered from memory and not asked again in this generation.
  virtual void read(DeviceHandle device, const MetricSet& wanted, Device& into) = 0;
  /// The processes that hold contexts on the device, and what of `wanted` is known of them there;
  /// what costs no further call comes unasked.
  virtual ProcessList list_processes(DeviceHandle device, const MetricSet& wanted) = 0;
  /// What happened since the last call.
  virtual std::vector<Event> events() = 0;
  /// Nobody looks for now: ends what the driver does unasked, such as waiting for events, until the
  /// next `events()`. May take a second.
  virtual void pause() {}
  /// Whether an event or an answer calls for a new list; what must be looked at again is not
  /// attached in it.
  [[nodiscard]] virtual bool is_list_stale() const { return false; }
  /// Lets go of everything, so that the GPUs can be suspended, reset or re-partitioned.
  virtual void release() = 0;
  /// Comes back after `release`, or after the driver was reloaded. Like `open`.
  virtual Result<void> reacquire() = 0;
  /// Whether letting go would let the devices sleep, and whether they do. Touches none, and needs
  /// no open library.
  [[nodiscard]] virtual Power power() const { return Power::always_on; }
  /// Calls made into the vendor's library since `open`, and how many of them failed.
  struct Cost {
    std::uint64_t calls{};
    std::uint64_t errors{};
  };
  [[nodiscard]] virtual Cost cost() const = 0;
  /// The same by function, dearest first; empty where the driver does not count so finely.
  [[nodiscard]] virtual std::vector<CallCost> call_costs() const { return {}; }
};

/// One instance of every driver this gander was built with.
std::vector<std::unique_ptr<Driver>> make_drivers(const Options& options);

/// What the kernel's files and device nodes say about the drivers of this machine, without touching
/// a device; for gander doctor. `drivers` as in the snapshot.
std::vector<Finding> examine_drivers(const Options& options,
                                     const std::vector<DriverStatus>& drivers);

}  // namespace gander::driver
