// SPDX-License-Identifier: Apache-2.0
// Snapshots for the tests of the JSON form.
#include "export/json_example_test.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string_view>

#include "json/utf8.hpp"
#include "tests/golden/fixture.hpp"

namespace gander {

Snapshot make_example_snapshot() {
  auto snapshot = fixture::idle_snapshot();
  auto& device = snapshot.devices.front();
  device = fixture::make_gpu(0, 0.96, 71.5 * fixture::gib);
  fixture::tell_all(device, 0.96);
  device.peers.resize(2);
  device.xids = {{31, 2, 1741944400.25}};
  device.processes_complete = true;
  device.readings[Metric::temperature_margin] = Missing::driver_error;
  device.errors = {{"temperature_margin", "UNKNOWN (999)"}};
  device.clock_limits = ClockLimits{}.set(2).set(6);
  device.readings[Metric::fan_speed] = 0.35;
  device.fans.resize(2);
  device.fans[0].readings[Metric::fan_unit_speed] = 0.35;
  device.fans[0].readings[Metric::fan_unit_rotation] = 2150.0;
  device.fans[1].readings[Metric::fan_unit_speed] = Missing::no_permission;
  device.allocations = {{OwnerKind::user, "alice", "claim", Certainty::certain}};
  auto process = fixture::make_process(2001, "alice", {"python3", "train.py", "--rank", "0"});
  process.owners = {{OwnerKind::slurm_job, "48213", "cgroup", Certainty::certain}};
  process.owners.front().title = std::string{"fit llama"};
  process.owners.front().title_space = "alice";
  process.owners.front().title_source = "environment";
  process.owners.front().title_certainty = Certainty::likely;
  process.uses = {fixture::make_use(fixture::uuid_of(0), 70.5 * fixture::gib, 0.95)};
  fixture::tell_all(process);
  process.workload = process.pid;
  snapshot.processes = {process};
  Workload workload;
  workload.root = process.pid;
  workload.start_time = process.start_time;
  workload.type = WorkloadType::notebook;
  workload.name = "train.ipynb";
  workload.path = std::string{"/home/alice/train.ipynb"};
  workload.source = WorkloadSource::api;
  workload.server = Pid{1990};
  workload.hub_user = Missing::no_data;
  auto& kernel = workload.kernel.emplace();
  kernel.id = "8d3b54ef-5c5e-4f0c-9b5d-0a4f9e2d7c11";
  kernel.language = std::string{"python"};
  kernel.state = KernelState::idle;
  kernel.last_activity = 1741912000.5;
  kernel.connections = std::uint64_t{1};
  kernel.server_problem = Missing::no_data;
  snapshot.workloads = {workload};
  snapshot.environments = {{"env-7", "vision", std::string{"alice"}, {fixture::uuid_of(0)}}};
  Claim claim;
  claim.id = "claim-1";
  claim.device = fixture::uuid_of(0);
  claim.user = std::string{"alice"};
  claim.since = 1741940000.0;
  claim.until = Missing::no_data;
  claim.note = "until the paper is done";
  snapshot.claims = {claim};
  snapshot.events = {
      {1741944400.25, "nvml", fixture::uuid_of(0), "XID 31: memory page fault", std::uint32_t{31}}};
  return snapshot;
}

double RandomSnapshot::number() {
  switch (below(6)) {
    case 0:
      return 0;
    case 1:
      return static_cast<double>(below(std::uint64_t{1} << 53U));
    case 2:
      return static_cast<double>(below(1000)) / 1000;
    case 3:
      return -static_cast<double>(below(1000000)) / 7;
    case 4:
      return std::numeric_limits<double>::max();
    default: {
      const double value = std::bit_cast<double>(random_());
      return std::isfinite(value) ? value : 1e-310;
    }
  }
}

std::string RandomSnapshot::text() {
  constexpr std::array<std::uint32_t, 14> codes{'a',  '"',    '\\',   '\n',   0,      0x1B,    0x7F,
                                                0x9B, 0x202E, 0x2028, 0x8A08, 0xFFFD, 0x1F469, ' '};
  std::string out;
  for (auto length = below(8); length > 0; --length) {
    json::append_character(out, codes[below(codes.size())]);
  }
  return out;
}

template <class T, class Make>
Known<T> RandomSnapshot::known(Make make) {
  if (chance(3)) return static_cast<Missing>(below(10));
  return Known<T>{static_cast<T>(make())};
}

Known<std::string> RandomSnapshot::known_text() {
  return known<std::string>([this] { return text(); });
}

template <Scope S>
void RandomSnapshot::fill(Readings<S>& readings) {
  for (const auto& row : rows_of(S)) {
    readings[row.id] = known<double>([this] { return number(); });
  }
}

Owner RandomSnapshot::owner() {
  Owner owner{static_cast<OwnerKind>(below(8)), text(), text(), static_cast<Certainty>(below(3))};
  owner.title = known_text();
  owner.title_space = text();
  owner.title_source = text();
  owner.title_certainty = static_cast<Certainty>(below(3));
  return owner;
}

void RandomSnapshot::fill_modes(Device& device) {
  const auto make_switch = [this] { return below(2); };
  device.compute_mode = known<ComputeMode>([this] { return below(4); });
  device.persistence_mode = known<Switch>(make_switch);
  device.display_active = known<Switch>(make_switch);
  device.mig_mode = known<Switch>(make_switch);
  device.mig_mode_pending = known<Switch>(make_switch);
  device.clock_limits = known<ClockLimits>([this] { return ClockLimits{random_()}; });
}

Device RandomSnapshot::device() {
  Device device;
  device.index.gpu = static_cast<std::uint32_t>(below(100));
  if (chance(2)) device.index.instance = static_cast<std::uint32_t>(below(8));
  device.driver = text();
  device.state = static_cast<DeviceState>(below(7));
  device.state_detail = text();
  for (auto* field :
       {&device.uuid, &device.name, &device.pci_bus_id, &device.serial, &device.vbios}) {
    *field = known_text();
  }
  const auto word = [this] { return below(std::uint64_t{1} << 32U); };
  device.minor = known<std::uint32_t>(word);
  device.gpu_instance_id = known<std::uint32_t>(word);
  device.compute_instance_id = known<std::uint32_t>(word);
  device.compute_capability = known<ComputeCapability>([this] {
    return ComputeCapability{static_cast<int>(below(20)), static_cast<int>(below(10))};
  });
  if (chance(2)) device.parent = text();
  fill_modes(device);
  fill(device.readings);
  device.fans.resize(below(3));
  for (auto& fan : device.fans) fill(fan.readings);
  for (auto count = below(3); count > 0; --count) device.allocations.push_back(owner());
  device.processes_complete = known<bool>([this] { return chance(2); });
  fill_wiring(device);
  return device;
}

void RandomSnapshot::fill_wiring(Device& device) {
  const auto word = [this] { return below(std::uint64_t{1} << 32U); };
  device.fabric.state = known<FabricState>([this] { return below(4); });
  device.fabric.health = known<FabricHealth>([this] { return below(3); });
  device.fabric.cluster = known_text();
  device.fabric.clique = known<std::uint32_t>(word);
  device.links.resize(below(3));
  for (auto& link : device.links) {
    link.number = static_cast<std::uint32_t>(word());
    link.state = known<Switch>([this] { return below(2); });
    link.version = known<std::uint32_t>(word);
    link.remote_type = known<LinkEnd>([this] { return below(3); });
    link.remote_pci_bus_id = known_text();
    fill(link.readings);
  }
  for (auto count = below(3); count > 0; --count) {
    device.peers.push_back(
        {text(), known<PeerPath>([this] { return below(6); }), known<std::uint32_t>(word)});
    device.xids.push_back({static_cast<std::uint32_t>(word()), random_(), number()});
    device.errors.push_back({text(), text()});
  }
}

Use RandomSnapshot::use() {
  Use use;
  use.device = text();
  use.type = known<ContextType>([this] { return below(3); });
  use.gpu_instance_id = known<std::uint32_t>([this] { return below(9); });
  use.compute_instance_id = known<std::uint32_t>([this] { return below(9); });
  fill(use.readings);
  return use;
}

Process RandomSnapshot::process() {
  Process process;
  const auto pid = [this] { return below(std::uint64_t{1} << 32U); };
  process.pid = static_cast<Pid>(pid());
  process.start_time = known<double>([this] { return number(); });
  process.start_ticks = known<std::uint64_t>([this] { return random_(); });
  process.presence = static_cast<Presence>(below(5));
  process.parent = known<Pid>(pid);
  process.uid = known<std::uint32_t>(pid);
  process.user = known_text();
  process.name = known_text();
  process.command = known<std::vector<std::string>>([this] {
    std::vector<std::string> words(below(4));
    for (auto& word : words) word = text();
    return words;
  });
  process.state = known<RunState>([this] { return below(8); });
  process.working_folder = known_text();
  process.executable = known_text();
  process.inner_pid = known<Pid>(pid);
  process.numa_group = known<Pid>(pid);
  process.workload = known<Pid>(pid);
  fill(process.readings);
  for (auto count = below(3); count > 0; --count) process.owners.push_back(owner());
  for (auto count = below(3); count > 0; --count) process.uses.push_back(use());
  return process;
}

Workload RandomSnapshot::workload() {
  const auto make_number = [this] { return number(); };
  Workload workload;
  workload.root = static_cast<Pid>(below(1U << 22U));
  workload.start_time = known<double>(make_number);
  workload.type = static_cast<WorkloadType>(below(7));
  workload.name = text();
  workload.path = known_text();
  workload.source = static_cast<WorkloadSource>(below(6));
  workload.certainty = static_cast<Certainty>(below(3));
  workload.hub_user = known_text();
  workload.server = known<Pid>([this] { return below(1U << 22U); });
  if (!chance(2)) return workload;
  auto& kernel = workload.kernel.emplace();
  kernel.id = text();
  kernel.language = known_text();
  kernel.state = known<KernelState>([this] { return below(6); });
  kernel.last_activity = known<double>(make_number);
  kernel.connections = known<std::uint64_t>([this] { return random_(); });
  kernel.server_problem = known_text();
  kernel.is_orphan = chance(2);
  return workload;
}

void RandomSnapshot::fill_rest(Snapshot& snapshot) {
  const auto make_number = [this] { return number(); };
  for (auto count = below(3); count > 0; --count) {
    DriverStatus driver{text(), known_text(), known_text(), known_text(), known_text(), {}};
    if (chance(2)) driver.error = Error{static_cast<Fault>(below(11)), text()};
    snapshot.drivers.push_back(driver);
    snapshot.environments.push_back({text(), text(), known_text(), {text(), text()}});
    snapshot.claims.push_back({text(), text(), known_text(), known<double>(make_number),
                               known<double>(make_number), text()});
    snapshot.sources.push_back({text(), known<double>(make_number), random_(),
                                static_cast<Completeness>(below(3)), text()});
    snapshot.events.push_back(
        {number(), text(), text(), text(), known<std::uint32_t>([this] { return below(200); })});
  }
}

Snapshot RandomSnapshot::make() {
  Snapshot snapshot;
  snapshot.sequence = random_();
  snapshot.time = (static_cast<double>(below(315569519999999)) - 62167219200000.0) / 1000.0;
  snapshot.version = text();
  snapshot.host.name = known_text();
  snapshot.host.kernel = known_text();
  snapshot.host.container = known_text();
  snapshot.host.initial_pid_namespace = known<bool>([this] { return chance(2); });
  fill(snapshot.host.readings);
  for (auto count = below(3); count > 0; --count) snapshot.devices.push_back(device());
  for (auto count = below(4); count > 0; --count) snapshot.processes.push_back(process());
  for (auto count = below(3); count > 0; --count) snapshot.workloads.push_back(workload());
  fill_rest(snapshot);
  return snapshot;
}

namespace {

void clean(std::string& text) { text = json::make_valid_utf8(text); }
void clean(Known<std::string>& text) {
  if (text.is_known()) text = json::make_valid_utf8(text.value());
}
void clean(Known<std::vector<std::string>>& texts) {
  if (!texts.is_known()) return;
  auto cleaned = texts.value();
  for (auto& text : cleaned) clean(text);
  texts = cleaned;
}

}  // namespace

Snapshot as_sent(Snapshot snapshot) {
  snapshot.sequence = 0;
  clean(snapshot.host.name);
  for (auto& device : snapshot.devices) clean(device.name);
  for (auto& process : snapshot.processes) {
    process.start_ticks = Missing::not_sampled;
    process.session = Missing::not_sampled;
    clean(process.user);
    clean(process.name);
    clean(process.command);
    for (auto& owner : process.owners) clean(owner.name);
  }
  return snapshot;
}

}  // namespace gander
