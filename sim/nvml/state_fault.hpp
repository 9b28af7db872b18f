// SPDX-License-Identifier: Apache-2.0
// What goes wrong with one GPU of a simulated machine beyond the answers of single calls. Plain
// data for the shared file; it must not know who suffers from it.
#pragma once

#include <array>
#include <cstdint>

namespace gander::sim {

/// Nonsense among the samples and rows of processes; bits of GpuFaults::garbage.
enum Garbage : std::uint32_t {
  garbage_over_range = 1U << 0U,      ///< a sample far above 100 percent
  garbage_dead = 1U << 1U,            ///< a sample of a process that is in no list
  garbage_duplicate = 1U << 2U,       ///< a sample twice
  garbage_stale = 1U << 3U,           ///< a sample older than what was asked for
  garbage_zero_pid = 1U << 4U,        ///< a sample of process 0
  garbage_huge_pid = 1U << 5U,        ///< rows of the processes 0 and 2^32 - 1
  garbage_unknown_memory = 1U << 6U,  ///< every row's memory is 2^64 - 1
  garbage_duplicate_row = 1U << 7U,   ///< a row twice, the second time with less memory
  garbage_recycled_row = 1U << 8U,    ///< a row left behind whose number somebody else has by now
};

/// What slows a GPU down; bits of NVML's clock reasons follow from it.
enum Throttle : std::uint32_t {
  throttle_none,
  throttle_power,
  throttle_thermal,
  throttle_hardware_thermal,
  throttle_power_brake,
  throttle_count
};

/// Rows that a storm adds have PIDs from here on, each GPU's its own; below any pid_max that
/// systems with many processors have, and above what is ever reached.
inline constexpr std::uint32_t storm_first_pid = 4'000'000;
inline constexpr std::uint32_t max_storm = 1000;

struct GpuFaults {
  std::uint32_t absent;           ///< 1: unplugged; later GPUs move up by one
  std::uint32_t plug_generation;  ///< raise it when it is plugged in again: older handles are stale
  std::uint32_t suspended;        ///< 1: asleep; the library wakes it with the first call
  std::uint32_t woken;            ///< how often a call did; counted by the library
  std::uint32_t garbage;          ///< bits of Garbage
  std::uint32_t storm;            ///< rows of short-lived processes in the compute list
  std::uint32_t throttle;         ///< Throttle that clocks and reasons already reflect
  std::uint32_t reserved;
  std::uint64_t shown_memory;  ///< bytes an interposer gives out as the total; 0: the truth
  std::uint64_t shown_used;    ///< bytes it gives out as used, beside a false total
};

/// Oddities of other simulators and interposers; bits of Driver::quirks.
enum Quirk : std::uint32_t {
  quirk_lists_alias = 1U << 0U,     ///< lists without suffix write the newest entries
  quirk_instances_zero = 1U << 1U,  ///< GPU and compute instance 0 where there is none
  quirk_no_mig = 1U << 2U,          ///< no MIG device is ever found
  quirk_wsl = 1U << 3U,  ///< inside of Windows: lists are empty, the kernel has no files of it
};

/// A driver package that was installed over a running one.
struct Upgrade {
  std::uint32_t library;  ///< installs of another library so far
  std::uint32_t kernel;   ///< the install that the loaded kernel module is of
  std::uint32_t branch_major, branch_minor;
  std::array<char, 80> version;  ///< of the library; the kernel's is Driver::version
};

/// A process' number in one PID namespace, named by its inode.
struct NamespacePid {
  std::uint64_t space;
  std::uint32_t pid;
  std::uint32_t reserved;
};
inline constexpr std::size_t max_pid_spaces = 4;

}  // namespace gander::sim
