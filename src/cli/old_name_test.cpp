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
    EXPECT_EQ(spell(words), (Words{"gander", "notebooks", "train", "--watch=0.5"}));
  }
}

TEST(OldName, TheWindowCountsSamplesThere) {
  EXPECT_EQ(spell({"nbstat", "-w", "20", "-v"}), (Words{"gander", "notebooks", "-v"}));
  EXPECT_EQ(spell({"nbstat", "-w", "-v"}), (Words{"gander", "notebooks", "-v"}));
  EXPECT_EQ(spell({"devicestat", "--window=20", "--show-help"}), (Words{"gander", "devices"}));
}

TEST(OldName, EveryOptionOfTheToolsIsUnderstood) {
  for (const auto* tool : {"nbstat", "devicestat"}) {
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
