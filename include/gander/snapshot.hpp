// SPDX-License-Identifier: Apache-2.0
// The waist of the hourglass: everything known about one machine at one moment, immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/allocation.hpp"
#include "gander/device.hpp"
#include "gander/host.hpp"
#include "gander/known.hpp"
#include "gander/process.hpp"
#include "gander/result.hpp"
#include "gander/workload.hpp"

namespace gander {

/// Version of the JSON form of a snapshot.
inline constexpr int snapshot_schema = 1;

/// Whether a driver works, and if not, in the words of which failure.
struct DriverStatus {
  std::string name;                ///< `nvml`.
  Known<std::string> library;      ///< The file it was loaded from.
  Known<std::string> version;      ///< Driver version, for instance `550.54.15`.
  Known<std::string> api_version;  ///< Version of the library's interface.
  Known<std::string>
      cuda_version;            ///< Highest CUDA version the driver supports, for instance `12.4`.
  std::optional<Error> error;  ///< Why it is down; absent while it works.
  friend bool operator==(const DriverStatus&, const DriverStatus&) = default;
};

/// How much of what a source should know it does know.
enum class Completeness : std::uint8_t { complete, partial, none };

/// Health of one source of facts: a driver, the host's files, an owner finder.
struct SourceHealth {
  std::string name;            ///< `nvml`, `host`, `owner`.
  Known<double> last_success;  ///< Unix seconds.
  std::uint64_t errors{};      ///< Since the source was opened.
  Completeness completeness{};
  std::string detail;  ///< One line for a person where it is not complete.
  friend bool operator==(const SourceHealth&, const SourceHealth&) = default;
};

/// Something that happened at a moment rather than being so.
struct Event {
  double time{};                               ///< Unix seconds.
  std::string source;                          ///< Who said so.
  std::string device;                          ///< UUID; empty where it concerns none.
  std::string text;                            ///< One line; foreign text.
  Known<std::uint32_t> xid{Missing::no_data};  ///< Code of a driver error report, if it is one.
  friend bool operator==(const Event&, const Event&) = default;
};

/// One machine at one moment. Made by one `Source`, then never changed.
struct Snapshot {
  std::uint64_t sequence{};  ///< Grows by one with each snapshot of a source; not in JSON.
  double time{};             ///< Unix seconds, to the millisecond.
  std::string version;       ///< Of the gander that made it.
  Host host;
  std::vector<DriverStatus> drivers;
  std::vector<Device> devices;      ///< In index order, instances right after their parent.
  std::vector<Process> processes;   ///< In pid order.
  std::vector<Workload> workloads;  ///< Those of `processes`, in the order of their roots.
  std::vector<Environment> environments;
  std::vector<Claim> claims;
  std::vector<SourceHealth> sources;
  std::vector<Event> events;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

using SnapshotPointer = std::shared_ptr<const Snapshot>;

std::string_view name_of(Completeness completeness);
std::optional<Completeness> find_completeness(std::string_view name);
/// Spelling of a failure's kind in JSON, for instance `driver_down`.
std::string_view name_of(Fault fault);
std::optional<Fault> find_fault(std::string_view name);

/// What a process works on; null where that is not known.
const Workload* find_workload(const Snapshot& snapshot, const Process& process);
/// The device with this UUID; null if the snapshot has none.
const Device* find_device(const Snapshot& snapshot, std::string_view uuid);

}  // namespace gander
