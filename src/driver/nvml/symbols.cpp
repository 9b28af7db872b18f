// SPDX-License-Identifier: Apache-2.0
// Looks up the library's functions by name.
#include "driver/nvml/symbols.hpp"

namespace gander::driver::nvml {

Symbols resolve_symbols(const os::SharedLibrary& library) {
  Symbols symbols;
#define GANDER_NVML(member, symbol, ...) \
  symbols.member = reinterpret_cast<Function<__VA_ARGS__>>(library.find_symbol(symbol));
#include "driver/nvml/symbol_table.inc"
#undef GANDER_NVML
  return symbols;
}

}  // namespace gander::driver::nvml
