// SPDX-License-Identifier: Apache-2.0
#include "export/status_detail.hpp"

#include "export/detail_themes.hpp"
#include "export/page_test.hpp"
#include "tests/golden/golden.hpp"

namespace gander {
namespace {

using namespace page_test;

/// Only the third GPU, which ails; the eight would make a long file.
Snapshot without_healthy(Snapshot snapshot) {
  if (snapshot.devices.size() < 8) return snapshot;
  snapshot.devices = {snapshot.devices[2], snapshot.devices[1]};
  return snapshot;
}

TEST(Detail, LooksAsAgreed) {
  for (const auto& [name, snapshot] : machines()) {
    for (const int width : {80, 120}) {
      expect_golden("detail_" + name + "_" + std::to_string(width) + ".txt",
                    write_detail(without_healthy(snapshot), plain, width));
    }
  }
  const auto full = without_healthy(fixture::furnished_snapshot());
  expect_golden("detail_full_ascii.txt", write_detail(full, ascii, 80));
  expect_golden("detail_full_color.txt", write_detail(full, colored, 80));
}

TEST(Detail, FitsEveryWidthAndSteersNothing) {
  for (const auto& [name, snapshot] : machines()) {
    for (int width = 79; width < 200; width += 7) {
      expect_sound(write_detail(snapshot, plain, width), width, name);
    }
    expect_ascii(write_detail(snapshot, ascii, 80));
  }
}

/// So much of a unit that one more or less shows.
double visible_amount(Unit unit) {
  if (unit == Unit::ratio) return 0.1;
  return unit == Unit::hertz || unit == Unit::joules ? 1e9 : 1.0;
}

TEST(Detail, EveryMetricOfADeviceHasItsPlace) {
  auto snapshot = fixture::idle_snapshot();
  auto& readings = snapshot.devices.front().readings;
  for (const auto& row : rows_of(Scope::device)) {
    readings.fill(Missing::not_supported);
    readings[row.id] = 7 * visible_amount(row.unit);
    const auto seven = write_detail(snapshot, plain, 80);
    readings[row.id] = 5 * visible_amount(row.unit);
    EXPECT_NE(write_detail(snapshot, plain, 80), seven) << row.name;
  }
}

TEST(Detail, NoMetricIsLeftOverByTheThemes) {
  const auto snapshot = fixture::idle_snapshot();
  for (const auto& theme : detail_page::find_themes(snapshot, snapshot.devices.front())) {
    EXPECT_NE(theme.title, "Further") << "give " << theme.items.front().label << " a theme";
  }
}

TEST(Detail, UnknownIsNeverZeroAndSaysWhy) {
  const auto page = write_detail(fixture::unknown_snapshot(), plain, 80);
  EXPECT_EQ(page.find(" 0%"), std::string::npos);
  EXPECT_EQ(page.find(" 0W"), std::string::npos);
  EXPECT_NE(page.find("N/A          not supported by the device"), std::string::npos) << page;
}

TEST(Detail, WhatNeedsAPersonIsSaid) {
  const auto page = write_detail(fixture::furnished_snapshot(), plain, 80);
  EXPECT_NE(page.find("reset gpu"), std::string::npos);
  EXPECT_NE(page.find("on, off from reset"), std::string::npos);
  EXPECT_NE(page.find("hardware thermal"), std::string::npos);
  EXPECT_NE(page.find("Error reports (XID)"), std::string::npos);
}

TEST(Detail, WaysToGpusThatAreNotShownAreNamed) {
  const auto snapshot = fixture::furnished_snapshot();
  Selection selection;
  selection.devices = std::vector<DeviceIndex>{{3, {}}};
  const auto page = write_detail(snapshot, plain, 80, selection);
  EXPECT_NE(page.find("GPU 3  NVIDIA"), std::string::npos) << page;
  EXPECT_EQ(page.find("GPU 2  NVIDIA"), std::string::npos) << page;
  const auto whole = write_detail(snapshot, plain, 80);
  const auto ways = [](std::string text, std::string_view device) {
    text.erase(0, text.find(device));
    const auto begin = text.find("Ways to other GPUs");
    EXPECT_NE(begin, std::string::npos) << text;
    return text.substr(begin, text.find("\n\n", begin) - begin);
  };
  EXPECT_EQ(ways(page, "GPU 3  NVIDIA"), ways(whole, "GPU 3  NVIDIA"));
}

TEST(Detail, ASentenceBreaksBetweenItsWords) {
  auto snapshot = fixture::idle_snapshot();
  auto& device = snapshot.devices.front();
  device.state = DeviceState::timed_out;
  device.state_detail = "no answer within the deadline of this call, which is not awaited any more";
  for (int width = 79; width < 110; ++width) {
    const auto page = write_detail(snapshot, plain, width);
    for (const auto* word : {"within", "deadline", "awaited", "call,"}) {
      EXPECT_NE(page.find(word), std::string::npos) << width << '\n' << page;
    }
  }
}

TEST(Detail, ADeviceThatWaitsForItsResetIsNotLost) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.devices.front().state = DeviceState::reset_required;
  snapshot.devices.front().readings.fill(Missing::device_lost);
  const auto page = write_detail(snapshot, plain, 80);
  EXPECT_NE(page.find("reset required"), std::string::npos);
  EXPECT_NE(page.find("RESET"), std::string::npos);
}

}  // namespace
}  // namespace gander
