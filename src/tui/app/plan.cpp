// SPDX-License-Identifier: Apache-2.0
// Divides the main screen among its panels.
#include <algorithm>

#include "tui/app/layout.hpp"

namespace gander::tui {
namespace {

/// Rows the processes keep where devices could take all: frame, titles and one row.
constexpr int least_processes = 6;
/// Rows of the processes that no wish of a person takes away: titles and one row.
constexpr int kept_processes = 3;
/// Rows of devices beside graphs that a person wants.
constexpr int least_devices = 4;
/// Fewer rows than this hold no host and no frame around the processes.
constexpr int host_from = 9;

/// What each panel would need in each of its forms.
struct Needs {
  int devices_full{};
  int devices_compact{};
  int devices_columns{};
  int processes_apart{};
  int processes_together{};
};

Needs needs_of(const View& view, int columns) {
  Needs needs;
  if (view.state.show_devices) {
    needs.devices_full = device_rows(view, DeviceForm::full, columns);
    needs.devices_compact = device_rows(view, DeviceForm::compact, columns);
    needs.devices_columns = device_rows(view, DeviceForm::columns, columns);
  }
  if (view.state.show_processes) {
    const ProcessNeeds processes = process_rows(view);
    needs.processes_apart = std::max(least_processes, processes.apart);
    needs.processes_together = std::max(least_processes, processes.together);
  }
  return needs;
}

/// Rows of the host in a form. Graphs need a rule above them, which devices have already.
int rows_of_host(const View& view, HostForm form) {
  if (!view.state.show_host) return 0;
  const bool needs_rule =
      form == HostForm::full && panel_above(view.state, MainPanel::host) != MainPanel::devices;
  return host_rows(view.state, form) + (needs_rule ? 1 : 0);
}

Plan forced_plan(const View& view, const Needs& needs) {
  const bool is_full = view.state.mode == Mode::full;
  Plan plan{.head = 1, .status = 1};
  plan.device_form = is_full ? DeviceForm::full : DeviceForm::compact;
  plan.host_form = is_full ? HostForm::full : HostForm::compact;
  plan.separation = is_full ? Separation::rules : Separation::none;
  plan.devices = is_full ? needs.devices_full : needs.devices_compact;
  plan.host = rows_of_host(view, plan.host_form);
  plan.processes = is_full ? needs.processes_apart : needs.processes_together;
  return plan;
}

/// Forms by what fits, as nvitop shrinks: devices, then host, then rules.
Plan fitting_forms(const View& view, const Needs& needs, int rows) {
  Plan plan{.head = 1, .status = 1};
  const int lines = plan.head + plan.status;
  const int graphs = rows_of_host(view, HostForm::full);
  const int bars = rows_of_host(view, HostForm::compact);
  const auto fits = [&](int devices, int host) {
    return rows >= lines + devices + host + needs.processes_apart;
  };
  plan.device_form = fits(needs.devices_full, graphs) ? DeviceForm::full : DeviceForm::compact;
  plan.host_form = fits(needs.devices_compact, graphs) ? HostForm::full : HostForm::compact;
  if (view.state.host_rows > 0) {
    const bool holds_graphs = rows >= lines + least_devices + graphs + least_processes;
    const bool has_graphs = view.state.host_rows >= least_graph_rows && holds_graphs;
    plan.host_form = has_graphs ? HostForm::full : HostForm::compact;
    const int host = rows_of_host(view, plan.host_form);
    plan.device_form = fits(needs.devices_full, host) ? DeviceForm::full : DeviceForm::compact;
  }
  plan.separation = fits(needs.devices_compact, bars) ? Separation::rules : Separation::none;
  plan.devices = plan.device_form == DeviceForm::full ? needs.devices_full : needs.devices_compact;
  plan.host = rows_of_host(view, plan.host_form);
  return plan;
}

/// Devices as high as the user wants them: the best form that this holds.
void give_rows(const View& view, const Needs& needs, Plan& plan, Size size) {
  const int kept = view.state.show_processes ? kept_processes : 0;
  const int room = std::max(0, size.rows - plan.head - plan.status - plan.host - kept);
  const int rows = std::min(view.state.device_rows, room);
  if (rows >= needs.devices_full) {
    plan.device_form = DeviceForm::full;
    plan.devices = needs.devices_full;
  } else if (rows >= needs.devices_compact) {
    plan.device_form = DeviceForm::compact;
    plan.devices = needs.devices_compact;
  } else {
    plan.device_form = DeviceForm::columns;
    plan.devices = std::min(short_device_rows(view, {rows, size.columns}), rows);
  }
}

/// Rows the processes should have beside devices that can be drawn in less: all they need, or a
/// good part of the terminal.
int wanted_by_processes(const Needs& needs, int rows) {
  return std::min(needs.processes_together, std::max(least_processes, rows * 5 / 12));
}

/// Where not even the compact forms fit: GPUs side by side, then lists that scroll.
void squeeze(const View& view, const Needs& needs, Plan& plan, Size size) {
  if (size.rows < host_from) plan.host = 0;
  const int room = size.rows - plan.head - plan.status - plan.host;
  const int wanted = wanted_by_processes(needs, size.rows);
  if (plan.devices <= room - wanted || needs.devices_columns == 0) return;
  plan.device_form = DeviceForm::columns;
  const int kept = needs.devices_columns <= room - wanted
                       ? wanted
                       : std::min(least_processes, needs.processes_together);
  const int most = std::max(room - kept, room / 2);
  plan.devices = std::min(short_device_rows(view, {most, size.columns}), most);
}

}  // namespace

Plan plan_main(const View& view, Size size) {
  const Needs needs = needs_of(view, size.columns);
  if (view.state.mode != Mode::automatic) {
    Plan plan = forced_plan(view, needs);
    if (view.state.show_processes) {
      plan.processes = std::max(plan.processes, size.rows - (plan.rows() - plan.processes));
    }
    return plan;
  }
  Plan plan = fitting_forms(view, needs, size.rows);
  if (view.state.device_rows > 0 && view.state.show_devices && size.rows >= host_from) {
    give_rows(view, needs, plan, size);
  } else {
    squeeze(view, needs, plan, size);
  }
  const int left = size.rows - plan.rows();
  if (view.state.show_processes) plan.processes = std::max(0, left);
  return plan;
}

}  // namespace gander::tui
