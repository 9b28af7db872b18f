// SPDX-License-Identifier: Apache-2.0
// Feeds any bytes to what the monitor reads and shows: keys that arrive in pieces, filters that are
// pasted, replies of the terminal, and texts of others on the screen.
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tui/app/filter_line.hpp"
#include "tui/screen/background.hpp"
#include "tui/screen/grid.hpp"
#include "tui/screen/input.hpp"
#include "tui/screen/output.hpp"
#include "tui/view/filter.hpp"

namespace {

using gander::tui::ColorDepth;

/// However the bytes are cut, the same was typed.
void check_pieces(std::string_view bytes, std::size_t cut) {
  gander::tui::InputDecoder whole;
  gander::tui::InputDecoder pieces;
  const auto expected = whole.feed(bytes);
  auto found = pieces.feed(bytes.substr(0, cut));
  for (auto& input : pieces.feed(bytes.substr(cut))) found.push_back(std::move(input));
  if (found.size() != expected.size()) std::abort();
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].index() != expected[i].index()) std::abort();
  }
  static_cast<void>(whole.expire());
  static_cast<void>(pieces.expire());
}

/// A filter that was pasted is one line, and the reply of a terminal no more than a colour.
void check_text(std::string_view bytes) {
  gander::tui::ViewState state;
  gander::tui::paste_into_filter(bytes, state);
  for (const char byte : state.filter_text) {
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f) std::abort();
  }
  if (const auto color = gander::tui::read_background(bytes)) {
    static_cast<void>(gander::tui::is_light(*color));
  }
  static_cast<void>(gander::tui::is_terminal_kind(bytes));
  static_cast<void>(gander::tui::Filter::parse(bytes));
}

/// Takes our own sequences out of `bytes`: `ESC [`, parameters, one letter.
std::string without_sequences(std::string_view bytes) {
  std::string rest;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool begins = bytes[i] == '\x1b' && i + 1 < bytes.size() && bytes[i + 1] == '[';
    if (!begins) {
      rest += bytes[i];
      continue;
    }
    i += 2;
    while (i < bytes.size() && std::isalpha(static_cast<unsigned char>(bytes[i])) == 0) ++i;
  }
  return rest;
}

/// Nothing that others wrote may steer the terminal.
void check_screen(std::string_view bytes) {
  gander::tui::Grid grid{{4, 20}};
  const gander::tui::Canvas canvas{grid, {0, 0, 4, 20}};
  canvas.put(0, 0, bytes);
  canvas.put_right(1, {3, 9}, bytes);
  canvas.put(2, -5, bytes);
  canvas.put(3, 19, bytes);
  gander::tui::FrameWriter writer{gander::tui::built_in_themes().front(), {ColorDepth::truecolor}};
  for (const char byte : without_sequences(writer.write(grid))) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x20 || value == 0x7f) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  check_pieces(bytes, size / 2);
  check_screen(bytes);
  check_text(bytes);
  return 0;
}
