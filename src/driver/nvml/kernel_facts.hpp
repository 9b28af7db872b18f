// SPDX-License-Identifier: Apache-2.0
// What the kernel says about NVIDIA GPUs without the driver library and without waking a GPU. It
// makes no library calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/driver.hpp"
#include "gander/known.hpp"
#include "os/root.hpp"

namespace gander::driver::nvml {

/// One folder of /proc/driver/nvidia/gpus.
struct KernelGpu {
  std::string pci_bus_id;  ///< As in `Device::pci_bus_id`.
  Known<std::string> name;
  Known<std::string> uuid;
  Known<std::string> vbios;
  Known<std::uint32_t> minor;
};

/// The GPUs the kernel module drives, in PCI order; empty where that folder does not exist.
std::vector<KernelGpu> read_kernel_gpus(const os::Root& root);
/// Their addresses alone, in the same order.
std::vector<std::string> list_kernel_addresses(const os::Root& root);

/// The same list for GPUs that are opened one after another or side by side: read once for all
/// that ask within a moment. Any thread.
class KernelAddresses {
 public:
  std::vector<std::string> list(const os::Root& root, std::chrono::nanoseconds now);

 private:
  std::mutex mutex_;
  std::optional<std::chrono::nanoseconds> listed_at_;
  std::vector<std::string> addresses_;
};

/// Reads the text of one `information` file. Foreign text.
KernelGpu parse_information(std::string_view text);
/// Version of the loaded kernel module, for instance `550.54.15`.
Known<std::string> read_kernel_version(const os::Root& root);
/// The version in the text of /proc/driver/nvidia/version.
Known<std::string> parse_kernel_version(std::string_view text);

/// Whether this is a Linux inside of Windows (WSL2), where GPUs come through Windows: its driver is
/// loaded there, and no process on a GPU is told, neither of ours nor of Windows.
bool is_wsl(const os::Root& root);

/// Whether the GPU sleeps, by its power/runtime_status; false where that is not known.
bool is_suspended(const os::Root& root, const std::string& pci_bus_id);

/// Whether the system lets all GPUs sleep (their power/control is `auto`), and whether they do.
Power read_power(const os::Root& root);

/// `00000000:1a:00.0` from any of the spellings of an address (`0000:1A:00.0`, `00000000:1A:00.0`);
/// nothing if the text is no address.
std::optional<std::string> normalize_bus_id(std::string_view text);

}  // namespace gander::driver::nvml
