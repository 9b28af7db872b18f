// SPDX-License-Identifier: Apache-2.0
// The spelling of the states of a device.
#include <optional>
#include <string_view>

#include "gander/device.hpp"
#include "model/name_table.hpp"

namespace gander {
namespace {

constexpr Names<DeviceState, 7> device_state_names{{
    {DeviceState::ok, "ok"},
    {DeviceState::lost, "lost"},
    {DeviceState::reset_required, "reset_required"},
    {DeviceState::inaccessible, "inaccessible"},
    {DeviceState::suspended, "suspended"},
    {DeviceState::timed_out, "timed_out"},
    {DeviceState::unknown, "unknown"},
}};
constexpr Names<Switch, 2> switch_names{{{Switch::off, "off"}, {Switch::on, "on"}}};
constexpr Names<ComputeMode, 4> compute_mode_names{{
    {ComputeMode::shared, "default"},
    {ComputeMode::exclusive_thread, "exclusive_thread"},
    {ComputeMode::prohibited, "prohibited"},
    {ComputeMode::exclusive_process, "exclusive_process"},
}};
constexpr Names<ClockLimit, clock_limit_count> clock_limit_names{{
    {ClockLimit::idle, "idle"},
    {ClockLimit::application_clocks, "application_clocks"},
    {ClockLimit::software_power_cap, "software_power_cap"},
    {ClockLimit::hardware_slowdown, "hardware_slowdown"},
    {ClockLimit::sync_boost, "sync_boost"},
    {ClockLimit::software_thermal, "software_thermal"},
    {ClockLimit::hardware_thermal, "hardware_thermal"},
    {ClockLimit::power_brake, "power_brake"},
    {ClockLimit::display_clock, "display_clock"},
}};
constexpr Names<RecoveryAction, 6> recovery_action_names{{
    {RecoveryAction::none, "none"},
    {RecoveryAction::reset_gpu, "reset_gpu"},
    {RecoveryAction::reboot, "reboot"},
    {RecoveryAction::drain_peers, "drain_peers"},
    {RecoveryAction::drain_and_reset, "drain_and_reset"},
    {RecoveryAction::reset_fabric, "reset_fabric"},
}};
constexpr Names<Virtualization, 5> virtualization_names{{
    {Virtualization::none, "none"},
    {Virtualization::passthrough, "passthrough"},
    {Virtualization::guest, "guest"},
    {Virtualization::host, "host"},
    {Virtualization::shared_graphics, "shared_graphics"},
}};
constexpr Names<AddressingMode, 3> addressing_mode_names{{
    {AddressingMode::none, "none"},
    {AddressingMode::managed, "managed"},
    {AddressingMode::hardware, "hardware"},
}};
constexpr Names<FabricState, 4> fabric_state_names{{
    {FabricState::not_supported, "not_supported"},
    {FabricState::not_started, "not_started"},
    {FabricState::in_progress, "in_progress"},
    {FabricState::completed, "completed"},
}};
constexpr Names<FabricHealth, 3> fabric_health_names{{
    {FabricHealth::healthy, "healthy"},
    {FabricHealth::unhealthy, "unhealthy"},
    {FabricHealth::limited_capacity, "limited_capacity"},
}};
constexpr Names<LinkEnd, 3> link_end_names{{
    {LinkEnd::gpu, "gpu"},
    {LinkEnd::npu, "npu"},
    {LinkEnd::network_switch, "switch"},
}};
constexpr Names<PeerPath, 6> peer_path_names{{
    {PeerPath::board, "board"},
    {PeerPath::single_switch, "single_switch"},
    {PeerPath::multiple_switches, "multiple_switches"},
    {PeerPath::host_bridge, "host_bridge"},
    {PeerPath::node, "node"},
    {PeerPath::system, "system"},
}};

}  // namespace

std::string_view name_of(DeviceState value) { return name_in(device_state_names, value); }
std::optional<DeviceState> find_device_state(std::string_view name) {
  return find_in(device_state_names, name);
}
std::string_view name_of(Switch value) { return name_in(switch_names, value); }
std::optional<Switch> find_switch(std::string_view name) { return find_in(switch_names, name); }
std::string_view name_of(ComputeMode value) { return name_in(compute_mode_names, value); }
std::optional<ComputeMode> find_compute_mode(std::string_view name) {
  return find_in(compute_mode_names, name);
}
std::string_view name_of(ClockLimit value) { return name_in(clock_limit_names, value); }
std::optional<ClockLimit> find_clock_limit(std::string_view name) {
  return find_in(clock_limit_names, name);
}
std::string_view name_of(RecoveryAction value) { return name_in(recovery_action_names, value); }
std::optional<RecoveryAction> find_recovery_action(std::string_view name) {
  return find_in(recovery_action_names, name);
}
std::string_view name_of(Virtualization value) { return name_in(virtualization_names, value); }
std::optional<Virtualization> find_virtualization(std::string_view name) {
  return find_in(virtualization_names, name);
}
std::string_view name_of(AddressingMode value) { return name_in(addressing_mode_names, value); }
std::optional<AddressingMode> find_addressing_mode(std::string_view name) {
  return find_in(addressing_mode_names, name);
}
std::string_view name_of(FabricState value) { return name_in(fabric_state_names, value); }
std::optional<FabricState> find_fabric_state(std::string_view name) {
  return find_in(fabric_state_names, name);
}
std::string_view name_of(FabricHealth value) { return name_in(fabric_health_names, value); }
std::optional<FabricHealth> find_fabric_health(std::string_view name) {
  return find_in(fabric_health_names, name);
}
std::string_view name_of(LinkEnd value) { return name_in(link_end_names, value); }
std::optional<LinkEnd> find_link_end(std::string_view name) {
  return find_in(link_end_names, name);
}
std::string_view name_of(PeerPath value) { return name_in(peer_path_names, value); }
std::optional<PeerPath> find_peer_path(std::string_view name) {
  return find_in(peer_path_names, name);
}

}  // namespace gander
