// SPDX-License-Identifier: Apache-2.0
// What terminals send, whole and in pieces, and what is noise.
#include "tui/screen/input.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gander::tui {
namespace {

std::string name_of(const Input& input) {
  if (const auto* key = std::get_if<Key>(&input)) return to_string(*key);
  if (const auto* mouse = std::get_if<Mouse>(&input)) {
    return "mouse " + std::to_string(static_cast<int>(mouse->action)) + " " +
           std::to_string(mouse->button) + " " + std::to_string(mouse->row) + "," +
           std::to_string(mouse->column) + (mouse->shift ? " shift" : "") +
           (mouse->control ? " control" : "");
  }
  if (const auto* paste = std::get_if<Paste>(&input)) return "paste " + paste->text;
  if (const auto* focus = std::get_if<Focus>(&input)) {
    return *focus == Focus::gained ? "focus" : "blur";
  }
  return "reply " + std::get<Reply>(input).text;
}

std::string names_of(const std::vector<Input>& inputs) {
  std::string names;
  for (const Input& input : inputs) names += (names.empty() ? "" : " | ") + name_of(input);
  return names;
}

std::string decoded(std::string_view bytes) {
  InputDecoder decoder;
  return names_of(decoder.feed(bytes));
}

/// What terminals send, and what it is.
const std::vector<std::pair<std::string, std::string>>& samples() {
  static const std::vector<std::pair<std::string, std::string>> all{
      {"a", "a"},
      {"Ö", "Ö"},
      {"計", "計"},
      {"\x03", "Ctrl-c"},
      {"\r", "Enter"},
      {"\t", "Tab"},
      {"\x7f", "Backspace"},
      {" ", "Space"},
      {"\x1b[A", "Up"},
      {"\x1bOB", "Down"},
      {"\x1b[1;5C", "Ctrl-Right"},
      {"\x1b[1;3D", "Alt-Left"},
      {"\x1b[Z", "Shift-Tab"},
      {"\x1b[H", "Home"},
      {"\x1b[4~", "End"},
      {"\x1b[5~", "PageUp"},
      {"\x1b[6~", "PageDown"},
      {"\x1b[3~", "Delete"},
      {"\x1bOP", "F1"},
      {"\x1b[[B", "F2"},
      {"\x1b[15~", "F5"},
      {"\x1b[24~", "F12"},
      {"\x1bk", "Alt-k"},
      {"\x1b[107;3u", "Alt-k"},
      {"\x1b[27u", "Escape"},
      {"\x1b[<0;5;3M", "mouse 0 1 2,4"},
      {"\x1b[<2;5;3m", "mouse 1 3 2,4"},
      {"\x1b[<64;1;1M", "mouse 2 0 0,0"},
      {"\x1b[<69;1;1M", "mouse 3 0 0,0 shift"},
      {"\x1b[<80;1;1M", "mouse 2 0 0,0 control"},
      {"\x1b[I", "focus"},
      {"\x1b[O", "blur"},
      {"\x1b[?2026;2$y", "reply ?2026;2$y"},
      {"\x1b]11;rgb:0000/0000/0000\x1b\\", "reply 11;rgb:0000/0000/0000"},
      {"\x1b]11;rgb:ffff/ffff/ffff\a", "reply 11;rgb:ffff/ffff/ffff"},
      {"\x1b[200~rm -rf\n\x1b[A\x1b[201~", "paste rm -rf\n\x1b[A"},
  };
  return all;
}

TEST(InputDecoder, KnowsWhatTerminalsSend) {
  for (const auto& [bytes, expected] : samples()) EXPECT_EQ(decoded(bytes), expected);
}

TEST(InputDecoder, KnowsFunctionKeysWithShiftInBothSpellings) {
  for (const auto& [bytes, name] :
       {std::pair{"\x1b[1;2P", "Shift-F1"}, std::pair{"\x1b[1;2S", "Shift-F4"},
        std::pair{"\x1b[25~", "Shift-F1"}, std::pair{"\x1b[26~", "Shift-F2"},
        std::pair{"\x1b[28~", "Shift-F3"}, std::pair{"\x1b[29~", "Shift-F4"},
        std::pair{"\x1b[15~", "F5"}}) {
    InputDecoder decoder;
    const auto inputs = decoder.feed(bytes);
    ASSERT_EQ(inputs.size(), 1U) << name;
    EXPECT_EQ(to_string(std::get<Key>(inputs[0])), name);
  }
}

TEST(InputDecoder, DoesNotCareWhereReadsEnd) {
  for (const auto& [bytes, expected] : samples()) {
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      InputDecoder decoder;
      auto inputs = decoder.feed(bytes.substr(0, cut));
      for (Input& input : decoder.feed(bytes.substr(cut))) inputs.push_back(std::move(input));
      EXPECT_EQ(names_of(inputs), expected) << "cut at " << cut;
      EXPECT_FALSE(decoder.is_waiting());
    }
  }
}

TEST(InputDecoder, TakesALoneEscapeForTheKey) {
  InputDecoder decoder;
  EXPECT_TRUE(decoder.feed("\x1b").empty());
  EXPECT_TRUE(decoder.is_waiting());
  EXPECT_EQ(names_of(decoder.expire()), "Escape");
  EXPECT_FALSE(decoder.is_waiting());
  EXPECT_TRUE(decoder.feed("\x1b[").empty());
  EXPECT_EQ(names_of(decoder.expire()), "Alt-[");
  EXPECT_EQ(names_of(decoder.feed("\x1b\x1b[A")), "Escape | Up");
}

