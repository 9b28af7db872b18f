// SPDX-License-Identifier: Apache-2.0
// Every screen of every kind of machine as agreed: the sizes that main_screen_test.cpp and
// screens_test.cpp leave out, tiny ones, and how it all looks with colours and without.
//
// machine                        80x24 and 120x40    200x60              tiny            looks
// eight (8 GPUs)                 a file each         a file each         a file a screen  here
// mig, sick (one lost), unknown  a file each         a file each         here             here
// hostile                        a file each         a file each         –                –
// none, one, rack (0, 1, 64)     here, one file for a screen with all    here             here
#include <gtest/gtest.h>

#include <array>

#include "tests/golden/golden.hpp"
#include "tui/app/looking_at.hpp"

namespace gander::tui {
namespace {

using namespace frame_test;

constexpr Size small{24, 80};
constexpr Size medium{40, 120};
constexpr Size large{60, 200};
/// Those that show something of the machine.
constexpr std::array shown{Screen::tree, Screen::environment, Screen::process, Screen::device,
                           Screen::why};
constexpr std::array all_screens{Screen::main,   Screen::tree, Screen::environment, Screen::process,
                                 Screen::device, Screen::help, Screen::settings,    Screen::why};

Snapshot machine(std::string_view name) {
  for (auto& [known, snapshot] : machines()) {
    if (known == name) return snapshot;
  }
  throw std::invalid_argument{"no machine " + std::string{name}};
}

std::string heading(Screen screen, Size size) {
  return fmt::format("== {} {}x{}\n", name_of(screen), size.columns, size.rows);
}

/// Without the rows at the end that have nothing.
std::string cut(std::string text) {
  text.erase(text.find_last_not_of("\n. ") + 1);
  return text + "\n";
}

/// Draws one machine many times with one history.
class Machine {
 public:
  explicit Machine(std::string_view name)
      : snapshot_(machine(name)), history_(make_history(snapshot_)) {}
  [[nodiscard]] Grid draw(Screen screen, Size size) const {
    Grid grid{size};
    draw_frame({snapshot_, history_, looking_at(screen, snapshot_)}, grid);
    return grid;
  }
  [[nodiscard]] std::string text(Screen screen, Size size) const {
    return heading(screen, size) + text_of(draw(screen, size));
  }

 private:
  Snapshot snapshot_;
  History history_;
};

/// What a terminal without colours shows of each cell: bold, dim, underlined, reversed; `2` for
/// bold and reversed, `3` for any other two.
std::string mono_of(const Grid& grid) {
  std::string out;
  for (int row = 0; row < grid.size().rows; ++row) {
    std::string line;
    for (int column = 0; column < grid.size().columns; ++column) {
      const auto codes =
          sgr(built_in_themes().front(), ColorDepth::mono, grid.at(row, column).style);
      if (codes == "0")
        line += '.';
      else if (codes == "0;1")
        line += 'b';
      else if (codes == "0;2")
        line += 'd';
      else if (codes == "0;4")
        line += 'u';
      else if (codes == "0;7")
        line += 'r';
      else
        line += codes == "0;1;7" ? '2' : '3';
    }
    line.erase(line.find_last_not_of('.') + 1);
    out += line + "\n";
  }
  return out;
}

TEST(ScreenMatrix, LooksAsAgreedOnALargeTerminal) {
  for (const std::string name : {"eight", "mig", "sick", "unknown", "hostile"}) {
    const Machine drawn{name};
    for (const Screen screen : shown) {
      expect_golden(fmt::format("tui_{}_{}_200x60.txt", name_of(screen), name),
                    text_of(drawn.draw(screen, large)));
    }
  }
  const Machine eight{"eight"};
  for (const Screen screen : {Screen::help, Screen::settings}) {
    expect_golden(fmt::format("tui_{}_eight_200x60.txt", name_of(screen)),
                  text_of(eight.draw(screen, large)));
  }
}

TEST(ScreenMatrix, LooksAsAgreedWithNoOneAndManyGpus) {
  for (const std::string name : {"none", "one", "rack"}) {
    const Machine drawn{name};
    for (const Screen screen : shown) {
      expect_golden(
          fmt::format("tui_{}_{}.txt", name_of(screen), name),
          drawn.text(screen, small) + drawn.text(screen, medium) + drawn.text(screen, large));
    }
  }
}

TEST(ScreenMatrix, LooksAsAgreedWhereThereIsLittleRoom) {
  for (const std::string name : {"none", "one", "rack", "mig", "sick", "unknown"}) {
    const Machine drawn{name};
    std::string all;
    for (const Screen screen : {Screen::main, Screen::tree, Screen::process, Screen::device}) {
      for (const Size size : {Size{1, 1}, Size{5, 30}, Size{8, 44}}) {
        all += drawn.text(screen, size);
      }
    }
    expect_golden(fmt::format("tui_tiny_{}.txt", name), all);
  }
}

TEST(ScreenMatrix, LooksAsAgreedInColourAndWithout) {
  for (const std::string name : {"none", "one", "eight", "rack", "mig", "sick", "unknown"}) {
    const Machine drawn{name};
    std::string roles;
    std::string mono;
    for (const Screen screen : all_screens) {
      const bool is_of_all = screen == Screen::help || screen == Screen::settings;
      if (is_of_all && name != "eight") continue;
      const Grid grid = drawn.draw(screen, small);
      roles += heading(screen, small) + cut(styles_of(grid));
      mono += heading(screen, small) + cut(mono_of(grid));
    }
    expect_golden(fmt::format("tui_roles_{}.txt", name), roles);
    expect_golden(fmt::format("tui_mono_{}.txt", name), mono);
  }
}

/// What differs for the eye with colours must differ without them, by attribute or by text.
TEST(ScreenMatrix, TellsTheSickFromTheHealthyWithoutColours) {
  const Machine drawn{"sick"};
  const Grid grid = drawn.draw(Screen::main, medium);
  int errors = 0;
  for (int row = 0; row < grid.size().rows; ++row) {
    for (int column = 0; column < grid.size().columns; ++column) {
      const Cell& cell = grid.at(row, column);
      if (cell.style.role != Role::error || cell.text == " ") continue;
      ++errors;
      EXPECT_NE(sgr(built_in_themes().front(), ColorDepth::mono, cell.style), "0");
    }
  }
  EXPECT_GT(errors, 0);
}

}  // namespace
}  // namespace gander::tui
