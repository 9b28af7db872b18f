// SPDX-License-Identifier: Apache-2.0
// How a reader of the state sleeps until somebody changes it, without looking again and again.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <climits>
#include <ctime>

#include "sim/nvml/state.hpp"

namespace gander::sim {

/// The half of the sequence that every change moves: the kernel waits on words of 32 bits.
[[nodiscard]] inline const std::uint32_t* word_of_changes(const State& state) {
  static_assert(std::endian::native == std::endian::little);
  return reinterpret_cast<const std::uint32_t*>(&state.sequence);
}

/// Sleeps until there is a change after `seen` (the sequence as it was then), somebody calls
/// `wake_readers`, or the time is over. May end earlier.
inline void wait_for_change(const State& state, std::uint64_t seen, std::int64_t us) {
  const timespec rest{us / 1'000'000, us % 1'000'000 * 1000};
  syscall(SYS_futex, word_of_changes(state), FUTEX_WAIT, static_cast<std::uint32_t>(seen), &rest,
          nullptr, 0);
}

/// Ends the sleep of all readers, also of other processes.
inline void wake_readers(const State& state) {
  syscall(SYS_futex, word_of_changes(state), FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace gander::sim
