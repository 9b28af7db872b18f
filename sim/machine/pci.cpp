// SPDX-License-Identifier: Apache-2.0
// Reads PCI addresses: one for each GPU, or the first one and a step, which makes large machines
// short to describe.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

struct Address {
  unsigned domain, bus, device;
};

/// "0000:1b:00.0"
std::optional<Address> parse_address(const std::string& text) {
  Address address{};
  int end = 0;
  const int read = std::sscanf(text.c_str(), "%8x:%2x:%2x.0%n", &address.domain, &address.bus,
                               &address.device, &end);
  if (read != 3 || static_cast<std::size_t>(end) != text.size()) return std::nullopt;
  return address;
}

/// The address of the first GPU plus as many steps as there are GPUs before this one.
Address step_on(const Address& first, const Address& step, std::size_t number) {
  const auto times = static_cast<unsigned>(number);
  return {first.domain + times * step.domain, first.bus + times * step.bus,
          first.device + times * step.device};
}

}  // namespace

void read_pci(TableReader& reader, Gpu& gpu, GpuPlace place) {
  std::string step_text;
  reader.text("pci_step", step_text);
  std::string text;
  if (step_text.empty()) {
    text = nth_text(reader, "pci", place);
  } else {
    reader.text("pci", text);
  }
  if (text.empty()) return;
  const auto first = parse_address(text);
  const auto step = parse_address(step_text.empty() ? "0:0:0.0" : step_text);
  if (!first) return reader.report("pci", "write an address like \"0000:1b:00.0\"");
  if (!step) return reader.report("pci_step", "write the distance like \"0000:01:00.0\"");
  const Address at = step_on(*first, *step, place.number);
  if (at.bus > 0xff || at.device > 0x1f)
    return reader.report("pci_step", "leads beyond bus ff or device 1f");
  gpu.pci_domain = at.domain;
  gpu.pci_bus = at.bus;
  gpu.pci_device = at.device;
}

}  // namespace gander::sim
