// SPDX-License-Identifier: Apache-2.0
// Snapshots for goldens and property tests: a busy server, a machine with MIG, a sick one, one
// that knows nothing and one whose texts are hostile. Every value is fixed; no clock, no machine.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander::fixture {

inline constexpr double kib = 1024.0;
inline constexpr double mib = 1024.0 * kib;
inline constexpr double gib = 1024.0 * mib;
/// So many GiB as a machine has them: whole bytes.
inline double gib_of(double amount) { return std::floor(amount * gib); }
/// 2025-03-14 09:26:53.589 UTC.
inline constexpr double moment = 1741944413.589;

inline std::string uuid_of(std::uint32_t gpu) {
  return "GPU-0000000" + std::to_string(gpu) + "-1111-2222-3333-444455556666";
}

inline std::string instance_uuid_of(std::uint32_t gpu, std::uint32_t instance) {
  return "MIG-0000000" + std::to_string(gpu) + "-aaaa-bbbb-cccc-00000000000" +
         std::to_string(instance);
}

inline void fill_engines(DeviceReadings& readings, double load) {
  readings[Metric::gpu_utilization] = load;
  readings[Metric::memory_utilization] = load / 2;
  readings[Metric::encoder_utilization] = 0.0;
  readings[Metric::decoder_utilization] = 0.0;
  readings[Metric::graphics_clock] = 345e6 + load * 1635e6;
  readings[Metric::sm_clock] = 345e6 + load * 1635e6;
  readings[Metric::memory_clock] = 2619e6;
  readings[Metric::video_clock] = 1545e6;
  readings[Metric::max_graphics_clock] = 1980e6;
  readings[Metric::max_sm_clock] = 1980e6;
  readings[Metric::max_memory_clock] = 2619e6;
  readings[Metric::max_video_clock] = 1545e6;
  readings[Metric::performance_state] = load > 0 ? 0.0 : 8.0;
}

inline void fill_memory(DeviceReadings& readings, double used, double total) {
  readings[Metric::memory_total] = total;
  readings[Metric::memory_used] = used;
  readings[Metric::memory_free] = total - used - 512 * mib;
  readings[Metric::memory_reserved] = 512 * mib;
  readings[Metric::bar1_total] = 128 * gib;
  readings[Metric::bar1_used] = 3 * mib;
  readings[Metric::bar1_free] = 128 * gib - 3 * mib;
}

inline void fill_body(DeviceReadings& readings, double load) {
  readings[Metric::power_draw] = 68.5 + load * 620.0;
  readings[Metric::power_limit] = 700.0;
  readings[Metric::energy] = 123456789.5;
  readings[Metric::temperature] = 30.0 + load * 35.0;
  readings[Metric::temperature_shutdown] = 92.0;
  readings[Metric::temperature_slowdown] = 89.0;
  readings[Metric::temperature_maximum] = 87.0;
  readings[Metric::temperature_memory_maximum] = 95.0;
  readings[Metric::fan_speed] = Missing::not_supported;
  readings[Metric::pcie_generation] = 5.0;
  readings[Metric::pcie_width] = 16.0;
  readings[Metric::ecc_volatile_corrected] = 0.0;
  readings[Metric::ecc_volatile_uncorrected] = 0.0;
}

inline void fill_profile(DeviceReadings& readings, double load) {
  readings[Metric::graphics_active] = load;
  readings[Metric::sm_active] = load * 0.875;
  readings[Metric::sm_occupancy] = load * 0.375;
  readings[Metric::tensor_active] = load * 0.5;
  readings[Metric::dram_active] = load * 0.25;
  readings[Metric::fp64_active] = 0.0;
  readings[Metric::fp32_active] = load * 0.125;
  readings[Metric::fp16_active] = load * 0.0625;
}

inline void fill_traffic(DeviceReadings& readings, double load) {
  readings[Metric::pcie_generation_maximum] = 5.0;
  readings[Metric::pcie_width_maximum] = 16.0;
  readings[Metric::pcie_transmit_total] = 987654321.0;
  readings[Metric::pcie_receive_total] = 1234567890.0;
  readings[Metric::pcie_transmit_rate] = load * 3.5e9;
  readings[Metric::pcie_receive_rate] = load * 12.25e9;
  readings[Metric::pcie_replays] = 3.0;
  readings[Metric::nvlink_transmit_total] = 9.5e15;
  readings[Metric::nvlink_receive_total] = 9.25e15;
  readings[Metric::nvlink_transmit_rate] = load * 180e9;
  readings[Metric::nvlink_receive_rate] = load * 176e9;
}

