// SPDX-License-Identifier: Apache-2.0
// The status page: how wide it is, and its parts from top to bottom.
#include "export/status.hpp"

#include <algorithm>
#include <iterator>

#include "export/status_parts.hpp"
#include "text/safe.hpp"

namespace gander {
namespace {

constexpr int usual_maximum = 140;

int page_width(int terminal, const status::ProcessRows& rows) {
  if (terminal < status::bars_from) return terminal;
  return std::max(std::min(terminal, usual_maximum),
                  std::min(terminal, status::preferred_width(rows)));
}

std::size_t count_users(const Snapshot& snapshot) {
  return static_cast<std::size_t>(
      std::count_if(snapshot.processes.begin(), snapshot.processes.end(),
                    [](const Process& process) { return !process.uses.empty(); }));
}

status::Hidden count_hidden(const Snapshot& all, const Snapshot& shown) {
  return {all.devices.size() - shown.devices.size(), count_users(all) - count_users(shown)};
}

void append(status::Lines& lines, status::Lines more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

}  // namespace

std::string write_status(const Snapshot& snapshot, const StatusOptions& options) {
  const auto shown = select(snapshot, options.selection);
  const auto rows = status::collect_processes(shown);
  const int terminal = std::max(options.width, status::frame_width);
  const status::Page page{shown, options, page_width(terminal, rows),
                          count_hidden(snapshot, shown)};
  status::Lines lines;
  if (!options.time.empty()) lines.emplace_back().add(text::safe(options.time));
  append(lines, status::draw_devices(page));
  append(lines, status::draw_host(page));
  lines.emplace_back();
  append(lines, status::draw_processes(page, rows));
  append(lines, status::draw_notes(page));
  return text::write(lines, options.rendering);
}

}  // namespace gander
