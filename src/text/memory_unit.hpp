// SPDX-License-Identifier: Apache-2.0
// Amounts of memory in a unit that a person chose, and reading such amounts and units.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/reading.hpp"

namespace gander::text {

/// Binary units; `automatic` takes the largest that leaves at least one.
enum class MemoryUnit : std::uint8_t { automatic, byte, kib, mib, gib, tib };

/// The unit called `auto`, `B`, `KiB`, `MiB`, `GiB` or `TiB`, in any letter case. `KB`, `MB`, `GB`
/// and `TB` mean the same units, as tools for GPUs use these names. Nothing for any other name.
std::optional<MemoryUnit> find_memory_unit(std::string_view name);

/// `24MiB`, `71.2GiB`; what is not nothing but too little for the unit is `<1MiB`, never zero.
std::string write_memory(double bytes, MemoryUnit unit);

/// What a process holds, what is used of the device, and all it has: `2.0/2.3/79.6GiB`, in one
/// unit. What is unknown has its reason in its place. Where what the device says is less than what
/// the process holds, the larger number stands for it.
std::string write_memory_of(const Reading& own, const Reading& used, const Reading& total,
                            MemoryUnit unit);
/// The same without a process: `2.3/79.6GiB`.
std::string write_memory_of(const Reading& used, const Reading& total, MemoryUnit unit);

/// Bytes of `20GiB`, `1.5g`, `500MB` (all 1024-based) or `4096`; nothing if it is no such amount.
std::optional<double> find_memory_size(std::string_view text);

}  // namespace gander::text
