// SPDX-License-Identifier: Apache-2.0
// Differences of frames, read back by a terminal in miniature.
#include "tui/screen/output.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "text/width.hpp"

namespace gander::tui {
namespace {

/// A terminal that knows just the sequences a frame may hold; anything else fails the test.
class Screen {
 public:
  explicit Screen(Size size)
      : size_(size),
        cells_(static_cast<std::size_t>(size.rows),
               std::vector<std::string>(static_cast<std::size_t>(size.columns), "?")) {}

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      if (bytes.front() == '\x1b') {
        bytes.remove_prefix(take_sequence(bytes));
      } else {
        bytes.remove_prefix(take_character(bytes));
      }
    }
  }
  [[nodiscard]] std::string row(int row) const {
    std::string out;
    for (const auto& cell : cells_[static_cast<std::size_t>(row)]) out += cell;
    return out;
  }

 private:
  std::string& at(int row, int column) {
    return cells_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
  }
  std::size_t take_sequence(std::string_view bytes) {
    const auto end = bytes.find_first_of("HCKJmhl");
    EXPECT_NE(end, std::string_view::npos);
    const auto first = std::atoi(std::string{bytes.substr(2)}.c_str());
    switch (bytes[end]) {
      case 'H':
        row_ = first - 1;
        column_ = std::atoi(std::string{bytes.substr(bytes.find(';') + 1)}.c_str()) - 1;
        break;
      case 'C':
        column_ += first;
        break;
      case 'K':
        for (int column = column_; column < size_.columns; ++column) at(row_, column) = " ";
        break;
      case 'J':
        for (auto& row : cells_) row.assign(row.size(), " ");
        break;
      default:
        break;
    }
    return end + 1;
  }
  std::size_t take_character(std::string_view bytes) {
    std::size_t length = 1;
    while (length < bytes.size() && (static_cast<unsigned char>(bytes[length]) & 0xc0U) == 0x80U) {
      ++length;
    }
    const auto text = bytes.substr(0, length);
    const int width = text::display_width(text);
    EXPECT_LE(column_ + width, size_.columns) << "written beyond the last column";
    if (column_ + width > size_.columns) return length;
    at(row_, column_) = text;
    for (int i = 1; i < width; ++i) at(row_, column_ + i) = "";
    column_ += width;
    return length;
  }

  Size size_;
  std::vector<std::vector<std::string>> cells_;
  int row_ = 0;
  int column_ = 0;
};

std::string row_of(const Grid& grid, int row) {
  std::string text;
  for (int column = 0; column < grid.size().columns; ++column) text += grid.at(row, column).text;
  return text;
}

const TerminalTraits traits{ColorDepth::ansi16, true, false};

TEST(FrameWriter, WritesNothingWhereNothingChanged) {
  FrameWriter writer{*find_theme("dark"), traits};
  Grid grid{{3, 20}};
  grid.put(1, {2, 0, 20}, "hello", {});
  EXPECT_FALSE(writer.write(grid).empty());
  EXPECT_EQ(writer.write(grid), "");
}

TEST(FrameWriter, WritesOnlyWhatChanged) {
  FrameWriter writer{*find_theme("dark"), traits};
  Grid grid{{3, 40}};
  grid.put(1, {2, 0, 40}, "load 41 of 100", {});
  writer.write(grid);
  grid.put(1, {7, 0, 40}, "42", {});
  EXPECT_EQ(writer.write(grid), "\x1b[2;9H2");
}

TEST(FrameWriter, WritesAllAfterItForgot) {
  FrameWriter writer{*find_theme("dark"), traits};
  Grid grid{{1, 10}};
  grid.put(0, {0, 0, 10}, "abc", {});
  const auto first = writer.write(grid);
  writer.forget();
  EXPECT_EQ(writer.write(grid), first);
  Grid larger{{2, 10}};
  EXPECT_NE(writer.write(larger).find("\x1b[2J"), std::string::npos);
}

TEST(FrameWriter, EndsInThePlainStyle) {
  FrameWriter writer{*find_theme("dark"), traits};
  Grid grid{{1, 10}};
  grid.put(0, {0, 0, 10}, "abc", {.role = Role::error});
  EXPECT_TRUE(writer.write(grid).ends_with("\x1b[0m"));
}

TEST(FrameWriter, SynchronizesOnlyWhereItHelps) {
  FrameWriter writer{*find_theme("dark"), {ColorDepth::ansi16, true, true}};
  Grid grid{{2, 10}};
  grid.put(0, {0, 0, 10}, "abc", {});
  grid.put(1, {0, 0, 10}, "abc", {});
  EXPECT_TRUE(writer.write(grid).starts_with("\x1b[?2026h"));
  grid.put(0, {0, 0, 10}, "xyz", {});
  EXPECT_EQ(writer.write(grid).find("2026"), std::string::npos);
}

TEST(FrameWriter, MakesTheTerminalShowTheFrameWhateverWasThere) {
  constexpr Size size{6, 30};
  std::mt19937 random{7};
  const std::vector<std::string> words{"load", "計算機", "x", "      ", "█▌", "한국"};
  FrameWriter writer{*find_theme("dark"), traits};
  Screen screen{size};
  Grid grid{size};
  for (int frame = 0; frame < 500; ++frame) {
    if (frame % 50 == 49) grid.reset(size);
    for (int i = 0; i < 4; ++i) {
      const auto row = static_cast<int>(random() % 6);
      const auto column = static_cast<int>(random() % 32) - 1;
      const Style style{.role = static_cast<Role>(random() % role_count)};
      grid.put(row, {column, 0, size.columns}, words[random() % words.size()],
               random() % 2 == 0 ? Style{} : style);
    }
    screen.feed(writer.write(grid));
    for (int row = 0; row < size.rows; ++row) {
      ASSERT_EQ(screen.row(row), row_of(grid, row)) << "frame " << frame << " row " << row;
    }
  }
}

}  // namespace
}  // namespace gander::tui
