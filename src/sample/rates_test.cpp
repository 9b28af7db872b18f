// SPDX-License-Identifier: Apache-2.0
// Rates of counters: of two readings alone, and through whole ticks of a sampler.
#include "sample/rates.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "host/fake_proc.hpp"
#include "sample/fake_driver.hpp"
#include "sample/sampler.hpp"

namespace gander::sample {
namespace {

using namespace std::chrono_literals;

TEST(CounterRate, IsGrowthByTheTimeThatPassed) {
  CounterRate rate;
  rate.note(1000.0, 10s);
  EXPECT_EQ(rate.rate(), Reading{Missing::no_data});
  rate.note(6000.0, 15s);
  EXPECT_EQ(rate.rate(), Reading{1000.0});
  rate.note(6000.0, 20s);
  EXPECT_EQ(rate.rate(), Reading{0.0});
}

TEST(CounterRate, IsUnknownForOneIntervalAfterTheCounterFell) {
  CounterRate rate;
  rate.note(4294967000.0, 10s);
  rate.note(200.0, 15s);
  EXPECT_EQ(rate.rate(), Reading{Missing::no_data});
  rate.note(700.0, 20s);
  EXPECT_EQ(rate.rate(), Reading{100.0});
}

TEST(CounterRate, SpansAReadingThatFailed) {
  CounterRate rate;
  rate.note(0.0, 10s);
  rate.note(Missing::timed_out, 15s);
  EXPECT_EQ(rate.rate(), Reading{Missing::timed_out});
  rate.note(1000.0, 20s);
  EXPECT_EQ(rate.rate(), Reading{100.0});
}

TEST(CounterRate, KnowsNoMomentsAndNoAges) {
  CounterRate rate;
  rate.note(0.0, 10s);
  rate.note(100.0, 11s);
  rate.note(900.0, 11s + 10ms);
  EXPECT_EQ(rate.rate(), Reading{100.0});
  rate.note(1000.0, 1h);
  EXPECT_EQ(rate.rate(), Reading{Missing::no_data});
}

TEST(WithCounters, AsksForWhatRatesAreMadeOf) {
  const auto wanted = with_counters(
      MetricSet{}.insert(Metric::pcie_receive_rate).insert(Metric::link_transmit_rate));
  EXPECT_TRUE(wanted.contains(Metric::pcie_receive_total));
  EXPECT_TRUE(wanted.contains(Metric::link_transmit_total));
  EXPECT_FALSE(wanted.contains(Metric::pcie_transmit_total));
  EXPECT_TRUE(is_derived_rate(Metric::nvlink_receive_rate));
  EXPECT_FALSE(is_derived_rate(Metric::nvlink_receive_total));
}

TEST(DeviceRates, KeepWhatTheDriverMeasuredAndItsReasons) {
  DeviceRates rates;
  Device device;
  device.readings[Metric::pcie_transmit_total] = Missing::not_supported;
  device.readings[Metric::pcie_transmit_rate] = 77.0;
  device.readings[Metric::pcie_receive_total] = Missing::not_supported;
  device.readings[Metric::pcie_receive_rate] = Missing::no_data;
  device.readings[Metric::nvlink_transmit_total] = Missing::no_permission;
  rates.note(MetricSet::all(), device, 1s);
  rates.fill(device);
  EXPECT_EQ(device.readings[Metric::pcie_transmit_rate], Reading{77.0});
  EXPECT_EQ(device.readings[Metric::pcie_receive_rate], Reading{Missing::no_data});
  EXPECT_EQ(device.readings[Metric::nvlink_transmit_rate], Reading{Missing::no_permission});
  EXPECT_EQ(device.readings[Metric::nvlink_receive_rate], Reading{Missing::not_sampled});
}

/// Ticks over a driver that counts and leaves the rates to us.
class RatesOfTicks : public testing::Test {
 protected:
  RatesOfTicks() {
    for (const auto& row : metric_table) {
      if (is_derived_rate(row.id)) machine_->values[row.id] = Missing::not_sampled;
    }
    auto& links = machine_->devices[0].links;
    links.resize(2);
    links[1].number = 1;
    SamplerOptions options;
    options.root = proc_.root();
    options.clock = &clock_;
    options.drivers.push_back(std::make_unique<FakeDriver>(machine_));
    options.deadlines = {10s, 10s, 10s, 10s, 10s};
    sampler_ = make_sampler(std::move(options));
  }
  ~RatesOfTicks() override { machine_->let_go(); }

