// SPDX-License-Identifier: Apache-2.0
// `gander notebooks` and `gander devices`: looks, narrows, prints, and says what was asked in vain;
// or opens the monitor on its screen for them.
#include "cli/command/workloads.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "cli/drawing.hpp"
#include "cli/environment.hpp"
#include "cli/machine.hpp"
#include "cli/monitor.hpp"
#include "cli/print.hpp"
#include "cli/selection.hpp"
#include "cli/view.hpp"
#include "cli/watch.hpp"
#include "cli/window.hpp"
#include "export/workload_data.hpp"
#include "export/workload_page.hpp"
#include "os/clock.hpp"
#include "os/terminal.hpp"

namespace gander::cli {
namespace {

using text::ColumnId;
using text::Verbosity;
using text::WorkloadView;

/// The columns whose values are printed, or looked at by conditions.
std::vector<ColumnId> find_columns_read(const WorkloadArguments& arguments) {
  auto options = arguments.page.table;
  if (arguments.form != WorkloadForm::page) {
    options.shows_all = true;
    options.hide.clear();
  }
  auto columns = choose_columns(options);
  for (const auto id : {ColumnId::process_memory, ColumnId::util}) columns.push_back(id);
  if (options.choice.sort == text::WorkloadSort::cpu) columns.push_back(ColumnId::cpu);
  if (options.choice.sort == text::WorkloadSort::rss) columns.push_back(ColumnId::rss);
  return columns;
}

Demand find_demand(const WorkloadArguments& arguments) {
  const auto& choice = arguments.page.table.choice;
  Demand demand;
  demand.metrics = text::metrics_of(find_columns_read(arguments));
  if (arguments.interval) {
    demand.interval = std::chrono::milliseconds{std::lround(*arguments.interval * 1000)};
  }
  // What a device has that shares the memory of the host.
  demand.metrics.insert(Metric::host_memory_total);
  if (arguments.page.has_users) {
    demand.metrics.insert(Metric::gpu_memory).insert(Metric::gpu_idle_time);
  }
  if (demand.metrics.contains(Metric::gpu_idle_time)) {
    for (const auto metric : {Metric::gpu_sm_utilization, Metric::gpu_memory_utilization,
                              Metric::gpu_encoder_utilization, Metric::gpu_decoder_utilization}) {
      demand.metrics.insert(metric);
    }
  }
  if (arguments.page.has_footnote) {
    for (const auto metric :
         {Metric::cpu_utilization, Metric::host_memory_used, Metric::host_memory_total}) {
      demand.metrics.insert(metric);
    }
  }
  demand.device_detail = false;
  // Numbers of kernels and of devices in use stand beside the devices alone as well.
  const bool counts = arguments.page.has_footnote || arguments.form == WorkloadForm::json;
  demand.processes = choice.view != WorkloadView::plain || counts;
  if (!demand.processes) return demand;
  // Members without a device, and kernels to be counted, are found among all processes only.
  const bool needs_all = choice.verbosity != Verbosity::holders || counts;
  demand.attribution = needs_all ? Attribution::everything : Attribution::servers;
  return demand;
}

/// Whether anything that is shown takes two looks: shares of processors, means, idle times.
bool needs_two_looks(const WorkloadArguments& arguments, const Demand& demand) {
  if (arguments.is_window_chosen || arguments.form != WorkloadForm::page) return true;
  const auto columns = find_columns_read(arguments);
  const bool has_mean = std::ranges::find(columns, ColumnId::util_ma) != columns.end();
  return has_mean || demand.metrics.contains(Metric::cpu_usage) ||
         demand.metrics.contains(Metric::cpu_utilization);
}

/// One or two looks, each remembered for averages.
SnapshotPointer look(sample::Sampler& sampler, const WorkloadArguments& arguments,
                     text::UtilizationHistory& history) {
  const auto demand = find_demand(arguments);
  auto snapshot = sample_patiently(sampler, demand);
  history.add(*snapshot);
  const bool is_enough = arguments.window <= 0 || !needs_two_looks(arguments, demand);
  if (is_enough || !works(*snapshot)) return snapshot;
  look_through(
      Seconds{arguments.window}, [](Seconds time) { std::this_thread::sleep_for(time); },
      [&] {
        snapshot = sampler.sample_once(demand);
        history.add(*snapshot);
      });
  return snapshot;
}

/// A moment of looking tells nothing about idleness: only a time that somebody chose does.
Snapshot forget_idle_times(Snapshot snapshot, const WorkloadArguments& arguments) {
  if (arguments.is_window_chosen) return snapshot;
  for (auto& process : snapshot.processes) {
    process.readings[Metric::gpu_idle_time] = Missing::no_data;
  }
  return snapshot;
}

/// What was asked for, in the words of `gander status`.
StatusArguments find_wishes(const WorkloadArguments& arguments) {
  const auto& wanted = arguments.page.table.choice.filter.wanted;
  StatusArguments wishes;
  wishes.only = wanted.devices;
  wishes.only_visible = arguments.only_visible;
  if (arguments.only_mine || !wanted.users.empty()) wishes.users = wanted.users;
  wishes.pids = wanted.pids;
  return wishes;
}

/// The same but for processes that are there: also one without a device is.
StatusArguments find_doubtful_wishes(const WorkloadArguments& arguments, const Snapshot& snapshot) {
  auto wishes = find_wishes(arguments);
  forget_present(wishes.pids, snapshot);
  return wishes;
}

std::string write_text(const WorkloadArguments& arguments, const Snapshot& snapshot,
                       const text::UtilizationHistory& history) {
  const auto& table = arguments.page.table;
  const WorkloadDataOptions data{table.choice, &history, table.cells.window};
  if (arguments.form == WorkloadForm::json) return write_workload_json(snapshot, data) + "\n";
  if (arguments.form == WorkloadForm::csv) return write_workload_csv(snapshot, data);
  const auto drawing = find_drawing({arguments.ascii, arguments.force_color});
  auto page = arguments.page;
  page.rendering = drawing.rendering;
  if (arguments.no_color) page.rendering.color = text::ColorMode::plain;
  // What another program reads is cut only where somebody said how wide.
  page.width = drawing.known_width.value_or(0);
  page.table.cells.history = &history;
  page.table.cells.write_time = os::local_date_time;
  return write_workload_page(snapshot, page);
}

/// A hub knows people whom the system does not.
Selection leave_out_hub_users(Selection selection, const Snapshot& snapshot) {
  std::erase_if(selection.users, [&](const std::string& user) {
    return std::any_of(snapshot.workloads.begin(), snapshot.workloads.end(),
                       [&](const Workload& workload) {
                         return workload.hub_user_certainty == Certainty::certain &&
                                workload.hub_user == Known<std::string>{user};
                       });
  });
  return selection;
}

ExitCode complain_about(const WorkloadArguments& arguments, const Snapshot& snapshot,
                        const Selection& selection) {
  const auto verdict = judge_answers(snapshot, selection);
  complain_about(snapshot, verdict);
  auto mistakes = find_mistakes(find_doubtful_wishes(arguments, snapshot), snapshot,
                                leave_out_hub_users(selection, snapshot));
  const auto& filter = arguments.page.table.choice.filter;
  const bool has_history = arguments.is_window_chosen || arguments.watches;
  if ((filter.least_idle || filter.below_idle) && !has_history) {
    mistakes.emplace_back(
        "idle times are unknown: no history; --window SECONDS watches for so long");
  }
  for (const auto& mistake : mistakes) complain(mistake);
  return mistakes.empty() ? verdict.code : std::max(verdict.code, ExitCode::incomplete);
}

/// With devices and users as the machine has them.
WorkloadArguments resolve(WorkloadArguments arguments, const Selection& selection) {
  auto& wanted = arguments.page.table.choice.filter.wanted;
  wanted.devices = selection.devices;
  wanted.users = selection.users;
  return arguments;
}

std::string drop_line(const std::string& text) { return text.substr(text.find('\n') + 1); }

/// Looks again and again, each look printed as the one before.
ExitCode watch_workloads(sample::Sampler& sampler, const WorkloadArguments& arguments) {
  const bool is_page = arguments.form == WorkloadForm::page;
  Watch wish{find_demand(arguments), is_page ? succession_of_pages() : Succession::append, {}};
  text::UtilizationHistory history{arguments.page.table.cells.window};
  bool is_first = true;
  wish.draw = [&](const Snapshot& snapshot) {
    history.add(snapshot);
    const auto selection = find_selection(find_doubtful_wishes(arguments, snapshot), snapshot);
    auto text = write_text(resolve(arguments, selection), snapshot, history);
    const bool is_rest = !std::exchange(is_first, false);
    return is_rest && arguments.form == WorkloadForm::csv ? drop_line(text) : text;
  };
  return watch(sampler, wish, [&](const Snapshot& snapshot) {
    const auto selection = find_selection(find_doubtful_wishes(arguments, snapshot), snapshot);
    static_cast<void>(complain_about(arguments, snapshot, selection));
  });
}

/// The views as the command line wants them: conditions and forms hold for all, columns, order and
/// pattern for the one that was named.
void prepare(const WorkloadArguments& arguments, tui::ViewState& state) {
  const auto& page = arguments.page;
  const auto named = page.table.choice.view;
  for (const auto each : tui::workload_views) {
    auto& view = state.notebooks.of(each);
    const auto write_time = view.table.cells.write_time;
    auto table = page.table;
    if (each != named) {
      table.choice.view = each;
      table.choice.filter.pattern.reset();
      table.choice.sort = {};
      table.choice.is_reversed = false;
      table.show.clear();
      table.hide.clear();
    }
    view.table = std::move(table);
    view.table.cells.write_time = write_time;
    if (page.lines) view.lines = *page.lines;
    view.has_footnote = !arguments.hides_footnote;
    view.has_legend = !arguments.hides_legend;
  }
  state.notebooks.show(named);
  state.notebooks.keep();
  state.screen = tui::Screen::notebooks;
}

/// The view that was shown last, as it is printed once.
std::string write_last(WorkloadArguments arguments, const tui::AppEnd& end) {
  const auto& view = end.state.notebooks.now();
  arguments.page.table = view.table;
  arguments.page.table.choice = tui::notebook_choice(*end.last, end.state);
  arguments.page.lines = view.lines;
  arguments.page.has_footnote = view.has_footnote;
  arguments.ascii = end.state.charset == tui::Charset::ascii;
  return write_text(arguments, *end.last, end.utilization);
}

StatusArguments find_screen_wishes(const WorkloadArguments& arguments) {
  auto wishes = find_wishes(arguments);
  wishes.monitor = MonitorWish::asked;
  wishes.ascii = arguments.ascii;
  wishes.force_color = arguments.force_color;
  wishes.screen.interval = arguments.interval;
  wishes.screen.readonly = arguments.readonly;
  return wishes;
}

/// The monitor on its screen of notebooks. Comes back only where it could not begin.
ExitCode open_screen(const WorkloadArguments& arguments) {
  MonitorStart start;
  start.prepare = [&](tui::ViewState& state) { prepare(arguments, state); };
  start.write_last = [&](const tui::AppEnd& end) { return write_last(arguments, end); };
  start.lists_all_processes = true;
  start.has_colors = !arguments.no_color;
  return open_monitor(find_screen_wishes(arguments), start).value_or(ExitCode::incomplete);
}

}  // namespace

ExitCode run(const WorkloadArguments& arguments) {
  const bool is_page = arguments.form == WorkloadForm::page;
  if (arguments.watches && is_page && has_screen()) return open_screen(arguments);
  const auto sampler = open_machine();
  if (arguments.watches) leave(watch_workloads(*sampler, arguments), *sampler);
  text::UtilizationHistory history;
  const auto latest = look(*sampler, arguments, history);
  const auto snapshot = forget_idle_times(*latest, arguments);
  const auto selection = find_selection(find_doubtful_wishes(arguments, snapshot), snapshot);
  const auto printed =
      print(write_text(resolve(arguments, selection), snapshot, history), ExitCode::fine);
  const auto code = complain_about(arguments, snapshot, selection);
  leave(printed == ExitCode::fine ? code : printed, *sampler);
}

}  // namespace gander::cli
