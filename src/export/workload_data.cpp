// SPDX-License-Identifier: Apache-2.0
// One list of fields for both forms.
#include "export/workload_data.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "export/csv_field.hpp"
#include "gander/device_memory.hpp"
#include "json/time.hpp"
#include "json/writer.hpp"
#include "text/command.hpp"
#include "text/device_words.hpp"
#include "text/process_gaps.hpp"
#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/user_holdings.hpp"
#include "text/workload_filter.hpp"
#include "text/workload_table.hpp"

namespace gander {
namespace {

using text::WorkloadRow;

/// A text, a number or a switch; nothing where the row is not about such a thing.
using Value = std::variant<std::monostate, Known<std::string>, Known<double>, Known<bool>>;

struct Facts {
  const Snapshot& snapshot;
  const WorkloadDataOptions& options;
  const WorkloadRow& row;
};

struct RowField {
  std::string_view name;
  Value (*read)(const Facts&);
};

template <class Number>
Value number(const Known<Number>& value) {
  return value.is_known() ? Known<double>{static_cast<double>(value.value())}
                          : Known<double>{value.reason()};
}

template <class Enum>
Value word(const Known<Enum>& value) {
  return value.is_known() ? Known<std::string>{std::string{name_of(value.value())}}
                          : Known<std::string>{value.reason()};
}

Value text_of(std::string text) { return Known<std::string>{std::move(text)}; }

/// What of the row's process, workload, kernel, use or device; nothing where there is none.
template <class Read>
Value of_process(const Facts& facts, Read read) {
  return facts.row.process == nullptr ? Value{} : read(*facts.row.process);
}
template <class Read>
Value of_workload(const Facts& facts, Read read) {
  return facts.row.workload == nullptr ? Value{} : read(*facts.row.workload);
}
template <class Read>
Value of_kernel(const Facts& facts, Read read) {
  const auto* workload = facts.row.workload;
  return workload == nullptr || !workload->kernel ? Value{} : read(*workload->kernel);
}
template <class Read>
Value of_device(const Facts& facts, Read read) {
  return facts.row.device == nullptr ? Value{} : read(*facts.row.device);
}

template <Metric metric>
Value device_metric(const Facts& facts) {
  return of_device(facts, [](const Device& device) -> Value { return device.readings[metric]; });
}
template <Metric metric>
Value process_metric(const Facts& facts) {
  return of_process(facts,
                    [](const Process& process) -> Value { return process.readings[metric]; });
}

Value read_name(const Facts& facts) {
  return facts.row.process == nullptr ? Value{} : text_of(name_of(facts.row));
}
Value read_type(const Facts& facts) {
  const auto word = text::type_word(facts.row);
  return word.empty() ? Value{} : text_of(std::string{word});
}
Value read_workload_type(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) -> Value {
    return text_of(std::string{name_of(workload.type)});
  });
}
Value read_path(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) -> Value { return workload.path; });
}
Value read_source(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) -> Value {
    return text_of(std::string{name_of(workload.source)});
  });
}
Value read_certainty(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) -> Value {
    return text_of(std::string{name_of(workload.certainty)});
  });
}
Value read_hub_user(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) -> Value { return workload.hub_user; });
}
Value read_hub_certainty(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) -> Value {
    if (!workload.hub_user.is_known()) return {};
    return text_of(std::string{name_of(workload.hub_user_certainty)});
  });
}
Value read_server(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) {
    // Most work has none.
    const bool has_none = workload.server == Known<Pid>{Missing::no_data};
    return has_none ? Value{} : number(workload.server);
  });
}
Value read_root(const Facts& facts) {
  return of_workload(facts, [](const Workload& workload) -> Value {
    return Known<double>{static_cast<double>(workload.root)};
  });
}
Value read_pid(const Facts& facts) {
  return of_process(facts, [](const Process& process) -> Value {
    return Known<double>{static_cast<double>(process.pid)};
  });
}
Value read_parent(const Facts& facts) {
  return of_process(facts, [](const Process& process) { return number(process.parent); });
}
Value read_inner_pid(const Facts& facts) {
  return of_process(facts, [](const Process& process) { return number(process.inner_pid); });
}
Value read_numa_group(const Facts& facts) {
  return of_process(facts, [](const Process& process) { return number(process.numa_group); });
}
Value read_presence(const Facts& facts) {
  return of_process(facts, [](const Process& process) -> Value {
    return text_of(std::string{name_of(process.presence)});
  });
}
Value read_state(const Facts& facts) {
  return of_process(facts, [](const Process& process) { return word(process.state); });
}
Value read_user(const Facts& facts) {
  return of_process(facts, [](const Process& process) -> Value { return process.user; });
}
Value read_start(const Facts& facts) {
  return of_process(facts, [](const Process& process) -> Value { return process.start_time; });
}
const Owner* find_owner(const Process& process, OwnerKind kind) {
  const auto found = std::ranges::find(process.owners, kind, &Owner::kind);
  return found == process.owners.end() ? nullptr : &*found;
}

