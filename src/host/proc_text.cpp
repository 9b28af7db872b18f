// SPDX-License-Identifier: Apache-2.0
// Bodies of proc_text.hpp.
#include "host/proc_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "host/words.hpp"
#include "model/whole_number.hpp"

namespace gander::host {
namespace {

constexpr std::size_t most_namespaces = 64;  // the kernel nests 32
constexpr double bytes_per_kibibyte = 1024;

/// `Key:   123 kB` in bytes, where `line` has that key.
void read_kibibytes(std::string_view line, std::string_view key, std::optional<double>& into) {
  if (!line.starts_with(key)) return;
  line.remove_prefix(key.size());
  if (const auto value = find_whole_number<std::uint64_t>(take_word(line))) {
    into = static_cast<double>(*value) * bytes_per_kibibyte;
  }
}

void read_count(std::string_view line, std::optional<double>& into) {
  if (const auto value = find_whole_number<std::uint64_t>(take_word(line))) {
    into = static_cast<double>(*value);
  }
}

/// A load that a person would believe; from_chars also reads `inf` and `nan`.
std::optional<double> load(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  if (!std::isfinite(value) || value < 0) return {};
  return value;
}

}  // namespace

StatusText parse_status(std::string_view text) {
  StatusText status;
  while (!text.empty()) {
    auto line = take(text, '\n');
    const auto key = take(line, ':');
    if (key == "Uid") status.uid = find_whole_number<std::uint32_t>(take_word(line));
    if (key == "Ngid") {
      const auto group = find_whole_number<Pid>(take_word(line));
      if (group && *group > 0) status.numa_group = group;
    }
    if (key == "voluntary_ctxt_switches") read_count(line, status.voluntary_switches);
    if (key == "nonvoluntary_ctxt_switches") read_count(line, status.involuntary_switches);
    if (key != "NSpid") continue;
    while (status.namespace_pids.size() < most_namespaces) {
      const auto pid = find_whole_number<Pid>(take_word(line));
      if (!pid) break;
      status.namespace_pids.push_back(*pid);
    }
  }
  return status;
}

ProcessIoText parse_process_io(std::string_view text) {
  ProcessIoText io;
  while (!text.empty()) {
    auto line = take(text, '\n');
    const auto key = take(line, ':');
    if (key == "read_bytes") read_count(line, io.read);
    if (key == "write_bytes") read_count(line, io.written);
  }
  return io;
}

std::vector<std::string> parse_command(std::string_view text) {
  std::vector<std::string> arguments;
  // A program may have been given nothing but one empty argument: that is not no command line.
  if (!text.empty() && text.find_first_not_of('\0') == std::string_view::npos) return {""};
  const auto last = text.find_last_not_of('\0');
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  while (!text.empty()) arguments.emplace_back(take(text, '\0'));
  return arguments;
}

std::optional<RunState> find_run_state_of(char letter) {
  switch (letter) {
    case 'R':
      return RunState::running;
    case 'S':
      return RunState::sleeping;
    case 'D':
      return RunState::disk_sleep;
    case 'T':
      return RunState::stopped;
    case 't':
      return RunState::tracing;
    case 'Z':
      return RunState::zombie;
    case 'X':
    case 'x':
      return RunState::dead;
    case 'I':
      return RunState::idle;
    default:
      return {};
  }
}

MemoryText parse_memory(std::string_view text) {
  MemoryText memory;
  while (!text.empty()) {
    const auto line = take(text, '\n');
    read_kibibytes(line, "MemTotal:", memory.total);
    read_kibibytes(line, "MemAvailable:", memory.available);
    read_kibibytes(line, "SwapTotal:", memory.swap_total);
    read_kibibytes(line, "SwapFree:", memory.swap_free);
  }
  return memory;
}

std::optional<ProcessorText> parse_processors(std::string_view text) {
  // Guest time is part of user time already, so only the first eight columns are added up.
  constexpr std::size_t columns = 8;
  constexpr std::size_t idle = 3;
  constexpr std::size_t waiting = 4;
  auto line = take(text, '\n');
  if (take_word(line) != "cpu") return {};
  ProcessorText processors;
  for (std::size_t column = 0; column < columns; ++column) {
    const auto ticks = find_whole_number<std::uint64_t>(take_word(line));
    if (!ticks) return {};
    processors.total += static_cast<double>(*ticks);
    if (column != idle && column != waiting) processors.busy += static_cast<double>(*ticks);
  }
  while (text.starts_with("cpu")) {
    ++processors.online;
    take(text, '\n');
  }
  return processors;
}

std::optional<LoadText> parse_load(std::string_view text) {
  const auto one = load(take_word(text));
  const auto five = load(take_word(text));
  const auto fifteen = load(take_word(text));
  if (!one || !five || !fifteen) return {};
  return LoadText{*one, *five, *fifteen};
}

bool hides_processes(std::string_view mountinfo) {
  bool hides = false;
  while (!mountinfo.empty()) {
    auto line = take(mountinfo, '\n');
    for (int field = 0; field < 4; ++field) take_word(line);
    if (take_word(line) != "/proc") continue;
    const auto separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    auto options = line.substr(separator + 3);
    take_word(options);
    take_word(options);
    options = take_word(options);
    hides = false;  // the last mount on a place is the one that is seen
    while (!options.empty()) {
      const auto option = take(options, ',');
      if (!option.starts_with("hidepid=")) continue;
      hides = option != "hidepid=0" && option != "hidepid=off";
    }
  }
  return hides;
}

bool asks_files_first(std::string_view nsswitch) {
  while (!nsswitch.empty()) {
    auto line = take(nsswitch, '\n');
    if (take(line, ':') == "passwd") return take_word(line) == "files";
  }
  return true;
}

std::optional<std::string> find_user_name(std::string_view passwd, std::uint32_t uid) {
  while (!passwd.empty()) {
    auto line = take(passwd, '\n');
    const auto name = take(line, ':');
    take(line, ':');
    if (name.empty() || name.front() == '+' || name.front() == '-') continue;
    if (find_whole_number<std::uint32_t>(take(line, ':')) == uid) return std::string{name};
  }
  return {};
}

}  // namespace gander::host
