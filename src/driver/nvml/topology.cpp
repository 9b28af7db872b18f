// SPDX-License-Identifier: Apache-2.0
// Asks for the ways between GPUs, near processors, near memory and the fabric.
#include "driver/nvml/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "model/whole_number.hpp"

namespace gander::driver::nvml {
namespace {

// Room for 2048 processors and as many memory nodes.
constexpr std::uint32_t set_words = 32;
constexpr std::uint32_t node_scope = 0;
constexpr unsigned word_bits = std::numeric_limits<unsigned long>::digits;
using BitSet = std::array<unsigned long, set_words>;

// --- Peers -------------------------------------------------------------------------------------

Known<PeerPath> path_of(std::uint32_t level) {
  switch (level) {
    case 0:
      return PeerPath::board;
    case 10:
      return PeerPath::single_switch;
    case 20:
      return PeerPath::multiple_switches;
    case 30:
      return PeerPath::host_bridge;
    case 40:
      return PeerPath::node;
    case 50:
      return PeerPath::system;
    default:
      return Missing::no_data;
  }
}

Known<PeerPath> ask_path(DeviceCalls& calls, const DeviceEntry& peer) {
  // A peer that hangs, sleeps or is lost must not take this GPU with it.
  if (peer.handle == nullptr || peer.is_asleep.load()) return Missing::no_data;
  if (peer.down_code.load() != code::success) return Missing::device_lost;
  std::uint32_t level = 0;
  const Code code = calls.call(calls.symbols().common_ancestor, peer.handle, &level);
  return code == code::success ? path_of(level) : Known<PeerPath>{missing_of(code)};
}

bool may_change(const Known<PeerPath>& path) {
  return !path.is_known() && path.reason() != Missing::not_supported;
}

Known<PeerPath> find_path(DeviceCalls& calls, const DeviceEntry& peer) {
  auto& paths = calls.entry().memory.peers.paths;
  const auto kept = std::ranges::find(paths, peer.id, &PeerMemory::Path::id);
  if (kept == paths.end()) {
    paths.push_back({peer.id, ask_path(calls, peer)});
    return paths.back().path;
  }
  if (may_change(kept->path)) kept->path = ask_path(calls, peer);
  return kept->path;
}

std::uint32_t count_direct_links(const LinkMemory& memory, const std::string& bus_id) {
  const auto count = std::ranges::count_if(memory.links, [&](const Link& link) {
    const bool leads_elsewhere =
        link.remote_type.is_known() && link.remote_type != Known{LinkEnd::gpu};
    return link.state == Known{Switch::on} && !leads_elsewhere &&
           link.remote_pci_bus_id == Known{bus_id};
  });
  return static_cast<std::uint32_t>(count);
}

Known<std::uint32_t> count_links(const LinkMemory& own, const DeviceEntry& peer) {
  if (!own.is_listed) return Missing::no_data;
  const std::uint32_t direct = count_direct_links(own, peer.pci_bus_id);
  if (direct > 0) return direct;
  const std::uint32_t ours = own.switch_links.load();
  if (ours == 0) return 0U;
  const std::uint32_t theirs = peer.memory.links.switch_links.load();
  if (theirs == LinkMemory::unknown) return Missing::no_data;
  return std::min(ours, theirs);
}

// --- Processors and memory ---------------------------------------------------------------------

std::string kernel_folder(const DeviceEntry& entry) {
  // The kernel spells the domain with four digits.
  if (entry.pci_bus_id.size() < 8) return {};
  return "/sys/bus/pci/devices/" + entry.pci_bus_id.substr(4);
}

Known<std::uint32_t> read_kernel_node(DeviceCalls& calls) {
  const std::string folder = kernel_folder(calls.entry());
  if (folder.empty()) return Missing::not_supported;
  const auto text = calls.context().root.read(folder + "/numa_node", 64);
  if (!text) return Missing::not_supported;
  // The kernel says -1 where the machine has no nodes.
  const auto line = std::string_view{*text}.substr(0, text->find('\n'));
  const auto node = find_whole_number<std::uint32_t>(line);
  if (!node || *node > 4096) return Missing::not_supported;
  return *node;
}

Known<std::string> read_kernel_processors(DeviceCalls& calls) {
  const std::string folder = kernel_folder(calls.entry());
  if (folder.empty()) return Missing::not_supported;
  auto text = calls.context().root.read(folder + "/local_cpulist", 4096);
  if (!text) return Missing::not_supported;
  while (!text->empty() && text->back() == '\n') text->pop_back();
  if (text->empty() || text->find_first_not_of("0123456789-,") != std::string::npos) {
    return Missing::not_supported;
  }
  return std::move(*text);
}

std::string spell_uuid(const std::array<std::uint8_t, 16>& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", bytes[i]);
  }
  return text;
}

// --- Fabric ------------------------------------------------------------------------------------

struct FabricFacts {
  std::array<std::uint8_t, 16> cluster{};
  std::uint32_t clique{};
  std::uint32_t state{};
  Known<FabricHealth> health{Missing::not_supported};
};

Code call_fabric(DeviceCalls& calls, std::uint32_t version, FabricFacts& facts) {
  constexpr std::uint32_t size_v2 = 36;
  FabricInfoV info;
  info.version = version == 3 ? version_word(sizeof info, 3) : version_word(size_v2, 2);
  const Code code = calls.call(calls.symbols().fabric_v, &info);
  if (code != code::success) return code;
  facts = {info.cluster, info.clique, info.state, judge_fabric(info.health_mask)};
  if (version < 3) return code;
  constexpr std::array words{FabricHealth::healthy, FabricHealth::unhealthy,
                             FabricHealth::limited_capacity};
  const std::uint8_t summary = info.health_summary;
  if (summary >= 1 && summary <= words.size()) facts.health = words[summary - 1U];
  return code;
}

Code call_old_fabric(DeviceCalls& calls, FabricFacts& facts) {
  FabricInfo info;
  const Code code = calls.call(calls.symbols().fabric, &info);
  facts = {info.cluster, info.clique, info.state, Missing::not_supported};
  return code;
}

void set_fabric(Fabric& fabric, Missing reason) {
  fabric.state = reason;
  fabric.health = reason;
  fabric.cluster = reason;
  fabric.clique = reason;
}

}  // namespace

