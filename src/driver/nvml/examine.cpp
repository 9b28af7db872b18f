// SPDX-License-Identifier: Apache-2.0
// The kernel's side of the NVIDIA driver: its module, device nodes and permissions.
#include "driver/nvml/examine.hpp"

#include <algorithm>
#include <cctype>

namespace gander::driver::nvml {
namespace {

using Findings = std::vector<Finding>;

constexpr const char* version_file = "/proc/driver/nvidia/version";

bool is_version(std::string_view word) {
  return !word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) != 0 &&
         word.find('.') != std::string_view::npos &&
         word.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_device_node(std::string_view name) {
  constexpr std::string_view prefix = "nvidia";
  if (name.substr(0, prefix.size()) != prefix) return false;
  const auto rest = name.substr(prefix.size());
  return rest == "ctl" || rest == "-uvm" ||
         (!rest.empty() && rest.find_first_not_of("0123456789") == std::string_view::npos);
}

void examine_module(const os::Root& root, const Known<std::string>& library_version,
                    Findings& findings) {
  const auto text = root.read(version_file);
  if (!text) {
    if (library_version.is_known()) {
      findings.push_back({Severity::note,
                          "kernel module",
                          std::string{version_file} + " cannot be read, though the library works",
                          {},
                          {}});
    }
    return;
  }
  const auto version = find_module_version(*text);
  if (!version) {
    findings.push_back({Severity::note, "kernel module", "its version is not readable", {}, {}});
    return;
  }
  if (library_version.is_known() && library_version.value() != *version) {
    findings.push_back({Severity::warning, "kernel module",
                        "is version " + *version + ", the library " + library_version.value(),
                        "Reload the kernel module or reboot, so that both are of one version.",
                        Fault::driver_down});
    return;
  }
  findings.push_back({Severity::ok, "kernel module", "version " + *version, {}, {}});
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

std::optional<std::string> find_module_version(std::string_view text) {
  const auto line = text.substr(0, text.find('\n'));
  std::size_t start = 0;
  while (start < line.size()) {
    const auto end = std::min(line.find(' ', start), line.size());
    const auto word = line.substr(start, end - start);
    if (is_version(word)) return std::string{word};
    start = end + 1;
  }
  return std::nullopt;
}

std::vector<Finding> examine(const os::Root& root, const Known<std::string>& library_version) {
  Findings findings;
  examine_module(root, library_version, findings);
  examine_nodes(root, findings);
  return findings;
}

}  // namespace gander::driver::nvml
