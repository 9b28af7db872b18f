// SPDX-License-Identifier: Apache-2.0
// Processes on GPUs that are to end, who of them is spared, and what became of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gander/device.hpp"
#include "gander/process.hpp"
#include "gander/reading.hpp"
#include "gander/result.hpp"

namespace gander {

enum class EndingKind : std::uint8_t {
  pending,  ///< Nothing was sent yet.
  ended,    ///< It is gone, by whatever.
  stayed,   ///< It got every signal, and is still there.
  refused,  ///< It could not be held or signalled: see `ProcessEnding::error`.
};

struct ProcessEnding {
  EndingKind kind{};
  int signal{};  ///< The last that was sent; 0: none.
  std::optional<Error> error;
};

/// Why a process on one of the devices is left alone.
enum class Mercy : std::uint8_t {
  stranger,  ///< It belongs to somebody else, or nobody knows to whom.
  graphics,  ///< It only draws: somebody's screen.
  ours,      ///< The command was started from within it.
};

/// A process on a device that was asked for.
struct EndingTarget {
  const Process* process{};            ///< In the snapshot that was looked at.
  std::vector<const Device*> devices;  ///< Of those asked for.
  Reading gpu_memory;                  ///< Bytes on them; unknown if it is on any.
  std::optional<Mercy> mercy;          ///< Present: it is left alone.
  ProcessEnding ending;
};

/// `pending`, `ended`, `stayed` or `refused`.
std::string_view name_of(EndingKind kind);
/// `stranger`, `graphics` or `ours`.
std::string_view name_of(Mercy mercy);

}  // namespace gander
