// SPDX-License-Identifier: Apache-2.0
// Processor time of one whole tick on a large machine: 64 GPUs, 1,024 GPU processes among 10,000
// in a made-up /proc. Once through the real NVML driver and the simulated library, which must keep
// the budget, and once with a driver that costs nothing, which tells what of it is ours alone.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "bench/processor_time.hpp"
#include "driver/nvml/nvml_driver.hpp"
#include "sample/fake_driver.hpp"
#include "sample/sampler.hpp"
#include "sim/nvml/test_machine.hpp"

namespace gander::sample {
namespace {

constexpr std::uint32_t gpu_count = 64;
constexpr Pid uses_per_gpu = 16;
constexpr Pid process_count = 10'000;
constexpr Pid first_gpu_pid = 1000;
constexpr int ticks = 41;
constexpr double budget_ms = 25;

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// The files of one process, as a current kernel writes them.
void write_process(const std::filesystem::path& folder, Pid pid) {
  std::filesystem::create_directories(folder);
  const Pid parent = pid == 1 ? 0 : 1;
  write_file(folder / "stat",
             fmt::format("{} (python) S {} {} {} 0 -1 4194304 9 0 0 0 500 100 0 0 20 0 4 0 {} "
                         "1000000 2000 18446744073709551615 1 1 0 0 0 0 0 4096 2 0 0 0 17 1 0 0 0 "
                         "0 0 0 0 0 0 0 0 0 0\n",
                         pid, parent, pid, pid, 1000 + pid));
  write_file(folder / "statm", "250000 2000 800 1 0 900 0\n");
  write_file(folder / "status",
             fmt::format("Name:\tpython\nPid:\t{0}\nPPid:\t{1}\nUid:\t1000\t1000\t1000\t1000\n"
                         "NSpid:\t{0}\nThreads:\t4\n",
                         pid, parent));
  write_file(folder / "comm", "python\n");
  write_file(folder / "cmdline", std::string("python\0train.py\0--batch\0", 24));
  write_file(folder / "cgroup",
             fmt::format("0::/system.slice/slurmstepd.scope/job_{}/step_0\n", pid % 500));
}

/// A made-up host that is removed at the end.
class Host {
 public:
  Host() {
    std::string pattern = std::filesystem::temp_directory_path() / "gander-bench-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) std::exit(1);
    folder_ = pattern;
    for (Pid pid = 1; pid <= process_count; ++pid) {
      write_process(folder_ / "proc" / std::to_string(pid), pid);
    }
    std::filesystem::create_directories(folder_ / "proc/self/ns");
    std::filesystem::create_symlink("pid:[4026531836]", folder_ / "proc/self/ns/pid");
  }
  ~Host() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  [[nodiscard]] std::string root() const { return folder_.string(); }

 private:
  std::filesystem::path folder_;
};

/// Each GPU's own PCI address, identity and equal share of the processes; no call waits.
void fill_state(sim::State& state) {
  const sim::Clock running = state.clock;
  sim::fill_machine(state);
  state.clock = running;
  state.gpu_count = gpu_count;
  state.process_count = gpu_count * uses_per_gpu;
  for (std::uint32_t index = 0; index < gpu_count; ++index) {
    sim::Gpu& gpu = state.gpus[index];
    gpu = {};
    sim::fill_gpu(gpu, 0);
    sim::set_text(gpu.uuid, fmt::format("GPU-00000000-0000-0000-0000-{:012}", index).c_str());
    sim::set_text(gpu.serial, fmt::format("{:013}", index).c_str());
    gpu.pci_bus = index;
    gpu.minor = index;
  }
  for (std::uint32_t i = 0; i < state.process_count; ++i) {
    const auto pid = static_cast<std::uint32_t>(first_gpu_pid) + i;
    state.processes[i] = sim::make_process(pid, i / uses_per_gpu, 1e9);
    state.processes[i].sm = sim::constant(5);
  }
}

/// The simulated driver library's machine, for as long as the benchmark lasts.
class SimulatedGpus {
 public:
  SimulatedGpus() : file_(*sim::StateFile::create(folder_.path())) {
    file_.change(fill_state);
    ::setenv("GANDER_SIM", folder_.path().c_str(), 1);
  }

 private:
  sim::TestFolder folder_;
  sim::StateFile file_;
};

std::shared_ptr<FakeMachine> make_gpus() {
  auto machine = std::make_shared<FakeMachine>(gpu_count);
  Pid pid = first_gpu_pid;
  for (auto& fake : machine->devices) {
    for (Pid i = 0; i < uses_per_gpu; ++i) {
      driver::ListedProcess row;
      row.pid = pid++;
      row.use.type = ContextType::compute;
      row.use.readings[Metric::gpu_memory] = 1e9;
      fake.processes.push_back(std::move(row));
    }
  }
  return machine;
}

double median_tick(Sampler& sampler, const char* name) {
  std::vector<double> costs;
  for (int i = 0; i < ticks; ++i) {
    sampler.refresh();
    const double begin = cpu_milliseconds();
    const auto snapshot = sampler.tick();
    costs.push_back(cpu_milliseconds() - begin);
    if (snapshot->devices.size() != gpu_count ||
        snapshot->processes.size() < std::size_t{gpu_count} * uses_per_gpu) {
      fmt::print(stderr, "tick: the snapshot is not whole: {} devices, {} processes\n",
                 snapshot->devices.size(), snapshot->processes.size());
      std::exit(1);
    }
  }
  fmt::print("{}: first {:.1f} ms of CPU\n", name, costs.front());
  return median(std::move(costs));
}

double measure(const Host& host, std::unique_ptr<driver::Driver> driver, const char* name) {
  SamplerOptions options;
  options.root = os::Root(host.root());
  options.drivers.push_back(std::move(driver));
  Sampler sampler(std::move(options));
  const double median = median_tick(sampler, name);
  fmt::print("{}: {} GPUs, {} GPU processes of {}: median {:.2f} ms of CPU\n", name, gpu_count,
             gpu_count * uses_per_gpu, process_count, median);
  return median;
}

int run() {
  const Host host;
  measure(host, std::make_unique<FakeDriver>(make_gpus()), "tick without a driver");
  const SimulatedGpus gpus;
  auto nvml = driver::nvml::make_nvml_driver({host.root(), GANDER_SIM_LIBRARY, {}});
  const double median = measure(host, std::move(nvml), "tick through NVML");
  fmt::print("tick: {:.2f} ms of CPU (budget {} ms)\n", median, budget_ms);
  return median <= budget_ms ? 0 : 1;
}

}  // namespace
}  // namespace gander::sample

int main() { return gander::sample::run(); }
