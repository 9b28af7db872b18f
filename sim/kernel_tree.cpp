// SPDX-License-Identifier: Apache-2.0
// Writes what the kernel would tell of drivers and GPUs without waking any of these.
#include "sim/kernel_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace gander::sim {
namespace {

namespace fs = std::filesystem;

/// Replaces a file in one step, so that nobody reads half of it.
void write_file(const fs::path& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const fs::path draft = path.string() + ".new";
  std::ofstream(draft, std::ios::binary | std::ios::trunc) << text;
  fs::rename(draft, path, error);
}

std::string address_of(const Gpu& gpu) {
  return fmt::format("{:04x}:{:02x}:{:02x}.0", gpu.pci_domain, gpu.pci_bus, gpu.pci_device);
}

std::string version_text(const Driver& driver) {
  return fmt::format(
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  {}  Mon Jan  6 16:25:38 UTC 2025\n"
      "GCC version:  gcc version 12.2.0\n",
      driver.version.data());
}

std::string information_text(const Gpu& gpu, const Driver& driver) {
  return fmt::format(
      "Model: \t\t {}\nIRQ:   \t\t 42\nGPU UUID: \t {}\nVideo BIOS: \t {}\nBus Type: \t PCIe\n"
      "DMA Size: \t 52 bits\nDMA Mask: \t 0xfffffffffffff\nBus Location: \t {}\n"
      "Device Minor: \t {}\nGPU Firmware: \t {}\nGPU Excluded:\t No\n",
      gpu.name.data(), gpu.uuid.data(), gpu.vbios[0] == '\0' ? "??.??.??.??.??" : gpu.vbios.data(),
      address_of(gpu), gpu.minor, driver.version.data());
}

void write_gpu(const fs::path& root, const Gpu& gpu, const Driver& driver) {
  const bool sleeps = gpu.faults.suspended != 0;
  const std::string address = address_of(gpu);
  const fs::path device = root / "sys/bus/pci/devices" / address;
  write_file(device / "power/runtime_status", sleeps ? "suspended\n" : "active\n");
  const int node = static_cast<int>(gpu.wiring.host_node) - 1;
  write_file(device / "numa_node", fmt::format("{}\n", node));
  if (driver.unloaded != 0) return;
  const fs::path facts = root / "proc/driver/nvidia/gpus" / address;
  write_file(facts / "information", information_text(gpu, driver));
  write_file(facts / "power", fmt::format("Runtime D3 status:          {}\n",
                                          sleeps ? "Enabled (fine-grained)" : "Disabled"));
}

bool is_wsl(const State& state) { return (live(state.driver.quirks) & quirk_wsl) != 0; }

/// What a reader could notice, one line for the driver and one for each GPU.
std::vector<std::string> summarize(const State& state) {
  const Driver& driver = state.driver;
  std::vector<std::string> lines{
      fmt::format("{} {} {}", driver.unloaded, driver.version.data(), is_wsl(state))};
  for (std::size_t i = 0; i < std::min<std::size_t>(state.gpu_count, max_gpus); ++i) {
    const Gpu& gpu = state.gpus[i];
    lines.push_back(fmt::format("{} {} {}", address_of(gpu), live(gpu.faults.suspended),
                                live(gpu.faults.absent)));
  }
  return lines;
}

}  // namespace

void KernelTree::update(const State& state) {
  auto lines = summarize(state);
  if (lines == written_) return;
  const fs::path root = root_;
  std::error_code error;
  const bool is_other_driver = written_.empty() || written_.front() != lines.front();
  if (is_other_driver) {
    for (const char* part : {"proc", "dev/dxg"}) fs::remove_all(root / part, error);
  }
  if (is_wsl(state)) {
    // The device through which Windows gives its GPUs, and nothing else.
    write_file(root / "dev/dxg", "");
    written_ = std::move(lines);
    return;
  }
  if (state.driver.unloaded == 0)
    write_file(root / "proc/driver/nvidia/version", version_text(state.driver));
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const Gpu& gpu = state.gpus[i];
    if (!is_other_driver && i + 1 < written_.size() && written_[i + 1] == lines[i + 1]) continue;
    if (gpu.faults.absent == 0) {
      write_gpu(root, gpu, state.driver);
    } else {
      fs::remove_all(root / "sys/bus/pci/devices" / address_of(gpu), error);
      fs::remove_all(root / "proc/driver/nvidia/gpus" / address_of(gpu), error);
    }
  }
  written_ = std::move(lines);
}

void write_accounts(const std::string& folder, const std::string& accounts) {
  std::ostringstream text;
  text << std::ifstream{"/etc/passwd"}.rdbuf();
  write_file(folder + "/root/etc/passwd", text.str() + accounts);
}

void refresh_kernel_tree(const std::string& folder, const State& state) {
  KernelTree tree{folder};
  std::error_code error;
  if (fs::exists(tree.root(), error)) tree.update(state);
}

}  // namespace gander::sim
