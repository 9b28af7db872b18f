// SPDX-License-Identifier: Apache-2.0
// Reads /proc/driver/nvidia and the power state of PCI devices.
#include "driver/nvml/kernel_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/whole_number.hpp"

namespace gander::driver::nvml {
namespace {

/// No longer than between the look at the list and the call it was made for.
constexpr auto list_life = std::chrono::milliseconds(5);
constexpr std::string_view gpus_folder = "/proc/driver/nvidia/gpus";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

void take_line(KernelGpu& gpu, std::string_view key, std::string_view value) {
  // The driver prints question marks for what it has not read from the board yet.
  if (value.empty() || value.find('?') != std::string_view::npos) return;
  if (key == "Model") gpu.name = std::string{value};
  if (key == "GPU UUID") gpu.uuid = std::string{value};
  if (key == "Video BIOS") gpu.vbios = std::string{value};
  if (key == "Device Minor") {
    if (const auto minor = find_whole_number<std::uint32_t>(value)) gpu.minor = *minor;
  }
}

std::string read_power_file(const os::Root& root, const std::string& pci_bus_id,
                            std::string_view name) {
  // sysfs writes domains with four digits unless they need more.
  std::string address = pci_bus_id;
  if (address.starts_with("0000")) address.erase(0, 4);
  const auto text =
      root.read_piece(fmt::format("/sys/bus/pci/devices/{}/power/{}", address, name), 64);
  return text ? std::string{trim(*text)} : std::string{};
}

}  // namespace

KernelGpu parse_information(std::string_view text) {
  KernelGpu gpu;
  gpu.name = gpu.uuid = gpu.vbios = Known<std::string>{Missing::no_data};
  gpu.minor = Missing::no_data;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    take_line(gpu, trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return gpu;
}

std::vector<KernelGpu> read_kernel_gpus(const os::Root& root) {
  std::vector<KernelGpu> gpus;
  const auto folders = root.list(gpus_folder);
  if (!folders) return gpus;
  for (const std::string& folder : *folders) {
    const auto bus_id = normalize_bus_id(folder);
    if (!bus_id) continue;
    const auto text = root.read(fmt::format("{}/{}/information", gpus_folder, folder));
    KernelGpu gpu = parse_information(text ? std::string_view{*text} : std::string_view{});
    gpu.pci_bus_id = *bus_id;
    gpus.push_back(std::move(gpu));
  }
  std::ranges::sort(gpus, {}, &KernelGpu::pci_bus_id);
  return gpus;
}

std::vector<std::string> list_kernel_addresses(const os::Root& root) {
  std::vector<std::string> addresses;
  const auto folders = root.list(gpus_folder);
  if (!folders) return addresses;
  for (const std::string& folder : *folders) {
    if (auto bus_id = normalize_bus_id(folder)) addresses.push_back(std::move(*bus_id));
  }
  std::ranges::sort(addresses);
  return addresses;
}

std::vector<std::string> KernelAddresses::list(const os::Root& root, std::chrono::nanoseconds now) {
  const std::lock_guard lock{mutex_};
  if (!listed_at_ || now - *listed_at_ > list_life) {
    addresses_ = list_kernel_addresses(root);
    listed_at_ = now;
  }
  return addresses_;
}

Known<std::string> parse_kernel_version(std::string_view text) {
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue …": the first word of digits
  // and points that has a point.
  text = text.substr(0, text.find('\n'));
  while (!text.empty()) {
    text = trim(text);
    const std::string_view word = text.substr(0, text.find_first_of(" \t"));
    const bool is_version = word.find('.') != std::string_view::npos &&
                            word.find_first_not_of("0123456789.") == std::string_view::npos;
    if (is_version) return std::string{word};
    text.remove_prefix(word.size());
  }
  return Missing::no_data;
}

Known<std::string> read_kernel_version(const os::Root& root) {
  const auto text = root.read("/proc/driver/nvidia/version");
  return text ? parse_kernel_version(*text) : Known<std::string>{Missing::no_data};
}

bool is_wsl(const os::Root& root) { return root.exists("/dev/dxg"); }

bool is_suspended(const os::Root& root, const std::string& pci_bus_id) {
  return read_power_file(root, pci_bus_id, "runtime_status") == "suspended";
}

Power read_power(const os::Root& root) {
  const auto folders = root.list(gpus_folder);
  if (!folders || folders->empty()) return Power::always_on;
  Power power = Power::asleep;
  for (const std::string& folder : *folders) {
    const auto bus_id = normalize_bus_id(folder);
    if (!bus_id || read_power_file(root, *bus_id, "control") != "auto") return Power::always_on;
    if (!is_suspended(root, *bus_id)) power = Power::awake;
  }
  return power;
}

std::optional<std::string> normalize_bus_id(std::string_view text) {
  const auto first = text.find(':');
  const auto second = first == std::string_view::npos ? first : text.find(':', first + 1);
  const auto point = second == std::string_view::npos ? second : text.find('.', second + 1);
  if (point == std::string_view::npos) return std::nullopt;
  const auto domain = find_whole_number<std::uint32_t>(text.substr(0, first), 16);
  const auto bus = find_whole_number<std::uint32_t>(text.substr(first + 1, second - first - 1), 16);
  const auto device =
      find_whole_number<std::uint32_t>(text.substr(second + 1, point - second - 1), 16);
  const auto function = find_whole_number<std::uint32_t>(text.substr(point + 1), 16);
  if (!domain || !bus || !device || !function) return std::nullopt;
  if (*bus > 0xff || *device > 0x1f || *function > 7) return std::nullopt;
  return fmt::format("{:08x}:{:02x}:{:02x}.{}", *domain, *bus, *device, *function);
}

}  // namespace gander::driver::nvml