inline void fill_limits(DeviceReadings& readings) {
  readings[Metric::jpeg_utilization] = 0.0;
  readings[Metric::ofa_utilization] = 0.0;
  readings[Metric::power_limit_default] = 700.0;
  readings[Metric::power_limit_minimum] = 200.0;
  readings[Metric::power_limit_maximum] = 700.0;
  readings[Metric::module_power_draw] = Missing::not_supported;
  readings[Metric::memory_temperature] = 66.0;
  readings[Metric::temperature_margin] = 24.0;
  readings[Metric::limited_time_software_power] = 5025.25;
  readings[Metric::limited_time_hardware_thermal] = 0.0;
  readings[Metric::limited_time_software_thermal] = 12.5;
  readings[Metric::limited_time_power_brake] = 0.0;
  readings[Metric::limited_time_sync_boost] = 0.0;
  readings[Metric::limited_time_board] = Missing::not_supported;
  readings[Metric::limited_time_low_utilization] = 864000.0;
  readings[Metric::limited_time_reliability] = 0.5;
  readings[Metric::cores] = 16896.0;
  readings[Metric::memory_bus_width] = 5120.0;
  readings[Metric::protected_memory_total] = Missing::not_supported;
  readings[Metric::protected_memory_used] = Missing::not_supported;
}

/// Errors that were corrected, and rows that were replaced for it.
inline void fill_errors(DeviceReadings& readings) {
  for (const auto& row : rows_of(Scope::device)) {
    if (row.name.starts_with("ecc_")) readings[row.id] = 0.0;
  }
  readings[Metric::ecc_volatile_corrected] = 2.0;
  readings[Metric::ecc_volatile_corrected_dram] = 2.0;
  readings[Metric::ecc_aggregate_corrected] = 17.0;
  readings[Metric::ecc_aggregate_corrected_dram] = 15.0;
  readings[Metric::ecc_aggregate_corrected_sram] = 2.0;
  readings[Metric::ecc_aggregate_corrected_texture] = Missing::not_supported;
  readings[Metric::retired_pages_corrected] = Missing::not_supported;
  readings[Metric::retired_pages_uncorrected] = Missing::not_supported;
  readings[Metric::remapped_rows_corrected] = 1.0;
  readings[Metric::remapped_rows_uncorrected] = 0.0;
}

/// An NVLink that leads to a switch, or one that is down.
inline Link make_link(std::uint32_t number, Switch state) {
  Link link;
  link.number = number;
  link.state = state;
  link.version = 4U;
  link.remote_type = LinkEnd::network_switch;
  link.remote_pci_bus_id = std::string{"00000000:c1:00.0"};
  link.readings.fill(Missing::not_supported);
  if (state == Switch::off) return link;
  link.readings[Metric::link_transmit_total] = 5.25e14;
  link.readings[Metric::link_receive_total] = 5.125e14;
  link.readings[Metric::link_transmit_rate] = 10e9;
  link.readings[Metric::link_receive_rate] = 9.75e9;
  link.readings[Metric::link_speed] = 26.5625e9;
  link.readings[Metric::link_crc_errors] = 0.0;
  link.readings[Metric::link_replay_errors] = 4.0;
  link.readings[Metric::link_recovery_errors] = 1.0;
  return link;
}

/// What a driver of today says beyond what every driver says: of one of eight GPUs on a fabric.
inline void tell_all(Device& device, double load) {
  device.architecture = std::string{"hopper"};
  device.board_part = std::string{"692-2G520-0200-000"};
  device.gsp_firmware = std::string{"550.54.15"};
  device.numa_node = 0U;
  device.cpu_affinity = std::string{"0-63"};
  device.virtualization = Virtualization::none;
  device.addressing_mode = AddressingMode::none;
  device.unified_memory = false;
  device.ecc_mode = Switch::on;
  device.ecc_mode_pending = Switch::on;
  device.accounting_mode = Switch::off;
  device.retirement_pending = Missing::not_supported;
  device.remap_pending = true;
  device.remap_failed = false;
  device.recovery_action = RecoveryAction::none;
  device.fabric = {FabricState::completed, FabricHealth::healthy,
                   std::string{"2f6a1c3e-9d84-4b7a-8c55-0e1f2a3b4c5d"}, std::uint32_t{7}};
  fill_profile(device.readings, load);
  fill_traffic(device.readings, load);
  fill_limits(device.readings);
  fill_errors(device.readings);
  device.links = {make_link(0, Switch::on), make_link(1, Switch::off)};
  for (std::uint32_t gpu = 0; gpu < 8; ++gpu) {
    if (gpu == device.index.gpu) continue;
    device.peers.push_back({uuid_of(gpu), gpu < 4 ? PeerPath::node : PeerPath::system, 18U});
  }
}

