// SPDX-License-Identifier: Apache-2.0
// Counting error reports by device and code.
#include "sample/xid_counts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gander::sample {
namespace {

Event make_report(std::string device, std::uint32_t code, double time) {
  return {time, "nvml", std::move(device), "report", code};
}

std::vector<XidCount> counts_of(const XidCounts& counts, const std::string& uuid) {
  std::vector<Device> devices(2);
  devices[0].uuid = uuid;
  counts.fill(devices);
  EXPECT_TRUE(devices[1].xids.empty());
  return devices[0].xids;
}

TEST(XidCounts, CountByDeviceAndCodeInCodeOrder) {
  XidCounts counts;
  counts.note(make_report("GPU-0", 79, 5), 9);
  counts.note(make_report("GPU-0", 31, 6), 9);
  counts.note(make_report("GPU-0", 79, 7), 9);
  counts.note(make_report("GPU-1", 13, 8), 9);
  EXPECT_EQ(counts_of(counts, "GPU-0"), (std::vector<XidCount>{{31, 1, 6}, {79, 2, 7}}));
  EXPECT_EQ(counts_of(counts, "GPU-1"), (std::vector<XidCount>{{13, 1, 8}}));
  EXPECT_TRUE(counts_of(counts, "GPU-2").empty());
}

TEST(XidCounts, OtherEventsAreNoReports) {
  XidCounts counts;
  counts.note({5, "nvml", "GPU-0", "clocks changed"}, 9);
  counts.note(make_report("", 31, 5), 9);
  EXPECT_TRUE(counts_of(counts, "GPU-0").empty());
}

TEST(XidCounts, AReportWithoutATimeHappenedNow) {
  XidCounts counts;
  counts.note(make_report("GPU-0", 31, 0), 9);
  EXPECT_EQ(counts_of(counts, "GPU-0"), (std::vector<XidCount>{{31, 1, 9}}));
}

TEST(XidCounts, KeepSoManyCodesTheOldestGivesWay) {
  XidCounts counts;
  for (std::uint32_t code = 0; code < xid_code_limit; ++code) {
    counts.note(make_report("GPU-0", code, 100.0 + code), 0);
  }
  counts.note(make_report("GPU-0", 0, 500), 0);
  counts.note(make_report("GPU-0", 900, 501), 0);
  const auto kept = counts_of(counts, "GPU-0");
  ASSERT_EQ(kept.size(), xid_code_limit);
  EXPECT_EQ(kept.front(), (XidCount{0, 2, 500}));
  EXPECT_EQ(kept.at(1).code, 2U);
  EXPECT_EQ(kept.back().code, 900U);
}

TEST(XidCounts, KeepSoManyDevices) {
  XidCounts counts;
  for (std::size_t i = 0; i <= xid_device_limit; ++i) {
    counts.note(make_report(fmt::format("GPU-{}", i), 31, 1.0 + static_cast<double>(i)), 0);
  }
  EXPECT_TRUE(counts_of(counts, "GPU-0").empty());
  EXPECT_EQ(counts_of(counts, "GPU-1").size(), 1U);
  EXPECT_EQ(counts_of(counts, fmt::format("GPU-{}", xid_device_limit)).size(), 1U);
}

}  // namespace
}  // namespace gander::sample
