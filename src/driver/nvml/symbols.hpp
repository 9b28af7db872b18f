// SPDX-License-Identifier: Apache-2.0
// The functions of one loaded library, each possibly absent: a symbol that an older driver lacks is
// a normal state. It knows nothing of what the functions mean.
#pragma once

#include <array>
#include <string_view>

#include "driver/nvml/abi_extension.hpp"
#include "os/shared_library.hpp"

namespace gander::driver::nvml {

/// One pointer for each row of symbol_table.inc; null where the library has no such symbol.
struct Symbols {
#define GANDER_NVML(member, symbol, ...) Function<__VA_ARGS__> member = nullptr;
#include "driver/nvml/symbol_table.inc"
#undef GANDER_NVML
};

/// Every symbol that gander looks up.
inline constexpr std::array symbol_names{
#define GANDER_NVML(member, symbol, ...) symbol,
#include "driver/nvml/symbol_table.inc"
#undef GANDER_NVML
};

/// Looks all of them up, once.
Symbols resolve_symbols(const os::SharedLibrary& library);

}  // namespace gander::driver::nvml