/// One H100 with `load` (0…1) and `used` bytes of its 80 GiB.
inline Device make_gpu(std::uint32_t gpu, double load, double used) {
  Device device;
  device.index = {gpu, std::nullopt};
  device.driver = "nvml";
  device.uuid = uuid_of(gpu);
  device.name = std::string{"NVIDIA H100 80GB HBM3"};
  device.pci_bus_id = "00000000:" + std::to_string(gpu + 1) + "b:00.0";
  device.serial = "165492300123" + std::to_string(gpu);
  device.minor = gpu;
  device.vbios = std::string{"96.00.74.00.0D"};
  device.compute_capability = ComputeCapability{9, 0};
  device.gpu_instance_id = Missing::not_supported;
  device.compute_instance_id = Missing::not_supported;
  device.compute_mode = ComputeMode::shared;
  device.persistence_mode = Switch::on;
  device.display_active = Switch::off;
  device.mig_mode = Switch::off;
  device.mig_mode_pending = Switch::off;
  device.clock_limits = load > 0 ? ClockLimits{} : ClockLimits{1};
  fill_engines(device.readings, load);
  fill_memory(device.readings, used, gib_of(79.65));
  fill_body(device.readings, load);
  return device;
}

/// What a process does on the device `uuid`.
inline Use make_use(std::string uuid, double memory, double sm) {
  Use use;
  use.device = std::move(uuid);
  use.type = ContextType::compute;
  use.gpu_instance_id = Missing::not_supported;
  use.compute_instance_id = Missing::not_supported;
  use.readings[Metric::gpu_memory] = memory;
  use.readings[Metric::gpu_sm_utilization] = sm;
  use.readings[Metric::gpu_memory_utilization] = sm / 2;
  use.readings[Metric::gpu_encoder_utilization] = 0.0;
  use.readings[Metric::gpu_decoder_utilization] = 0.0;
  return use;
}

/// A process of `user` that runs `command` and uses no device yet.
inline Process make_process(Pid pid, const std::string& user, std::vector<std::string> command) {
  Process process;
  process.pid = pid;
  process.start_time = moment - 4000.25;
  process.start_ticks = 123456U + static_cast<std::uint64_t>(pid);
  process.presence = Presence::present;
  process.parent = Pid{1};
  process.uid = user == "root" ? 0U : 1000U + static_cast<std::uint32_t>(user.size());
  process.user = user;
  process.name = command.empty() ? std::string{"python3"} : command.front();
  process.command = std::move(command);
  process.state = RunState::running;
  process.readings[Metric::cpu_usage] = 1.0 + static_cast<double>(pid % 97) / 10;
  process.readings[Metric::cpu_time] = 7777.5;
  process.readings[Metric::resident_memory] = gib_of(12.5);
  process.readings[Metric::running_time] = 4000.25;
  process.readings[Metric::thread_count] = 64.0;
  return process;
}

/// What is read of a process only while somebody looks at it, and of its use by new drivers.
inline void tell_all(Process& process) {
  process.working_folder = std::string{"/home/alice/llama 70b"};
  process.executable = std::string{"/opt/conda/bin/python3.11 (deleted)"};
  auto& readings = process.readings;
  readings[Metric::io_read_total] = 8.5e11;
  readings[Metric::io_written_total] = Missing::no_permission;
  readings[Metric::minor_page_faults] = 7654321.0;
  readings[Metric::major_page_faults] = 12.0;
  readings[Metric::voluntary_context_switches] = 991.0;
  readings[Metric::involuntary_context_switches] = 37.0;
  auto& use = process.uses.front();
  use.mps = false;
  use.readings[Metric::gpu_jpeg_utilization] = 0.0;
  use.readings[Metric::gpu_ofa_utilization] = 0.0;
  use.readings[Metric::gpu_protected_memory] = Missing::not_supported;
  use.readings[Metric::accounted_utilization] = 0.9375;
  use.readings[Metric::accounted_memory_utilization] = 0.5;
  use.readings[Metric::accounted_memory_maximum] = gib_of(71.5);
}

