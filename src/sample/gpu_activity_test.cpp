// SPDX-License-Identifier: Apache-2.0
// Looks at processes that work, rest, and are not told apart by their driver.
#include "sample/gpu_activity.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gander::sample {
namespace {

using namespace std::chrono_literals;

class GpuActivityTest : public ::testing::Test {
 protected:
  GpuActivityTest() {
    device_.uuid = std::string{"GPU-1"};
    process_.pid = 7;
    process_.start_ticks = std::uint64_t{1};
    process_.uses.resize(1);
    process_.uses.front().device = "GPU-1";
  }
  Reading look(Reading share, Reading device, std::chrono::nanoseconds now) {
    process_.uses.front().readings[Metric::gpu_sm_utilization] = share;
    device_.readings[Metric::gpu_utilization] = device;
    std::vector<Process> processes{process_};
    activity_.look({&device_, 1}, processes, now);
    return processes.front().readings[Metric::gpu_idle_time];
  }

  Device device_;
  Process process_;
  GpuActivity activity_;
};

TEST_F(GpuActivityTest, one_look_is_no_history) {
  EXPECT_EQ(look(0.0, 0.0, 10s), Reading{Missing::no_data});
}

TEST_F(GpuActivityTest, grows_while_the_process_rests_and_ends_when_it_works) {
  look(0.5, 0.5, 10s);
  EXPECT_EQ(look(0.0, 0.9, 70s), Reading{60.0});
  EXPECT_EQ(look(0.0, 0.9, 3670s), Reading{3660.0});
  EXPECT_EQ(look(0.1, 0.9, 3671s), Reading{0.0});
  EXPECT_EQ(look(0.0, 0.0, 3681s), Reading{10.0});
}

TEST_F(GpuActivityTest, a_busy_device_speaks_for_processes_that_nobody_measures) {
  look(Missing::not_supported, 0.0, 10s);
  EXPECT_EQ(look(Missing::not_supported, 0.0, 20s), Reading{10.0});
  EXPECT_EQ(look(Missing::not_supported, 0.3, 30s), Reading{0.0});
}

TEST_F(GpuActivityTest, where_nobody_says_anything_it_is_unknown) {
  look(Missing::not_supported, 0.0, 10s);
  EXPECT_EQ(look(Missing::not_supported, Missing::timed_out, 40s), Reading{Missing::timed_out});
  EXPECT_EQ(look(Missing::not_supported, 0.0, 50s), Reading{10.0}) << "since then at least";
  EXPECT_EQ(look(0.5, Missing::not_supported, 60s), Reading{0.0});
  EXPECT_EQ(look(0.0, Missing::not_supported, 70s), Reading{10.0});
}

TEST_F(GpuActivityTest, another_process_of_the_same_number_begins_anew) {
  look(0.0, 0.0, 10s);
  process_.start_ticks = std::uint64_t{2};
  EXPECT_EQ(look(0.0, 0.0, 20s), Reading{Missing::no_data});
}

TEST_F(GpuActivityTest, who_is_on_no_device_is_not_idle) {
  process_.uses.clear();
  std::vector<Process> processes{process_};
  activity_.look({&device_, 1}, processes, 10s);
  activity_.look({&device_, 1}, processes, 20s);
  EXPECT_EQ(processes.front().readings[Metric::gpu_idle_time], Reading{Missing::no_data});
}

}  // namespace
}  // namespace gander::sample
