// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "gander/device.hpp"
#include "gander/metric.hpp"
#include "gander/reading.hpp"
#include "gander/snapshot.hpp"

namespace gander {
namespace {

TEST(Metric, every_name_is_unique_and_found) {
  std::set<std::string_view> seen;
  for (const auto& row : metric_table) {
    EXPECT_TRUE(seen.insert(row.name).second) << row.name;
    EXPECT_EQ(find_metric(row.name), row.id);
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_EQ(row.help.back(), '.') << row.name;
  }
  EXPECT_FALSE(find_metric("no_such_metric"));
}

TEST(Metric, scopes_cover_the_table) {
  std::size_t count = 0;
  for (auto scope :
       {Scope::device, Scope::fan, Scope::link, Scope::use, Scope::process, Scope::host}) {
    for (const auto& row : rows_of(scope)) {
      EXPECT_EQ(row.scope, scope);
      ++count;
    }
  }
  EXPECT_EQ(count, metric_count);
}

TEST(Reading, starts_not_sampled_and_is_never_zero_by_itself) {
  const DeviceReadings readings;
  EXPECT_FALSE(readings[Metric::power_draw].is_known());
  EXPECT_EQ(readings[Metric::power_draw].reason(), Missing::not_sampled);
  EXPECT_NE(Reading{0.0}, Reading{Missing::no_data});
}

TEST(Names, round_trip) {
  for (int i = 0; i <= static_cast<int>(Missing::driver_error); ++i) {
    const auto reason = static_cast<Missing>(i);
    EXPECT_EQ(find_missing(name_of(reason)), reason);
  }
  for (int i = 0; i <= static_cast<int>(Fault::operating_system); ++i) {
    const auto fault = static_cast<Fault>(i);
    EXPECT_EQ(find_fault(name_of(fault)), fault);
  }
  for (std::size_t i = 0; i < clock_limit_count; ++i) {
    const auto limit = static_cast<ClockLimit>(i);
    EXPECT_EQ(find_clock_limit(name_of(limit)), limit);
  }
  EXPECT_FALSE(find_missing("unknown"));
}

TEST(DeviceIndex, reads_what_it_writes_and_nothing_else) {
  EXPECT_EQ(to_string(DeviceIndex{3, std::nullopt}), "3");
  EXPECT_EQ(to_string(DeviceIndex{3, 0}), "3:0");
  EXPECT_EQ(find_device_index("3"), (DeviceIndex{3, std::nullopt}));
  EXPECT_EQ(find_device_index("3:0"), (DeviceIndex{3, 0}));
  for (const auto* text : {"", ":", "3:", ":0", "-1", "+1", "3:0:1", " 3", "3 ", "99999999999"}) {
    EXPECT_FALSE(find_device_index(text)) << text;
  }
}

TEST(DeviceIndex, several_are_listed_as_ranges) {
  EXPECT_EQ(list_devices({}), "");
  EXPECT_EQ(list_devices({{3, {}}}), "3");
  EXPECT_EQ(list_devices({{2, {}}, {0, {}}, {1, {}}, {5, {}}, {6, {}}, {6, 1}}), "0-2, 5, 6, 6:1");
}

}  // namespace
}  // namespace gander