template <OwnerKind kind>
Value read_owner(const Facts& facts) {
  return of_process(facts, [](const Process& process) -> Value {
    const auto* owner = find_owner(process, kind);
    return owner == nullptr ? Value{} : text_of(owner->name);
  });
}
template <OwnerKind kind>
Value read_title(const Facts& facts) {
  return of_process(facts, [](const Process& process) -> Value {
    const auto* owner = find_owner(process, kind);
    if (owner == nullptr) return {};
    if (!owner->title.is_known()) return owner->title;
    const auto& space = owner->title_space;
    return text_of((space.empty() ? "" : space + "/") + owner->title.value());
  });
}
Value read_container(const Facts& facts) {
  auto container = read_owner<OwnerKind::container>(facts);
  if (!std::holds_alternative<std::monostate>(container)) return container;
  return read_owner<OwnerKind::pod>(facts);
}
Value read_command(const Facts& facts) {
  return of_process(facts, [](const Process& process) -> Value {
    if (!process.command.is_known()) return Known<std::string>{process.command.reason()};
    return text_of(text::join_command(process.command.value()));
  });
}
Value read_kernel_id(const Facts& facts) {
  return of_kernel(facts, [](const Kernel& kernel) -> Value { return text_of(kernel.id); });
}
Value read_language(const Facts& facts) {
  return of_kernel(facts, [](const Kernel& kernel) -> Value { return kernel.language; });
}
Value read_kernel_state(const Facts& facts) {
  return of_kernel(facts, [](const Kernel& kernel) { return word(kernel.state); });
}
Value read_last_activity(const Facts& facts) {
  return of_kernel(facts, [](const Kernel& kernel) -> Value { return kernel.last_activity; });
}
/// How long an idle kernel has been so; nothing where it is not.
Value read_kernel_idle(const Facts& facts) {
  return of_kernel(facts, [&](const Kernel& kernel) -> Value {
    if (!kernel.state.is_known()) return Known<double>{kernel.state.reason()};
    if (kernel.state.value() != KernelState::idle) return {};
    return text::idle_of(kernel, facts.snapshot.time);
  });
}
Value read_connections(const Facts& facts) {
  return of_kernel(facts, [](const Kernel& kernel) { return number(kernel.connections); });
}
Value read_orphan(const Facts& facts) {
  return of_kernel(facts, [](const Kernel& kernel) -> Value { return Known{kernel.is_orphan}; });
}
/// Nothing where there is none.
Value read_server_problem(const Facts& facts) {
  return of_kernel(facts, [](const Kernel& kernel) -> Value {
    const auto& problem = kernel.server_problem;
    return problem == Known<std::string>{Missing::no_data} ? Value{} : Value{problem};
  });
}
Value read_index(const Facts& facts) {
  return of_device(facts,
                   [](const Device& device) -> Value { return text_of(to_string(device.index)); });
}
Value read_uuid(const Facts& facts) {
  return of_device(facts, [](const Device& device) -> Value { return device.uuid; });
}
Value read_device_name(const Facts& facts) {
  return of_device(facts, [](const Device& device) -> Value { return device.name; });
}
Value read_device_state(const Facts& facts) {
  return of_device(facts, [](const Device& device) -> Value {
    return text_of(std::string{name_of(device.state)});
  });
}
Value read_total(const Facts& facts) {
  return of_device(facts, [&](const Device& device) -> Value {
    return usable_memory_of(facts.snapshot.host, device);
  });
}
Value read_gpu_memory(const Facts& facts) {
  return facts.row.use == nullptr ? Value{} : facts.row.use->readings[Metric::gpu_memory];
}
Value read_mean(const Facts& facts) {
  return of_device(facts, [&](const Device& device) -> Value {
    const auto* history = facts.options.history;
    if (history == nullptr || !device.uuid.is_known()) return Known<double>{Missing::no_data};
    const auto mean = history->mean(device.uuid.value(), facts.options.window);
    // Of what is never measured there is no mean, for the same reason.
    const auto& now = device.readings[Metric::gpu_utilization];
    return mean.is_known() || now.is_known() ? mean : now;
  });
}