void describe_peers(DeviceCalls& calls, const Generation& list, Device& into) {
  into.peers.clear();
  const DeviceEntry& own = calls.entry();
  if (own.is_instance() || calls.obstacle() != Missing::not_sampled) return;
  for (const auto& entry : list.entries) {
    if (entry.get() == &own || entry->is_instance() || !entry->uuid.is_known()) continue;
    Peer& peer = into.peers.emplace_back();
    peer.device = entry->uuid.value();
    peer.path = find_path(calls, *entry);
    peer.links = count_links(own.memory.links, *entry);
  }
}

void complete_peers(const DeviceEntry& own, const Generation& list, Device& into) {
  for (Peer& peer : into.peers) {
    if (peer.links != Known<std::uint32_t>{Missing::no_data}) continue;
    const auto entry = std::ranges::find_if(
        list.entries, [&](const auto& other) { return other->uuid == Known{peer.device}; });
    if (entry != list.entries.end()) peer.links = count_links(own.memory.links, **entry);
  }
}

void describe_fabric(DeviceCalls& calls, Device& into) {
  if (calls.entry().is_instance()) return set_fabric(into.fabric, Missing::not_supported);
  const auto facts = calls.ask<FabricFacts>(
      Question::fabric, [&](FabricFacts& value) { return call_fabric(calls, 3, value); },
      [&](FabricFacts& value) { return call_fabric(calls, 2, value); },
      [&](FabricFacts& value) { return call_old_fabric(calls, value); });
  if (!facts.is_known()) return set_fabric(into.fabric, facts.reason());
  const FabricFacts& found = facts.value();
  if (found.state > 3) return set_fabric(into.fabric, Missing::no_data);
  const auto state = static_cast<FabricState>(found.state);
  set_fabric(into.fabric,
             state == FabricState::not_supported ? Missing::not_supported : Missing::no_data);
  into.fabric.state = state;
  if (state == FabricState::not_supported) return;
  into.fabric.health = found.health;
  if (state != FabricState::completed) return;
  into.fabric.clique = found.clique;
  if (std::ranges::any_of(found.cluster, [](std::uint8_t byte) { return byte != 0; })) {
    into.fabric.cluster = spell_uuid(found.cluster);
  }
}

Known<std::uint32_t> ask_numa_node(DeviceCalls& calls) {
  if (calls.entry().is_instance()) return Missing::not_supported;
  const auto nodes = calls.ask<BitSet>(Question::memory_affinity, [&](BitSet& value) {
    return calls.call(calls.symbols().memory_affinity, set_words, value.data(), node_scope);
  });
  if (nodes.is_known()) {
    for (std::uint32_t i = 0; i < set_words; ++i) {
      const unsigned long word = nodes.value()[i];
      if (word != 0) return i * word_bits + static_cast<std::uint32_t>(std::countr_zero(word));
    }
  }
  if (const Missing obstacle = calls.obstacle(); obstacle != Missing::not_sampled) return obstacle;
  return read_kernel_node(calls);
}

Known<std::string> ask_cpu_affinity(DeviceCalls& calls) {
  if (calls.entry().is_instance()) return Missing::not_supported;
  const auto processors = calls.ask<BitSet>(Question::cpu_affinity, [&](BitSet& value) {
    return calls.call(calls.symbols().cpu_affinity, set_words, value.data());
  });
  if (processors.is_known()) {
    if (std::string text = list_bits(processors.value()); !text.empty()) return text;
  }
  if (const Missing obstacle = calls.obstacle(); obstacle != Missing::not_sampled) return obstacle;
  return read_kernel_processors(calls);
}

std::string list_bits(std::span<const unsigned long> words) {
  const auto is_set = [&](std::size_t bit) {
    return bit < words.size() * word_bits && (words[bit / word_bits] >> bit % word_bits & 1U) != 0;
  };
  std::string text;
  for (std::size_t first = 0; first < words.size() * word_bits; ++first) {
    if (!is_set(first)) continue;
    std::size_t last = first;
    while (is_set(last + 1)) ++last;
    if (!text.empty()) text += ',';
    text += last == first ? fmt::format("{}", first) : fmt::format("{}-{}", first, last);
    first = last;
  }
  return text;
}

// Two bits each: 0 not told, 1 true, 2 false. The configuration has four: 1 is well, more is not.
Known<FabricHealth> judge_fabric(std::uint32_t health_mask) {
  const auto flag = [health_mask](unsigned shift) { return health_mask >> shift & 3U; };
  const std::uint32_t degraded = flag(0);
  const std::uint32_t recovering = flag(2);
  const std::uint32_t unhealthy = flag(4);
  const std::uint32_t timed_out = flag(6);
  const std::uint32_t configuration = health_mask >> 8U & 15U;
  if (unhealthy == 1 || timed_out == 1 || configuration > 1) return FabricHealth::unhealthy;
  if (degraded == 1 || recovering == 1) return FabricHealth::limited_capacity;
  const bool is_silent =
      degraded == 0 && recovering == 0 && unhealthy == 0 && timed_out == 0 && configuration == 0;
  if (is_silent) return Missing::not_supported;
  return FabricHealth::healthy;
}

}  // namespace gander::driver::nvml
