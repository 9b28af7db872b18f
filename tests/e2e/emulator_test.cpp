// SPDX-License-Identifier: Apache-2.0
// What a terminal emulator (libvterm) shows after the bytes of any series of frames is what the
// program's own grid says: every character, wide ones included, every attribute, every colour;
// with bytes in pieces, and with new sizes in the middle.
#include <gtest/gtest.h>
#include <vterm.h>

#include <memory>
#include <random>

#include "text/width.hpp"
#include "tui/app/looking_at.hpp"
#include "tui/screen/output.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

std::string utf8_of(std::uint32_t value) {
  std::string out;
  if (value < 0x80) return {static_cast<char>(value)};
  const auto rest = [&](int shift) { return static_cast<char>(0x80 | (value >> shift & 0x3F)); };
  if (value < 0x800) return {static_cast<char>(0xC0 | value >> 6), rest(0)};
  if (value < 0x10000) return {static_cast<char>(0xE0 | value >> 12), rest(6), rest(0)};
  return {static_cast<char>(0xF0 | value >> 18), rest(12), rest(6), rest(0)};
}

/// A terminal that obeys bytes.
class Emulator {
 public:
  explicit Emulator(Size size) : vterm_(vterm_new(size.rows, size.columns), vterm_free) {
    vterm_set_utf8(vterm_.get(), 1);
    screen_ = vterm_obtain_screen(vterm_.get());
    vterm_screen_enable_altscreen(screen_, 1);
    vterm_screen_reset(screen_, 1);
    // As the monitor begins: another screen, no wrapping at the right edge.
    feed("\x1b[?1049h\x1b[?7l");
  }
  void resize(Size size) { vterm_set_size(vterm_.get(), size.rows, size.columns); }
  void feed(std::string_view bytes) {
    ASSERT_EQ(vterm_input_write(vterm_.get(), bytes.data(), bytes.size()), bytes.size());
  }
  [[nodiscard]] VTermScreenCell cell(int row, int column) const {
    VTermScreenCell cell{};
    EXPECT_EQ(vterm_screen_get_cell(screen_, {row, column}, &cell), 1);
    return cell;
  }

 private:
  std::unique_ptr<VTerm, decltype(&vterm_free)> vterm_;
  VTermScreen* screen_ = nullptr;
};

std::string text_of(const VTermScreenCell& cell) {
  std::string text;
  for (const std::uint32_t value : cell.chars) {
    if (value == 0) break;
    text += utf8_of(value);
  }
  return text.empty() ? " " : text;
}

/// The parameters of the style as the terminal has them: whether each attribute is set.
bool has(const std::string& parameters, std::string_view code) {
  return (";" + parameters + ";").find(";" + std::string{code} + ";") != std::string::npos;
}

void expect_style(const VTermScreenCell& shown, const Cell& meant, const Theme& theme) {
  const auto wanted = sgr(theme, ColorDepth::mono, meant.style);
  ASSERT_EQ(shown.attrs.bold != 0, has(wanted, "1"));
  ASSERT_EQ(shown.attrs.underline != 0, has(wanted, "4"));
  ASSERT_EQ(shown.attrs.reverse != 0, has(wanted, "7"));
}

void expect_same(const Emulator& terminal, const Grid& grid, const Theme& theme) {
  const auto [rows, columns] = grid.size();
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const Cell& meant = grid.at(row, column);
      const std::string text{meant.text};
      if (text.empty()) continue;
      const auto shown = terminal.cell(row, column);
      ASSERT_EQ(text_of(shown), text) << "row " << row << ", column " << column;
      ASSERT_EQ(static_cast<int>(shown.width), text::display_width(text))
          << text << " in row " << row << ", column " << column;
      if (text == " ") continue;
      ASSERT_NO_FATAL_FAILURE(expect_style(shown, meant, theme));
    }
  }
}

/// Feeds the bytes of frames in pieces and compares after each frame.
class Play {
 public:
  Play(const Theme& theme, ColorDepth depth, unsigned seed)
      : theme_(theme), writer_(theme, {depth}), random_(seed) {}

