// SPDX-License-Identifier: Apache-2.0
// What is kept of one device's profiling samples, NVLinks and peers between two looks. It makes no
// calls.
#pragma once

#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/nvml/abi_extension.hpp"
#include "gander/device.hpp"

namespace gander::driver::nvml {

/// Samples that the library allocated and no device needs now: a device that is gone leaves its own
/// here without a call, so that nothing is called while a list is replaced. Any thread.
class GpmPool {
 public:
  /// A sample to use again; null where there is none.
  GpmSample take() {
    const std::lock_guard lock{mutex_};
    if (samples_.empty()) return nullptr;
    auto* const sample = samples_.back();
    samples_.pop_back();
    return sample;
  }
  void give_back(GpmSample sample) {
    if (sample == nullptr) return;
    const std::lock_guard lock{mutex_};
    samples_.push_back(sample);
  }
  /// All of them, to be freed.
  std::vector<GpmSample> take_all() {
    const std::lock_guard lock{mutex_};
    return std::exchange(samples_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<GpmSample> samples_;
};

/// Numbers made from profiling samples; each has a place here.
inline constexpr std::size_t profile_count = 12;

/// Two profiling samples of one device, and what came of them.
struct GpmMemory {
  GpmMemory() = default;
  GpmMemory(const GpmMemory&) = delete;
  GpmMemory& operator=(const GpmMemory&) = delete;
  ~GpmMemory() {
    if (pool == nullptr) return;
    pool->give_back(newest);
    pool->give_back(spare);
  }

  std::shared_ptr<GpmPool> pool;  ///< Where the samples came from; null before the first.
  GpmSample newest{};
  GpmSample spare{};
  bool is_supported = false;              ///< Whether the device was found to have counters.
  bool has_newest = false;                ///< Whether `newest` was written to.
  std::chrono::nanoseconds taken_at{0};   ///< Steady time of `newest`.
  std::chrono::nanoseconds ask_again{0};  ///< Steady time before which we do not ask.
  Missing reason{};                       ///< The answer until then.
  Code code{};                            ///< What the library said where that is driver_error.
  unsigned failures = 0;                  ///< In a row.
  bool is_batched = true;                 ///< False once the library rejected a whole request.
  std::bitset<profile_count> rejected;    ///< What the library does not know.
  std::array<Known<double>, profile_count> latest{};
};

/// The NVLinks of one device.
struct LinkMemory {
  bool is_listed = false;
  std::vector<Link> links;  ///< With the readings of the last look.
  /// Links that are up and lead to a switch; `unknown` until the links are listed. Any thread.
  std::atomic<std::uint32_t> switch_links{unknown};
  static constexpr std::uint32_t unknown = 0xffffffffU;
};

/// Facts that do not change while the driver is loaded.
struct Traits {
  Known<std::string> architecture;
  Known<std::string> board_part;
  Known<std::string> gsp_firmware;
  Known<Virtualization> virtualization;
  Known<AddressingMode> addressing_mode;
  Known<bool> unified_memory;
  Known<std::uint32_t> numa_node;
  Known<std::string> cpu_affinity;
};

/// The other GPUs as seen from one of them, asked for once.
struct PeerMemory {
  struct Path {
    std::uint64_t id{};  ///< Of the other's entry.
    Known<PeerPath> path;
  };
  std::vector<Path> paths;
};

/// All of it.
struct DeviceMemory {
  GpmMemory gpm;
  LinkMemory links;
  PeerMemory peers;
  std::optional<Traits> traits;  ///< Once all of them have an answer.
};

}  // namespace gander::driver::nvml
