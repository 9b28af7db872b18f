// SPDX-License-Identifier: Apache-2.0
// The kernel's side of the NVIDIA driver: its module, device nodes and permissions.
#include "driver/nvml/examine.hpp"

#include <algorithm>

#include "driver/nvml/kernel_facts.hpp"

namespace gander::driver::nvml {
namespace {

using Findings = std::vector<Finding>;

bool is_device_node(std::string_view name) {
  constexpr std::string_view prefix = "nvidia";
  if (name.substr(0, prefix.size()) != prefix) return false;
  const auto rest = name.substr(prefix.size());
  return rest == "ctl" || rest == "-uvm" ||
         (!rest.empty() && rest.find_first_not_of("0123456789") == std::string_view::npos);
}

void examine_module(const os::Root& root, const Known<std::string>& library_version,
                    Findings& findings) {
  const auto module = read_kernel_version(root);
  if (!module.is_known()) {
    if (is_wsl(root)) {
      findings.push_back(
          {Severity::note,
           "kernel module",
           "in Windows; which processes use a GPU is not told here (WSL)",
           "The Task Manager of Windows shows them. A driver is updated in Windows, and then "
           "`wsl --shutdown` starts this system anew.",
           {}});
      return;
    }
    if (library_version.is_known()) {
      const bool is_there = root.read("/proc/driver/nvidia/version").has_value();
      const std::string text = is_there ? "does not tell its version" : "not found";
      findings.push_back(
          {Severity::note, "kernel module", "/proc/driver/nvidia/version " + text, {}, {}});
    }
    return;
  }
  if (library_version.is_known() && library_version.value() != module.value()) {
    findings.push_back({Severity::warning, "kernel module",
                        "is version " + module.value() + ", the library " + library_version.value(),
                        "Reload the kernel module or reboot, so that both are of one version.",
                        Fault::driver_down});
    return;
  }
  findings.push_back({Severity::ok, "kernel module", "version " + module.value(), {}, {}});
}

void examine_nodes(const os::Root& root, Findings& findings) {
  const auto names = root.list("/dev");
  if (!names) return;
  std::size_t count = 0;
  std::vector<std::string> refused;
  for (const auto& name : *names) {
    if (!is_device_node(name)) continue;
    ++count;
    if (!root.may_write("/dev/" + name)) refused.push_back("/dev/" + name);
  }
  if (count == 0) return;
  if (refused.empty()) {
    findings.push_back({Severity::ok,
                        "device nodes",
                        std::to_string(count) + " under /dev, all may be opened",
                        {},
                        {}});
    return;
  }
  std::sort(refused.begin(), refused.end());
  std::string text = "no permission for";
  for (const auto& path : refused) text += " " + path;
  findings.push_back({Severity::warning, "device nodes", text,
                      "Join the group that owns them, or have the container or cgroup allow them.",
                      Fault::no_permission});
}

}  // namespace

std::vector<Finding> examine(const os::Root& root, const Known<std::string>& library_version) {
  Findings findings;
  examine_module(root, library_version, findings);
  examine_nodes(root, findings);
  return findings;
}

}  // namespace gander::driver::nvml
