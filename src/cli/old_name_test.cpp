// SPDX-License-Identifier: Apache-2.0
// Command lines of the tools that gander stands in for.
#include "cli/old_name.hpp"

#include <gtest/gtest.h>

#include "cli/arguments_test.hpp"

namespace gander::cli {
namespace {

using Words = std::vector<std::string>;

Words spell(const std::vector<const char*>& words) {
  return spell_anew(static_cast<int>(words.size()), words.data());
}

TEST(OldName, OurOwnCommandLineStaysAsItIs) {
  EXPECT_EQ(spell({"/usr/bin/gander", "-w", "3", "--interval"}),
            (Words{"/usr/bin/gander", "-w", "3", "--interval"}));
  EXPECT_EQ(spell({"nbstat2", "-i"}), (Words{"nbstat2", "-i"}));
  EXPECT_TRUE(spell({}).empty());
}

TEST(OldName, TheNameIsTheCommand) {
  EXPECT_EQ(spell({"nbstat"}), (Words{"gander", "notebooks"}));
  EXPECT_EQ(spell({"/usr/local/bin/devicestat", "1"}), (Words{"gander", "devices", "1"}));
}

TEST(OldName, AnIntervalAloneDoesNothingAndWithANumberItWatches) {
  EXPECT_EQ(spell({"nbstat", "-i"}), (Words{"gander", "notebooks"}));
  EXPECT_EQ(spell({"nbstat", "-i", "train"}), (Words{"gander", "notebooks", "train"}));
  for (const auto& words : {std::vector{"nbstat", "-i", "0.5", "train"},
                            std::vector{"nbstat", "--interval=0.5", "train"}}) {
    EXPECT_EQ(spell(words), (Words{"gander", "notebooks", "train", "--hide-footnote", "--hide-help",
                                   "--watch=0.5"}));
  }
}

TEST(OldName, TheWatchingOnesStayAndTheOthersWhereTheyAreAsked) {
  EXPECT_EQ(spell({"nbwatch"}), (Words{"gander", "notebooks", "--watch=1"}));
  EXPECT_EQ(spell({"nbwatch", "-i"}), (Words{"gander", "notebooks", "--watch=1"}));
  EXPECT_EQ(spell({"devicewatch", "1", "-i", "2"}), (Words{"gander", "devices", "1", "--watch=2"}));
  EXPECT_EQ(spell({"nbwatch", "-i", "0.001"}), (Words{"gander", "notebooks", "--watch=0.1"}));
  EXPECT_EQ(spell({"nbstat", "--show-footnote", "--show-help", "-i", "1"}),
            (Words{"gander", "notebooks", "--show-footnote", "--watch=1"}));
}

TEST(OldName, ValuesMayBeAttached) {
  EXPECT_EQ(spell({"nbwatch", "-i2"}), (Words{"gander", "notebooks", "--watch=2"}));
  EXPECT_EQ(spell({"nbwatch", "-i=3"}), (Words{"gander", "notebooks", "--watch=3"}));
  EXPECT_EQ(spell({"nbstat", "-w5"}), (Words{"gander", "notebooks", "--samples=5"}));
}

TEST(OldName, TheWindowCountsSamples) {
  EXPECT_EQ(spell({"nbstat", "-w", "5", "-v"}),
            (Words{"gander", "notebooks", "-v", "--samples=5"}));
  EXPECT_EQ(spell({"nbstat", "-w", "train"}), (Words{"gander", "notebooks", "train", "--samples"}));
  EXPECT_EQ(spell({"devicewatch", "--window=5"}),
            (Words{"gander", "devices", "--samples=5", "--watch=1"}));
}

TEST(OldName, EveryOptionOfTheToolsIsUnderstood) {
  for (const auto* tool : {"nbstat", "devicestat", "nbwatch", "devicewatch"}) {
    const auto words = spell({tool,
                              "-v",
                              "-w",
                              "--show",
                              "power",
                              "PID",
                              "--hide",
                              "fan",
                              "--show-all",
                              "--hide-all",
                              "--show-similar",
                              "--hide-header",
                              "--show-footnote",
                              "--show-help",
                              "--hide-footnote",
                              "--hide-help",
                              "--process-memory-format",
                              "MB",
                              "--device-memory-format",
                              "GB",
                              "--show-separators",
                              "--suppress-color",
                              "--",
                              "1"});
    std::vector<const char*> ours;
    for (const auto& word : words) {
      if (word != "--" && word != "gander") ours.push_back(word.c_str());
    }
    // CLI11 takes the pattern as the last word; a lone `--` is for `gander sim`.
    const auto invocation = parse(ours);
    const auto* reply = std::get_if<Reply>(&invocation);
    EXPECT_EQ(reply, nullptr) << reply->text;
  }
}

}  // namespace
}  // namespace gander::cli
