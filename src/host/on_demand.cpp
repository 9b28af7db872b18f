// SPDX-License-Identifier: Apache-2.0
// Body of on_demand.hpp.
#include "host/on_demand.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "host/missing_file.hpp"
#include "host/proc_text.hpp"

namespace gander::host {
namespace {

constexpr std::size_t text_limit = 64U << 10U;

Reading reading_of(const std::optional<double>& value, Missing reason) {
  return value ? Reading{*value} : Reading{reason};
}

/// The process is there, so a kernel without this file was built without it.
Missing reason_without_file(const Error& error) {
  return error.fault == Fault::not_found ? Missing::not_supported : missing_for(error);
}

void read_io(const os::Root& root, Process& into) {
  const auto text = root.read_piece(fmt::format("/proc/{}/io", into.pid), text_limit);
  const auto io = text ? parse_process_io(*text) : ProcessIoText{};
  const auto reason = text ? Missing::no_data : reason_without_file(text.error());
  into.readings[Metric::io_read_total] = reading_of(io.read, reason);
  into.readings[Metric::io_written_total] = reading_of(io.written, reason);
}

void read_switches(const os::Root& root, Process& into) {
  const auto text = root.read_piece(fmt::format("/proc/{}/status", into.pid), text_limit);
  const auto status = text ? parse_status(*text) : StatusText{};
  const auto reason = text ? Missing::not_supported : missing_for(text.error());
  into.readings[Metric::voluntary_context_switches] = reading_of(status.voluntary_switches, reason);
  into.readings[Metric::involuntary_context_switches] =
      reading_of(status.involuntary_switches, reason);
}

/// Kernel threads and zombies have neither: `no_data`.
Known<std::string> read_place(const os::Root& root, Pid pid, std::string_view name) {
  auto target = root.read_link(fmt::format("/proc/{}/{}", pid, name));
  return target ? Known<std::string>{std::move(*target)} : missing_for(target.error());
}

}  // namespace

ProcessWants find_process_wants(const MetricSet& metrics) {
  ProcessWants wants;
  wants.io = metrics.contains(Metric::io_read_total) || metrics.contains(Metric::io_written_total);
  wants.switches = metrics.contains(Metric::voluntary_context_switches) ||
                   metrics.contains(Metric::involuntary_context_switches);
  return wants;
}

void read_on_demand(const os::Root& root, const ProcessWants& wants, Process& into) {
  if (wants.io) read_io(root, into);
  if (wants.switches) read_switches(root, into);
  if (!wants.places) return;
  into.working_folder = read_place(root, into.pid, "cwd");
  into.executable = read_place(root, into.pid, "exe");
}

}  // namespace gander::host