TEST(InputDecoder, TakesNoPartOfAReplyForKeys) {
  const std::string reply = "\x1b]11;rgb:ffff/fafa/c0c0\x1b\\";
  for (std::size_t first = 1; first < reply.size(); ++first) {
    for (std::size_t second = first + 1; second < reply.size(); ++second) {
      InputDecoder decoder;
      decoder.expect_reply(Expectation::asked);
      std::vector<Input> inputs;
      const auto take = [&](std::vector<Input> more) {
        for (Input& input : more) inputs.push_back(std::move(input));
      };
      // Each part so late that a key would have been over.
      take(decoder.feed(reply.substr(0, first)));
      take(decoder.expire());
      take(decoder.feed(reply.substr(first, second - first)));
      take(decoder.expire());
      take(decoder.feed(reply.substr(second)));
      take(decoder.expire());
      const auto names = names_of(inputs);
      // Only the escape itself cannot be told from the key, after a long time.
      EXPECT_EQ(names,
                first == 1 ? "Escape | reply 11;rgb:ffff/fafa/c0c0" : "reply 11;rgb:ffff/fafa/c0c0")
          << first << " " << second;
    }
  }
}

TEST(InputDecoder, WaitsLongerForAReplyThanForAKey) {
  InputDecoder decoder;
  decoder.feed("\x1b");
  EXPECT_EQ(decoder.patience(), InputDecoder::escape_wait);
  decoder.expect_reply(Expectation::asked);
  EXPECT_EQ(decoder.patience(), InputDecoder::reply_wait);
  decoder.feed("]");
  EXPECT_FALSE(decoder.is_waiting());
  decoder.expect_reply(Expectation::nothing);
  EXPECT_TRUE(decoder.is_waiting());
  EXPECT_EQ(names_of(decoder.expire()), "Alt-]");
}

TEST(InputDecoder, TakesNoPartOfAReportOrPasteForKeys) {
  for (const std::string sequence :
       {"\x1b[<0;15;3M", "\x1b[1;5A", "\x1b[?1;2c", "\x1b[0n", "\x1b[200~qK\x1b[201~"}) {
    for (std::size_t cut = 3; cut < sequence.size(); ++cut) {
      InputDecoder decoder;
      auto inputs = decoder.feed(sequence.substr(0, cut));
      EXPECT_TRUE(decoder.expire().empty()) << sequence << " cut at " << cut;
      for (Input& input : decoder.feed(sequence.substr(cut))) inputs.push_back(std::move(input));
      EXPECT_EQ(names_of(inputs), decoded(sequence)) << "cut at " << cut;
    }
  }
}

TEST(InputDecoder, AReplyThatIsCutOffLosesNoKeyBehindIt) {
  EXPECT_EQ(decoded("\x1b]11;rgb:ff\x03q"), "Ctrl-c | q");
  EXPECT_EQ(decoded("\x1b]11;rgb:ff\x1b[A"), "Up");
  InputDecoder decoder;
  decoder.feed("\x1b]" + std::string(1000, 'x'));
  EXPECT_EQ(names_of(decoder.feed("q")), "q");
}

TEST(InputDecoder, DropsWhatMeansNothing) {
  EXPECT_EQ(decoded("\x1b[<35;5;5Ma"), "a");
  EXPECT_EQ(decoded("\x1b[M !!a"), "a");
  EXPECT_EQ(decoded("\xff\xfe\x80z"), "z");
  EXPECT_EQ(decoded(std::string_view{"\0a", 2}), "a");
  EXPECT_EQ(decoded("\x1b[999~b"), "b");
  EXPECT_EQ(decoded("\xc3z"), "z");
}

TEST(InputDecoder, BoundsWhatItKeeps) {
  InputDecoder decoder;
  decoder.feed("\x1b[200~");
  for (int i = 0; i < 100; ++i) decoder.feed(std::string(4096, 'x'));
  const auto inputs = decoder.feed("\x1b[201~");
  ASSERT_EQ(inputs.size(), 1U);
  EXPECT_LE(std::get<Paste>(inputs[0]).text.size(), 64U * 1024U);
  InputDecoder other;
  other.feed("\x1b[" + std::string(1000, '1'));
  EXPECT_EQ(names_of(other.feed("q")), "q");
}

TEST(InputDecoder, SurvivesNoise) {
  std::mt19937 random{11};
  InputDecoder decoder;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes;
    for (auto count = random() % 8; count > 0; --count) {
      const auto value = random();
      bytes += value % 3 == 0 ? "\x1b[<;~Mmu"[value / 3 % 8] : static_cast<char>(value % 256);
    }
    for (const Input& input : decoder.feed(bytes)) name_of(input);
    if (i % 7 == 0) decoder.expire();
  }
}

TEST(Key, IsSpelledAsItIsRead) {
  for (const auto* name : {"a", "Ö", "Ctrl-c", "Alt-k", "Alt-K", "Shift-Tab", "F10", "Space", "/",
                           "Ctrl-Right", "PageUp", "Escape", "-", "+"}) {
    const auto key = find_key(name);
    ASSERT_TRUE(key) << name;
    EXPECT_EQ(to_string(*key), name);
  }
  for (const auto* name : {"", "ab", "Shift-a", "Ctrl-", "\x01", "F13"}) {
    EXPECT_FALSE(find_key(name)) << name;
  }
}

}  // namespace
}  // namespace gander::tui
