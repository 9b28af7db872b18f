// SPDX-License-Identifier: Apache-2.0
#include "export/metric_list.hpp"

#include <algorithm>

#include "export/call_list.hpp"
#include "export/page_test.hpp"
#include "tests/golden/golden.hpp"

namespace gander {
namespace {

using namespace page_test;

std::vector<Metric> all() { return find_metrics({}).value(); }

TEST(MetricList, LooksAsAgreed) {
  for (const auto& [name, snapshot] : machines()) {
    const auto page = write_metric_list(snapshot, all(), {plain, 80, false});
    expect_sound(page, 80, name);
    if (name == "full" || name == "sick") expect_golden("metrics_" + name + "_80.txt", page);
  }
  expect_golden("metrics_power_80.txt",
                write_metric_list(fixture::sick_snapshot(), find_metrics({"power"}).value(),
                                  {plain, 80, true}));
}

TEST(MetricList, ListsEveryMetricOnceInOrder) {
  const auto metrics = all();
  ASSERT_EQ(metrics.size(), metric_count);
  EXPECT_EQ(metrics.front(), metric_table.front().id);
  EXPECT_TRUE(std::is_sorted(metrics.begin(), metrics.end()));
}

TEST(MetricList, WordsChooseByNameOrByScope) {
  const auto links = find_metrics({"link"}).value();
  for (const auto metric : links) {
    EXPECT_EQ(row_of(metric).scope, Scope::link);
  }
  const auto both = find_metrics({"fan", "uptime"}).value();
  EXPECT_EQ(both.size(), count_metrics(Scope::fan) + 1);
  const auto none = find_metrics({"temprature"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().fault, Fault::usage);
  EXPECT_NE(none.error().message.find("did you mean temperature"), std::string::npos);
  EXPECT_TRUE(find_metrics({"power", "power_draw"})) << "a word may find what another found";
}

TEST(MetricList, GroupsDevicesByWhatIsSo) {
  const auto groups = find_availability(fixture::sick_snapshot(), Metric::power_draw);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_FALSE(groups[0].reason);
  EXPECT_EQ(groups[1].reason, Missing::device_lost);
  EXPECT_EQ(groups[2].reason, Missing::timed_out);
  EXPECT_EQ(groups[2].devices, (std::vector<DeviceIndex>{{2, {}}}));
  const auto page =
      write_metric_list(fixture::sick_snapshot(), {Metric::power_draw}, {plain, 80, false});
  EXPECT_NE(page.find("GPU 0: yes; GPU 1: LOST; GPU 2: timeout"), std::string::npos) << page;
}

TEST(MetricList, PartsAndProcessesCountWhereAnyIsKnown) {
  const auto snapshot = fixture::furnished_snapshot();
  EXPECT_FALSE(find_availability(snapshot, Metric::link_speed).front().reason);
  EXPECT_EQ(find_availability(snapshot, Metric::fan_unit_speed).front().reason,
            Missing::not_supported);
  EXPECT_FALSE(find_availability(snapshot, Metric::cpu_usage).front().reason);
  EXPECT_EQ(find_availability(snapshot, Metric::gpu_memory).size(), 2U) << "GPU 7 is unused";
}

TEST(MetricList, WithoutADriverItSaysWhy) {
  auto snapshot = fixture::empty_snapshot();
  snapshot.drivers.front().error = Error{Fault::no_library, "no library; install the driver"};
  const auto page = write_metric_list(snapshot, all(), {plain, 80, false});
  EXPECT_NE(page.find("install the driver"), std::string::npos);
  EXPECT_EQ(find_availability(snapshot, Metric::power_draw).front().reason, Missing::driver_down);
  EXPECT_FALSE(find_availability(snapshot, Metric::load_1m).front().reason);
}

TEST(MetricList, JsonHasTheSame) {
  const auto text = write_metric_list_json(fixture::sick_snapshot(), {Metric::power_draw});
  EXPECT_NE(text.find(R"("name":"power_draw","scope":"device","unit":"watts")"), std::string::npos)
      << text;
  EXPECT_NE(text.find(R"({"devices":["1"],"missing":"device_lost"})"), std::string::npos);
  EXPECT_NE(text.find(R"({"devices":["0"],"missing":null})"), std::string::npos);
}

TEST(CallList, SharesCallsOutOverGpusAndSeconds) {
  const std::vector<CallRow> rows{{"nvmlDeviceGetFieldValues", "power, energy", 40, 0, 0.02},
                                  {"nvmlDeviceGetFanSpeed\x1b[2J", "fan_speed", 8, 8, 0.0},
                                  {"nvmlEventSetWait_v2", "xids", 10, 0, 4.9, true}};
  CallSpan span{5.0, 5, 8, {0.25, 300, 0.125}};
  const auto page = write_call_list(rows, span, plain, 80);
  expect_golden("calls_80.txt", page);
  expect_sound(page, 80, "calls");
  EXPECT_NE(write_call_list({}, span, plain, 80).find("No call"), std::string::npos);
  expect_sound(write_call_list(rows, {}, plain, 80), 80, "nothing");
  EXPECT_NE(write_call_list_json(rows, span, "0.1.0").find(R"("calls":40,"errors":0)"),
            std::string::npos);
}

TEST(CallList, WaitingStandsApartAndIsNoPartOfTheSum) {
  const std::vector<CallRow> rows{{"works", {}, 40, 0, 0.02}, {"sleeps", {}, 10, 0, 4.9, true}};
  const CallSpan span{5.0, 5, 1, {}};
  const auto page = write_call_list(rows, span, plain, 80);
  EXPECT_LT(page.find("\nall "), page.find("\nsleeps ")) << page;
  EXPECT_LT(page.find("WAITING"), page.find("\nsleeps ")) << page;
  EXPECT_NE(page.find("  8.00         0     500.0      4000", page.find("\nall ")),
            std::string::npos)
      << page;
  const auto json = write_call_list_json(rows, span, "0.1.0");
  EXPECT_LT(json.find("\"waiting\":[{\"function\":\"sleeps\""), json.size()) << json;
  EXPECT_LT(json.find("\"first_look\":{\"seconds\":0"), json.size()) << json;
}

TEST(CallList, SaysWhatItWasTooShortToSee) {
  const std::vector<CallRow> rows{{"works", {}, 40, 0, 0.02}};
  const auto page = [&](std::uint64_t looks) {
    return write_call_list(rows, {static_cast<double>(looks), looks, 1, {}}, plain, 80);
  };
  EXPECT_NE(page(4).find("every 5 s"), std::string::npos);
  EXPECT_EQ(page(5).find("every 5 s"), std::string::npos);
  EXPECT_NE(page(29).find("every 30 s"), std::string::npos);
  EXPECT_EQ(page(30).find("Too short"), std::string::npos);
}

}  // namespace
}  // namespace gander
