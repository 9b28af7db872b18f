// SPDX-License-Identifier: Apache-2.0
// Bodies of endings.hpp.
#include "export/endings.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <vector>

#include "export/known_json.hpp"
#include "json/time.hpp"
#include "json/writer.hpp"
#include "text/memory_unit.hpp"
#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/words.hpp"

namespace gander {
namespace {

constexpr std::array<std::string_view, 6> titles{"PID", "USER", "GPU", "MEMORY", "COMMAND", ""};
constexpr std::size_t command_column = 4;
/// Enough to know a command by; JSON has it whole.
constexpr int widest_command = 60;
constexpr int widest_reason = 9;
using Cells = std::array<std::string, titles.size()>;

std::string name_of_signal(int signal) {
  switch (signal) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    case SIGKILL:
      return "SIGKILL";
    default:
      return "signal " + std::to_string(signal);
  }
}

std::string_view say(Mercy mercy, const Process& process) {
  switch (mercy) {
    case Mercy::stranger:
      return process.uid.is_known() ? "left alone: not of whom you named"
                                    : "left alone: nobody knows whose it is";
    case Mercy::graphics:
      return "left alone: it only draws";
    case Mercy::ours:
      return "left alone: this command runs in it";
  }
  return "left alone";
}

std::string say(const ProcessEnding& ending) {
  switch (ending.kind) {
    case EndingKind::pending:
      return {};
    case EndingKind::ended:
      return ending.signal == 0 ? "had ended" : "ended after " + name_of_signal(ending.signal);
    case EndingKind::stayed:
      return "is still there after " + name_of_signal(ending.signal);
    case EndingKind::refused:
      return ending.error ? text::safe(ending.error->message) : "refused";
  }
  return {};
}

std::string devices_of(const EndingTarget& target) {
  std::string indices;
  for (const Device* device : target.devices) {
    indices += (indices.empty() ? "" : ",") + to_string(device->index);
  }
  return indices;
}

Cells make_cells(const EndingTarget& target) {
  const Process& process = *target.process;
  const auto& memory = target.gpu_memory;
  return {std::to_string(process.pid),
          text::user_of(process),
          devices_of(target),
          memory.is_known() ? text::write_memory(memory.value(), text::MemoryUnit::automatic)
                            : std::string{text::missing_word(memory.reason(), widest_reason)},
          text::cut_right(text::safe(text::command_of(process)), widest_command),
          target.mercy ? std::string{say(*target.mercy, process)} : say(target.ending)};
}

void write_target(json::Writer& writer, const EndingTarget& target) {
  const Process& process = *target.process;
  writer.begin_object();
  KnownWriter known{writer};
  writer.key("pid");
  writer.integer(process.pid);
  known.string("start_time", process.start_time.is_known()
                                 ? Known<std::string>{json::write_time(process.start_time.value())}
                                 : process.start_time.reason());
  known.string("user", process.user);
  known.string("name", process.name);
  writer.key("command");
  writer.string(text::command_of(process));
  writer.key("devices");
  writer.begin_array();
  for (const Device* device : target.devices) writer.string(to_string(device->index));
  writer.end_array();
  known.number("gpu_memory_bytes", target.gpu_memory);
  writer.key("left_alone");
  target.mercy ? writer.string(name_of(*target.mercy)) : writer.null();
  writer.key("ending");
  writer.string(name_of(target.ending.kind));
  writer.key("signal");
  target.ending.signal == 0 ? writer.null() : writer.string(name_of_signal(target.ending.signal));
  writer.key("error");
  target.ending.error ? writer.string(target.ending.error->message) : writer.null();
  known.finish();
  writer.end_object();
}

}  // namespace

std::string write_endings(std::span<const EndingTarget> targets) {
  std::vector<Cells> rows;
  rows.emplace_back();
  std::ranges::copy(titles, rows.front().begin());
  for (const auto& target : targets) rows.push_back(make_cells(target));
  std::array<int, titles.size()> widths{};
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      widths[i] = std::max(widths[i], text::display_width(cells[i]));
    }
  }
  std::string page;
  for (const Cells& cells : rows) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const bool is_number = i == 0 || i + 1 == command_column;
      line += is_number ? text::pad_left(cells[i], widths[i], "")
                        : text::pad_right(cells[i], widths[i], "");
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    page += line + "\n";
  }
  return page;
}

std::string write_endings_json(const Snapshot& snapshot, std::span<const EndingTarget> targets,
                               bool is_dry) {
  json::Writer writer;
  writer.begin_object();
  writer.key("schema");
  writer.integer(endings_schema);
  writer.key("time");
  writer.string(json::write_time(snapshot.time));
  writer.key("is_dry_run");
  writer.boolean(is_dry);
  writer.key("processes");
  writer.begin_array();
  for (const auto& target : targets) write_target(writer, target);
  writer.end_array();
  writer.end_object();
  return writer.take();
}

}  // namespace gander