  void resize(Size size) {
    grid_.reset(size);
    terminal_.resize(size);
    writer_.forget();  // As the monitor does when it hears of a new size.
  }
  void show(const View& view) {
    grid_.reset(grid_.size());
    draw_frame(view, grid_);
    const std::string bytes = writer_.write(grid_);
    for (std::size_t at = 0; at < bytes.size();) {
      std::size_t piece = 1 + random_() % 97;
      // libvterm 0.1 forgets the bytes of a character that is cut; a terminal does not.
      while (at + piece < bytes.size() && (bytes[at + piece] & 0xC0) == 0x80) ++piece;
      ASSERT_NO_FATAL_FAILURE(terminal_.feed(std::string_view{bytes}.substr(at, piece)));
      at += piece;
    }
    expect_same(terminal_, grid_, theme_);
  }

 private:
  const Theme& theme_;
  FrameWriter writer_;
  std::mt19937 random_;
  Grid grid_{{24, 80}};
  Emulator terminal_{{24, 80}};
};

constexpr std::array sizes{Size{24, 80}, Size{40, 120}, Size{9, 37}, Size{60, 200}, Size{1, 1},
                           Size{24, 81}, Size{46, 133}, Size{5, 30}, Size{24, 79}};

TEST(Emulator, ShowsTheMainScreenAsTheGridHasIt) {
  for (auto& [name, snapshot] : machines()) {
    SCOPED_TRACE(name);
    const auto history = make_history(snapshot);
    auto state = make_state();
    Play play{built_in_themes().front(), ColorDepth::mono, 7};
    const auto rows = arrange_rows(snapshot, state);
    for (const Size size : sizes) {
      SCOPED_TRACE(fmt::format("{}x{}", size.columns, size.rows));
      play.resize(size);
      ASSERT_NO_FATAL_FAILURE(play.show({snapshot, history, state}));
      // Differences: another row each time, scrolled sideways, another second.
      for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 4); ++i) {
        state.selected = key_of(rows[i]);
        state.host_info_column = static_cast<int>(i) * 3;
        state.clock_text = fmt::format("Fri Mar 14 09:26:5{} 2025", i);
        ASSERT_NO_FATAL_FAILURE(play.show({snapshot, history, state}));
      }
    }
  }
}

TEST(Emulator, ShowsOneScreenAfterTheOther) {
  constexpr std::array screens{Screen::main,   Screen::tree, Screen::environment, Screen::process,
                               Screen::device, Screen::help, Screen::settings,    Screen::why};
  for (auto& [name, snapshot] : machines()) {
    if (name == "rack" || name == "sixteen") continue;
    SCOPED_TRACE(name);
    const auto history = make_history(snapshot);
    Play play{built_in_themes().front(), ColorDepth::mono, 11};
    for (const Size size : {sizes[0], sizes[1], sizes[2]}) {
      play.resize(size);
      for (const Screen screen : screens) {
        SCOPED_TRACE(name_of(screen));
        auto state = looking_at(screen, snapshot);
        state.shows_secrets = true;
        ASSERT_NO_FATAL_FAILURE(play.show({snapshot, history, state}));
        state.page_column = 5;
        state.page_scroll = 2;
        ASSERT_NO_FATAL_FAILURE(play.show({snapshot, history, state}));
      }
    }
  }
}

TEST(Emulator, ShowsTheColoursOfTheTheme) {
  const auto snapshot = fixture::sample_snapshot();
  const auto history = make_history(snapshot);
  const Theme& theme = *find_theme("high-contrast");
  Grid grid{{60, 200}};
  draw_frame({snapshot, history, make_state()}, grid);
  Emulator terminal{grid.size()};
  FrameWriter writer{theme, {ColorDepth::truecolor}};
  terminal.feed(writer.write(grid));
  int compared = 0;
  for (int row = 0; row < 60; ++row) {
    for (int column = 0; column < 200; ++column) {
      const Cell& meant = grid.at(row, column);
      const auto& color = theme.colors[static_cast<std::size_t>(meant.style.role)];
      const std::string text{meant.text};
      if (text.empty() || text == " " || meant.style.gradient > 0 || !color) continue;
      const auto shown = terminal.cell(row, column);
      ASSERT_TRUE(VTERM_COLOR_IS_RGB(&shown.fg));
      ASSERT_EQ((Rgb{shown.fg.rgb.red, shown.fg.rgb.green, shown.fg.rgb.blue}), *color)
          << row << "," << column;
      ++compared;
    }
  }
  EXPECT_GT(compared, 1000);
}

}  // namespace
}  // namespace gander::tui
