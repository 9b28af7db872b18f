// SPDX-License-Identifier: Apache-2.0
// What the library's return codes are called and what they mean for us. Pure; it makes no calls.
#pragma once

#include <string>
#include <string_view>

#include "driver/nvml/abi.hpp"
#include "gander/device.hpp"
#include "gander/known.hpp"
#include "gander/result.hpp"

namespace gander::driver::nvml {

namespace code {
inline constexpr Code success = 0;
inline constexpr Code uninitialized = 1;
inline constexpr Code invalid_argument = 2;
inline constexpr Code not_supported = 3;
inline constexpr Code no_permission = 4;
inline constexpr Code not_found = 6;
inline constexpr Code insufficient_size = 7;
inline constexpr Code insufficient_power = 8;
inline constexpr Code driver_not_loaded = 9;
inline constexpr Code timeout = 10;
inline constexpr Code irq_issue = 11;
inline constexpr Code library_not_found = 12;
inline constexpr Code function_not_found = 13;
inline constexpr Code gpu_is_lost = 15;
inline constexpr Code reset_required = 16;
inline constexpr Code operating_system = 17;
inline constexpr Code version_mismatch = 18;
inline constexpr Code in_use = 19;
inline constexpr Code no_data = 21;
inline constexpr Code argument_version_mismatch = 25;
inline constexpr Code gpu_not_found = 28;
inline constexpr Code invalid_state = 29;
inline constexpr Code unknown = 999;
}  // namespace code

/// What a code tells us to do.
enum class CodeClass {
  success,
  structural,   ///< Never on this device and driver: try the older form, then stop asking.
  no_data,      ///< Nothing right now: keep asking.
  permission,   ///< Not for us: ask again rarely.
  device_down,  ///< The device is lost or must be reset: stop talking to it.
  driver_down,  ///< The whole driver is gone: reload the library.
  transient,    ///< Anything else: ask again, less often once it repeats.
};

/// The name in NVIDIA's documentation without prefix; `code N` for a number we do not know.
std::string name_of_code(Code code);
/// As people look for it: `UNKNOWN (999)`.
std::string name_and_number(Code code);
/// Never fails: a number nobody knows is transient.
CodeClass classify(Code code);
/// Why a value is absent after this code. `success` has no reason: it gives no_data.
Missing missing_of(Code code);
/// State of a device that gave this code when it was attached or asked.
DeviceState state_of(Code code);
/// Kind of the failure when the library could not be started or asked.
Fault fault_of(Code code);
/// Cause and remedy in one line, for instance after `nvmlInit_v2` failed.
std::string explain(Code code);

}  // namespace gander::driver::nvml
