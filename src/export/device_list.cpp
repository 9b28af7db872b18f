// SPDX-License-Identifier: Apache-2.0
// Collects who is on each device, once, for both forms.
#include "export/device_list.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "export/availability_json.hpp"
#include "gander/device_memory.hpp"
#include "json/time.hpp"
#include "json/writer.hpp"
#include "text/decimal.hpp"
#include "text/device_words.hpp"
#include "text/memory_unit.hpp"
#include "text/objection_words.hpp"
#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "text/workload_columns.hpp"
#include "text/workload_rows.hpp"

namespace gander {
namespace {

using text::Color;
using text::Line;
using text::Weight;

enum class Mark : std::uint8_t { free, busy, doubtful };

/// Words in the order in which they first came, each with how often.
class Tally {
 public:
  void add(const std::string& word) {
    const auto found = std::ranges::find(words_, word, &std::pair<std::string, int>::first);
    if (found == words_.end()) {
      words_.emplace_back(word, 1);
    } else {
      ++found->second;
    }
  }
  /// `alice x4, bob`.
  [[nodiscard]] std::string write() const {
    std::string out;
    for (const auto& [word, count] : words_) {
      out += (out.empty() ? "" : ", ") + word;
      if (count > 1) out += " x" + std::to_string(count);
    }
    return out;
  }

 private:
  std::vector<std::pair<std::string, int>> words_;
};

/// The processes on one device; none twice.
std::vector<text::WorkloadRow> processes_on(const Snapshot& snapshot, const Device& device) {
  std::vector<text::WorkloadRow> rows;
  if (!device.uuid.is_known()) return rows;
  for (const Process& process : snapshot.processes) {
    const auto use = std::ranges::find(process.uses, device.uuid.value(), &Use::device);
    if (use == process.uses.end()) continue;
    rows.push_back({&process, &*use, &device, find_workload(snapshot, process)});
  }
  return rows;
}

bool has_owner(const Process& process) {
  return process.presence == Presence::present &&
         (process.user.is_known() || process.uid.is_known());
}

Mark mark_of(const Candidate& candidate, std::span<const text::WorkloadRow> rows) {
  const bool is_sick = candidate.device->state != DeviceState::ok &&
                       candidate.device->state != DeviceState::suspended;
  const bool is_unknown = !std::ranges::all_of(
      rows, [](const text::WorkloadRow& row) { return has_owner(*row.process); });
  if (is_sick || is_unknown) return Mark::doubtful;
  return candidate.is_free() ? Mark::free : Mark::busy;
}

std::string_view sign_of(Mark mark) {
  switch (mark) {
    case Mark::free:
      return "[ ]";
    case Mark::busy:
      return "[~]";
    case Mark::doubtful:
      break;
  }
  return "[!]";
}

std::string_view name_of(Mark mark) {
  switch (mark) {
    case Mark::free:
      return "free";
    case Mark::busy:
      return "busy";
    case Mark::doubtful:
      break;
  }
  return "doubtful";
}

Color color_of(Mark mark) {
  switch (mark) {
    case Mark::free:
      return Color::green;
    case Mark::busy:
      return Color::blue;
    case Mark::doubtful:
      break;
  }
  return Color::red;
}

/// Unix seconds at which the oldest of them started; nothing where none is known.
std::optional<double> oldest_of(std::span<const text::WorkloadRow> rows) {
  std::optional<double> oldest;
  for (const auto& row : rows) {
    const auto& start = row.process->start_time;
    if (start.is_known() && (!oldest || start.value() < *oldest)) oldest = start.value();
  }
  return oldest;
}

struct Column {
  std::string_view title;
  bool is_number = false;
};
constexpr std::array columns{
    Column{"", false},        Column{"GPU", true},    Column{"NAME", false},
    Column{"UTIL", true},     Column{"MEMORY", true}, Column{"TEMP", true},
    Column{"MHz", true},      Column{"USERS", false}, Column{"SINCE", true},
    Column{"PIDS", false},    Column{"IN", false},    Column{"COMMANDS", false},
    Column{"NOT FREE", false}};
using Cells = std::array<std::string, columns.size()>;

struct Row {
  Mark mark{};
  Cells cells;
};

std::string clock_of(const Device& device) {
  return text::cell(
      device.readings[Metric::sm_clock], 7,
      [](double hertz) { return text::write_decimal(hertz / 1e6, 0); }, device.state);
}

/// The container, pod or job it belongs to; what it runs stands in a column of its own.
std::string belonging_of(const Process& process) {
  for (const Owner& owner : process.owners) {
    const bool is_place = owner.kind == OwnerKind::container || owner.kind == OwnerKind::pod ||
                          owner.kind == OwnerKind::slurm_job ||
                          owner.kind == OwnerKind::environment;
    if (is_place) return text::owner_label(owner);
  }
  return {};
}

Row make_row(const Snapshot& snapshot, const Candidate& candidate) {
  const Device& device = *candidate.device;
  const auto processes = processes_on(snapshot, device);
  Tally users;
  Tally owners;
  Tally names;
  std::string pids;
  for (const auto& row : processes) {
    users.add(has_owner(*row.process) ? text::user_of(*row.process) : "?");
    if (const auto owner = belonging_of(*row.process); !owner.empty()) owners.add(owner);
    names.add(text::safe(text::name_of(row)));
    pids += (pids.empty() ? "" : ",") + std::to_string(row.process->pid);
  }
  const auto oldest = oldest_of(processes);
  const auto mark = mark_of(candidate, processes);
  return {mark,
          {std::string{sign_of(mark)}, to_string(device.index), text::short_name(device),
           text::utilization_cell(device),
           text::write_memory_of(device.readings[Metric::memory_used],
                                 usable_memory_of(snapshot.host, device), text::MemoryUnit::gib),
           text::temperature_cell(device), clock_of(device), users.write(),
           oldest ? text::write_age(snapshot.time - *oldest) : std::string{}, pids, owners.write(),
           names.write(), text::write_objections(candidate)}};
}

using Widths = std::array<int, columns.size()>;

/// Columns in which nothing stands have no width, and are left out.
Widths measure(const std::vector<Row>& rows) {
  Widths widths{};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (const Row& row : rows) {
      widths[i] = std::max(widths[i], text::display_width(row.cells[i]));
    }
    if (widths[i] > 0) widths[i] = std::max(widths[i], text::display_width(columns[i].title));
  }
  return widths;
}

Line draw(const Widths& widths, const auto& text_of, text::Style style) {
  std::string words;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (widths[i] == 0) continue;
    if (i > 0) words += "  ";
    const std::string_view text = text_of(i);
    words += columns[i].is_number ? text::pad_left(text, widths[i], "")
                                  : text::pad_right(text, widths[i], "");
  }
  words.erase(words.find_last_not_of(' ') + 1);
  return Line{}.add(words, style);
}

