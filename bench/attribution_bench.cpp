// SPDX-License-Identifier: Apache-2.0
// Processor time of saying what GPU processes work on: 64 of them among 1,000 in a made-up /proc
// with 50 kernels under two Jupyter servers, whose notebooks are found in connection files and
// environments. The facts of the processes are read as in a tick; at first sight and later.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/processor_time.hpp"
#include "host/fake_proc.hpp"
#include "host/process_table.hpp"
#include "os/clock.hpp"
#include "os/user.hpp"
#include "owner/workload/attribution.hpp"

namespace gander::owner {
namespace {

constexpr Pid process_count = 1'000;
constexpr Pid kernel_count = 50;
constexpr Pid job_count = 14;  // on GPUs, too: ranks, and what kernels started
constexpr Pid first_server = 100;
constexpr Pid first_kernel = 200;
constexpr Pid first_job = 300;
constexpr Pid first_other = 400;
constexpr int worlds = 15;
constexpr int ticks = 50;
constexpr double first_budget_ms = 10;
constexpr double later_budget_ms = 1;

std::string with_nuls(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text.append(word).push_back('\0');
  return text;
}

std::string connection_of(Pid kernel) {
  return fmt::format("/run/jupyter/kernel-{:08x}-6a0f-4c5d-9d7e-1b2c3d4e5f60.json", kernel);
}

std::string notebook_of(Pid kernel) {
  return fmt::format("/home/alice/work/notebook-{}.ipynb", kernel);
}

/// The host; its files are gone at its end.
class World {
 public:
  World() {
    add(1, 0, 1, {"/sbin/init"});
    for (const Pid server : {first_server, first_server + 1}) {
      add(server, 1, server, {"/usr/bin/python3", "/usr/local/bin/jupyter-lab"});
    }
    for (Pid i = 0; i < kernel_count; ++i) add_kernel(first_kernel + i);
    for (Pid i = 0; i < job_count; ++i) add_job(first_job + i, first_kernel + i);
    for (Pid pid = first_other; pid < first_other + process_count - count_; ++pid) {
      add(pid, 1, pid, {"/usr/sbin/daemon", fmt::format("--number={}", pid)});
    }
  }
  [[nodiscard]] os::Root root() const { return proc_.root(); }
  [[nodiscard]] const std::vector<Pid>& on_gpus() const { return on_gpus_; }

 private:
  void add(Pid pid, Pid parent, Pid session, const std::vector<std::string>& command) {
    host::FakeProcess process;
    process.pid = pid;
    process.parent = parent;
    process.session = session;
    process.uid = os::current_uid();
    process.command = with_nuls(command);
    process.cgroup =
        fmt::format("0::/user.slice/user-{0}.slice/session-{1}.scope\n", process.uid, session % 7);
    proc_.add(process);
    set_environment(pid, {"HOME=/home/alice", "PATH=/usr/bin:/bin", "LANG=C.UTF-8"});
    std::filesystem::create_symlink("/home/alice/work",
                                    proc_.folder() / fmt::format("proc/{}/cwd", pid));
    ++count_;
  }
  void set_environment(Pid pid, const std::vector<std::string>& variables) const {
    proc_.write(fmt::format("/proc/{}/environ", pid), with_nuls(variables));
  }
  /// Every other one is of a time before connection files named the notebook.
  void add_kernel(Pid pid) {
    const Pid server = first_server + pid % 2;
    add(pid, server, pid, {"python3", "-m", "ipykernel_launcher", "-f", connection_of(pid)});
    const auto notebook = notebook_of(pid);
    const bool is_recent = pid % 4 < 2;
    proc_.write(connection_of(pid),
                is_recent ? fmt::format(R"({{"key":"k","jupyter_session":"{}"}})", notebook)
                          : R"({"key":"k"})");
    set_environment(pid, {"HOME=/home/alice", "JPY_SESSION_NAME=" + notebook,
                          fmt::format("JPY_PARENT_PID={}", server)});
    on_gpus_.push_back(pid);
  }
  /// Some are of a kernel's session, and some left it and were taken in by init.
  void add_job(Pid pid, Pid kernel) {
    const bool has_left = pid % 2 == 0;
    add(pid, has_left ? 1 : kernel, has_left ? pid : kernel, {"python3", "train.py"});
    if (has_left) {
      set_environment(pid, {"JPY_SESSION_NAME=" + notebook_of(kernel),
                            fmt::format("JPY_PARENT_PID={}", first_server + kernel % 2)});
    }
    on_gpus_.push_back(pid);
  }

  host::FakeProc proc_;
  std::vector<Pid> on_gpus_;
  Pid count_ = 0;
};

/// What a program that stays open does on one machine.
class Watcher {
 public:
  explicit Watcher(const World& world)
      : world_(world),
        table_(world.root(), os::system_clock()),
        attributor_(world.root(), os::system_clock()) {}

  /// Processor time of one look, with that of the threads that read files for it.
  double look() {
    const double begin = cpu_milliseconds();
    auto answer = look_once();
    const bool has_files = attributor_.wait_files(std::chrono::seconds(5));
    if (has_files && attributor_.has_news()) answer = look_once();
    const double cost = cpu_milliseconds() - begin;
    const auto names = std::ranges::count_if(answer.workloads, [](const Workload& workload) {
      return workload.type == WorkloadType::notebook && workload.path.is_known();
    });
    if (names != kernel_count || answer.links.size() < world_.on_gpus().size()) {
      fmt::print(stderr, "attribution: {} notebooks and {} links, which is not all\n", names,
                 answer.links.size());
      std::exit(1);
    }
    return cost;
  }

 private:
  Attributed look_once() {
    host::ProcessWants wants;
    wants.sessions = true;
    auto pids = world_.on_gpus();
    const auto relatives = attributor_.relatives();
    pids.insert(pids.end(), relatives.begin(), relatives.end());
    return attributor_.look(table_.look(pids, wants), world_.on_gpus(), Attribution::servers);
  }

  const World& world_;
  host::ProcessTable table_;
  Attributor attributor_;
};

bool holds(const char* what, double cost, double budget) {
  fmt::print("attribution {}: {:.2f} ms of CPU (budget {} ms)\n", what, cost, budget);
  return cost <= budget;
}

int run() {
  const World world;
  std::vector<double> first;
  std::vector<double> later;
  for (int i = 0; i < worlds; ++i) {
    Watcher watcher(world);
    first.push_back(watcher.look());
    for (int tick = 0; tick < ticks; ++tick) later.push_back(watcher.look());
  }
  const bool is_first_held = holds("at first sight", median(first), first_budget_ms);
  return holds("each later tick", median(later), later_budget_ms) && is_first_held ? 0 : 1;
}

}  // namespace
}  // namespace gander::owner

int main() { return gander::owner::run(); }
