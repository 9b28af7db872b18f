// SPDX-License-Identifier: Apache-2.0
// Reads what a machine file says of a GPU's links, near processors, topology and fabric.
#include <fmt/format.h>

#include <cstdio>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

struct WiringKey {
  std::string_view key;
  std::uint32_t Wiring::* member;
  double high;
};
constexpr std::array wiring_keys{
    WiringKey{"link_switches", &Wiring::switches, max_links},
    WiringKey{"link_replay_errors", &Wiring::link_replays, 4294967295.0},
    WiringKey{"link_recovery_errors", &Wiring::link_recoveries, 4294967295.0},
    WiringKey{"link_crc_errors", &Wiring::link_crc_errors, 4294967295.0},
    WiringKey{"pcie_switch", &Wiring::pcie_switch, 65535},
    WiringKey{"pcie_root", &Wiring::pcie_root, 65535},
    WiringKey{"fabric_clique", &Wiring::fabric_clique, 4294967295.0},
    WiringKey{"fabric_health", &Wiring::fabric_health, 16383},
};

/// A number the state keeps one higher, so that zero stands for none.
void read_node(TableReader& reader, std::string_view key, std::uint32_t& target) {
  if (reader.find(key) == nullptr) return;
  std::uint32_t node = 0;
  reader.number(key, node, {0, 1023});
  target = node + 1;
}

void set_cpus(Wiring& wiring, unsigned first, unsigned last) {
  for (unsigned cpu = first; cpu <= last; ++cpu)
    wiring.cpus[cpu / 64] |= std::uint64_t{1} << (cpu % 64);
}

/// "0-55,112-167"
void read_cpus(TableReader& reader, Wiring& wiring) {
  std::string text;
  reader.text("cpus", text);
  if (text.empty()) return;
  wiring.cpus = {};
  const char* at = text.c_str();
  while (*at != '\0') {
    unsigned first = 0;
    unsigned last = 0;
    int length = 0;
    if (std::sscanf(at, "%4u%n", &first, &length) != 1) break;
    at += length;
    last = first;
    if (*at == '-' && std::sscanf(at, "-%4u%n", &last, &length) == 1) at += length;
    if (first > last || last >= cpu_words * 64) break;
    set_cpus(wiring, first, last);
    if (*at == '\0') return;
    if (*at++ != ',') break;
  }
  reader.report("cpus",
                fmt::format("write processors below {} like \"0-55,112-167\"", cpu_words * 64));
}

/// One GPU number for each link.
void read_peers(TableReader& reader, Wiring& wiring) {
  const Value* value = reader.find("link_peers");
  if (value == nullptr) return;
  const auto* array = std::get_if<Array>(&value->content);
  if (array == nullptr || array->size() > max_links)
    return reader.report("link_peers", fmt::format("write a list of at most {} GPUs", max_links));
  wiring.peers = {};
  for (std::size_t link = 0; link < array->size(); ++link) {
    const auto peer = as_number((*array)[link]);
    if (!peer || *peer < 0 || *peer > 71)
      return reader.report("link_peers", "names a GPU by its number, 0 to 71");
    wiring.peers[link] = static_cast<std::uint32_t>(*peer) + 1;
  }
}

void read_cluster(TableReader& reader, Wiring& wiring) {
  std::string text;
  reader.text("fabric_cluster", text);
  if (text.empty()) return;
  std::erase(text, '-');
  bool is_right = text.size() == 32;
  for (std::size_t i = 0; is_right && i < 16; ++i) {
    unsigned byte = 0;
    int length = 0;
    is_right = std::sscanf(text.c_str() + i * 2, "%2x%n", &byte, &length) == 1 && length == 2;
    wiring.fabric_cluster[i] = static_cast<std::uint8_t>(byte);
  }
  if (!is_right) reader.report("fabric_cluster", "write a UUID");
}

}  // namespace

void read_wiring(TableReader& reader, Wiring& wiring) {
  for (const auto& row : wiring_keys) reader.number(row.key, wiring.*row.member, {0, row.high});
  // In the order of LinkRemote, and of the driver's fabric states.
  reader.choice("link_remote", wiring.link_remote, {"none", "gpu", "switch"});
  reader.choice("fabric_state", wiring.fabric_state,
                {"none", "not_started", "in_progress", "completed"});
  read_node(reader, "numa_node", wiring.host_node);
  read_node(reader, "memory_numa_node", wiring.memory_node);
  read_cpus(reader, wiring);
  read_peers(reader, wiring);
  read_cluster(reader, wiring);
}

}  // namespace gander::sim
