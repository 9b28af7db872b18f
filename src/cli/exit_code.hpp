// SPDX-License-Identifier: Apache-2.0
// The exit codes of the whole binary; docs/exit-codes.md says the same to people.
#pragma once

#include "gander/result.hpp"

namespace gander::cli {

enum class ExitCode : int {
  fine = 0,
  incomplete = 1,      ///< Done, but not all that was asked for.
  usage = 2,           ///< The command line or a file named there is wrong.
  no_library = 3,      ///< No driver library on this machine.
  driver_down = 4,     ///< Driver not loaded, or library and kernel module do not match.
  no_permission = 5,   ///< The system refused.
  no_devices = 6,      ///< The driver works, but there is no device.
  device_lost = 7,     ///< A GPU is lost (doctor).
  fewer_devices = 10,  ///< Fewer GPUs than asked for.
  timed_out = 11,      ///< No answer in time.
};

/// The exit code for an operation that failed this way.
constexpr ExitCode exit_code_for(Fault fault) {
  switch (fault) {
    case Fault::usage:
    case Fault::invalid_data:
    case Fault::not_found:
      return ExitCode::usage;
    case Fault::no_library:
      return ExitCode::no_library;
    case Fault::driver_down:
      return ExitCode::driver_down;
    case Fault::no_permission:
      return ExitCode::no_permission;
    case Fault::no_device:
      return ExitCode::no_devices;
    case Fault::device_lost:
      return ExitCode::device_lost;
    case Fault::timed_out:
      return ExitCode::timed_out;
    case Fault::not_supported:
    case Fault::operating_system:
      return ExitCode::incomplete;
  }
  return ExitCode::incomplete;
}

}  // namespace gander::cli
