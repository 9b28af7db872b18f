// SPDX-License-Identifier: Apache-2.0
// The process box of the status page: who is on which device, and what is known about them.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "export/status_parts.hpp"
#include "text/process_gaps.hpp"
#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"

namespace gander::status {
namespace {

using text::Color;
using text::Weight;

/// Columns of the box left of the host's facts, with its frame.
constexpr int fixed_width = 45;
constexpr int longest_owner = 20;
/// The owner's column is drawn only where the command keeps so many.
constexpr int least_command = 20;

std::string percent_of(const Reading& ratio) {
  return cell(ratio, 5, [](double value) { return text::write_wide_percent(value); });
}

std::string short_percent(const Reading& ratio, DeviceState state) {
  return cell(ratio, 3, [](double value) { return text::write_percent(value); }, state);
}

auto order_of(const ProcessRow& row) {
  const bool is_gone = row.process->presence == Presence::gone;
  return std::tuple{row.device->index, is_gone, text::user_of(*row.process), row.process->pid};
}

ProcessRow make_row(const Snapshot& snapshot, const Process& process, const Use& use) {
  const auto& readings = process.readings;
  const auto resident =
      share(readings[Metric::resident_memory], snapshot.host.readings[Metric::host_memory_total]);
  const auto time = cell(readings[Metric::running_time], 4,
                         [](double seconds) { return text::write_duration(seconds); });
  return {find_device(snapshot, use.device),
          &process,
          &use,
          percent_of(readings[Metric::cpu_usage]),
          percent_of(resident),
          time,
          text::owner_of(process),
          text::command_of(process)};
}

/// Widths of the columns right of the fixed ones, for one page.
struct InfoWidths {
  int type;
  int time;
  int owner;  ///< 0: not drawn.
  int all;
};

InfoWidths info_widths(const Page& page, const ProcessRows& rows) {
  const int all = page.width - fixed_width - (rows.type_width - 1);
  const int left = all - 15 - rows.time_width;
  const bool has_room = left - rows.owner_width - 2 >= least_command;
  return {rows.type_width, rows.time_width, has_room ? rows.owner_width : 0, all};
}

std::string info_before_command(const InfoWidths& widths, const ProcessRow& row) {
  auto info = fmt::format("{} {}  {}  ", text::pad_left(row.cpu, 5), text::pad_left(row.memory, 5),
                          text::pad_left(row.time, widths.time));
  if (widths.owner > 0) info += text::pad_right(row.owner, widths.owner) + "  ";
  return info;
}

Weight weight_of(const Page& page, const Process& process) {
  const auto& viewer = page.options.viewer_uid;
  if (!viewer || *viewer == 0 || process.uid == Known{*viewer}) return Weight::normal;
  return Weight::dim;
}

Style command_style(const Page& page, const Process& process) {
  if (process.presence == Presence::gone) return {Color::red, Weight::normal};
  if (process.presence != Presence::present || process.command == Missing::no_permission) {
    return {Color::yellow, Weight::normal};
  }
  return {Color::plain, weight_of(page, process)};
}

Line draw_process(const Page& page, const InfoWidths& widths, const ProcessRow& row) {
  const auto& readings = row.use->readings;
  const auto state = row.device->state;
  const auto memory = cell(
      readings[Metric::gpu_memory], 8, [](double bytes) { return text::write_bytes(bytes); },
      state);
  const Style style{Color::plain, weight_of(page, *row.process)};
  const auto facts = fmt::format(
      " {} {} {} {} {} {} ", text::pad_left(std::to_string(row.process->pid), 7, "."),
      text::pad_right(text::type_of(*row.use), widths.type),
      text::pad_left(text::user_of(*row.process), 7, "+"), text::pad_left(memory, 8),
      text::pad_left(short_percent(readings[Metric::gpu_sm_utilization], state), 3),
      text::pad_left(short_percent(readings[Metric::gpu_memory_utilization], state), 5));
  const auto info = info_before_command(widths, row);
  Line line;
  line.add("│");
  line.add(text::pad_left(to_string(row.device->index), 4),
           {device_color(page, *row.device), Weight::normal});
  line.add(facts, style).add(info, style);
  line.add(text::pad_right(row.command, widths.all - text::display_width(info)),
           command_style(page, *row.process));
  return line.add(" │");
}

Line draw_heading(const Page& page) {
  const auto host = words(page.snapshot.host.name, 7);
  const auto& viewer = page.options.viewer;
  const bool is_root = page.options.viewer_uid == 0U;
  const int name_room = page.width - 4 - 11;
  const auto user = text::cut_right(text::safe(viewer), name_room / 2);
  const auto place = text::cut_right(host, name_room / 2 - 1);
  const int used =
      text::display_width(user) + (viewer.empty() ? 0 : 1) + text::display_width(place);
  Line line;
  line.add("│ ").add(text::pad_right("Processes:", page.width - 4 - used));
  if (!viewer.empty()) {
    line.add(user, {is_root ? Color::yellow : Color::magenta, Weight::bold});
    line.add("@", {Color::plain, Weight::bold});
  }
  return line.add(place, {Color::green, Weight::bold}).add(" │");
}

Line draw_columns(const InfoWidths& widths) {
  const ProcessRow titles{nullptr, nullptr, nullptr, "%CPU", "%MEM", "TIME", "OWNER", {}};
  const auto info = info_before_command(widths, titles) + "COMMAND";
  Line line;
  line.add("│ GPU     PID " + text::repeat(" ", widths.type) + "    USER  GPU-MEM %SM %GMBW ");
  return line.add(text::pad_right(info, widths.all)).add(" │");
}

/// Whether no device may have processes that its driver does not tell.
bool names_all_processes(const Snapshot& snapshot) {
  return std::none_of(snapshot.devices.begin(), snapshot.devices.end(), [](const Device& device) {
    return device.processes_complete == Known<bool>{false};
  });
}

/// What an empty list means: nobody, nobody asked for, nobody we can see, or that nobody could be
/// asked.
std::string empty_sentence(const Page& page) {
  const auto& snapshot = page.snapshot;
  const auto& devices = snapshot.devices;
  const bool is_down = std::any_of(snapshot.drivers.begin(), snapshot.drivers.end(),
                                   [](const DriverStatus& driver) { return driver.error; });
  const auto known = text::find_process_knowledge(snapshot);
  if (known == text::ProcessKnowledge::none || (devices.empty() && is_down)) {
    return "Processes are unknown: no GPU answers.";
  }
  const auto hidden = page.hidden.processes;
  if (hidden > 0) return fmt::format("No process matches ({} hidden).", hidden);
  if (devices.empty() && page.hidden.devices > 0) return "No process is on a device shown.";
  if (snapshot.host.initial_pid_namespace == Known{false}) {
    return "No process is shown; those outside this PID namespace may be hidden.";
  }
  if (known == text::ProcessKnowledge::some) return "No process uses another GPU.";
  if (!names_all_processes(snapshot)) {
    return "No process is shown; GPUs may not name all that use them.";
  }
  return "No process uses a GPU.";
}

/// Whose processes could not be listed, where those of others could.
std::string unlisted_sentence(const Page& page) {
  if (text::find_process_knowledge(page.snapshot) != text::ProcessKnowledge::some) return {};
  return text::write_process_gaps(page.snapshot);
}

void add_sentence(const Page& page, Lines& lines, const std::string& sentence) {
  for (const auto& part : text::wrap_whole(sentence, page.width - 4)) {
    lines.push_back(draw_row({Line{}.add(text::pad_right(" " + part, page.width - 2))}));
  }
}

}  // namespace

bool has_shared_contexts(const Snapshot& snapshot) {
  return std::any_of(
      snapshot.processes.begin(), snapshot.processes.end(), [&](const Process& process) {
        return std::any_of(process.uses.begin(), process.uses.end(), [&](const Use& use) {
          return text::type_of(use).size() > 1 && find_device(snapshot, use.device) != nullptr;
        });
      });
}

ProcessRows collect_processes(const Snapshot& snapshot) {
  ProcessRows all;
  all.type_width = has_shared_contexts(snapshot) ? 3 : 1;
  for (const auto& process : snapshot.processes) {
    for (const auto& use : process.uses) {
      auto row = make_row(snapshot, process, use);
      if (row.device != nullptr) all.rows.push_back(std::move(row));
    }
  }
  std::sort(all.rows.begin(), all.rows.end(),
            [](const ProcessRow& a, const ProcessRow& b) { return order_of(a) < order_of(b); });
  for (const auto& row : all.rows) {
    all.time_width = std::max(all.time_width, text::display_width(row.time));
    all.command_width = std::max(all.command_width, text::display_width(row.command));
    if (row.owner.empty()) continue;
    all.owner_width = std::max({all.owner_width, 5, text::display_width(row.owner)});
  }
  all.owner_width = std::min(all.owner_width, longest_owner);
  return all;
}

int preferred_width(const ProcessRows& rows) {
  if (rows.rows.empty()) return frame_width;
  const int owner = rows.owner_width > 0 ? rows.owner_width + 2 : 0;
  return fixed_width + rows.type_width - 1 + 15 + rows.time_width + owner + rows.command_width;
}

Lines draw_processes(const Page& page, const ProcessRows& rows) {
  const Cells whole{page.width - 2};
  const auto widths = info_widths(page, rows);
  Lines lines{draw_rule("═", {}, whole), draw_heading(page), draw_columns(widths),
              draw_rule("═", whole, whole)};
  for (const auto& row : rows.rows) {
    const bool is_first = &row == &rows.rows.front();
    if (!is_first && (&row - 1)->device->index.gpu != row.device->index.gpu) {
      lines.push_back(draw_rule("─", whole, whole));
    }
    lines.push_back(draw_process(page, widths, row));
  }
  const auto unlisted = unlisted_sentence(page);
  if (!unlisted.empty()) add_sentence(page, lines, unlisted);
  if (rows.rows.empty()) add_sentence(page, lines, empty_sentence(page));
  lines.push_back(draw_rule("═", whole, {}));
  return lines;
}

}  // namespace gander::status
