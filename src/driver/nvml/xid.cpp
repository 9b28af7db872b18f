// SPDX-License-Identifier: Apache-2.0
// The best known error codes in plain words; reads them from log lines.
#include "driver/nvml/xid.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "driver/nvml/kernel_facts.hpp"

namespace gander::driver::nvml {
namespace {

using namespace std::chrono_literals;

/// How far apart the two sources tell of the same thing.
constexpr XidLedger::Time pairing_window = 5s;
constexpr std::size_t most_open = 256;

struct Row {
  std::uint32_t code;
  std::string_view text;
};

constexpr std::array table{
    Row{8, "a channel of the GPU made no progress"},
    Row{13, "a program faulted in the graphics engine, often by a bad memory access"},
    Row{31, "a program touched memory that is not mapped"},
    Row{32, "a program sent corrupted commands"},
    Row{38, "an error in the driver's firmware"},
    Row{43, "the GPU stopped working for one program"},
    Row{44, "a fault while switching between programs"},
    Row{45, "work was removed after an earlier error"},
    Row{48, "a memory error that could not be corrected (double-bit ECC)"},
    Row{56, "an error of the display engine"},
    Row{57, "an error in programming the memory interface"},
    Row{61, "the internal microcontroller hit a breakpoint"},
    Row{62, "the internal microcontroller halted"},
    Row{63, "memory was marked to be taken out of use (page retirement or row remapping)"},
    Row{64, "memory could not be taken out of use (page retirement or row remapping failed)"},
    Row{68, "a fault of the video engine"},
    Row{69, "a class error of the graphics engine"},
    Row{74, "an NVLink error"},
    Row{79, "the GPU has fallen off the bus"},
    Row{80, "corrupted data was sent to the GPU"},
    Row{92, "a high rate of corrected memory errors"},
    Row{94, "a memory error, contained: only the programs that used it are lost"},
    Row{95, "a memory error, not contained: the GPU must be reset"},
    Row{109, "switching between programs took too long"},
    Row{110, "a security fault"},
    Row{119, "the GPU's system processor (GSP) does not answer"},
    Row{120, "an error of the GPU's system processor (GSP)"},
    Row{121, "an error of the link to the CPU (C2C)"},
    Row{123, "an error of the power management unit"},
    Row{140, "a memory error that was not recovered from"},
    Row{143, "the GPU could not be initialised"},
    Row{154, "what it takes to recover the GPU has changed"},
};

}  // namespace

std::string_view explain_xid(std::uint32_t code) {
  const auto row = std::ranges::find(table, code, &Row::code);
  return row == table.end() ? "an error that is described in NVIDIA's list of Xid codes"
                            : row->text;
}

std::optional<XidLine> parse_xid_line(std::string_view line) {
  constexpr std::string_view begin = "NVRM: Xid (PCI:";
  constexpr std::string_view middle = "): ";
  if (!line.starts_with(begin)) return std::nullopt;
  line.remove_prefix(begin.size());
  const std::size_t end = line.find(middle);
  // The longest address is `00000000:00:00.0`.
  if (end == std::string_view::npos || end > 16) return std::nullopt;
  std::string address{line.substr(0, end)};
  if (address.find('.') == std::string::npos) address += ".0";
  line.remove_prefix(end + middle.size());
  XidLine found;
  const char* last = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data(), last, found.code);
  if (error != std::errc{} || (rest != last && *rest != ',' && *rest != ' ')) return std::nullopt;
  const auto bus_id = normalize_bus_id(address);
  if (!bus_id) return std::nullopt;
  found.pci_bus_id = *bus_id;
  return found;
}

bool XidLedger::note(const std::string& device, std::uint32_t code, XidSource source, Time now) {
  std::erase_if(open_, [now](const Entry& entry) { return now - entry.at > pairing_window; });
  const auto other = std::ranges::find_if(open_, [&](const Entry& entry) {
    return entry.device == device && entry.code == code && entry.source != source;
  });
  if (other != open_.end()) {
    open_.erase(other);
    return false;
  }
  if (open_.size() >= most_open) open_.erase(open_.begin());
  open_.push_back({device, code, source, now});
  return true;
}

}  // namespace gander::driver::nvml
