// SPDX-License-Identifier: Apache-2.0
// Turns the kernel's error numbers into our failures; knows nothing of what was tried.
#pragma once

#include <string_view>

#include "gander/result.hpp"

namespace gander::os {

/// Kind of failure behind an `errno`: not_found also for a process that ended while we read.
Fault fault_of(int error_number);

/// `cannot ACTION OBJECT: the system's words`, with the fault of `error_number`.
Error system_error(std::string_view action, std::string_view object, int error_number);

}  // namespace gander::os