inline Host make_host() {
  Host host;
  host.name = std::string{"node-17"};
  host.kernel = std::string{"6.1.0-18-amd64"};
  host.initial_pid_namespace = true;
  host.container = Missing::no_data;
  auto& readings = host.readings;
  readings[Metric::cpu_utilization] = 0.373;
  readings[Metric::cpu_count] = 128.0;
  readings[Metric::host_memory_total] = gib_of(1007.5);
  readings[Metric::host_memory_used] = gib_of(241.3);
  readings[Metric::host_memory_available] = gib_of(766.2);
  readings[Metric::swap_total] = 8 * gib;
  readings[Metric::swap_used] = gib_of(0.25);
  readings[Metric::load_1m] = 41.27;
  readings[Metric::load_5m] = 38.9;
  readings[Metric::load_15m] = 35.02;
  readings[Metric::uptime] = 1059753.0;
  readings[Metric::disk_read_total] = 7.25e12;
  readings[Metric::disk_read_rate] = 1.5e9;
  readings[Metric::disk_write_total] = 3.125e12;
  readings[Metric::disk_write_rate] = 0.0;
  readings[Metric::network_receive_total] = 4.5e13;
  readings[Metric::network_receive_rate] = 2.25e9;
  readings[Metric::network_transmit_total] = 1.75e13;
  readings[Metric::network_transmit_rate] = Missing::no_data;
  return host;
}

/// A healthy machine without devices and processes.
inline Snapshot empty_snapshot() {
  Snapshot snapshot;
  snapshot.sequence = 1;
  snapshot.time = moment;
  snapshot.version = "0.1.0";
  snapshot.host = make_host();
  DriverStatus driver;
  driver.name = "nvml";
  driver.library = std::string{"libnvidia-ml.so.1"};
  driver.version = std::string{"550.54.15"};
  driver.api_version = std::string{"12.550.54.15"};
  driver.cuda_version = std::string{"12.4"};
  snapshot.drivers.push_back(driver);
  snapshot.sources = {{"nvml", moment, 0, Completeness::complete, ""},
                      {"host", moment, 0, Completeness::complete, ""}};
  return snapshot;
}

inline Process with_use(Process process, Use use) {
  process.uses.push_back(std::move(use));
  return process;
}

/// An 8-GPU server: training on GPUs 0-3, inference on 4, a notebook on 5, a zombie on 6, 7 idle.
inline Snapshot sample_snapshot() {
  auto snapshot = empty_snapshot();
  for (std::uint32_t gpu = 0; gpu < 8; ++gpu) {
    const double load = gpu < 4 ? 0.96 + 0.01 * gpu : gpu == 4 ? 0.42 : gpu == 5 ? 0.05 : 0.0;
    const double used = gpu < 4    ? gib_of(71.2)
                        : gpu == 4 ? gib_of(30.5)
                        : gpu < 7  ? gib_of(2.25)
                                   : 0.0;
    snapshot.devices.push_back(make_gpu(gpu, load, used));
    if (gpu < 2) tell_all(snapshot.devices.back(), load);
  }
  snapshot.devices[1].xids = {{31, 3, moment - 600.5}, {94, 1, moment - 60.25}};
  snapshot.events.push_back({moment - 60.25, "nvml", uuid_of(1),
                             "GPU 1 reported error 94: contained memory error", std::uint32_t{94}});
  auto& processes = snapshot.processes;
  auto launcher = make_process(2000, "alice", {"torchrun", "--nproc-per-node", "4", "train.py"});
  processes.push_back(launcher);
  for (std::uint32_t rank = 0; rank < 4; ++rank) {
    auto process = make_process(
        2001 + rank, "alice",
        {"python3", "train.py", "--config", "llama 70b.yaml", "--rank", std::to_string(rank)});
    process.parent = Pid{2000};
    process.owners = {{OwnerKind::slurm_job, "48213", "cgroup", Certainty::certain},
                      {OwnerKind::user, "alice", "proc", Certainty::certain}};
    process.uses = {make_use(uuid_of(rank), gib_of(70.9), 0.95)};
    if (rank == 0) tell_all(process);
    processes.push_back(process);
  }
  auto server = make_process(3100, "bob", {"vllm", "serve", "mistral-7b", "--port", "8000"});
  server.owners = {{OwnerKind::container,
                    "3f9ac2d1e0b74a5587e6f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2", "cgroup",
                    Certainty::certain}};
  server.uses = {make_use(uuid_of(4), gib_of(30.1), 0.4)};
  processes.push_back(server);
  auto notebook = make_process(4200, "carol", {"python3", "-m", "ipykernel_launcher", "-f", "k"});
  notebook.owners = {{OwnerKind::notebook, "fit.ipynb", "jupyter", Certainty::likely}};
  notebook.uses = {make_use(uuid_of(5), 2 * gib, 0.0)};
  notebook.uses.front().type = ContextType::compute_graphics;
  processes.push_back(notebook);
  auto zombie = with_use(make_process(5300, "dave", {}), make_use(uuid_of(6), 2 * gib, 0.0));
  zombie.presence = Presence::zombie;
  zombie.state = RunState::zombie;
  processes.push_back(zombie);
  return snapshot;
}

