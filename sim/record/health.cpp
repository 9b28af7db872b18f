// SPDX-License-Identifier: Apache-2.0
// Writes memory errors and repairs, links, place in the machine, and rates of counters.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sim/nvml/abi_gpm.hpp"
#include "sim/nvml/abi_wiring.hpp"
#include "sim/record/record.hpp"

namespace gander::sim::record {
namespace {

using nvml::u32;
using nvml::u64;

constexpr u32 link_count_field = 91;
constexpr u32 recovery_field = 230;
constexpr u32 most_links = 18;

std::optional<u64> read_field(const NvmlClient& client, nvml::Device device, u32 id,
                              u32 scope = 0) {
  nvml::FieldValue field{};
  field.field = id;
  field.scope = scope;
  if (client.call("nvmlDeviceGetFieldValues", device, 1, &field) != nvml::success ||
      field.code != nvml::success)
    return std::nullopt;
  return field.type == 1 ? field.value.as_u32 : field.value.as_u64;
}

/// Totals, and what of them happened on the chip: the rest is device memory (place 2).
void write_ecc(const Session& session, const Board& board, TomlWriter& out) {
  const NvmlClient& client = session.client;
  u32 now = 0;
  u32 next = 0;
  if (client.call("nvmlDeviceGetEccMode", board.device, &now, &next) != nvml::success) return;
  out.flag("ecc", now);
  for (u32 counter = 0; counter < 2; ++counter) {
    for (u32 type = 0; type < 2; ++type) {
      const auto all = client.get<u64>("nvmlDeviceGetTotalEccErrors", board.device, type, counter);
      if (!all) continue;
      const std::string kind = fmt::format("{}_{}", counter == 0 ? "volatile" : "aggregate",
                                           type == 0 ? "corrected" : "uncorrected");
      out.raw("ecc_" + kind, std::to_string(*all));
      const auto outside =
          client.get<u64>("nvmlDeviceGetMemoryErrorCounter", board.device, type, counter, u32{2});
      if (outside && *outside < *all) out.raw("ecc_sram_" + kind, std::to_string(*all - *outside));
    }
  }
}

void write_repairs(const Session& session, const Board& board, TomlWriter& out) {
  const NvmlClient& client = session.client;
  std::array<u32, 4> rows{};
  if (client.call("nvmlDeviceGetRemappedRows", board.device, &rows[0], &rows[1], &rows[2],
                  &rows[3]) == nvml::success) {
    out.number("remapped_corrected", rows[0]);
    out.number("remapped_uncorrected", rows[1]);
    out.flag("remap_pending", rows[2]);
    out.flag("remap_failed", rows[3]);
  }
  constexpr const char* causes[] = {"retired_corrected", "retired_uncorrected"};
  for (u32 cause = 0; cause < 2; ++cause) {
    u32 count = 0;
    const auto code = client.call("nvmlDeviceGetRetiredPages", board.device, cause, &count,
                                  static_cast<u64*>(nullptr));
    if (code == nvml::success || code == nvml::insufficient_size) out.number(causes[cause], count);
  }
  if (const auto pending = client.get<u32>("nvmlDeviceGetRetiredPagesPendingStatus", board.device))
    out.flag("retirement_pending", *pending);
  constexpr const char* actions[] = {"none",  "reset",           "reboot",
                                     "drain", "drain_and_reset", "reset_fabric_domain"};
  const auto action = read_field(client, board.device, recovery_field);
  if (action && *action < std::size(actions)) out.text("recovery_action", actions[*action]);
}

/// What is known of a GPU's links together.
struct Links {
  u32 count = 0, version = 0, active = 0;
  std::array<u64, 3> errors{};  ///< replays, recoveries, checksums
  std::string peers;
  const char* remote = "none";
  std::set<std::string> switches;
};

/// The board at this PCI address, as the driver counts; nothing where it is none of ours.
std::optional<u32> board_at(const Session& session, const std::string& bus_id) {
  for (const Board& board : session.boards) {
    const auto pci = session.client.get<nvml::PciInfo>("nvmlDeviceGetPciInfo_v3", board.device);
    if (pci && bus_id == &pci->bus_id[0]) return board.index;
  }
  return std::nullopt;
}

void read_link(const Session& session, const Board& board, u32 link, Links& links) {
  const NvmlClient& client = session.client;
  const auto state = client.get<u32>("nvmlDeviceGetNvLinkState", board.device, link);
  if (!state || *state == 0) return;
  links.active |= 1U << link;
  // The driver numbers 1.0, 2.0, 2.2, 3.0, 3.1, 4.0, 5.0, 6.0; a file has the generation.
  constexpr std::array<u32, 9> generations{0, 1, 2, 2, 3, 3, 4, 5, 6};
  const u32 version = client.get<u32>("nvmlDeviceGetNvLinkVersion", board.device, link).value_or(0);
  if (version < generations.size()) links.version = generations[version];
  constexpr std::array<u32, 3> kinds{0, 1, 2};
  for (const u32 kind : kinds)
    links.errors[kind] +=
        client.get<u64>("nvmlDeviceGetNvLinkErrorCounter", board.device, link, kind).value_or(0);
  const auto type = client.get<u32>("nvmlDeviceGetNvLinkRemoteDeviceType", board.device, link);
  const auto far =
      client.get<nvml::PciInfo>("nvmlDeviceGetNvLinkRemotePciInfo_v2", board.device, link);
  const std::string address = far ? &far->bus_id[0] : "";
  if (type && *type == 2) {
    links.remote = "switch";
    if (!address.empty()) links.switches.insert(address);
  } else if (const auto peer = board_at(session, address)) {
    links.remote = "gpu";
    links.peers += (links.peers.empty() ? "" : ", ") + std::to_string(*peer);
  }
}

void write_links(const Session& session, const Board& board, TomlWriter& out) {
  Links links;
  links.count = static_cast<u32>(std::min<u64>(
      read_field(session.client, board.device, link_count_field).value_or(0), most_links));
  if (links.count == 0) return;
  for (u32 link = 0; link < links.count; ++link) read_link(session, board, link, links);
  out.number("links", links.count);
  out.number("link_version", links.version);
  out.number("link_active_mask", links.active);
  out.text("link_remote", links.remote);
  if (!links.switches.empty())
    out.number("link_switches", static_cast<double>(links.switches.size()));
  if (!links.peers.empty()) out.raw("link_peers", "[" + links.peers + "]");
  constexpr const char* keys[] = {"link_replay_errors", "link_recovery_errors", "link_crc_errors"};
  for (std::size_t i = 0; i < links.errors.size(); ++i) {
    if (links.errors[i] != 0)
      out.raw(keys[i], std::to_string(std::min<u64>(links.errors[i], 0xffffffffU)));
  }
}

using Words = std::array<unsigned long, 16>;

std::string ranges_of(const Words& words) {
  std::string out;
  const auto is_set = [&](u32 i) { return i < 1024 && (words[i / 64] >> (i % 64) & 1U) != 0; };
  for (u32 i = 0; i < 1024; ++i) {
    if (!is_set(i)) continue;
    const u32 first = i;
    while (is_set(i + 1)) ++i;
    out += (out.empty() ? "" : ",") +
           (first == i ? std::to_string(i) : fmt::format("{}-{}", first, i));
  }
  return out;
}

void write_near(const Session& session, const Board& board, TomlWriter& out) {
  const NvmlClient& client = session.client;
  Words words{};
  if (client.call("nvmlDeviceGetMemoryAffinity", board.device, u32{16}, words.data(), u32{0}) ==
      nvml::success) {
    const std::string nodes = ranges_of(words);
    // A GPU may have several near nodes; a file names one.
    if (!nodes.empty()) out.raw("numa_node", nodes.substr(0, nodes.find_first_of("-,")));
  }
  words = {};
  if (client.call("nvmlDeviceGetCpuAffinity", board.device, u32{16}, words.data()) ==
      nvml::success) {
    const std::string cpus = ranges_of(words);
    if (!cpus.empty()) out.text("cpus", cpus);
  }
  if (const auto node = client.get<u32>("nvmlDeviceGetNumaNodeId", board.device))
    out.number("memory_numa_node", *node);
}

/// The nearest and the farthest path between GPUs that share what a key numbers.
struct Sharing {
  const char* key;
  u32 shared, told;  ///< levels: up to `shared` they have one number, up to `told` each has one
};

/// GPUs that share something get the number of the first of them.
void write_shared(const Session& session, const Board& board, const Sharing& sharing,
                  TomlWriter& out) {
  bool is_told = false;
  u32 first = board.index;
  for (const Board& other : session.boards) {
    if (other.index == board.index || other.device == nullptr) continue;
    const auto level =
        session.client.get<u32>("nvmlDeviceGetTopologyCommonAncestor", board.device, other.device);
    if (!level) continue;
    is_told = is_told || *level <= sharing.told;
    if (*level <= sharing.shared) first = std::min(first, other.index);
  }
  if (is_told) out.number(sharing.key, first + 1);
}

void write_fabric(const Session& session, const Board& board, TomlWriter& out) {
  nvml::FabricInfoV3 info{};
  info.version = nvml::version_word<nvml::FabricInfoV2>(2);
  if (session.client.call("nvmlDeviceGetGpuFabricInfoV", board.device, &info) != nvml::success)
    return;
  constexpr const char* states[] = {"none", "not_started", "in_progress", "completed"};
  if (info.state < std::size(states)) out.text("fabric_state", states[info.state]);
  out.number("fabric_clique", info.clique);
  if (info.state != 0 && info.health <= 16383) out.number("fabric_health", info.health);
  const bool is_named = std::any_of(std::begin(info.cluster), std::end(info.cluster),
                                    [](unsigned char byte) { return byte != 0; });
  if (!is_named) return;
  std::string cluster;
  for (const unsigned char byte : info.cluster)
    cluster += session.options.keep_names ? fmt::format("{:02x}", byte) : "c1";
  out.text("fabric_cluster", cluster);
}

struct Rate {
  const char* key;
  u32 field;
  double scale;  ///< of the field's unit per second, for the key's unit
};
constexpr double percent_of_ns = 1e-7;
constexpr u32 all_links = 0xffffffff;
constexpr Rate rates[] = {
    {"limited_power", 74, percent_of_ns},
    {"limited_sync_boost", 76, percent_of_ns},
    {"limited_board", 77, percent_of_ns},
    {"limited_low_utilization", 78, percent_of_ns},
    {"limited_reliability", 79, percent_of_ns},
    {"limited_thermal", 269, percent_of_ns},
    {"limited_hardware_thermal", 270, percent_of_ns},
    {"limited_power_brake", 271, percent_of_ns},
    {"link_sent", 138, 1},
    {"link_received", 139, 1},
};
constexpr std::pair<u32, const char*> monitored[] = {
    {2, "sm_active"}, {3, "sm_occupancy"}, {4, "integer"}, {5, "tensor"},
    {10, "dram"},     {11, "fp64"},        {12, "fp32"},   {13, "fp16"}};

/// Room for the metrics of every driver: the array has grown with them.
struct GpmRoom {
  nvml::GpmRequest head;
  std::array<nvml::GpmMetric, 512> metrics;
};

nvml::GpmSample take_sample(const Session& session, const Board& board) {
  const auto sample = session.client.get<nvml::GpmSample>("nvmlGpmSampleAlloc");
  if (!sample) return nullptr;
  if (session.client.call("nvmlGpmSampleGet", board.device, *sample) == nvml::success)
    return *sample;
  session.client.call("nvmlGpmSampleFree", *sample);
  return nullptr;
}

void write_monitoring(const Session& session, const Board& board, void* before, TomlWriter& out) {
  if (before == nullptr) return;
  const auto first = static_cast<nvml::GpmSample>(before);
  const auto second = take_sample(session, board);
  if (second == nullptr) return;
  GpmRoom room{};
  room.head = {nvml::gpm_version, static_cast<u32>(std::size(monitored)), first, second};
  for (std::size_t i = 0; i < std::size(monitored); ++i) room.metrics[i].id = monitored[i].first;
  if (session.client.call("nvmlGpmMetricsGet", &room.head) == nvml::success) {
    for (std::size_t i = 0; i < std::size(monitored); ++i) {
      const auto& metric = room.metrics[i];
      if (metric.code == nvml::success && metric.value >= 0 && metric.value <= 100)
        out.number(monitored[i].second, metric.value);
    }
  }
  session.client.call("nvmlGpmSampleFree", first);
  session.client.call("nvmlGpmSampleFree", second);
}

Counters read_counters(Session& session, Board& board) {
  Counters counters;
  for (const Rate& rate : rates) {
    const bool is_link = rate.field == 138 || rate.field == 139;
    const auto value =
        read_field(session.client, board.device, rate.field, is_link ? all_links : 0);
    if (value) counters.fields[rate.field] = static_cast<double>(*value);
  }
  return counters;
}

}  // namespace

Counters begin_counters(Session& session, Board& board) {
  Counters counters = read_counters(session, board);
  counters.gpm_sample = take_sample(session, board);
  return counters;
}

void write_rates(Session& session, Board& board, const Counters& before, TomlWriter& out) {
  const Counters after = read_counters(session, board);
  for (const Rate& rate : rates) {
    const auto begin = before.fields.find(rate.field);
    const auto end = after.fields.find(rate.field);
    if (begin == before.fields.end() || end == after.fields.end()) continue;
    const double value = (end->second - begin->second) / session.seconds * rate.scale;
    const double most = rate.scale == percent_of_ns ? 100 : 1e10;
    if (value > 0) out.number(rate.key, std::min(value, most));
  }
  write_monitoring(session, board, before.gpm_sample, out);
}

void write_health(Session& session, Board& board, TomlWriter& out) {
  write_ecc(session, board, out);
  write_repairs(session, board, out);
}

void write_wiring(Session& session, Board& board, TomlWriter& out) {
  write_links(session, board, out);
  write_near(session, board, out);
  write_shared(session, board, {"pcie_switch", 10, 20}, out);
  write_shared(session, board, {"pcie_root", 30, 30}, out);
  write_fabric(session, board, out);
}

}  // namespace gander::sim::record
