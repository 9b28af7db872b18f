// SPDX-License-Identifier: Apache-2.0
#include "cli/environment.hpp"

#include <gtest/gtest.h>

#include <map>

namespace gander::cli {
namespace {

Lookup lookup_in(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string{name});
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Environment, thresholds) {
  EXPECT_EQ(find_thresholds("10,75"), (Percentages{10, 75}));
  EXPECT_EQ(find_thresholds(" 10 , 75 "), (Percentages{10, 75}));
  EXPECT_FALSE(find_thresholds("75,10"));
  EXPECT_FALSE(find_thresholds("10,10"));
  for (const auto* text : {"", "10", "0,50", "50,0", "10,100", "a,b", "10,75,80", "10;75"}) {
    EXPECT_FALSE(find_thresholds(text)) << text;
  }
}

TEST(Environment, own_variables_win_over_the_fallbacks) {
  const std::string name = "GPU_UTILIZATION_THRESHOLDS";
  std::string complaint;
  const Percentages fallback{10, 75};
  EXPECT_EQ(thresholds_from(lookup_in({}), name, fallback, complaint), fallback);
  EXPECT_EQ(thresholds_from(lookup_in({{"NVITOP_" + name, "20,30"}}), name, fallback, complaint),
            (Percentages{20, 30}));
  // The other's variable as the other reads it; ours as ours.
  EXPECT_EQ(thresholds_from(lookup_in({{"NVITOP_" + name, "30,20"}}), name, fallback, complaint),
            (Percentages{20, 30}));
  EXPECT_EQ(complaint, "");
  EXPECT_EQ(thresholds_from(lookup_in({{"GANDER_" + name, "30,20"}}), name, fallback, complaint),
            fallback);
  EXPECT_NE(complaint.find("with a below b"), std::string::npos);
  complaint.clear();
  EXPECT_EQ(thresholds_from(lookup_in({{"NVITOP_" + name, "20,30"}, {"GANDER_" + name, "1,2"}}),
                            name, fallback, complaint),
            (Percentages{1, 2}));
  EXPECT_TRUE(complaint.empty());
  EXPECT_EQ(thresholds_from(lookup_in({{"GANDER_" + name, "nonsense"}}), name, fallback, complaint),
            fallback);
  EXPECT_NE(complaint.find("GANDER_GPU_UTILIZATION_THRESHOLDS"), std::string::npos);
}

TEST(Environment, colour) {
  EXPECT_TRUE(wants_color(lookup_in({}), false, true));
  EXPECT_FALSE(wants_color(lookup_in({}), false, false));
  EXPECT_FALSE(wants_color(lookup_in({{"NO_COLOR", "1"}}), false, true));
  EXPECT_TRUE(wants_color(lookup_in({{"NO_COLOR", ""}}), false, true));
  EXPECT_FALSE(wants_color(lookup_in({{"TERM", "dumb"}}), false, true));
  EXPECT_FALSE(wants_color(lookup_in({{"FORCE_COLOR", "1"}}), false, false));
  EXPECT_TRUE(wants_color(lookup_in({{"NO_COLOR", "1"}}), true, false));
}

TEST(Environment, width) {
  EXPECT_EQ(output_width(lookup_in({}), std::nullopt), 79);
  EXPECT_EQ(output_width(lookup_in({}), 120), 120);
  EXPECT_EQ(output_width(lookup_in({{"COLUMNS", "160"}}), 120), 160);
  EXPECT_EQ(output_width(lookup_in({{"COLUMNS", "40"}}), 120), 79);
  EXPECT_EQ(output_width(lookup_in({{"COLUMNS", "wide"}}), 120), 120);
  EXPECT_EQ(output_width(lookup_in({{"COLUMNS", "99999999"}}), 120), 1000);
}

TEST(Environment, switches_as_people_write_them) {
  for (const auto* word : {"true", "1", "Yes", "ON"})
    EXPECT_EQ(find_switch_word(word), true) << word;
  for (const auto* word : {"false", "0", "no", "OFF", "FALSE"}) {
    EXPECT_EQ(find_switch_word(word), false) << word;
  }
  EXPECT_FALSE(find_switch_word("perhaps"));
  EXPECT_FALSE(find_switch_word(""));
}

TEST(Environment, what_is_no_width_is_none) {
  EXPECT_EQ(known_width(lookup_in({}), std::nullopt), std::nullopt);
  EXPECT_EQ(known_width(lookup_in({}), 60), 60) << "narrower than the tables of status can be";
  EXPECT_EQ(known_width(lookup_in({{"COLUMNS", "40"}}), 120), 40);
  for (const auto* text : {"", "0", "-5", "wide"}) {
    EXPECT_EQ(known_width(lookup_in({{"COLUMNS", text}}), std::nullopt), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace gander::cli
