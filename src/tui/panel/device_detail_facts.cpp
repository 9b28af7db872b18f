// SPDX-License-Identifier: Apache-2.0
// What is known of a device beside its numbers: who it is, how it is set, what is wrong with it,
// what it is joined to and what it is divided into.
#include <fmt/format.h>

#include <algorithm>

#include "text/process_words.hpp"
#include "text/quantity.hpp"
#include "text/safe.hpp"
#include "text/words.hpp"
#include "tui/panel/device_detail.hpp"

namespace gander::tui {
namespace {

std::string speak(std::string_view word) {
  std::string text{word};
  std::ranges::replace(text, '_', ' ');
  return text;
}

/// A theme that is being filled for one device.
class Filler {
 public:
  Filler(std::string title, const Device& device) : device_(device) {
    theme_.title = std::move(title);
  }
  Filler& add(std::string label, std::string value, Role role = Role::text) {
    theme_.items.push_back({std::move(label), std::move(value), role});
    return *this;
  }
  Filler& add_missing(std::string label, Missing reason) {
    return add(std::move(label), std::string{text::missing_word(reason, 7, device_.state)},
               Role::muted);
  }
  Filler& add(std::string label, const Known<std::string>& fact) {
    if (!fact.is_known()) return add_missing(std::move(label), fact.reason());
    return add(std::move(label), text::safe(fact.value()));
  }
  Filler& add(std::string label, const Known<std::uint32_t>& fact) {
    if (!fact.is_known()) return add_missing(std::move(label), fact.reason());
    return add(std::move(label), std::to_string(fact.value()));
  }
  /// `bad`: how to draw a yes.
  Filler& add_flag(std::string label, const Known<bool>& fact, Role bad) {
    if (!fact.is_known()) return add_missing(std::move(label), fact.reason());
    return add(std::move(label), fact.value() ? "yes" : "no", fact.value() ? bad : Role::text);
  }
  template <class Enum>
  Filler& add_word(std::string label, const Known<Enum>& fact) {
    if (!fact.is_known()) return add_missing(std::move(label), fact.reason());
    return add(std::move(label), speak(name_of(fact.value())));
  }
  /// A mode, and what it becomes at the next reset.
  Filler& add_mode(std::string label, const Known<Switch>& now, const Known<Switch>& pending) {
    const bool changes = now.is_known() && pending.is_known() && now.value() != pending.value();
    if (!changes) return add_word(std::move(label), now);
    return add(std::move(label),
               fmt::format("{}, {} at reset", name_of(now.value()), name_of(pending.value())),
               Role::warning);
  }
  std::vector<DetailItem>& add_row() { return theme_.table.emplace_back(); }
  DetailTheme take() { return std::move(theme_); }