constexpr std::array fields{
    RowField{"name", read_name},
    RowField{"type", read_type},
    RowField{"workload_type", read_workload_type},
    RowField{"workload_pid", read_root},
    RowField{"path", read_path},
    RowField{"source", read_source},
    RowField{"certainty", read_certainty},
    RowField{"pid", read_pid},
    RowField{"ppid", read_parent},
    RowField{"inner_pid", read_inner_pid},
    RowField{"numa_group_pid", read_numa_group},
    RowField{"presence", read_presence},
    RowField{"status", read_state},
    RowField{"user", read_user},
    RowField{"hub_user", read_hub_user},
    RowField{"hub_user_certainty", read_hub_certainty},
    RowField{"container", read_container},
    RowField{"container_title", read_title<OwnerKind::container>},
    RowField{"pod", read_owner<OwnerKind::pod>},
    RowField{"pod_title", read_title<OwnerKind::pod>},
    RowField{"job", read_owner<OwnerKind::slurm_job>},
    RowField{"job_title", read_title<OwnerKind::slurm_job>},
    RowField{"unit", read_owner<OwnerKind::systemd_unit>},
    RowField{"start_time_unix_seconds", read_start},
    RowField{"command", read_command},
    RowField{"cpu_usage_ratio", process_metric<Metric::cpu_usage>},
    RowField{"resident_memory_bytes", process_metric<Metric::resident_memory>},
    RowField{"gpu_idle_seconds", process_metric<Metric::gpu_idle_time>},
    RowField{"kernel_id", read_kernel_id},
    RowField{"kernel_language", read_language},
    RowField{"kernel_state", read_kernel_state},
    RowField{"kernel_last_activity_unix_seconds", read_last_activity},
    RowField{"kernel_idle_seconds", read_kernel_idle},
    RowField{"kernel_connections", read_connections},
    RowField{"kernel_is_orphan", read_orphan},
    RowField{"server_pid", read_server},
    RowField{"server_problem", read_server_problem},
    RowField{"device_index", read_index},
    RowField{"device_uuid", read_uuid},
    RowField{"device_name", read_device_name},
    RowField{"device_state", read_device_state},
    RowField{"gpu_memory_bytes", read_gpu_memory},
    RowField{"device_memory_used_bytes", device_metric<Metric::memory_used>},
    RowField{"device_memory_total_bytes", read_total},
    RowField{"device_utilization_ratio", device_metric<Metric::gpu_utilization>},
    RowField{"device_utilization_mean_ratio", read_mean},
    RowField{"device_temperature_celsius", device_metric<Metric::temperature>},
    RowField{"device_power_draw_watts", device_metric<Metric::power_draw>},
    RowField{"device_power_limit_watts", device_metric<Metric::power_limit>},
    RowField{"device_fan_speed_ratio", device_metric<Metric::fan_speed>},
};

std::optional<Missing> reason_of(const Value& value) {
  return std::visit(
      [](const auto& known) -> std::optional<Missing> {
        if constexpr (!std::is_same_v<std::decay_t<decltype(known)>, std::monostate>) {
          if (!known.is_known()) return known.reason();
        }
        return std::nullopt;
      },
      value);
}

void write_value(json::Writer& writer, const Value& value) {
  if (value.index() == 0 || reason_of(value)) return writer.null();
  if (const auto* words = std::get_if<Known<std::string>>(&value)) {
    writer.string(words->value());
  } else if (const auto* amount = std::get_if<Known<double>>(&value)) {
    writer.number(amount->value());
  } else {
    writer.boolean(std::get<Known<bool>>(value).value());
  }
}

void write_row(json::Writer& writer, const Facts& facts) {
  writer.begin_object();
  std::vector<std::pair<std::string_view, Missing>> absent;
  for (const auto& field : fields) {
    const auto value = field.read(facts);
    writer.key(field.name);
    write_value(writer, value);
    if (const auto reason = reason_of(value)) absent.emplace_back(field.name, *reason);
  }
  writer.key("missing");
  writer.begin_object();
  for (const auto& [name, reason] : absent) {
    writer.key(name);
    writer.string(gander::name_of(reason));
  }
  writer.end_object();
  writer.end_object();
}

/// The uses that a group is about: those of its rows, and where no processes are shown those of its
/// device.
std::vector<const Use*> find_uses(const Snapshot& snapshot, const text::WorkloadGroup& group,
                                  text::WorkloadView view) {
  std::vector<const Use*> uses;
  for (const auto& row : group.rows) {
    if (row.use != nullptr) uses.push_back(row.use);
  }
  if (view != text::WorkloadView::plain) return uses;
  const auto& uuid = group.rows.front().device->uuid;
  for (const auto& process : snapshot.processes) {
    for (const auto& use : process.uses) {
      if (uuid == Known<std::string>{use.device}) uses.push_back(&use);
    }
  }
  return uses;
}