Known<std::string> moment_of(const Process& process) {
  if (!process.start_time.is_known()) return process.start_time.reason();
  return json::write_time(process.start_time.value());
}

void write_process(json::Writer& writer, const text::WorkloadRow& row) {
  const Process& process = *row.process;
  writer.begin_object();
  KnownWriter known{writer};
  writer.key("pid");
  writer.integer(process.pid);
  writer.key("presence");
  writer.string(name_of(process.presence));
  known.string("user", process.user);
  writer.key("name");
  writer.string(text::name_of(row));
  writer.key("owner");
  const auto owner = belonging_of(process);
  if (owner.empty()) {
    writer.null();
  } else {
    writer.string(owner);
  }
  writer.key("command");
  writer.string(text::command_of(process));
  known.string("start_time", moment_of(process));
  known.number("gpu_memory_bytes", row.use->readings[Metric::gpu_memory]);
  known.finish();
  writer.end_object();
}

void write_device(json::Writer& writer, const Snapshot& snapshot, const Candidate& candidate) {
  const Device& device = *candidate.device;
  const auto processes = processes_on(snapshot, device);
  writer.begin_object();
  KnownWriter known{writer};
  write_candidate(writer, known, candidate);
  writer.key("mark");
  writer.string(name_of(mark_of(candidate, processes)));
  writer.key("state");
  writer.string(name_of(device.state));
  known.number("utilization_ratio", device.readings[Metric::gpu_utilization]);
  known.number("memory_used_bytes", device.readings[Metric::memory_used]);
  known.number("memory_total_bytes", usable_memory_of(snapshot.host, device));
  known.number("temperature_celsius", device.readings[Metric::temperature]);
  known.number("sm_clock_hertz", device.readings[Metric::sm_clock]);
  writer.key("since");
  if (const auto oldest = oldest_of(processes)) {
    writer.string(json::write_time(*oldest));
  } else {
    writer.null();
  }
  writer.key("processes");
  writer.begin_array();
  for (const auto& row : processes) write_process(writer, row);
  writer.end_array();
  known.finish();
  writer.end_object();
}

}  // namespace

std::string write_device_list(const Snapshot& snapshot, std::span<const Candidate> candidates,
                              const DeviceListOptions& options) {
  std::vector<Row> rows;
  rows.reserve(candidates.size());
  for (const Candidate& candidate : candidates) rows.push_back(make_row(snapshot, candidate));
  const auto widths = measure(rows);
  std::vector<Line> lines;
  if (!rows.empty()) {
    lines.push_back(
        draw(widths, [](std::size_t i) { return columns[i].title; }, {Color::plain, Weight::bold}));
  }
  for (const Row& row : rows) {
    lines.push_back(draw(widths, [&](std::size_t i) -> std::string_view { return row.cells[i]; },
                         {color_of(row.mark), {}}));
  }
  if (options.width > 0) {
    for (auto& line : lines) line = line.cut(options.width, "…");
  }
  return text::write(lines, options.rendering);
}

std::string write_device_list_json(const Snapshot& snapshot,
                                   std::span<const Candidate> candidates) {
  json::Writer writer;
  writer.begin_object();
  writer.key("schema");
  writer.integer(device_list_schema);
  writer.key("time");
  writer.string(json::write_time(snapshot.time));
  writer.key("devices");
  writer.begin_array();
  for (const Candidate& candidate : candidates) write_device(writer, snapshot, candidate);
  writer.end_array();
  writer.end_object();
  return writer.take();
}

}  // namespace gander
