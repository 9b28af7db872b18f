// SPDX-License-Identifier: Apache-2.0
// The table of PID namespaces and driver versions.
#include "driver/nvml/pid_rules.hpp"

#include <charconv>
#include <string>

namespace gander::driver::nvml {
namespace {

// First versions in which the running-process lists, the memory look-up and the utilisation samples
// use the caller's PID namespace.
constexpr DriverVersion lists_translated{{535, 113, 0}};
constexpr DriverVersion memory_translated{{565, 57, 0}};
constexpr DriverVersion samples_translated{{570, 86, 0}};

// The number of the initial PID namespace, the same on every Linux (PROC_PID_INIT_INO).
constexpr std::string_view initial_namespace_link = "pid:[4026531836]";

}  // namespace

std::optional<DriverVersion> parse_driver_version(std::string_view text) {
  DriverVersion version;
  const char* at = text.data();
  const char* end = text.data() + text.size();
  for (std::size_t i = 0; i < version.parts.size(); ++i) {
    const auto [rest, error] = std::from_chars(at, end, version.parts[i]);
    if (error != std::errc{} || version.parts[i] < 0) return std::nullopt;
    at = rest;
    if (at == end) return i == 0 ? std::nullopt : std::optional{version};
    if (*at != '.') return std::nullopt;
    ++at;
  }
  return std::nullopt;
}

PidRules find_pid_rules(const std::optional<DriverVersion>& version, bool initial_namespace) {
  if (initial_namespace) return {};
  if (!version) return {PidSpace::host, false, false, false};
  if (*version < lists_translated) return {PidSpace::host, true, true, true};
  return {PidSpace::ours, false, *version >= memory_translated, *version >= samples_translated};
}

bool is_initial_pid_namespace(const os::Root& root) {
  const auto link = root.read_link("/proc/self/ns/pid");
  if (link) return *link == initial_namespace_link;
  const auto status = root.read("/proc/self/status");
  if (!status) return true;
  const auto line = status->find("\nNSpid:");
  if (line == std::string::npos) return true;
  // More than one number: our process exists in namespaces below the one /proc was mounted for.
  const std::string numbers = status->substr(line + 7, status->find('\n', line + 1) - line - 7);
  const auto first = numbers.find_first_of("0123456789");
  const auto gap = numbers.find_first_not_of("0123456789", first);
  return gap == std::string::npos || numbers.find_first_of("0123456789", gap) == std::string::npos;
}

}  // namespace gander::driver::nvml