/// What the group holds on all devices shown; `null` where that is unknown of any process, for a
/// device that may not name all of them, and for one whose processes are in its instances.
std::optional<double> sum_of(const Snapshot& snapshot, const text::WorkloadGroup& group,
                             text::WorkloadView view) {
  double sum = 0;
  const bool is_device = group.kind == text::WorkloadGroupKind::device;
  const Device* device = is_device ? group.rows.front().device : nullptr;
  bool is_known =
      device == nullptr || (text::lists_all(*device) && !text::has_instances(snapshot, *device));
  for (const auto* use : find_uses(snapshot, group, view)) {
    const auto& memory = use->readings[Metric::gpu_memory];
    is_known = is_known && memory.is_known();
    sum += memory.value_or(0);
  }
  return is_known ? std::optional{sum} : std::nullopt;
}

void write_amount(json::Writer& writer, std::string_view key, std::optional<double> amount) {
  writer.key(key);
  if (amount) {
    writer.number(*amount);
  } else {
    writer.null();
  }
}

std::string number_text(double value) {
  json::Writer writer;
  writer.number(value);
  return writer.take();
}

std::string csv_text(const Value& value) {
  if (value.index() == 0 || reason_of(value)) return {};
  if (const auto* amount = std::get_if<Known<double>>(&value)) return number_text(amount->value());
  if (const auto* state = std::get_if<Known<bool>>(&value)) {
    return state->value() ? "true" : "false";
  }
  return quote_text(std::get<Known<std::string>>(value).value());
}

}  // namespace

std::string write_workload_json(const Snapshot& snapshot, const WorkloadDataOptions& options) {
  json::Writer writer;
  writer.begin_object();
  writer.key("schema");
  writer.integer(workload_schema);
  writer.key("view");
  writer.string(name_of(options.choice.view));
  writer.key("time");
  writer.string(json::write_time(snapshot.time));
  const auto counts = text::count_workloads(snapshot);
  writer.key("kernels");
  writer.unsigned_integer(counts.kernels);
  const bool is_sure = counts.doubtful_devices == 0;
  write_amount(writer, "devices_used",
               is_sure ? std::optional{static_cast<double>(counts.used_devices)} : std::nullopt);
  writer.key("devices_total");
  writer.unsigned_integer(counts.devices);
  const auto groups = group_workloads(snapshot, options.choice);
  writer.key("users");
  writer.begin_array();
  for (const auto& holding : text::sum_by_user(groups)) {
    writer.begin_object();
    writer.key("user");
    writer.string(holding.user);
    writer.key("processes");
    writer.unsigned_integer(holding.processes);
    write_amount(writer, "gpu_memory_bytes", holding.gpu_memory);
    write_amount(writer, "gpu_idle_seconds", holding.gpu_idle);
    writer.end_object();
  }
  writer.end_array();
  writer.key("groups");
  writer.begin_array();
  for (const auto& group : groups) {
    writer.begin_object();
    writer.key("kind");
    writer.string(name_of(group.kind));
    writer.key("key");
    writer.string(group.key);
    write_amount(writer, "gpu_memory_bytes", sum_of(snapshot, group, options.choice.view));
    const auto idle = text::idle_of(group);
    const bool is_known = idle.is_complete && idle.least.is_known();
    write_amount(writer, "gpu_idle_seconds",
                 is_known ? std::optional{idle.least.value()} : std::nullopt);
    writer.key("rows");
    writer.begin_array();
    for (const auto& row : group.rows) write_row(writer, {snapshot, options, row});
    writer.end_array();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return writer.take();
}

std::string write_workload_csv(const Snapshot& snapshot, const WorkloadDataOptions& options) {
  std::string out = "time,group,kind";
  for (const auto& field : fields) out.append(",").append(field.name);
  out += '\n';
  const auto time = json::write_time(snapshot.time);
  std::size_t number = 0;
  for (const auto& group : group_workloads(snapshot, options.choice)) {
    const auto place = std::to_string(++number);
    for (const auto& row : group.rows) {
      out.append(time).append(",").append(place).append(",").append(name_of(group.kind));
      for (const auto& field : fields) {
        out += ',';
        out += csv_text(field.read({snapshot, options, row}));
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace gander
