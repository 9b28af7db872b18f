// SPDX-License-Identifier: Apache-2.0
// The themes of the page of details that are lists: NVLinks, ways to other GPUs, error reports.
#include <fmt/format.h>

#include <map>
#include <utility>

#include "export/detail_themes.hpp"
#include "export/topology.hpp"
#include "json/time.hpp"
#include "text/safe.hpp"

namespace gander::detail_page {
namespace {

Value word(const Known<Switch>& fact) {
  if (!fact.is_known()) return {fact.reason(), {}};
  return {std::string{name_of(fact.value())}, {}};
}

Value number(const Known<std::uint32_t>& fact) {
  if (!fact.is_known()) return {fact.reason(), {}};
  return {std::to_string(fact.value()), {}};
}

/// `GPU 3`, or the kind of the other end and where it is.
Value other_end(const Snapshot& snapshot, const Link& link) {
  const auto& place = link.remote_pci_bus_id;
  if (!link.remote_type.is_known() && !place.is_known()) return {place.reason(), {}};
  for (const auto& device : snapshot.devices) {
    if (place.is_known() && !device.is_instance() && device.pci_bus_id == place) {
      return {fmt::format("GPU {}", to_string(device.index)), {}};
    }
  }
  std::string text{link.remote_type.is_known() ? name_of(link.remote_type.value()) : "?"};
  if (place.is_known()) text += " " + text::safe(place.value());
  return {std::move(text), {}};
}

Value errors(const Link& link, Metric metric) {
  auto value = value_of(Unit::count, link.readings[metric]);
  if (link.readings[metric].value_or(0) > 0) value.tone = Tone::warning;
  return value;
}

Theme find_links(const Snapshot& snapshot, const Device& device) {
  Theme theme{"NVLinks", {}, {}};
  theme.grid.titles = {"LINK", "STATE",  "VER.",   "SPEED", "SENDS",    "RECEIVES",
                       "CRC",  "REPLAY", "RECOV.", "SENT",  "RECEIVED", "TO"};
  theme.grid.ends_in_text = true;
  for (const auto& link : device.links) {
    const auto rate = [&](Metric metric) {
      return value_of(row_of(metric).unit, link.readings[metric]);
    };
    theme.grid.rows.push_back({{std::to_string(link.number), {}},
                               word(link.state),
                               number(link.version),
                               rate(Metric::link_speed),
                               rate(Metric::link_transmit_rate),
                               rate(Metric::link_receive_rate),
                               errors(link, Metric::link_crc_errors),
                               errors(link, Metric::link_replay_errors),
                               errors(link, Metric::link_recovery_errors),
                               rate(Metric::link_transmit_total),
                               rate(Metric::link_receive_total),
                               other_end(snapshot, link)});
  }
  return theme;
}

/// The GPUs reached the same way stand together.
Theme find_peers(const Snapshot& snapshot, const Device& device) {
  std::map<std::pair<std::string, std::string>, std::vector<DeviceIndex>> groups;
  std::vector<std::pair<std::string, std::string>> order;
  Theme theme{"Ways to other GPUs", {}, {}};
  for (const auto& peer : device.peers) {
    const auto* other = find_device(snapshot, peer.device);
    if (other == nullptr) continue;
    const auto path = peer.path.is_known() ? short_word(peer.path.value()) : std::string_view{"?"};
    const std::pair key{short_word(peer), std::string{path}};
    if (!groups.contains(key)) order.push_back(key);
    groups[key].push_back(other->index);
  }
  for (const auto& key : order) {
    auto text = key.first;
    if (key.second != key.first && key.second != "?") text += ", else " + key.second;
    theme.items.push_back({"GPU " + list_devices(groups[key]), {std::move(text), {}}});
  }
  return theme;
}

Theme find_xids(const Device& device) {
  Theme theme{"Error reports (XID)", {}, {}};
  theme.grid.titles = {"XID", "COUNT", "LAST"};
  theme.grid.ends_in_text = true;
  for (const auto& xid : device.xids) {
    theme.grid.rows.push_back({{std::to_string(xid.code), Tone::failure},
                               {std::to_string(xid.count), {}},
                               {json::write_time(xid.last_time), {}}});
  }
  return theme;
}

}  // namespace

std::vector<Theme> find_list_themes(const Snapshot& snapshot, const Device& device) {
  std::vector<Theme> themes;
  if (!device.links.empty()) themes.push_back(find_links(snapshot, device));
  if (auto peers = find_peers(snapshot, device); !peers.items.empty()) {
    themes.push_back(std::move(peers));
  }
  if (!device.xids.empty()) themes.push_back(find_xids(device));
  return themes;
}

}  // namespace gander::detail_page
