// SPDX-License-Identifier: Apache-2.0
// Any bytes as everything that strangers name: commands, users, hosts, devices, owners, folders,
// environments, messages. Whatever they are, on every screen and at every size, no byte of them
// steers the terminal and no character is cut in half.
//
// The first eight bytes choose screen, size, form and numbers; the rest are texts, separated by
// NUL.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "text/safe.hpp"
#include "text/width.hpp"
#include "tui/app/looking_at.hpp"
#include "tui/screen/output.hpp"

namespace {

using namespace gander;
using namespace gander::tui;

constexpr std::size_t head_size = 8;

/// The texts of the input, again and again from the first.
class Texts {
 public:
  explicit Texts(std::string_view bytes) {
    for (std::size_t at = 0; at <= bytes.size();) {
      const auto end = std::min(bytes.find('\0', at), bytes.size());
      texts_.emplace_back(bytes.substr(at, end - at));
      at = end + 1;
    }
  }
  const std::string& next() { return texts_[place_++ % texts_.size()]; }

 private:
  std::vector<std::string> texts_;
  std::size_t place_ = 0;
};

void name_process(Process& process, Texts& texts) {
  process.user = texts.next();
  process.name = texts.next();
  process.command = std::vector<std::string>{texts.next(), texts.next()};
  process.working_folder = texts.next();
  process.executable = texts.next();
  process.owners = {{OwnerKind::container, texts.next(), texts.next(), Certainty::likely},
                    {OwnerKind::notebook, texts.next(), texts.next(), Certainty::guess}};
}

/// Readings that no machine should give.
template <Scope S>
void make_absurd(Readings<S>& readings, std::uint8_t choice) {
  // Readings are finite: that is a promise of the model.
  using Limits = std::numeric_limits<double>;
  constexpr std::array absurd{-1.0, Limits::max(), Limits::lowest(), Limits::denorm_min(), 1e18};
  std::size_t place = choice;
  for (const auto& row : metric_table) {
    if (row.scope == S) readings[row.id] = absurd[place++ % absurd.size()];
  }
}

Snapshot make_snapshot(Texts& texts, std::uint8_t numbers) {
  auto snapshot = numbers % 2 == 0 ? fixture::sample_snapshot() : fixture::mig_snapshot();
  snapshot.host.name = texts.next();
  snapshot.host.kernel = texts.next();
  snapshot.version = texts.next();
  for (DriverStatus& driver : snapshot.drivers) {
    driver.name = texts.next();
    driver.version = texts.next();
    driver.cuda_version = texts.next();
  }
  for (Device& device : snapshot.devices) {
    device.name = texts.next();
    device.pci_bus_id = texts.next();
    if (numbers >= 128) make_absurd(device.readings, numbers);
  }
  for (Process& process : snapshot.processes) {
    name_process(process, texts);
    if (numbers < 128) continue;
    make_absurd(process.readings, numbers);
    for (Use& use : process.uses) make_absurd(use.readings, numbers);
  }
  if (numbers >= 192) make_absurd(snapshot.host.readings, numbers);
  return snapshot;
}

ViewState make_state(const Snapshot& snapshot, Texts& texts, const std::uint8_t* head) {
  auto state = frame_test::looking_at(static_cast<Screen>(head[0] % 8), snapshot);
  state.charset = static_cast<Charset>(head[3] % 3);
  state.mode = static_cast<Mode>(head[3] / 3 % 3);
  state.grouping = static_cast<Grouping>(head[3] / 9 % 5);
  state.page_column = head[4];
  state.host_info_column = head[4];
  state.page_scroll = head[5];
  state.shows_secrets = head[6] % 2 == 1;
  state.is_typing_filter = head[6] / 2 % 2 == 1;
  state.filter_text = texts.next();
  state.environment = {texts.next(), "TOKEN=" + texts.next(), texts.next() + "=" + texts.next()};
  state.environment_problem = head[6] / 4 % 2 == 1 ? texts.next() : "";
  state.message = head[6] / 8 % 2 == 1 ? texts.next() : "";
  state.viewer = texts.next();
  state.clock_text = texts.next();
  if (head[6] >= 128 && !snapshot.processes.empty()) {
    SignalDialog dialog;
    dialog.signal = head[6] % 3 == 0 ? 0 : 9;
    dialog.targets.push_back({snapshot.processes.front(), 1e9, 3});
    if (head[6] >= 192) dialog.results = {texts.next()};
    state.dialog = dialog;
  }
  return state;
}

/// Every cell is one whole character that is safe to print; a wide one has both of its cells.
void check_cells(const Grid& grid, Charset charset) {
  const auto [rows, columns] = grid.size();
  for (int row = 0; row < rows; ++row) {
    int owed = 0;
    for (int column = 0; column < columns; ++column) {
      const std::string& text = grid.at(row, column).text;
      if (text.empty() != (owed > 0)) std::abort();
      if (owed-- > 0) continue;
      if (text != " " && text::safe(text) != text) std::abort();
      owed = text::display_width(text) - 1;
      if (owed < 0 || owed > 1) std::abort();
      if (charset != Charset::ascii) continue;
      for (const char byte : text) {
        if (static_cast<unsigned char>(byte) >= 0x80) std::abort();
      }
    }
    if (owed > 0) std::abort();
  }
}

/// Length of one of the sequences that frames are made of; 0 for anything else.
std::size_t own_sequence(std::string_view bytes) {
  for (const std::string_view mode : {"\x1b[?2026h", "\x1b[?2026l"}) {
    if (bytes.starts_with(mode)) return mode.size();
  }
  if (!bytes.starts_with("\x1b[")) return 0;
  const auto end = bytes.find_first_not_of("0123456789;", 2);
  constexpr std::string_view finals = "mHCKJ";
  const bool is_own = end != std::string_view::npos && finals.find(bytes[end]) != finals.npos;
  return is_own ? end + 1 : 0;
}

/// Beside the sequences of the writer's own, no byte controls a terminal: C0, DEL, C1.
void check_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.front() == '\x1b') {
      const auto length = own_sequence(bytes);
      if (length == 0) std::abort();
      bytes.remove_prefix(length);
      continue;
    }
    const auto byte = static_cast<unsigned char>(bytes.front());
    if (byte < 0x20 || byte == 0x7f) std::abort();
    const bool is_c1 = byte == 0xc2 && bytes.size() > 1 && (bytes[1] & 0xe0) == 0x80;
    if (is_c1) std::abort();
    bytes.remove_prefix(1);
  }
}

}  // namespace

// The name and the form are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < head_size) return 0;
  Texts texts{{reinterpret_cast<const char*>(data) + head_size, size - head_size}};
  const auto snapshot = make_snapshot(texts, data[7]);
  auto state = make_state(snapshot, texts, data);
  History history;
  history.add(snapshot);
  Grid grid{{1 + data[1] % 80, 1 + data[2] % 250}};
  const auto& themes = built_in_themes();
  FrameWriter writer{themes[data[3] % themes.size()], {static_cast<ColorDepth>(data[4] % 4)}};
  draw_frame({snapshot, history, state}, grid);
  check_cells(grid, state.charset);
  check_bytes(writer.write(grid));
  // The same from there on as a difference.
  state.page_column = 0;
  state.page_scroll += 3;
  grid.reset(grid.size());
  draw_frame({snapshot, history, state}, grid);
  check_cells(grid, state.charset);
  check_bytes(writer.write(grid));
  return 0;
}