  /// The first device after all counters went to `total` and `passed` went by.
  Device tick(double total, std::chrono::nanoseconds passed) {
    clock_.advance(passed);
    {
      const std::lock_guard lock(machine_->mutex);
      for (const auto metric : {Metric::pcie_transmit_total, Metric::link_receive_total}) {
        machine_->values[metric] = total;
      }
    }
    return sampler_->tick()->devices.at(0);
  }
  static Reading pcie(const Device& device) { return device.readings[Metric::pcie_transmit_rate]; }
  static Reading link(const Device& device) {
    return device.links.at(1).readings[Metric::link_receive_rate];
  }

  host::FakeProc proc_;
  os::ManualClock clock_;
  std::shared_ptr<FakeMachine> machine_ = std::make_shared<FakeMachine>(1);
  std::unique_ptr<Sampler> sampler_;
};

TEST_F(RatesOfTicks, SpanTheReadingsAndStayInBetween) {
  EXPECT_EQ(pcie(tick(1000, 0s)), Reading{Missing::no_data});
  EXPECT_EQ(pcie(tick(9999, 1s)), Reading{Missing::no_data});
  auto device = tick(11'000, 4s);
  EXPECT_EQ(pcie(device), Reading{2000.0});
  EXPECT_EQ(link(device), Reading{2000.0});
  device = tick(99'999, 1s);
  EXPECT_EQ(pcie(device), Reading{2000.0});
  EXPECT_EQ(link(device), Reading{2000.0});
  EXPECT_EQ(device.readings[Metric::pcie_transmit_total], Reading{11'000.0});
}

TEST_F(RatesOfTicks, AreNotAskedOfADriverAtEveryTick) {
  tick(1000, 0s);
  tick(2000, 1s);
  EXPECT_FALSE(machine_->asked["read 0"].contains(Metric::pcie_transmit_rate));
  EXPECT_FALSE(machine_->asked["read 0"].contains(Metric::link_transmit_total));
  tick(2000, 5s);
  EXPECT_TRUE(machine_->asked["read 0"].contains(Metric::pcie_transmit_rate));
  EXPECT_TRUE(machine_->asked["read 0"].contains(Metric::link_transmit_total));
}

TEST_F(RatesOfTicks, AreNeverNegative) {
  tick(5000, 0s);
  EXPECT_EQ(pcie(tick(10, 5s)), Reading{Missing::no_data});
  EXPECT_EQ(pcie(tick(510, 5s)), Reading{100.0});
}

TEST_F(RatesOfTicks, HaveANewBaselineAfterTheDriverCameBack) {
  tick(1000, 0s);
  EXPECT_EQ(pcie(tick(2000, 5s)), Reading{200.0});
  machine_->down = Error{Fault::driver_down, "unloaded"};
  EXPECT_EQ(pcie(tick(2000, 5s)), Reading{Missing::driver_down});
  machine_->down.reset();
  machine_->generation = 2;
  EXPECT_EQ(pcie(tick(900'000, 5s)), Reading{Missing::no_data});
  EXPECT_EQ(pcie(tick(900'500, 5s)), Reading{100.0});
}

TEST_F(RatesOfTicks, HaveANewBaselineAfterTheDeviceWasLost) {
  tick(1000, 0s);
  machine_->devices[0].device.state = DeviceState::lost;
  EXPECT_EQ(pcie(tick(2000, 5s)), Reading{Missing::device_lost});
  machine_->devices[0].device.state = DeviceState::ok;
  EXPECT_EQ(pcie(tick(900'000, 5s)), Reading{Missing::no_data});
  EXPECT_EQ(pcie(tick(900'500, 5s)), Reading{100.0});
}

TEST_F(RatesOfTicks, NeedNoViewThatWantsTheirCounters) {
  sampler_->set_demand("view", {MetricSet{}.insert(Metric::pcie_transmit_rate), false});
  tick(1000, 0s);
  const auto device = tick(2000, 5s);
  EXPECT_EQ(pcie(device), Reading{200.0});
  EXPECT_EQ(device.readings[Metric::pcie_transmit_total], Reading{Missing::not_sampled});
  EXPECT_EQ(link(device), Reading{Missing::not_sampled});
}

TEST_F(RatesOfTicks, ThatADriverMeasuresAreKept) {
  machine_->values[Metric::pcie_transmit_rate] = 42.0;
  tick(1000, 0s);
  EXPECT_EQ(pcie(tick(2000, 5s)), Reading{42.0});
}

TEST_F(RatesOfTicks, SurviveANewDescription) {
  tick(1000, 0s);
  tick(2000, 5s);
  const auto device = tick(2000 + 55 * 50, 55s);
  EXPECT_EQ(machine_->count("describe 0"), 2);
  EXPECT_EQ(pcie(device), Reading{50.0});
  EXPECT_EQ(device.links.at(0).readings[Metric::link_speed], Reading{100.0});
}

}  // namespace
}  // namespace gander::sample
