// SPDX-License-Identifier: Apache-2.0
// Bodies of known_process.hpp.
#include "host/known_process.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "host/missing_file.hpp"
#include "host/proc_text.hpp"
#include "os/user.hpp"

namespace gander::host {
namespace {

using Seconds = std::chrono::duration<double>;
using namespace std::chrono_literals;

constexpr std::size_t command_limit = 64U << 10U;
constexpr std::size_t text_limit = 64U << 10U;
/// Programs that change their user or command line do so at their start.
constexpr auto youth = 3s;
constexpr auto refresh = 30s;
/// Spreads the reading again of many processes over several ticks.
constexpr Pid refresh_spread = 8;
/// Processor time moves in steps of 10 ms: over less than this a mean says nothing.
constexpr auto shortest_interval = 50ms;

std::string file_of(Pid pid, std::string_view name) {
  return fmt::format("/proc/{}/{}", pid, name);
}

double seconds(std::uint64_t ticks) {
  static const double rate = os::clock_ticks_per_second();
  return static_cast<double>(ticks) / rate;
}

double page_size() {
  static const double size = os::page_size();
  return size;
}

void read_status(const os::Root& root, Pid pid, ProcessFacts& into) {
  const auto text = root.read_piece(file_of(pid, "status"), text_limit);
  auto& process = into.process;
  if (!text) {
    const auto reason = missing_for(text.error());
    process.uid = reason;
    process.user = reason;
    process.numa_group = reason;
    process.inner_pid = reason;
    into.namespace_pids = reason;
    return;
  }
  auto status = parse_status(*text);
  process.uid = status.uid ? Known<std::uint32_t>{*status.uid} : Missing::no_data;
  process.user = Missing::no_data;
  process.numa_group = status.numa_group ? Known<Pid>{*status.numa_group} : Missing::no_data;
  process.inner_pid = status.namespace_pids.empty() ? Known<Pid>{Missing::not_supported}
                                                    : Known<Pid>{status.namespace_pids.back()};
  into.namespace_pids = status.namespace_pids.empty()
                            ? Known<std::vector<Pid>>{Missing::not_supported}
                            : Known<std::vector<Pid>>{std::move(status.namespace_pids)};
}

/// A process whose first thread ended while others run has the letter Z too, but lives.
bool is_zombie(const os::ProcessStat& stat) { return stat.state == 'Z' && stat.threads <= 1; }

}  // namespace

Result<os::ProcessStat> StatReader::read(Pid pid) {
  auto kept = kept_.find(pid);
  if (kept == kept_.end() && kept_.size() < most_kept) {
    kept = kept_.emplace(pid, os::KeptFile{file_of(pid, "stat")}).first;
  }
  const auto read = kept != kept_.end()
                        ? kept->second.read_into(root_, buffer_, text_limit)
                        : root_.read_into(file_of(pid, "stat"), buffer_, text_limit);
  if (!read) {
    forget(pid);
    return tl::make_unexpected(read.error());
  }
  const auto stat = os::parse_process_stat(buffer_);
  if (stat) return *stat;
  return fail(Fault::invalid_data,
              fmt::format("{} makes no sense", root_.path(file_of(pid, "stat"))));
}

KnownProcess::KnownProcess(Pid pid, std::uint64_t start_ticks, double start_time)
    : start_ticks_(start_ticks) {
  facts_.process.pid = pid;
  facts_.process.start_ticks = start_ticks;
  facts_.process.start_time = start_time;
}

bool KnownProcess::needs_reading(const os::ProcessStat& stat, std::chrono::nanoseconds boot) const {
  if (!read_at_ || read_name_ != stat.name) return true;
  const auto spread = std::chrono::seconds{facts_.process.pid % refresh_spread};
  return boot - *read_at_ >= (was_young_ ? youth : refresh + spread);
}

void KnownProcess::read(const os::Root& root, const os::ProcessStat& stat,
                        std::chrono::nanoseconds boot) {
  read_name_ = stat.name;
  const auto pid = facts_.process.pid;
  read_status(root, pid, facts_);
  const auto command = root.read_piece(file_of(pid, "cmdline"), command_limit);
  facts_.process.command = command ? Known<std::vector<std::string>>{parse_command(*command)}
                                   : missing_for(command.error());
  auto cgroup = root.read_piece(file_of(pid, "cgroup"), text_limit);
  facts_.cgroup = cgroup ? Known<std::string>{std::move(*cgroup)} : missing_for(cgroup.error());
  read_at_ = boot;
  was_young_ = Seconds(boot).count() - seconds(start_ticks_) < Seconds(youth).count();
}

Reading KnownProcess::measure_usage(double cpu_seconds, double running,
                                    std::chrono::nanoseconds now) {
  if (!measured_at_) {
    usage_ = running > 0 ? Reading{cpu_seconds / running} : Reading{Missing::no_data};
  } else if (now - *measured_at_ < shortest_interval) {
    return usage_;
  } else {
    usage_ = std::max(cpu_seconds - measured_cpu_, 0.0) / Seconds(now - *measured_at_).count();
  }
  measured_at_ = now;
  measured_cpu_ = cpu_seconds;
  return usage_;
}

ProcessFacts KnownProcess::look(const os::ProcessStat& stat, std::chrono::nanoseconds now,
                                std::chrono::nanoseconds boot) {
  auto& process = facts_.process;
  const auto state = find_run_state_of(stat.state);
  const double running = std::max(Seconds(boot).count() - seconds(start_ticks_), 0.0);
  const bool zombie = is_zombie(stat);
  facts_.cpu_seconds = seconds(stat.user_ticks + stat.system_ticks);
  process.presence = zombie ? Presence::zombie : Presence::present;
  process.parent = stat.parent > 0 ? Known<Pid>{stat.parent} : Missing::no_data;
  process.session = stat.session > 0 ? Known<Pid>{stat.session} : Missing::no_data;
  process.name = std::string{stat.name};
  process.state = state ? Known<RunState>{*state} : Missing::no_data;
  if (zombie) process.command = std::vector<std::string>{};
  auto& readings = process.readings;
  readings[Metric::cpu_usage] = measure_usage(facts_.cpu_seconds, running, now);
  readings[Metric::cpu_time] = facts_.cpu_seconds;
  readings[Metric::running_time] = running;
  readings[Metric::minor_page_faults] = static_cast<double>(stat.minor_faults);
  readings[Metric::major_page_faults] = static_cast<double>(stat.major_faults);
  readings[Metric::resident_memory] =
      zombie ? Reading{Missing::no_data}
             : Reading{static_cast<double>(stat.resident_pages) * page_size()};
  readings[Metric::thread_count] =
      zombie ? Reading{Missing::no_data} : Reading{static_cast<double>(stat.threads)};
  return facts_;
}

}  // namespace gander::host
