// SPDX-License-Identifier: Apache-2.0
// The spelling of every state: one table for each enumeration, read in both directions.
#include <optional>
#include <string_view>

#include "gander/availability.hpp"
#include "gander/device.hpp"
#include "gander/known.hpp"
#include "gander/metric.hpp"
#include "gander/owner.hpp"
#include "gander/process.hpp"
#include "gander/process_ending.hpp"
#include "gander/snapshot.hpp"
#include "gander/workload.hpp"
#include "model/name_table.hpp"

namespace gander {
namespace {

constexpr Names<Missing, 10> missing_names{{
    {Missing::not_sampled, "not_sampled"},
    {Missing::not_supported, "not_supported"},
    {Missing::no_permission, "no_permission"},
    {Missing::no_data, "no_data"},
    {Missing::timed_out, "timed_out"},
    {Missing::device_lost, "device_lost"},
    {Missing::driver_down, "driver_down"},
    {Missing::suspended, "suspended"},
    {Missing::withheld, "withheld"},
    {Missing::driver_error, "driver_error"},
}};
constexpr Names<ObjectionKind, 12> objection_names{{
    {ObjectionKind::state, "state"},
    {ObjectionKind::divided, "divided"},
    {ObjectionKind::prohibited, "prohibited"},
    {ObjectionKind::exclusive, "exclusive"},
    {ObjectionKind::used_share, "used_share"},
    {ObjectionKind::used_memory, "used_memory"},
    {ObjectionKind::free_memory, "free_memory"},
    {ObjectionKind::total_memory, "total_memory"},
    {ObjectionKind::utilization, "utilization"},
    {ObjectionKind::memory_utilization, "memory_utilization"},
    {ObjectionKind::processes, "processes"},
    {ObjectionKind::taken, "taken"},
}};
constexpr Names<Unit, 11> unit_names{{
    {Unit::ratio, "ratio"},
    {Unit::bytes, "bytes"},
    {Unit::bytes_per_second, "bytes_per_second"},
    {Unit::watts, "watts"},
    {Unit::joules, "joules"},
    {Unit::celsius, "celsius"},
    {Unit::hertz, "hertz"},
    {Unit::seconds, "seconds"},
    {Unit::rpm, "rpm"},
    {Unit::count, ""},
    {Unit::number, ""},
}};
constexpr Names<Scope, 6> scope_names{{
    {Scope::device, "device"},
    {Scope::fan, "fan"},
    {Scope::link, "link"},
    {Scope::use, "use"},
    {Scope::process, "process"},
    {Scope::host, "host"},
}};
constexpr Names<Kind, 2> kind_names{{{Kind::gauge, "gauge"}, {Kind::counter, "counter"}}};
constexpr Names<Cost, 3> cost_names{{
    {Cost::cheap, "cheap"},
    {Cost::slow, "slow"},
    {Cost::on_demand, "on_demand"},
}};
constexpr Names<Tier, 5> tier_names{{
    {Tier::fast, "fast"},
    {Tier::medium, "medium"},
    {Tier::slow, "slow"},
    {Tier::fixed, "fixed"},
    {Tier::process, "process"},
}};
constexpr Names<WorkloadType, 7> workload_type_names{{
    {WorkloadType::notebook, "notebook"},
    {WorkloadType::vscode, "vscode"},
    {WorkloadType::batch_notebook, "batch_notebook"},
    {WorkloadType::kernel, "kernel"},
    {WorkloadType::terminal, "terminal"},
    {WorkloadType::script, "script"},
    {WorkloadType::program, "program"},
}};
constexpr Names<WorkloadSource, 6> workload_source_names{{
    {WorkloadSource::api, "api"},
    {WorkloadSource::connection_file, "connection_file"},
    {WorkloadSource::environment, "environment"},
    {WorkloadSource::batch, "batch"},
    {WorkloadSource::working_folder, "working_folder"},
    {WorkloadSource::command, "command"},
}};
constexpr Names<KernelState, 6> kernel_state_names{{
    {KernelState::starting, "starting"},
    {KernelState::idle, "idle"},
    {KernelState::busy, "busy"},
    {KernelState::restarting, "restarting"},
    {KernelState::terminating, "terminating"},
    {KernelState::dead, "dead"},
}};
constexpr Names<OwnerKind, 8> owner_kind_names{{
    {OwnerKind::user, "user"},
    {OwnerKind::container, "container"},
    {OwnerKind::pod, "pod"},
    {OwnerKind::slurm_job, "slurm_job"},
    {OwnerKind::systemd_unit, "systemd_unit"},
    {OwnerKind::notebook, "notebook"},
    {OwnerKind::environment, "environment"},
    {OwnerKind::script, "script"},
}};
constexpr Names<Certainty, 3> certainty_names{{
    {Certainty::certain, "certain"},
    {Certainty::likely, "likely"},
    {Certainty::guess, "guess"},
}};
constexpr Names<Presence, 5> presence_names{{
    {Presence::present, "present"},
    {Presence::zombie, "zombie"},
    {Presence::gone, "gone"},
    {Presence::hidden, "hidden"},
    {Presence::outside, "outside"},
}};
constexpr Names<RunState, 8> run_state_names{{
    {RunState::running, "running"},
    {RunState::sleeping, "sleeping"},
    {RunState::disk_sleep, "disk_sleep"},
    {RunState::stopped, "stopped"},
    {RunState::tracing, "tracing"},
    {RunState::zombie, "zombie"},
    {RunState::dead, "dead"},
    {RunState::idle, "idle"},
}};
constexpr Names<ContextType, 3> context_type_names{{
    {ContextType::compute, "compute"},
    {ContextType::graphics, "graphics"},
    {ContextType::compute_graphics, "compute_graphics"},
}};
constexpr Names<Completeness, 3> completeness_names{{
    {Completeness::complete, "complete"},
    {Completeness::partial, "partial"},
    {Completeness::none, "none"},
}};
constexpr Names<Fault, 11> fault_names{{
    {Fault::usage, "usage"},
    {Fault::no_library, "no_library"},
    {Fault::driver_down, "driver_down"},
    {Fault::no_permission, "no_permission"},
    {Fault::no_device, "no_device"},
    {Fault::device_lost, "device_lost"},
    {Fault::timed_out, "timed_out"},
    {Fault::not_found, "not_found"},
    {Fault::not_supported, "not_supported"},
    {Fault::invalid_data, "invalid_data"},
    {Fault::operating_system, "operating_system"},
}};

constexpr Names<EndingKind, 4> ending_names{{
    {EndingKind::pending, "pending"},
    {EndingKind::ended, "ended"},
    {EndingKind::stayed, "stayed"},
    {EndingKind::refused, "refused"},
}};

constexpr Names<Mercy, 3> mercy_names{{
    {Mercy::stranger, "stranger"},
    {Mercy::graphics, "graphics"},
    {Mercy::ours, "ours"},
}};

}  // namespace

std::string_view name_of(EndingKind kind) { return name_in(ending_names, kind); }
std::string_view name_of(Mercy mercy) { return name_in(mercy_names, mercy); }
std::string_view name_of(ObjectionKind kind) { return name_in(objection_names, kind); }
std::optional<ObjectionKind> find_objection_kind(std::string_view name) {
  return find_in(objection_names, name);
}
std::string_view name_of(Missing value) { return name_in(missing_names, value); }
std::optional<Missing> find_missing(std::string_view name) { return find_in(missing_names, name); }
std::string_view name_of(Unit value) { return name_in(unit_names, value); }
std::string_view name_of(Scope value) { return name_in(scope_names, value); }
std::string_view name_of(Kind value) { return name_in(kind_names, value); }
std::string_view name_of(Cost value) { return name_in(cost_names, value); }
std::string_view name_of(Tier value) { return name_in(tier_names, value); }
std::string_view name_of(WorkloadType value) { return name_in(workload_type_names, value); }
std::optional<WorkloadType> find_workload_type(std::string_view name) {
  return find_in(workload_type_names, name);
}
std::string_view name_of(WorkloadSource value) { return name_in(workload_source_names, value); }
std::optional<WorkloadSource> find_workload_source(std::string_view name) {
  return find_in(workload_source_names, name);
}
std::string_view name_of(KernelState value) { return name_in(kernel_state_names, value); }
std::optional<KernelState> find_kernel_state(std::string_view name) {
  return find_in(kernel_state_names, name);
}
std::string_view name_of(OwnerKind value) { return name_in(owner_kind_names, value); }
std::optional<OwnerKind> find_owner_kind(std::string_view name) {
  return find_in(owner_kind_names, name);
}
std::string_view name_of(Certainty value) { return name_in(certainty_names, value); }
std::optional<Certainty> find_certainty(std::string_view name) {
  return find_in(certainty_names, name);
}
std::string_view name_of(Presence value) { return name_in(presence_names, value); }
std::optional<Presence> find_presence(std::string_view name) {
  return find_in(presence_names, name);
}
std::string_view name_of(RunState value) { return name_in(run_state_names, value); }
std::optional<RunState> find_run_state(std::string_view name) {
  return find_in(run_state_names, name);
}
std::string_view name_of(ContextType value) { return name_in(context_type_names, value); }
std::optional<ContextType> find_context_type(std::string_view name) {
  return find_in(context_type_names, name);
}
std::string_view name_of(Completeness value) { return name_in(completeness_names, value); }
std::optional<Completeness> find_completeness(std::string_view name) {
  return find_in(completeness_names, name);
}
std::string_view name_of(Fault value) { return name_in(fault_names, value); }
std::optional<Fault> find_fault(std::string_view name) { return find_in(fault_names, name); }

}  // namespace gander
