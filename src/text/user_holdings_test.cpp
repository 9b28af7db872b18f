// SPDX-License-Identifier: Apache-2.0
#include "text/user_holdings.hpp"

#include <gtest/gtest.h>

#include "tests/golden/fixture.hpp"

namespace gander::text {
namespace {

constexpr double gib = 1U << 30U;

class UserHoldings : public testing::Test {
 protected:
  void add(Pid pid, const std::string& user, std::vector<double> memory, Reading idle) {
    auto process = fixture::make_process(pid, user, {"train"});
    for (const double bytes : memory) {
      process = fixture::with_use(std::move(process), fixture::make_use("GPU", bytes, 0));
    }
    process.readings[Metric::gpu_idle_time] = idle;
    processes_.push_back(std::move(process));
  }
  std::vector<UserHolding> sum() {
    WorkloadGroup group;
    for (const auto& process : processes_) {
      for (const auto& use : process.uses) group.rows.push_back({&process, &use, nullptr, nullptr});
    }
    return sum_by_user({&group, 1});
  }
  std::vector<Process> processes_;
};

TEST_F(UserHoldings, AreSumsOfMemoryAndTheLeastIdleness) {
  add(1, "bob", {gib}, 60.0);
  add(2, "alice", {gib, 2 * gib}, 7200.0);
  add(3, "alice", {gib}, 3600.0);
  const auto holdings = sum();
  ASSERT_EQ(holdings.size(), 2U);
  EXPECT_EQ(write_holding(holdings[0]), "alice: 2 processes, 4.0GiB, no GPU activity for 1h");
  EXPECT_EQ(write_holding(holdings[1]), "bob: 1 process, 1.0GiB, no GPU activity for 1m");
}

TEST_F(UserHoldings, AreUnknownWhereAnyPartIs) {
  add(1, "alice", {gib}, 60.0);
  add(2, "alice", {gib}, Missing::not_supported);
  add(3, "alice", {gib}, 60.0);
  processes_[1].uses[0].readings[Metric::gpu_memory] = Missing::no_permission;
  EXPECT_EQ(write_holding(sum().at(0)),
            "alice: 3 processes, GPU memory unknown, GPU activity unknown");
}

}  // namespace
}  // namespace gander::text
