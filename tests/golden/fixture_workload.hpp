// SPDX-License-Identifier: Apache-2.0
// A server of notebooks for goldens and property tests: a kernel on two GPUs with a child on one,
// a script with ranks, kernels of VS Code and of a batch runner, a program, processes that are
// gone or outside, and a kernel that uses no GPU. Every value is fixed.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tests/golden/fixture.hpp"

namespace gander::fixture {

inline Workload make_workload(const Process& root, WorkloadType type, std::string name) {
  Workload workload;
  workload.root = root.pid;
  workload.start_time = root.start_time;
  workload.type = type;
  workload.name = std::move(name);
  workload.source = WorkloadSource::command;
  workload.certainty = Certainty::certain;
  workload.server = Missing::no_data;
  workload.hub_user = Missing::no_data;
  return workload;
}

inline Kernel make_kernel(std::string id, Known<KernelState> state, double idle) {
  Kernel kernel;
  kernel.id = std::move(id);
  kernel.language = std::string{"python"};
  kernel.state = state;
  kernel.last_activity = state.is_known() ? Known<double>{moment - idle} : Missing::no_data;
  kernel.connections = state.is_known() ? Known<std::uint64_t>{1} : Missing::no_data;
  kernel.server_problem = Missing::no_data;
  return kernel;
}

/// A member of the workload that begins with `root`, started so many seconds ago.
inline Process make_member(Pid pid, Pid root, std::vector<std::string> command, double age) {
  auto process = make_process(pid, "ann", std::move(command));
  process.start_time = moment - age;
  process.parent = pid == root ? Pid{1} : root;
  process.workload = root;
  process.inner_pid = pid;
  process.numa_group = Missing::no_data;
  return process;
}

/// A notebook whose kernel holds two GPUs, and its child one more; a helper holds none.
inline void add_notebook(Snapshot& snapshot) {
  auto kernel = make_member(4101, 4101, {"python3", "-m", "ipykernel_launcher"}, 9000);
  kernel.uses = {make_use(uuid_of(0), gib_of(10), 0.9), make_use(uuid_of(1), gib_of(9.5), 0.9)};
  kernel.readings[Metric::gpu_idle_time] = 0.0;
  kernel.owners = {{OwnerKind::container,
                    "3f9ac2d1e0b74a5587e6f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c0d1e2", "cgroup",
                    Certainty::certain}};
  auto& container = kernel.owners.front();
  container.title = std::string{"lab"};
  container.title_source = "docker";
  auto child = make_member(4177, 4101, {"python3", "-c", "from multiprocessing import spawn"}, 800);
  child.uses = {make_use(uuid_of(1), gib_of(1.25), 0.1)};
  auto helper = make_member(4180, 4101, {"python3", "-c", "resource_tracker"}, 700);
  auto workload = make_workload(kernel, WorkloadType::notebook, "train.ipynb");
  workload.path = std::string{"/home/ann/project/train.ipynb"};
  workload.source = WorkloadSource::api;
  workload.kernel = make_kernel("5c2f8d31-77aa-4e0b-9b6e-0c9f1d2e3a4b", KernelState::busy, 2);
  workload.server = Pid{4000};
  snapshot.workloads.push_back(workload);
  for (auto& process : {kernel, child, helper}) snapshot.processes.push_back(process);
}

/// A launcher without a GPU and two ranks with one each.
inline void add_script(Snapshot& snapshot) {
  auto launcher = make_member(5200, 5200, {"torchrun", "--nproc-per-node", "2", "train.py"}, 4000);
  auto workload = make_workload(launcher, WorkloadType::script, "train.py");
  workload.path = std::string{"/home/bob/runs/train.py"};
  launcher.user = std::string{"bob"};
  snapshot.workloads.push_back(workload);
  snapshot.processes.push_back(launcher);
  for (std::uint32_t rank = 0; rank < 2; ++rank) {
    auto process = make_member(5201 + rank, 5200, {"python3", "train.py"}, 3990);
    process.user = std::string{"bob"};
    process.uses = {make_use(uuid_of(2 + rank), gib_of(31), 0.95)};
    snapshot.processes.push_back(process);
  }
}

/// Kernels without a server: of VS Code, left behind, and of a batch runner; one without a GPU.
inline void add_kernels(Snapshot& snapshot) {
  auto vscode = make_member(6300, 6300, {"python3", "-m", "ipykernel_launcher"}, 90000);
  vscode.user = std::string{"carol"};
  vscode.readings[Metric::gpu_idle_time] = 3 * 86400.0;
  vscode.uses = {make_use(uuid_of(4), gib_of(4), 0)};
  auto workload = make_workload(vscode, WorkloadType::vscode, "analysis");
  workload.path = std::string{"/home/carol/analysis"};
  workload.source = WorkloadSource::working_folder;
  workload.certainty = Certainty::guess;
  workload.kernel = make_kernel("9e0b1f22-0000-4000-8000-000000000001", Missing::no_data, 0);
  workload.kernel->is_orphan = true;
  snapshot.workloads.push_back(workload);
  snapshot.processes.push_back(vscode);

  auto batch = make_member(6400, 6400, {"papermill", "in.ipynb", "out.ipynb"}, 600);
  batch.uses = {make_use(uuid_of(4), gib_of(2), 0.5)};
  auto run =
      make_workload(batch, WorkloadType::batch_notebook, "report-of-the-whole-quarter.ipynb");
  run.path = std::string{"/srv/batch/report-of-the-whole-quarter.ipynb"};
  run.source = WorkloadSource::batch;
  snapshot.workloads.push_back(run);
  snapshot.processes.push_back(batch);

  auto idle = make_member(6500, 6500, {"python3", "-m", "ipykernel_launcher"}, 200);
  auto plot = make_workload(idle, WorkloadType::notebook, "plot.ipynb");
  plot.path = std::string{"/home/ann/plot.ipynb"};
  plot.kernel = make_kernel("aa11bb22-0000-4000-8000-000000000002", KernelState::idle, 9 * 3600.0);
  snapshot.workloads.push_back(plot);
  snapshot.processes.push_back(idle);
}

/// A program, a number that is no process any more, and one of another PID namespace.
inline void add_others(Snapshot& snapshot) {
  auto server = make_process(7100, "dave", {"/usr/bin/vllm-server", "--port", "8000"});
  server.uses = {make_use(uuid_of(5), gib_of(40), 0.4)};
  snapshot.processes.push_back(server);
  auto gone = make_process(9998, "x", {});
  gone.presence = Presence::gone;
  gone.user = gone.name = Missing::no_data;
  gone.uid = Missing::no_data;
  gone.start_time = Missing::no_data;
  gone.state = Missing::no_data;
  gone.command = Missing::no_data;
  gone.readings.fill(Missing::no_data);
  auto outside = gone;
  gone.uses = {make_use(uuid_of(6), gib_of(2), 0)};
  outside.pid = 9999;
  outside.presence = Presence::outside;
  outside.uses = {make_use(uuid_of(6), gib_of(1), 0)};
  outside.uses.front().readings[Metric::gpu_memory] = Missing::withheld;
  snapshot.processes.push_back(gone);
  snapshot.processes.push_back(outside);
}

/// Eight GPUs, the last of which nobody uses.
inline Snapshot notebook_snapshot() {
  auto snapshot = empty_snapshot();
  constexpr std::array<double, 8> used{10.1, 11, 31.2, 31.2, 6.3, 40.5, 3.2, 0};
  for (std::uint32_t gpu = 0; gpu < 8; ++gpu) {
    const double load = gpu < 4 ? 0.97 - 0.01 * gpu : gpu == 4 ? 0.45 : gpu == 5 ? 0.2 : 0.0;
    snapshot.devices.push_back(make_gpu(gpu, load, gib_of(used.at(gpu))));
  }
  // The shape of an air-cooled board among those that have no fans.
  snapshot.devices[0].readings[Metric::fan_speed] = 0.35;
  add_notebook(snapshot);
  add_script(snapshot);
  add_kernels(snapshot);
  add_others(snapshot);
  return snapshot;
}

/// What the levels of verbosity differ by: a notebook of three processes, of which only a child
/// holds a GPU, and one of one process that holds none.
inline Snapshot small_notebook_snapshot() {
  auto snapshot = empty_snapshot();
  snapshot.devices.push_back(make_gpu(0, 0.5, gib_of(2)));
  auto root = make_member(100, 100, {"python3", "-m", "ipykernel_launcher"}, 500);
  auto child = make_member(101, 100, {"python3", "-c", "spawn"}, 400);
  child.uses = {make_use(uuid_of(0), gib_of(2), 0.5)};
  auto other = make_member(102, 100, {"python3", "-c", "tracker"}, 300);
  auto lone = make_member(200, 200, {"python3", "-m", "ipykernel_launcher"}, 900);
  snapshot.workloads = {make_workload(root, WorkloadType::notebook, "a.ipynb"),
                        make_workload(lone, WorkloadType::notebook, "b.ipynb")};
  snapshot.workloads[0].path = std::string{"/home/ann/a.ipynb"};
  snapshot.workloads[1].path = std::string{"/home/ann/b.ipynb"};
  snapshot.processes = {root, child, other, lone};
  return snapshot;
}

/// A notebook whose name and path try to break whatever shows them.
inline Snapshot hostile_notebook_snapshot() {
  auto snapshot = small_notebook_snapshot();
  auto& workload = snapshot.workloads.front();
  workload.name = "=cmd|'/c calc'!A1\x1b[2J\x1b]0;owned\x07\n<script>\"x\"</script>\xff.ipynb";
  workload.path =
      std::string{"/home/\x1b[31m/"} + std::string(4096, 'w') + "\r\n\xe2\x80\xae.ipynb";
  workload.kernel = make_kernel("\x1b[5m\n;DROP TABLE-1", KernelState::busy, 1);
  snapshot.workloads[1].name = "訓練データ計算機大規模言語モデル.ipynb";
  return snapshot;
}

}  // namespace gander::fixture