/// One idle GPU, nobody on it.
inline Snapshot idle_snapshot() {
  auto snapshot = empty_snapshot();
  snapshot.devices.push_back(make_gpu(0, 0.0, 4 * mib));
  return snapshot;
}

inline Device make_instance(std::uint32_t gpu, std::uint32_t instance, std::string profile) {
  auto device = make_gpu(gpu, 0.0, 0.0);
  device.index = {gpu, instance};
  device.uuid = instance_uuid_of(gpu, instance);
  device.name = "NVIDIA A100-SXM4-80GB MIG " + std::move(profile);
  device.parent = uuid_of(gpu);
  device.gpu_instance_id = instance + 1;
  device.compute_instance_id = 0U;
  device.mig_mode = Switch::on;
  device.mig_mode_pending = Switch::on;
  device.readings.fill(Missing::not_supported);
  fill_memory(device.readings, gib_of(9.5) * instance, gib_of(39.38));
  return device;
}

/// Two GPUs, the second cut into two MIG instances, one of them used.
inline Snapshot mig_snapshot() {
  auto snapshot = empty_snapshot();
  snapshot.devices.push_back(make_gpu(0, 0.5, 20 * gib));
  auto parent = make_gpu(1, 0.0, 10 * gib);
  parent.name = std::string{"NVIDIA A100-SXM4-80GB"};
  parent.mig_mode = Switch::on;
  parent.mig_mode_pending = Switch::on;
  for (const auto metric : {Metric::gpu_utilization, Metric::memory_utilization,
                            Metric::encoder_utilization, Metric::decoder_utilization}) {
    parent.readings[metric] = Missing::not_supported;
  }
  snapshot.devices.push_back(parent);
  snapshot.devices.push_back(make_instance(1, 0, "3g.40gb"));
  snapshot.devices.push_back(make_instance(1, 1, "3g.40gb"));
  auto use = make_use(instance_uuid_of(1, 1), 9 * gib, 0.0);
  use.gpu_instance_id = 2U;
  use.compute_instance_id = 0U;
  for (const auto& row : rows_of(Scope::use)) {
    if (row.id != Metric::gpu_memory) use.readings[row.id] = Missing::not_supported;
  }
  snapshot.processes.push_back(
      with_use(make_process(900, "erin", {"python3", "infer.py"}), std::move(use)));
  return snapshot;
}

