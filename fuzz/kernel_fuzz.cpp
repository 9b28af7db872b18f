// SPDX-License-Identifier: Apache-2.0
// Any bytes as what the kernel says of the driver: records of its log with error reports, the files
// of /proc/driver/nvidia, addresses and versions.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "driver/nvml/kernel_facts.hpp"
#include "driver/nvml/pid_rules.hpp"
#include "driver/nvml/xid.hpp"
#include "fuzz/require.hpp"
#include "os/kernel_log.hpp"

namespace {

using namespace gander::driver::nvml;
using gander::fuzz::lies_in;
using gander::fuzz::require;

/// An address that was made plain is its own plain form.
void check_address(std::string_view address) { require(normalize_bus_id(address) == address); }

void check_log(std::string_view line) {
  const auto text = gander::os::find_kernel_text(line);
  require(!text || lies_in(*text, line));
  for (const std::string_view words : {line, text.value_or(line)}) {
    const auto report = parse_xid_line(words);
    if (!report) continue;
    check_address(report->pci_bus_id);
    require(!explain_xid(report->code).empty());
  }
}

void check_information(std::string_view text) {
  const auto gpu = parse_information(text);
  for (const auto* words : {&gpu.name, &gpu.uuid, &gpu.vbios}) {
    require(!words->is_known() || text.find(words->value()) != std::string_view::npos);
    require(!words->is_known() || words->value().find_first_of("\n?") == std::string::npos);
  }
}

void check_version(std::string_view text) {
  const auto version = parse_kernel_version(text);
  if (version.is_known()) require(text.find(version.value()) != std::string_view::npos);
  const auto number = parse_driver_version(text);
  if (number) {
    for (const int part : number->parts) require(part >= 0);
  }
  static_cast<void>(find_pid_rules(number, false));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_log(text);
  check_information(text);
  check_version(text);
  if (const auto address = normalize_bus_id(text)) check_address(*address);
  return 0;
}
