// SPDX-License-Identifier: Apache-2.0
// The host's own numbers, below a root folder. Uptime comes from the clock since boot: the file
// /proc/uptime is faked in some containers.
#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "host/missing_file.hpp"
#include "host/proc_text.hpp"
#include "host/process_table.hpp"
#include "host/traffic.hpp"
#include "os/kept_file.hpp"
#include "os/process_stat.hpp"
#include "os/user.hpp"

namespace gander::host {
namespace {

/// Inode of the first PID namespace, fixed in the kernel (PROC_PID_INIT_INO).
constexpr std::string_view first_pid_namespace = "pid:[4026531836]";
constexpr std::size_t word_limit = 256;

Reading reading_of(const std::optional<double>& value) {
  return value ? Reading{*value} : Reading{Missing::not_supported};
}

Known<std::string> first_line(const os::Root& root, std::string_view file) {
  const auto text = root.read(file, word_limit);
  if (!text) return missing_for(text.error());
  auto line = text->substr(0, text->find('\n'));
  return line.empty() ? Known<std::string>{Missing::no_data} : Known<std::string>{std::move(line)};
}

/// Process 2 is `kthreadd` only where all processes of the machine are seen.
Known<bool> sees_kernel_threads(const os::Root& root, Missing reason) {
  const auto text = root.read("/proc/2/stat");
  const auto stat = text ? os::parse_process_stat(*text) : std::nullopt;
  if (stat && stat->name == "kthreadd" && stat->parent == 0) return true;
  return reason;
}

Known<bool> is_initial_pid_namespace(const os::Root& root) {
  const auto link = root.read_link("/proc/self/ns/pid");
  if (link) return *link == first_pid_namespace;
  return sees_kernel_threads(root, missing_for(link.error()));
}

/// Kind of container by the marks its engine leaves, the most telling first.
Known<std::string> container_kind(const os::Root& root) {
  const auto cgroup = root.read("/proc/self/cgroup").value_or("");
  const auto in_cgroup = [&](std::string_view word) {
    return cgroup.find(word) != std::string::npos;
  };
  if (root.exists("/run/secrets/kubernetes.io") || in_cgroup("kubepods")) return {"kubernetes"};
  if (root.exists("/run/.containerenv") || in_cgroup("/libpod-")) return {"podman"};
  if (root.exists("/.dockerenv") || in_cgroup("/docker/") || in_cgroup("/docker-")) {
    return {"docker"};
  }
  if (in_cgroup("/lxc/") || in_cgroup("/lxc.payload")) return {"lxc"};
  return first_line(root, "/run/systemd/container");
}

void read_memory(const Result<std::string>& text, HostReadings& into) {
  if (!text) {
    for (const auto metric :
         {Metric::host_memory_total, Metric::host_memory_used, Metric::host_memory_available,
          Metric::swap_total, Metric::swap_used}) {
      into[metric] = missing_for(text.error());
    }
    return;
  }
  const auto memory = parse_memory(*text);
  const auto used = [](const std::optional<double>& total, const std::optional<double>& rest) {
    return total && rest ? std::optional{std::max(*total - *rest, 0.0)} : std::nullopt;
  };
  into[Metric::host_memory_total] = reading_of(memory.total);
  into[Metric::host_memory_available] = reading_of(memory.available);
  into[Metric::host_memory_used] = reading_of(used(memory.total, memory.available));
  into[Metric::swap_total] = reading_of(memory.swap_total);
  into[Metric::swap_used] = reading_of(used(memory.swap_total, memory.swap_free));
}

void read_load(const Result<std::string>& text, HostReadings& into) {
  const auto load = text ? parse_load(*text) : std::nullopt;
  const auto reason = text ? Missing::no_data : missing_for(text.error());
  into[Metric::load_1m] = load ? Reading{load->one_minute} : Reading{reason};
  into[Metric::load_5m] = load ? Reading{load->five_minutes} : Reading{reason};
  into[Metric::load_15m] = load ? Reading{load->fifteen_minutes} : Reading{reason};
}

}  // namespace

struct HostReader::State {
  os::Root root;
  const os::Clock& clock;
  Host fixed;  // what does not change while we run
  std::optional<ProcessorText> processors;
  Reading utilization{Missing::no_data};
  bool gives_mean = true;  ///< At the first look, since boot.
  TrafficReader traffic{root};
  os::KeptFile stat{"/proc/stat"};
  os::KeptFile meminfo{"/proc/meminfo"};
  os::KeptFile loadavg{"/proc/loadavg"};

  Result<std::string> read(os::KeptFile& file) const;
  void read_fixed();
  void read_processors(HostReadings& into);
};

Result<std::string> HostReader::State::read(os::KeptFile& file) const {
  std::string text;
  return file.read_into(root, text).map([&] { return std::move(text); });
}

void HostReader::State::read_fixed() {
  const bool ours = root.is_real();  // the system call also works where /proc/sys is not mounted
  fixed.name = ours ? os::host_name() : first_line(root, "/proc/sys/kernel/hostname");
  fixed.kernel = ours ? os::kernel_release() : first_line(root, "/proc/sys/kernel/osrelease");
  fixed.initial_pid_namespace = is_initial_pid_namespace(root);
  fixed.container = container_kind(root);
}

void HostReader::State::read_processors(HostReadings& into) {
  const auto text = read(stat);
  const auto now = text ? parse_processors(*text) : std::nullopt;
  if (!now) {
    const auto reason = text ? Missing::no_data : missing_for(text.error());
    into[Metric::cpu_utilization] = reason;
    into[Metric::cpu_count] = reason;
    return;
  }
  if (!processors && !gives_mean) processors = now;
  // A first look gives the mean since boot, as vmstat's first line does: the counters began at 0.
  const auto before = processors.value_or(ProcessorText{});
  const double total = now->total - before.total;
  // Two looks within one tick of the kernel say nothing new: the last answer stands.
  if (total > 0) {
    utilization = std::clamp((now->busy - before.busy) / total, 0.0, 1.0);
    processors = now;
  }
  // Counters that went back: a processor was taken away.
  if (total < 0) processors = now;
  into[Metric::cpu_utilization] = utilization;
  into[Metric::cpu_count] =
      now->online > 0 ? Reading{static_cast<double>(now->online)} : Reading{Missing::no_data};
}

HostReader::HostReader(const os::Root& root, const os::Clock& clock)
    : state_(new State{root, clock, {}, {}}) {
  state_->read_fixed();
}

HostReader::~HostReader() = default;

void HostReader::forgo_mean_since_boot() { state_->gives_mean = false; }

Host HostReader::look(const MetricSet& wanted) {
  Host host = state_->fixed;
  state_->read_processors(host.readings);
  read_memory(state_->read(state_->meminfo), host.readings);
  read_load(state_->read(state_->loadavg), host.readings);
  state_->traffic.read(wanted, state_->clock.steady(), host.readings);
  host.readings[Metric::uptime] = std::chrono::duration<double>(state_->clock.boot()).count();
  return host;
}

}  // namespace gander::host
