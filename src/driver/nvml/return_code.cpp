// SPDX-License-Identifier: Apache-2.0
// The table of return codes.
#include "driver/nvml/return_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gander::driver::nvml {
namespace {

struct Row {
  Code code;
  std::string_view name;
  CodeClass what;
};

constexpr std::array table{
    Row{0, "SUCCESS", CodeClass::success},
    Row{1, "UNINITIALIZED", CodeClass::driver_down},
    Row{2, "INVALID_ARGUMENT", CodeClass::transient},
    Row{3, "NOT_SUPPORTED", CodeClass::structural},
    Row{4, "NO_PERMISSION", CodeClass::permission},
    Row{5, "ALREADY_INITIALIZED", CodeClass::transient},
    Row{6, "NOT_FOUND", CodeClass::no_data},
    Row{7, "INSUFFICIENT_SIZE", CodeClass::transient},
    Row{8, "INSUFFICIENT_POWER", CodeClass::transient},
    Row{9, "DRIVER_NOT_LOADED", CodeClass::driver_down},
    Row{10, "TIMEOUT", CodeClass::no_data},
    Row{11, "IRQ_ISSUE", CodeClass::transient},
    Row{12, "LIBRARY_NOT_FOUND", CodeClass::structural},
    Row{13, "FUNCTION_NOT_FOUND", CodeClass::structural},
    Row{14, "CORRUPTED_INFOROM", CodeClass::transient},
    Row{15, "GPU_IS_LOST", CodeClass::device_down},
    Row{16, "RESET_REQUIRED", CodeClass::device_down},
    Row{17, "OPERATING_SYSTEM", CodeClass::permission},
    Row{18, "LIB_RM_VERSION_MISMATCH", CodeClass::driver_down},
    Row{19, "IN_USE", CodeClass::transient},
    Row{20, "MEMORY", CodeClass::transient},
    Row{21, "NO_DATA", CodeClass::no_data},
    Row{22, "VGPU_ECC_NOT_SUPPORTED", CodeClass::structural},
    Row{23, "INSUFFICIENT_RESOURCES", CodeClass::transient},
    Row{24, "FREQ_NOT_SUPPORTED", CodeClass::transient},
    Row{25, "ARGUMENT_VERSION_MISMATCH", CodeClass::structural},
    Row{26, "DEPRECATED", CodeClass::structural},
    Row{27, "NOT_READY", CodeClass::no_data},
    Row{28, "GPU_NOT_FOUND", CodeClass::device_down},
    Row{29, "INVALID_STATE", CodeClass::transient},
    Row{30, "RESET_TYPE_NOT_SUPPORTED", CodeClass::transient},
    Row{999, "UNKNOWN", CodeClass::transient},
};

const Row* find_row(Code code) {
  const auto row = std::ranges::find(table, code, &Row::code);
  return row == table.end() ? nullptr : row;
}

std::string_view remedy(Code code) {
  switch (code) {
    case code::driver_not_loaded:
      return "the NVIDIA kernel module is not loaded; load it (modprobe nvidia) or install it for "
             "the running kernel";
    case code::version_mismatch:
      return "the NVIDIA library and the loaded kernel module have different versions (the driver "
             "was updated); reload the module or reboot";
    case code::no_permission:
    case code::operating_system:
      return "the system refuses access to the GPUs; check the permissions of /dev/nvidia* and "
             "the container's device rules";
    case code::uninitialized:
      return "the driver library was shut down or the driver was reloaded; it is opened again";
    case code::function_not_found:
      return "the library lacks the function; it is not a complete NVML library";
    case code::gpu_is_lost:
      return "the GPU fell off the bus; look for Xid lines in the kernel log, then reset it or "
             "reboot";
    case code::reset_required:
      return "the GPU must be reset (nvidia-smi --gpu-reset) before it can be used again";
    case code::insufficient_power:
      return "the board's power cables are missing or loose";
    case code::irq_issue:
      return "the kernel has a problem with the GPU's interrupts; look into the kernel log";
    case code::gpu_not_found:
      return "the GPU is there no more; look for it with lspci, and for Xid lines in the kernel "
             "log";
    case code::unknown:
      return "often the device nodes are missing (run nvidia-modprobe) or the GPU's firmware does "
             "not answer; look into the kernel log";
    default:
      return "the driver gave no better reason; look into the kernel log";
  }
}

}  // namespace

std::string name_of_code(Code code) {
  const Row* row = find_row(code);
  return row == nullptr ? fmt::format("code {}", code) : std::string{row->name};
}

std::string name_and_number(Code code) { return fmt::format("{} ({})", name_of_code(code), code); }

CodeClass classify(Code code) {
  const Row* row = find_row(code);
  return row == nullptr ? CodeClass::transient : row->what;
}

Missing missing_of(Code code) {
  if (code == 10) return Missing::timed_out;
  switch (classify(code)) {
    case CodeClass::structural:
      return Missing::not_supported;
    case CodeClass::permission:
      return Missing::no_permission;
    case CodeClass::device_down:
      return Missing::device_lost;
    case CodeClass::driver_down:
      return Missing::driver_down;
    case CodeClass::transient:
      return Missing::driver_error;
    case CodeClass::success:
    case CodeClass::no_data:
      break;
  }
  return Missing::no_data;
}

DeviceState state_of(Code code) {
  if (code == code::reset_required) return DeviceState::reset_required;
  switch (classify(code)) {
    case CodeClass::success:
      return DeviceState::ok;
    case CodeClass::device_down:
      return DeviceState::lost;
    case CodeClass::permission:
      return DeviceState::inaccessible;
    default:
      return DeviceState::unknown;
  }
}

Fault fault_of(Code code) {
  if (code == code::library_not_found) return Fault::no_library;
  switch (classify(code)) {
    case CodeClass::permission:
      return Fault::no_permission;
    case CodeClass::device_down:
      return Fault::device_lost;
    default:
      return Fault::driver_down;
  }
}

std::string explain(Code code) {
  return fmt::format("{}: {}", name_and_number(code), remedy(code));
}

}  // namespace gander::driver::nvml
