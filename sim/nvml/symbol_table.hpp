// SPDX-License-Identifier: Apache-2.0
// Which functions the simulated library has, and since which driver branch. Plain data, used by the
// library itself and by what makes copies of it for older branches.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gander::sim {

/// One exported function and the branch that brought it.
struct Symbol {
  std::string_view name;
  std::uint32_t major;
  std::uint32_t minor;
};

inline constexpr auto symbol_table = std::to_array<Symbol>({
#include "sim/nvml/symbol_table.inc"
});

/// Position of `name` in the table; its size where there is none.
constexpr std::size_t find_symbol(std::string_view name) {
  std::size_t at = 0;
  while (at < symbol_table.size() && symbol_table[at].name != name) ++at;
  return at;
}

/// Whether a driver of branch `major`.`minor` has the symbol; branch 0 stands for the newest.
constexpr bool has_symbol(const Symbol& symbol, std::uint32_t major, std::uint32_t minor) {
  if (major == 0 || major > symbol.major) return true;
  return major == symbol.major && minor >= symbol.minor;
}

}  // namespace gander::sim
