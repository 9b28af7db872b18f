// SPDX-License-Identifier: Apache-2.0
// The text of each cell, its role, and why it is missing.
#include "text/workload_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "gander/device_memory.hpp"
#include "text/bar.hpp"
#include "text/command.hpp"
#include "text/device_words.hpp"
#include "text/missing_cell.hpp"
#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/words.hpp"

namespace gander::text {
namespace {

constexpr int bar_columns = 5;
constexpr double strong_cpu = 0.3;
constexpr double strong_share = 0.02;
constexpr double strong_heat = 40;
/// Python's own names, and those of what is built to run it.
constexpr std::array<std::string_view, 4> pythons{"python", "pypy", "ipython", "conda-python"};

WorkloadCell missing(Missing reason, std::string text) {
  return {std::move(text), CellRole::quiet, false, reason};
}

WorkloadCell missing(Missing reason) { return missing(reason, std::string{missing_cell(reason)}); }

/// The value as `write` has it, or why there is none; of a device, in the words of its state.
template <class T, class Write>
WorkloadCell known(const Known<T>& value, CellRole role, Write write) {
  if (!value.is_known()) return missing(value.reason());
  return {write(value.value()), role, false, {}};
}

template <class Write>
WorkloadCell reading(const Device& device, Metric metric, CellRole role, Write write) {
  const auto& value = device.readings[metric];
  if (value.is_known()) return {write(value.value()), role, false, {}};
  const auto reason = value.reason();
  if (reason == Missing::not_sampled) return missing(reason);
  return missing(reason, std::string{missing_word(reason, 7, device.state)});
}

template <class Number>
std::string number_of(Number number) {
  return std::to_string(number);
}

/// The number without a process behind it: nothing is known of it, and nothing is missing.
bool is_absent(const Process* process) { return process == nullptr; }

const Kernel* kernel_of(const WorkloadRow& row) {
  if (row.workload == nullptr || !row.workload->kernel) return nullptr;
  return &*row.workload->kernel;
}

bool is_python_word(std::string_view word) {
  const auto slash = word.rfind('/');
  if (slash != std::string_view::npos) word.remove_prefix(slash + 1);
  return std::any_of(pythons.begin(), pythons.end(),
                     [&](std::string_view python) { return word.starts_with(python); });
}

/// By its program, not only by its name: a process may give itself any.
bool is_python(const Process& process) {
  if (process.executable.is_known() && is_python_word(process.executable.value())) return true;
  if (process.command.is_known() && !process.command.value().empty() &&
      is_python_word(process.command.value().front())) {
    return true;
  }
  return process.name.is_known() && is_python_word(process.name.value());
}

const Process* find_process(const Snapshot& snapshot, Pid pid) {
  const auto& processes = snapshot.processes;
  const auto found =
      std::lower_bound(processes.begin(), processes.end(), pid,
                       [](const Process& process, Pid wanted) { return process.pid < wanted; });
  return found != processes.end() && found->pid == pid ? &*found : nullptr;
}

CellRole role_of(double ratio, const CellOptions& options) {
  if (ratio >= options.heavy) return CellRole::heavy;
  return ratio >= options.moderate ? CellRole::moderate : CellRole::light;
}

WorkloadCell share_cell(const Reading& ratio, const CellOptions& options, DeviceState state) {
  if (!ratio.is_known()) {
    const auto reason = ratio.reason();
    if (reason == Missing::not_sampled) return missing(reason);
    return missing(reason, std::string{missing_word(reason, 7, state)});
  }
  const double value = std::max(ratio.value(), 0.0);
  auto text = fmt::format("{:.0f}%", value * 100);
  if (options.has_bars) {
    text = pad_right(draw_blocks(value, bar_columns), bar_columns) + pad_left(text, 5);
  }
  return {std::move(text), role_of(value, options), value >= options.moderate, {}};
}

/// The label of the nearest owner of that kind.
WorkloadCell owner_cell(const CellFacts& facts, OwnerKind kind) {
  if (is_absent(facts.row.process)) return {};
  const auto& owners = facts.row.process->owners;
  const auto owner = std::ranges::find(owners, kind, &Owner::kind);
  if (owner == owners.end()) return {};
  return {owner_label(*owner), CellRole::plain, false, {}};
}

}  // namespace

std::string write_age(double seconds) {
  const double amount = std::clamp(seconds, 0.0, 1e12);
  if (amount < 60) return fmt::format("{:.0f}s", std::floor(amount));
  if (amount < 3600) return fmt::format("{:.0f}m", std::floor(amount / 60));
  if (amount < 48 * 3600.0) return fmt::format("{:.0f}h", std::floor(amount / 3600));
  return fmt::format("{:.0f}d", std::floor(amount / 86400));
}

WorkloadCell write_kernel_state(const CellFacts& facts) {
  const auto* kernel = kernel_of(facts.row);
  if (kernel == nullptr) return {};
  if (!kernel->state.is_known()) {
    if (kernel->is_orphan) return {"orphan", CellRole::alarm, false, {}};
    return missing(kernel->state.reason());
  }
  const auto state = kernel->state.value();
  std::string text{name_of(state)};
  const auto idle = idle_of(*kernel, facts.snapshot.time);
  if (state == KernelState::idle && idle.is_known()) text += " " + write_age(idle.value());
  if (kernel->is_orphan) return {text + ", orphan", CellRole::alarm, false, {}};
  return {std::move(text), CellRole::plain, state == KernelState::busy, {}};
}

namespace workload_cells {

WorkloadCell name(const CellFacts& facts) {
  const auto& row = facts.row;
  if (row.process == nullptr) {
    // One that does not answer may have any.
    const auto& completeness = row.device->processes_complete;
    const bool is_unlisted =
        !completeness.is_known() && completeness.reason() != Missing::not_sampled;
    if (row.device->state != DeviceState::ok || is_unlisted) {
      return {"unknown", CellRole::quiet, false, {}};
    }
    const bool is_used = std::any_of(
        facts.snapshot.processes.begin(), facts.snapshot.processes.end(), [&](const auto& process) {
          return std::any_of(process.uses.begin(), process.uses.end(), [&](const Use& use) {
            return row.device->uuid == Known<std::string>{use.device};
          });
        });
    // Somebody asked for certain processes only.
    if (is_used) return {"none shown", CellRole::quiet, false, {}};
    if (has_instances(facts.snapshot, *row.device)) {
      return {"in its instances", CellRole::quiet, false, {}};
    }
    // In a container the driver may leave out what runs outside of it, and under WSL all.
    const bool sees_all = facts.snapshot.host.initial_pid_namespace == Known<bool>{true} &&
                          completeness != Known<bool>{false};
    return {sees_all ? "no process" : "none visible", CellRole::quiet, false, {}};
  }
  // What was guessed does not look like what is known.
  const bool is_guess = row.workload != nullptr && row.workload->certainty == Certainty::guess;
  return {safe(name_of(row)) + (is_guess ? " (guess)" : ""), CellRole::name, false, {}};
}

WorkloadCell type(const CellFacts& facts) {
  const auto word = type_word(facts.row);
  if (word.empty()) return {};
  const bool is_odd = facts.row.process->presence != Presence::present;
  return {std::string{word}, is_odd ? CellRole::alarm : CellRole::plain, false, {}};
}

WorkloadCell pid(const CellFacts& facts) {
  const auto* process = facts.row.process;
  if (is_absent(process)) return {};
  const bool is_odd = process->presence != Presence::present;
  return {number_of(process->pid), is_odd ? CellRole::alarm : CellRole::process, false, {}};
}

WorkloadCell parent(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  return known(facts.row.process->parent, CellRole::process, number_of<Pid>);
}

WorkloadCell numa_group(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  const auto& group = facts.row.process->numa_group;
  if (group == Missing::no_data) return {};
  return known(group, CellRole::process, number_of<Pid>);
}

WorkloadCell python_parent(const CellFacts& facts) {
  if (is_absent(facts.row.process) || !facts.row.process->parent.is_known()) return {};
  const auto* parent = find_process(facts.snapshot, facts.row.process->parent.value());
  if (parent == nullptr || !is_python(*parent)) return {};
  return {number_of(parent->pid), CellRole::process, false, {}};
}

WorkloadCell host_pid(const CellFacts& facts) {
  const auto* process = facts.row.process;
  if (is_absent(process)) return {};
  const bool sees_host = facts.snapshot.host.initial_pid_namespace == Known{true};
  // What the driver names and we do not have is a number of the host's.
  if (sees_host || process->presence == Presence::outside) return pid(facts);
  return missing(Missing::withheld);
}

WorkloadCell inner_pid(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  return known(facts.row.process->inner_pid, CellRole::process, number_of<Pid>);
}

WorkloadCell kernel_id(const CellFacts& facts) {
  const auto* kernel = kernel_of(facts.row);
  if (kernel == nullptr) return {};
  const auto id = safe(kernel->id);
  return {cut_right(id.substr(0, id.find('-')), 8, ""), CellRole::process, false, {}};
}

WorkloadCell status(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  return known(facts.row.process->state, CellRole::plain,
               [](RunState state) { return std::string{name_of(state)}; });
}

WorkloadCell user(const CellFacts& facts) {
  const auto* process = facts.row.process;
  if (is_absent(process)) return {};
  const auto* workload = facts.row.workload;
  if (workload != nullptr && workload->hub_user.is_known()) {
    // What a hub says, and whom the system knows: one of them may be shared, the other made up.
    const auto account = process->user.value_or("");
    return {safe(workload->hub_user.value() + (account.empty() ? "" : " (" + account + ")")),
            CellRole::name,
            false,
            {}};
  }
  if (process->user.is_known() || process->uid.is_known()) {
    return {user_of(*process), CellRole::name, false, {}};
  }
  return missing(process->user.reason());
}

WorkloadCell connections(const CellFacts& facts) {
  const auto* kernel = kernel_of(facts.row);
  if (kernel == nullptr) return {};
  return known(kernel->connections, CellRole::plain, number_of<std::uint64_t>);
}

WorkloadCell idle(const CellFacts& facts) {
  if (facts.row.use == nullptr) return {};
  const auto& idle = facts.row.process->readings[Metric::gpu_idle_time];
  // Only somebody who watched for a while can tell.
  if (idle == Reading{Missing::no_data}) return missing(Missing::no_data, "no history");
  return known(idle, CellRole::plain, write_age);
}

WorkloadCell container(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  for (const auto& owner : facts.row.process->owners) {
    const bool is_one = owner.kind == OwnerKind::container || owner.kind == OwnerKind::pod;
    if (is_one) return {owner_label(owner), CellRole::plain, false, {}};
  }
  return {};
}

WorkloadCell job(const CellFacts& facts) { return owner_cell(facts, OwnerKind::slurm_job); }

WorkloadCell unit(const CellFacts& facts) { return owner_cell(facts, OwnerKind::systemd_unit); }

WorkloadCell start_time(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  return known(facts.row.process->start_time, CellRole::plain, [&](double moment) {
    const auto write = facts.options.write_time;
    return write == nullptr ? fmt::format("{:.0f}", moment) : safe(write(moment));
  });
}

WorkloadCell cpu(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  const auto& usage = facts.row.process->readings[Metric::cpu_usage];
  auto cell = known(usage, CellRole::host, [](double value) {
    return fmt::format("{:.0f}%", std::max(value, 0.0) * 100);
  });
  cell.is_strong = usage.is_known() && usage.value() > strong_cpu;
  return cell;
}

WorkloadCell resident(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  return known(facts.row.process->readings[Metric::resident_memory], CellRole::host,
               [&](double bytes) { return write_memory(bytes, facts.options.host_unit); });
}

WorkloadCell device_index(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  return {to_string(facts.row.device->index), CellRole::device, false, {}};
}

WorkloadCell device_name(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  const auto& device = *facts.row.device;
  auto name =
      device.name.is_known() ? short_name(device) : std::string{missing_cell(device.name.reason())};
  return {fmt::format("{} [{}]", name, to_string(device.index)), CellRole::device, false, {}};
}

WorkloadCell device_pid(const CellFacts& facts) {
  return facts.row.use == nullptr ? WorkloadCell{} : pid(facts);
}

WorkloadCell device_memory(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  const auto& device = *facts.row.device;
  const auto& used = device.readings[Metric::memory_used];
  const auto& total = usable_memory_of(facts.snapshot.host, device);
  if (!used.is_known() && !total.is_known()) {
    return missing(used.reason(), std::string{missing_word(used.reason(), 7, device.state)});
  }
  return {write_memory_of(used, total, facts.options.device_unit), CellRole::memory, false, {}};
}

WorkloadCell process_memory(const CellFacts& facts) {
  if (facts.row.use == nullptr) return device_memory(facts);
  const auto& device = *facts.row.device;
  const auto& own = facts.row.use->readings[Metric::gpu_memory];
  const auto& used = device.readings[Metric::memory_used];
  const auto& total = usable_memory_of(facts.snapshot.host, device);
  if (!own.is_known() && !used.is_known() && !total.is_known()) return device_memory(facts);
  WorkloadCell cell{
      write_memory_of(own, used, total, facts.options.device_unit), CellRole::memory, false, {}};
  if (!own.is_known()) cell.missing = own.reason();
  const auto part = share(own, total);
  cell.is_strong = part.is_known() && part.value() > strong_share;
  return cell;
}

WorkloadCell utilization(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  const auto& device = *facts.row.device;
  return share_cell(device.readings[Metric::gpu_utilization], facts.options, device.state);
}

WorkloadCell average(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  const auto& device = *facts.row.device;
  const auto* history = facts.options.history;
  if (history == nullptr || !device.uuid.is_known()) return {};
  const auto mean = history->mean(device.uuid.value(), facts.options.window);
  if (mean.is_known()) return share_cell(mean, facts.options, device.state);
  // Until there are two samples there is nothing to be said; where there will be none, why.
  const auto& now = device.readings[Metric::gpu_utilization];
  return now.is_known() ? WorkloadCell{} : share_cell(now, facts.options, device.state);
}

WorkloadCell temperature(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  const auto& device = *facts.row.device;
  auto cell = reading(device, Metric::temperature, CellRole::heat, write_celsius);
  const auto& heat = device.readings[Metric::temperature];
  cell.is_strong = heat.is_known() && heat.value() >= strong_heat;
  return cell;
}

WorkloadCell power(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  const auto& device = *facts.row.device;
  auto draw = reading(device, Metric::power_draw, CellRole::power,
                      [](double watts) { return fmt::format("{:.0f}", watts); });
  const auto limit = reading(device, Metric::power_limit, CellRole::power, write_watts);
  if (draw.missing && limit.missing) return draw;
  // The unit stands behind the last number.
  const auto text = draw.text + (limit.missing ? "W/" : "/") + limit.text;
  return {text, CellRole::power, false, draw.missing ? draw.missing : limit.missing};
}

WorkloadCell fan(const CellFacts& facts) {
  if (facts.row.device == nullptr) return {};
  return reading(*facts.row.device, Metric::fan_speed, CellRole::plain,
                 [](double ratio) { return fmt::format("{:.0f}%", ratio * 100); });
}

WorkloadCell path(const CellFacts& facts) {
  if (facts.row.workload == nullptr) return {};
  return known(facts.row.workload->path, CellRole::plain,
               [](const std::string& path) { return safe(path); });
}

WorkloadCell source(const CellFacts& facts) {
  if (facts.row.workload == nullptr) return {};
  const auto& workload = *facts.row.workload;
  std::string text{name_of(workload.source)};
  if (workload.certainty != Certainty::certain) {
    text += " (" + std::string{name_of(workload.certainty)} + ")";
  }
  return {std::move(text), CellRole::plain, false, {}};
}

WorkloadCell command(const CellFacts& facts) {
  if (is_absent(facts.row.process)) return {};
  const auto& process = *facts.row.process;
  const bool is_odd = process.presence != Presence::present;
  return {command_of(process), is_odd ? CellRole::quiet : CellRole::plain, false, {}};
}

}  // namespace workload_cells

}  // namespace gander::text
