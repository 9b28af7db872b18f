// SPDX-License-Identifier: Apache-2.0
// Error reports of the driver (XID): their meaning, their form in the kernel's log, and which of
// two sources said one first. It makes no calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gander::driver::nvml {

/// What the driver calls an error it cannot name.
inline constexpr std::uint32_t unknown_xid = 999;

/// What the code means, in a few words; never empty.
std::string_view explain_xid(std::uint32_t code);

/// A report in a line of the kernel's log.
struct XidLine {
  std::string pci_bus_id;  ///< As in `Device::pci_bus_id`.
  std::uint32_t code{};
};

/// Reads `NVRM: Xid (PCI:0000:3b:00): 79, …`; nothing where the line is anything else.
std::optional<XidLine> parse_xid_line(std::string_view line);

/// Who told of an error.
enum class XidSource : std::uint8_t { library, kernel };

/// Tells news from what the other source has told already. One thread at a time.
class XidLedger {
 public:
  using Time = std::chrono::nanoseconds;

  /// Whether this report of a GPU (any name it always has) at `now` is news. Each report of one
  /// source makes up for one of the other within a few seconds.
  bool note(const std::string& device, std::uint32_t code, XidSource source, Time now);

 private:
  struct Entry {
    std::string device;
    std::uint32_t code{};
    XidSource source{};
    Time at{};
  };
  std::vector<Entry> open_;  ///< Told by one source, not by the other yet.
};

}  // namespace gander::driver::nvml