 private:
  const Device& device_;
  DetailTheme theme_;
};

/// What keeps the clocks down; a person chose some of it.
bool is_choice(ClockLimit limit) {
  return limit == ClockLimit::idle || limit == ClockLimit::application_clocks ||
         limit == ClockLimit::display_clock || limit == ClockLimit::sync_boost;
}

DetailItem clock_limits_of(const Device& device) {
  const auto& limits = device.clock_limits;
  if (!limits.is_known()) {
    return {{}, std::string{text::missing_word(limits.reason(), 7, device.state)}, Role::muted};
  }
  DetailItem item{{}, {}, Role::text};
  for (std::size_t i = 0; i < clock_limit_count; ++i) {
    if (!limits.value()[i]) continue;
    const auto limit = static_cast<ClockLimit>(i);
    item.value += (item.value.empty() ? "" : ", ") + speak(name_of(limit));
    if (!is_choice(limit)) item.role = Role::warning;
  }
  if (item.value.empty()) item.value = "nothing";
  return item;
}

DetailTheme state_of(const Device& device) {
  Filler out{"State", device};
  const bool is_fine = device.state == DeviceState::ok;
  out.add("State", speak(name_of(device.state)), is_fine ? Role::good : Role::error);
  if (!device.state_detail.empty()) {
    out.add("Detail", text::safe(device.state_detail), Role::error);
  }
  const auto limits = clock_limits_of(device);
  out.add("Clocks limited", limits.value, limits.role);
  const auto& action = device.recovery_action;
  const bool must_act = action.value_or(RecoveryAction::none) != RecoveryAction::none;
  if (must_act) {
    out.add("Recovery", speak(name_of(action.value())), Role::error);
  } else {
    out.add_word("Recovery", action);
  }
  out.add_flag("Remap pending", device.remap_pending, Role::warning);
  out.add_flag("Remap failed", device.remap_failed, Role::error);
  out.add_flag("Retire pending", device.retirement_pending, Role::warning);
  for (const Allocation& allocation : device.allocations) {
    out.add("Taken by", text::safe(text::owner_label(allocation)), Role::accent);
  }
  return out.take();
}

DetailTheme identity_of(const View& view, const Device& device) {
  Filler out{"Identity", device};
  out.add("UUID", device.uuid).add("PCI bus id", device.pci_bus_id);
  if (device.parent) out.add("Part of", text::safe(*device.parent));
  if (device.is_instance()) {
    out.add("GPU instance", device.gpu_instance_id)
        .add("Comp. instance", device.compute_instance_id);
  }
  const auto& capability = device.compute_capability;
  out.add("Architecture", device.architecture);
  if (capability.is_known()) {
    out.add("Capability", fmt::format("{}.{}", capability.value().major, capability.value().minor));
  } else {
    out.add_missing("Capability", capability.reason());
  }
  out.add("Serial", device.serial).add("Board part", device.board_part).add("VBIOS", device.vbios);
  out.add("GSP firmware", device.gsp_firmware).add("Device minor", device.minor);
  out.add("NUMA node", device.numa_node).add("Nearest CPUs", device.cpu_affinity);
  for (const DriverStatus& driver : view.snapshot.drivers) {
    if (driver.name != device.driver) continue;
    out.add("Driver", driver.version).add("CUDA up to", driver.cuda_version);
  }
  return out.take();
}

DetailTheme modes_of(const Device& device) {
  Filler out{"Modes", device};
  out.add_word("Compute", device.compute_mode).add_word("Persistence", device.persistence_mode);
  out.add_mode("ECC", device.ecc_mode, device.ecc_mode_pending);
  out.add_mode("MIG", device.mig_mode, device.mig_mode_pending);
  out.add_word("Display", device.display_active).add_word("Accounting", device.accounting_mode);
  out.add_word("Virtual.", device.virtualization).add_word("Addressing", device.addressing_mode);
  out.add_flag("Shared memory", device.unified_memory, Role::text);
  out.add_word("Fabric", device.fabric.state).add_word("Fabric health", device.fabric.health);
  out.add("Clique", device.fabric.clique).add("Cluster", device.fabric.cluster);
  return out.take();
}

void add_titles(Filler& out, std::initializer_list<std::string_view> titles) {
  auto& row = out.add_row();
  for (const auto title : titles) row.push_back({{}, std::string{title}, Role::muted});
}

/// The MIG instances, with what each has of the GPU and uses of it.
DetailTheme instances_of(const View& view, const Device& device) {
  Filler out{"MIG instances", device};
  add_titles(out, {"INSTANCE", "GI/CI", "USED", "TOTAL", "PROFILE"});
  for (const Device& other : view.snapshot.devices) {
    if (!other.parent || !device.uuid.is_known() || *other.parent != device.uuid.value()) continue;
    const auto id = [](const Known<std::uint32_t>& known) {
      return known.is_known() ? std::to_string(known.value()) : std::string{"?"};
    };
    const auto memory = [&](Metric metric) {
      return item_of(row_of(metric), other.readings[metric], other.state);
    };
    const auto name = text::words(other.name, 7, other.state);
    const auto space = name.rfind(' ');
    out.add_row() = {{{}, to_string(other.index)},
                     {{}, id(other.gpu_instance_id) + "/" + id(other.compute_instance_id)},
                     memory(Metric::memory_used),
                     memory(Metric::memory_total),
                     {{}, space == std::string::npos ? name : name.substr(space + 1)}};
  }
  return out.take();
}

DetailTheme fans_of(const Device& device) {
  Filler out{"Fans", device};
  add_titles(out, {"FAN", "SPEED", "ROTATION"});
  std::size_t number = 0;
  for (const Fan& fan : device.fans) {
    const auto cell = [&](Metric metric) {
      return item_of(row_of(metric), fan.readings[metric], device.state);
    };
    out.add_row() = {{{}, std::to_string(number++)},
                     cell(Metric::fan_unit_speed),
                     cell(Metric::fan_unit_rotation)};
  }
  return out.take();
}

DetailTheme links_of(const Device& device) {
  Filler out{"NVLinks", device};
  add_titles(out, {"LINK", "STATE", "SENDS", "RECEIVES", "SPEED", "CRC", "REPLAY", "RECOV.", "TO"});
  for (const Link& link : device.links) {
    const auto cell = [&](Metric metric) {
      auto item = item_of(row_of(metric), link.readings[metric], device.state);
      const bool is_error = row_of(metric).unit == Unit::count;
      if (is_error && link.readings[metric].value_or(0) > 0) item.role = Role::warning;
      return item;
    };
    const std::string state{link.state.is_known() ? name_of(link.state.value()) : "?"};
    const auto end = link.remote_type.is_known() ? name_of(link.remote_type.value()) : "?";
    const bool is_down = link.state.is_known() && link.state.value() == Switch::off;
    out.add_row() = {{{}, std::to_string(link.number)},
                     {{}, state, is_down ? Role::warning : Role::text},
                     cell(Metric::link_transmit_rate),
                     cell(Metric::link_receive_rate),
                     cell(Metric::link_speed),
                     cell(Metric::link_crc_errors),
                     cell(Metric::link_replay_errors),
                     cell(Metric::link_recovery_errors),
                     {{}, fmt::format("{} {}", end, text::words(link.remote_pci_bus_id, 7))}};
  }
  return out.take();
}

DetailTheme peers_of(const View& view, const Device& device) {
  Filler out{"Ways to other GPUs", device};
  for (const Peer& peer : device.peers) {
    const Device* other = find_device(view.snapshot, peer.device);
    if (other == nullptr) continue;
    const bool has_links = peer.links.value_or(0) > 0;
    const auto path = peer.path.is_known() ? speak(name_of(peer.path.value())) : std::string{"?"};
    out.add("GPU " + to_string(other->index),
            has_links ? fmt::format("{} NVLinks", peer.links.value()) : path);
  }
  return out.take();
}

DetailTheme errors_of(const View& view, const Device& device) {
  Filler out{"Error reports (XID)", device};
  for (const XidCount& xid : device.xids) {
    const double age = view.snapshot.time - xid.last_time;
    out.add(fmt::format("XID {}", xid.code),
            fmt::format("{}x, {} ago", xid.count, text::write_duration(age)), Role::error);
  }
  for (const Event& event : view.snapshot.events) {
    if (!device.uuid.is_known() || event.device != device.uuid.value()) continue;
    out.add("Event", text::safe(event.text), Role::warning);
  }
  return out.take();
}

DetailTheme processes_of(const View& view, const Device& device) {
  Filler out{"Processes", device};
  add_titles(out, {"PID", "TYPE", "USER", "GPU-MEM", "%SM", "COMMAND"});
  for (const Process& process : view.snapshot.processes) {
    for (const Use& use : process.uses) {
      if (!device.uuid.is_known() || use.device != device.uuid.value()) continue;
      const auto cell = [&](Metric metric) {
        return item_of(row_of(metric), use.readings[metric], device.state);
      };
      out.add_row() = {{{}, std::to_string(process.pid)}, {{}, std::string{text::type_of(use)}},
                       {{}, text::user_of(process)},      cell(Metric::gpu_memory),
                       cell(Metric::gpu_sm_utilization),  {{}, text::command_of(process)}};
    }
  }
  return out.take();
}

}  // namespace

std::vector<DetailTheme> fact_themes(const View& view, const Device& device) {
  std::vector<DetailTheme> themes{state_of(device)};
  const auto add = [&](DetailTheme theme) {
    if (theme.items.empty() && theme.table.size() < 2) return;
    themes.push_back(std::move(theme));
  };
  add(errors_of(view, device));
  add(instances_of(view, device));
  add(processes_of(view, device));
  add(modes_of(device));
  add(identity_of(view, device));
  add(fans_of(device));
  add(links_of(device));
  add(peers_of(view, device));
  return themes;
}

}  // namespace gander::tui
