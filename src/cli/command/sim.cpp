// SPDX-License-Identifier: Apache-2.0
// `gander sim`: runs, lists and changes simulated machines.
#include "cli/command/sim.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "cli/print.hpp"
#include "json/writer.hpp"
#include "sim/sim.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"

namespace gander::cli {
namespace {

int as_status(ExitCode code) { return static_cast<int>(code); }

std::string write_list(const sim::Machines& machines) {
  int width = 0;
  for (const auto& machine : machines.known) {
    width = std::max(width, text::display_width(text::safe(machine.name)));
  }
  std::string out;
  for (const auto& machine : machines.known) {
    out += text::pad_right(text::safe(machine.name), width) + "  " + text::safe(machine.summary) +
           "\n";
  }
  for (const auto& machine : machines.running) {
    out += "running: " + text::safe(machine.name) + ", GANDER_SIM=" + text::safe(machine.folder) +
           "\n";
  }
  return out;
}

void write_known(json::Writer& out, const sim::KnownMachine& machine) {
  out.begin_object();
  out.key("name");
  out.string(machine.name);
  out.key("summary");
  out.string(machine.summary);
  out.key("file");
  out.string(machine.file);
  out.end_object();
}

void write_running(json::Writer& out, const sim::RunningMachine& machine) {
  out.begin_object();
  out.key("name");
  out.string(machine.name);
  out.key("folder");
  out.string(machine.folder);
  out.key("launcher_pid");
  out.integer(machine.launcher_pid);
  out.end_object();
}

std::string write_list_json(const sim::Machines& machines) {
  json::Writer out;
  out.begin_object();
  out.key("machines");
  out.begin_array();
  for (const auto& machine : machines.known) write_known(out, machine);
  out.end_array();
  out.key("running");
  out.begin_array();
  for (const auto& machine : machines.running) write_running(out, machine);
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

Result<sim::Hold> find_hold(const SimHoldArguments& arguments) {
  const auto index = find_device_index(arguments.gpu);
  if (!index) {
    return fail(Fault::usage,
                "--gpu: '" + arguments.gpu + "' is not a device index such as 0 or 3:0");
  }
  const auto memory = sim::parse_size(arguments.memory);
  if (!memory) return tl::make_unexpected(memory.error());
  sim::Hold hold;
  hold.gpu = index->gpu;
  hold.mig_slot = index->instance ? static_cast<int>(*index->instance) : -1;
  hold.memory = *memory;
  return hold;
}

/// The file's name as the name of a machine.
std::string machine_name(const std::string& file) {
  std::string name;
  for (const char c : std::filesystem::path{file}.stem().string()) {
    const bool is_upper = c >= 'A' && c <= 'Z';
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    name += is_upper ? static_cast<char>(c - 'A' + 'a') : is_plain ? c : '-';
  }
  const bool has_letters = name.find_first_not_of('-') != std::string::npos;
  return has_letters ? name.substr(0, 63) : "recorded";
}

Result<void> write_file(const std::string& path, const std::string& text, const char* mode) {
  const auto refuse = [&](Fault fault, const std::string& why) {
    return fail(fault, "cannot write " + path + ": " + why);
  };
  std::FILE* file = std::fopen(path.c_str(), mode);
  if (file == nullptr && errno == EEXIST)
    return refuse(Fault::usage, "it exists; --force replaces it");
  if (file == nullptr) {
    const int error = errno;
    return refuse(error == EACCES ? Fault::no_permission : Fault::operating_system,
                  std::strerror(error));
  }
  const bool is_written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (std::fclose(file) != 0 || !is_written)
    return refuse(Fault::operating_system, std::strerror(errno));
  return {};
}

}  // namespace

ExitCode run(const SimRecordArguments& arguments) {
  const bool is_file = arguments.file != "-";
  std::error_code error;
  if (is_file && !arguments.force && std::filesystem::exists(arguments.file, error)) {
    return complain(
        {Fault::usage, "cannot write " + arguments.file + ": it exists; --force replaces it"});
  }
  sim::RecordOptions options;
  options.name = machine_name(arguments.file);
  options.keep_names = arguments.keep_names;
  options.seconds = arguments.seconds;
  const auto text = sim::record_machine(options);
  if (!text) return complain(text.error());
  if (!is_file) return print(*text, ExitCode::fine);
  const auto done = write_file(arguments.file, *text, arguments.force ? "we" : "wxe");
  return done ? ExitCode::fine : complain(done.error());
}

int run(const SimRunArguments& arguments) {
  const auto status = sim::run_machine(arguments.machine, arguments.command);
  return status ? *status : as_status(complain(status.error()));
}

ExitCode run(const SimListArguments& arguments) {
  const auto machines = sim::list_machines();
  if (!machines) return complain(machines.error());
  return print(arguments.json ? write_list_json(*machines) : write_list(*machines), ExitCode::fine);
}

ExitCode run(const SimSetArguments& arguments) {
  for (const auto& assignment : arguments.assignments) {
    if (const auto done = sim::set_value(assignment); !done) return complain(done.error());
  }
  return ExitCode::fine;
}

int run(const SimHoldArguments& arguments) {
  const auto hold = find_hold(arguments);
  if (!hold) return as_status(complain(hold.error()));
  if (arguments.pid) {
    const auto held = sim::hold_memory(*hold, static_cast<int>(*arguments.pid));
    return as_status(held ? ExitCode::fine : complain(held.error()));
  }
  const auto status = sim::hold_memory_while(*hold, arguments.command);
  return status ? *status : as_status(complain(status.error()));
}

}  // namespace gander::cli