/// Three GPUs, one lost, one that hangs; processes that are gone, hidden, outside or withheld.
inline Snapshot sick_snapshot() {
  auto snapshot = empty_snapshot();
  snapshot.devices = {make_gpu(0, 0.3, 10 * gib), make_gpu(1, 0.0, 0.0), make_gpu(2, 0.0, 0.0)};
  auto& lost = snapshot.devices[1];
  lost.state = DeviceState::lost;
  lost.state_detail = "XID 79";
  lost.readings.fill(Missing::device_lost);
  lost.persistence_mode = Missing::device_lost;
  lost.display_active = Missing::device_lost;
  lost.compute_mode = Missing::device_lost;
  lost.mig_mode = Missing::device_lost;
  auto& slow = snapshot.devices[2];
  slow.state = DeviceState::timed_out;
  slow.name = Missing::timed_out;
  slow.readings.fill(Missing::timed_out);
  snapshot.devices[0].readings[Metric::power_limit] = Missing::no_permission;
  auto gone = with_use(make_process(700, "frank", {}), make_use(uuid_of(0), 3 * gib, 0.0));
  gone.presence = Presence::gone;
  gone.user = Missing::no_data;
  gone.uid = Missing::no_data;
  gone.name = Missing::no_data;
  gone.command = Missing::no_data;
  gone.readings.fill(Missing::no_data);
  auto hidden = gone;
  hidden.pid = 701;
  hidden.presence = Presence::hidden;
  hidden.user = hidden.name = Missing::withheld;
  hidden.uid = Missing::withheld;
  hidden.command = Missing::withheld;
  hidden.readings.fill(Missing::withheld);
  auto outside = hidden;
  outside.pid = 702;
  outside.presence = Presence::outside;
  outside.uses.front().readings[Metric::gpu_sm_utilization] = Missing::withheld;
  outside.uses.front().readings[Metric::gpu_memory_utilization] = Missing::withheld;
  snapshot.processes = {gone, hidden, outside};
  snapshot.sources[0].completeness = Completeness::partial;
  snapshot.sources[0].errors = 7;
  snapshot.sources[0].detail = "1 of 3 GPUs is lost, 1 does not answer";
  return snapshot;
}

/// A device and a process about which nothing is known, each value for another reason.
inline Snapshot unknown_snapshot() {
  auto snapshot = empty_snapshot();
  snapshot.host = Host{};
  snapshot.drivers.front().version = Missing::no_permission;
  snapshot.drivers.front().cuda_version = Missing::not_supported;
  Device device;
  device.driver = "nvml";
  device.uuid = uuid_of(0);
  std::uint8_t reason = 0;
  for (const auto& row : rows_of(Scope::device)) {
    device.readings[row.id] = static_cast<Missing>(reason++ % 9);
  }
  snapshot.devices.push_back(device);
  Process process;
  process.pid = 1234567890;
  process.uses.resize(1);
  process.uses.front().device = uuid_of(0);
  process.uses.front().readings.fill(Missing::withheld);
  snapshot.processes.push_back(process);
  return snapshot;
}

/// Every text that others choose tries to break the terminal, the JSON or the layout.
inline Snapshot hostile_snapshot() {
  auto snapshot = idle_snapshot();
  snapshot.host.name = std::string{"evil\x1b]0;owned\x07host"};
  snapshot.devices.front().name = std::string{"GPU\x1b[2J\r\n\"quoted\" \\ \xff\xfe"};
  snapshot.processes.push_back(with_use(make_process(666, "mal\x1b[31mory",
                                                     {"\x1b[2J\x1b]52;c;ZXZpbA==\x07", "a\nb",
                                                      "\xe2\x80\xae"
                                                      "gpj.exe"}),
                                        make_use(uuid_of(0), 1 * gib, 0.5)));
  auto bytes = make_process(667, "x",
                            {std::string{"bad \xc3\x28 utf8\0nul", 14},
                             "\xc2\x9b"
                             "31m"});
  bytes.owners = {{OwnerKind::container, "\x1b[5mblink\x1b[0m", "cgroup", Certainty::guess}};
  snapshot.processes.push_back(with_use(bytes, make_use(uuid_of(0), 1 * gib, 0.5)));
  return snapshot;
}

/// Wide, combining and joined characters in names.
inline Snapshot wide_snapshot() {
  auto snapshot = idle_snapshot();
  snapshot.host.name = std::string{"計算機"};
  snapshot.processes.push_back(with_use(
      make_process(88, "王小明王小", {"python3", "訓練.py", "--データ", "日本語/大規模言語モデル"}),
      make_use(uuid_of(0), 1 * gib, 0.5)));
  snapshot.processes.push_back(
      with_use(make_process(89, "e\xcc\x81ric", {"caf\x65\xcc\x81", "👩‍🔬", "한국어.sh"}),
               make_use(uuid_of(0), 1 * gib, 0.5)));
  return snapshot;
}

/// A device that shares the host's memory and reports none of its own.
inline Snapshot unified_snapshot() {
  auto snapshot = idle_snapshot();
  auto& device = snapshot.devices.front();
  device.name = std::string{"NVIDIA GB10"};
  for (const auto metric : {Metric::memory_total, Metric::memory_used, Metric::memory_free,
                            Metric::memory_reserved, Metric::power_limit}) {
    device.readings[metric] = Missing::not_supported;
  }
  return snapshot;
}

}  // namespace gander::fixture
