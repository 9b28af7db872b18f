// SPDX-License-Identifier: Apache-2.0
// The first look is complete and may take its time; the sampler's own thread makes the others.
#include "cli/watch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <thread>

#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "os/end_signal.hpp"
#include "os/output.hpp"
#include "os/terminal.hpp"

namespace gander::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds attention{50};
constexpr int usual_rows = 24;

/// Null where we are told to end before it is done.
SnapshotPointer look_first(sample::Sampler& sampler, const Demand& demand) {
  auto look = std::async(std::launch::async, [&] { return sample_patiently(sampler, demand); });
  while (look.wait_for(attention) != std::future_status::ready) {
    // The look ends within its deadlines, but nobody wants to wait for them.
    if (os::was_told_to_end()) ::_exit(static_cast<int>(ExitCode::fine));
  }
  return look.get();
}

/// Whether the moment came; no if we are told to end before.
bool wait_until(Clock::time_point moment) {
  while (Clock::now() < moment && !os::was_told_to_end()) {
    std::this_thread::sleep_for(std::min<Clock::duration>(attention, moment - Clock::now()));
  }
  return !os::was_told_to_end();
}

SnapshotPointer wait_newer(const Source& source, std::uint64_t sequence) {
  while (!os::was_told_to_end()) {
    if (auto snapshot = source.wait_newer(sequence, attention)) return snapshot;
  }
  return nullptr;
}

std::string frame_of(const Watch& wish, const Snapshot& snapshot, bool is_first) {
  auto page = wish.draw(snapshot);
  if (wish.succession == Succession::separate && !is_first) return "\n" + page;
  if (wish.succession != Succession::redraw) return page;
  const auto size = os::terminal_size(STDOUT_FILENO);
  const auto frame = write_frame(page, size ? size->rows : usual_rows);
  return is_first ? "\x1b[2J" + frame : frame;
}

/// Whether to go on.
bool show(const Watch& wish, const Snapshot& snapshot, bool is_first, ExitCode& code) {
  const auto written = os::write_all(STDOUT_FILENO, frame_of(wish, snapshot, is_first));
  if (!written) code = complain(written.error());
  return written && *written == os::WriteOutcome::written;
}

}  // namespace

Succession succession_of_pages() {
  return os::is_terminal(STDOUT_FILENO) ? Succession::redraw : Succession::separate;
}

std::string write_frame(std::string_view page, int rows) {
  const auto count = static_cast<int>(std::count(page.begin(), page.end(), '\n'));
  // The cursor needs the last row: a line end there would scroll.
  const int room = std::max(rows - 1, 1);
  const int shown = count <= room ? count : room - 1;
  std::string frame = "\x1b[H";
  for (int i = 0; i < shown; ++i) {
    const auto end = page.find('\n');
    frame += page.substr(0, end);
    frame += "\x1b[K\n";
    page.remove_prefix(end + 1);
  }
  if (shown < count) {
    frame += fmt::format("({} more lines; -o shows fewer devices)\x1b[K\n", count - shown);
  }
  return frame + "\x1b[J";
}

ExitCode watch(sample::Sampler& sampler, const Watch& wish,
               const std::function<void(const Snapshot&)>& first) {
  os::catch_end_signals();
  auto next = Clock::now() + wish.demand.interval;
  auto snapshot = look_first(sampler, wish.demand);
  ExitCode code = ExitCode::fine;
  first(*snapshot);
  bool goes_on = show(wish, *snapshot, true, code) && wait_until(next);
  sampler.set_demand("status", wish.demand);
  if (goes_on) sampler.start();
  while (goes_on) {
    snapshot = wait_newer(sampler, snapshot->sequence);
    goes_on = snapshot != nullptr && show(wish, *snapshot, false, code);
  }
  return code;
}

}  // namespace gander::cli
