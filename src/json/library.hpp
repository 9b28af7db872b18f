// SPDX-License-Identifier: Apache-2.0
// The library that parses JSON, and when it is loaded.
#pragma once

#include "gander/result.hpp"

namespace gander::json {

/// Makes the library available; to be called before anything of it is. Nothing to do where it is
/// linked. A self-contained binary loads it for the first text that is read: with the C++ runtime
/// that it brings along it would cost each start more than all the rest. Fails with no_library. Any
/// thread.
Result<void> load_library();

}  // namespace gander::json
