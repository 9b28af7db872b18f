// SPDX-License-Identifier: Apache-2.0
// Every return code has a name, a class and words for a person.
#include "driver/nvml/return_code.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace gander::driver::nvml {
namespace {

TEST(ReturnCode, EveryOneIsClassified) {
  const std::map<CodeClass, std::set<Code>> classes{
      {CodeClass::success, {0}},
      {CodeClass::structural, {3, 12, 13, 22, 25, 26}},
      {CodeClass::no_data, {6, 10, 21, 27}},
      {CodeClass::permission, {4, 17}},
      {CodeClass::device_down, {15, 16, 28}},
      {CodeClass::driver_down, {1, 9, 18}},
      {CodeClass::transient, {2, 5, 7, 8, 11, 14, 19, 20, 23, 24, 29, 30, 999}},
  };
  std::set<Code> seen;
  for (const auto& [what, codes] : classes) {
    for (const Code code : codes) {
      EXPECT_EQ(classify(code), what) << code;
      EXPECT_TRUE(seen.insert(code).second) << code;
    }
  }
  for (Code code = 0; code <= 30; ++code) EXPECT_TRUE(seen.contains(code)) << code;
}

TEST(ReturnCode, EveryOneHasANameOfItsOwnAndAWayOut) {
  std::set<std::string> names;
  for (Code code = 0; code <= 30; ++code) EXPECT_TRUE(names.insert(name_of_code(code)).second);
  EXPECT_EQ(name_of_code(999), "UNKNOWN");
  EXPECT_EQ(name_of_code(31), "code 31");
  EXPECT_EQ(classify(31), CodeClass::transient);
  for (const Code code : {1, 4, 8, 9, 11, 15, 16, 17, 18, 28, 999}) {
    EXPECT_EQ(explain(code).find("no better reason"), std::string::npos) << explain(code);
  }
}

TEST(ReturnCode, NoFailureBecomesAValue) {
  EXPECT_EQ(missing_of(10), Missing::timed_out);
  EXPECT_EQ(missing_of(17), Missing::no_permission);
  EXPECT_EQ(missing_of(26), Missing::not_supported);
  EXPECT_EQ(missing_of(28), Missing::device_lost);
  EXPECT_EQ(missing_of(18), Missing::driver_down);
  EXPECT_EQ(missing_of(999), Missing::driver_error);
  EXPECT_EQ(name_and_number(999), "UNKNOWN (999)");
  EXPECT_EQ(state_of(16), DeviceState::reset_required);
  EXPECT_EQ(state_of(15), DeviceState::lost);
  EXPECT_EQ(state_of(28), DeviceState::lost);
  EXPECT_EQ(state_of(4), DeviceState::inaccessible);
  EXPECT_EQ(state_of(8), DeviceState::unknown);
}

}  // namespace
}  // namespace gander::driver::nvml
