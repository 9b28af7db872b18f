// SPDX-License-Identifier: Apache-2.0
// What reaches a terminal: nothing that steers it.
#include "text/safe.hpp"

#include <gtest/gtest.h>

#include <string>

#include "text/ascii.hpp"
#include "text/command.hpp"
#include "text/line.hpp"
#include "text/width.hpp"

namespace gander::text {
namespace {

TEST(Safe, KeepsHarmlessText) {
  EXPECT_EQ(safe("python3 train.py"), "python3 train.py");
  EXPECT_EQ(safe("訓練 café"), "訓練 café");
}

TEST(Safe, ShowsControlCharacters) {
  EXPECT_EQ(safe("a\x1b[2Jb"), "a␛[2Jb");
  EXPECT_EQ(safe("a\r\n\tb\x7f"), "a␍␊␉b␡");
  EXPECT_EQ(safe(std::string{"a\0b", 3}), "a␀b");
  EXPECT_EQ(safe("\xc2\x9b"
                 "31m"),
            "�31m")
      << "C1 control sequence introducer";
}

TEST(Safe, ReplacesWhatReordersOrHides) {
  EXPECT_EQ(safe("\xe2\x80\xae"
                 "gpj"),
            "�gpj")
      << "right-to-left override";
  EXPECT_EQ(safe("\xe2\x81\xa6x"), "�x") << "isolate";
  EXPECT_EQ(safe("a\xe2\x80\x8b"
                 "b"),
            "a�b")
      << "zero-width space";
  EXPECT_EQ(safe("a\xe2\x80\xa8"
                 "b"),
            "a�b")
      << "line separator";
  EXPECT_EQ(safe("\xf3\xa0\x81\x81"), "�") << "tag character";
  EXPECT_EQ(safe("☁\xef\xb8\x8f"), "☁") << "variation selector";
  EXPECT_EQ(safe("a\xc2\xa0"
                 "b"),
            "a b")
      << "no-break space";
}

TEST(Safe, ReplacesInvalidBytes) {
  EXPECT_EQ(safe("\xff\xfe"), "��");
  EXPECT_EQ(safe("\xc3("), "�(");
  EXPECT_EQ(safe("\xe2\x82"), "��") << "cut off";
  EXPECT_EQ(safe("\xc0\xaf"), "��") << "overlong";
  EXPECT_EQ(safe("\xed\xa0\x80"), "���") << "surrogate";
}

TEST(Safe, LimitsStackedMarks) {
  std::string zalgo = "a";
  for (int i = 0; i < 50; ++i) zalgo += "\xcc\x81";
  EXPECT_EQ(safe(zalgo), "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81");
}

TEST(Safe, IsIdempotentAndPrintsNoControlForAnyByte) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second), 'x'};
      const auto once = safe(bytes);
      EXPECT_EQ(safe(once), once);
      EXPECT_EQ(once.find_first_of("\x1b\r\n\a\b\x7f"), std::string::npos);
    }
  }
}

TEST(Ascii, TranslatesColumnForColumn) {
  EXPECT_EQ(to_ascii("╒═╤═╕"), "+=+=+");
  EXPECT_EQ(to_ascii("│├─┼┤"), "||-+|");
  EXPECT_EQ(to_ascii("█▌▏ ⣿ ▲▼"), "||| = ^v");
  EXPECT_EQ(to_ascii("訓é"), "???");
  EXPECT_EQ(display_width(to_ascii("訓練: é")), display_width("訓練: é"));
}

TEST(Line, WritesStylesOnlyWhereColourIsWanted) {
  Line line;
  line.add("GPU ").add("hot", {Color::red, Weight::bold}).add("", {Color::green, Weight::dim});
  EXPECT_EQ(line.write({}), "GPU hot");
  EXPECT_EQ(line.write({ColorMode::colored, Charset::unicode}), "GPU \x1b[1;31mhot\x1b[0m");
  EXPECT_EQ(line.width(), 7);
}

TEST(Command, QuotesLikeAShellReads) {
  EXPECT_EQ(join_command({"python3", "my train.py", ""}), "python3 \"my train.py\" \"\"");
  EXPECT_EQ(join_command({"sh", "-c", "echo $HOME"}), "sh -c 'echo $HOME'");
  EXPECT_EQ(join_command({"sh", "a\nb"}), "sh \"a\\nb\"");
  EXPECT_EQ(join_command({"x", "it's $5"}), "x \"it's \\$5\"");
  EXPECT_EQ(join_command({"x", "say \"hi\" to"}), "x 'say \"hi\" to'");
  EXPECT_EQ(join_command({"nginx: worker process"}), "nginx: worker process");
  EXPECT_EQ(join_command({"/opt/my app/run"}), "\"/opt/my app/run\"");
  EXPECT_EQ(join_command({}), "");
  EXPECT_EQ(join_command({""}), "\"\"");
}

}  // namespace
}  // namespace gander::text
