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
#include "tests/golden/fixture_device.hpp"

namespace gander::fixture {

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
  for (const auto metric :
       {Metric::memory_total, Metric::memory_free, Metric::memory_reserved, Metric::power_limit}) {
    device.readings[metric] = Missing::not_supported;
  }
  device.readings[Metric::memory_used] = gib_of(241.3);
  return snapshot;
}

}  // namespace gander::fixture
