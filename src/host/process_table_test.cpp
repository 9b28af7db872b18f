// SPDX-License-Identifier: Apache-2.0
// Processes of our own making through several looks, and once those of the machine.
#include "host/process_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "host/fake_proc.hpp"
#include "os/user.hpp"

namespace gander::host {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using ::testing::Contains;
using ::testing::IsSupersetOf;
using ::testing::Not;
using Words = std::vector<std::string>;

class ProcessTableTest : public ::testing::Test {
 protected:
  ProcessFacts one(Pid pid) {
    const std::array pids{pid};
    const auto facts = table_.look(pids);
    const auto place = std::ranges::find(facts, pid, [](auto& f) { return f.process.pid; });
    return place == facts.end() ? ProcessFacts{} : *place;
  }
  std::vector<Pid> pids_of(std::span<const Pid> asked) {
    std::vector<Pid> pids;
    for (const auto& facts : table_.look(asked)) pids.push_back(facts.process.pid);
    return pids;
  }
  const double tick_ = 1 / os::clock_ticks_per_second();
  FakeProc proc_;
  os::ManualClock clock_;
  ProcessTable table_{proc_.root(), clock_};
};

TEST_F(ProcessTableTest, gives_every_fact) {
  proc_.add({.pid = 50,
             .parent = 1,
             .user_ticks = 4500,
             .threads = 9,
             .pages = 10,
             .command = "python3\0train.py\0"s,
             .cgroup = "0::/x\n"});
  const auto facts = one(50);
  const auto& process = facts.process;
  EXPECT_EQ(process.presence, Presence::present);
  EXPECT_EQ(process.parent, Known<Pid>{1});
  EXPECT_EQ(process.user, Known<std::string>{"alice"});
  EXPECT_EQ(process.name, Known<std::string>{"python3"});
  EXPECT_EQ(process.command, (Known<Words>{Words{"python3", "train.py"}}));
  EXPECT_EQ(process.state, Known<RunState>{RunState::sleeping});
  EXPECT_EQ(process.start_ticks, Known<std::uint64_t>{10'000U});
  EXPECT_EQ(facts.cgroup, Known<std::string>{"0::/x\n"});
  EXPECT_EQ(facts.namespace_pids, (Known<std::vector<Pid>>{std::vector<Pid>{50, 7}}));
  EXPECT_DOUBLE_EQ(process.start_time.value_or(0), 1'700'000'000 - 1000 + 10'000 * tick_);
  EXPECT_DOUBLE_EQ(process.readings[Metric::running_time].value_or(0), 1000 - 10'000 * tick_);
  EXPECT_DOUBLE_EQ(process.readings[Metric::cpu_time].value_or(0), 4500 * tick_);
  EXPECT_EQ(process.readings[Metric::thread_count], Reading{9.0});
  EXPECT_EQ(process.readings[Metric::resident_memory], Reading{10 * os::page_size()});
}

TEST_F(ProcessTableTest, usage_is_the_mean_since_start_then_since_the_last_look) {
  proc_.add({.pid = 50, .user_ticks = 45'000});
  const double mean = 45'000 * tick_ / (1000 - 10'000 * tick_);
  EXPECT_DOUBLE_EQ(one(50).process.readings[Metric::cpu_usage].value_or(-1), mean);
  clock_.advance(10ms);
  EXPECT_DOUBLE_EQ(one(50).process.readings[Metric::cpu_usage].value_or(-1), mean);
  clock_.advance(1990ms);
  proc_.add({.pid = 50, .user_ticks = 45'100});
  EXPECT_DOUBLE_EQ(one(50).process.readings[Metric::cpu_usage].value_or(-1), 100 * tick_ / 2);
}

TEST_F(ProcessTableTest, the_start_time_stays_when_the_wall_clock_moves) {
  proc_.add({.pid = 50});
  const auto start = one(50).process.start_time;
  clock_.advance(5s);
  clock_.set_wall(clock_.wall() + 3h);
  EXPECT_EQ(one(50).process.start_time, start);
  clock_.set_wall(clock_.wall() - 3h + 7ms);
  proc_.add({.pid = 51});
  EXPECT_EQ(one(51).process.start_time, start);
}

TEST_F(ProcessTableTest, follows_parents_and_survives_a_ring) {
  proc_.add({.pid = 1, .parent = 0});
  proc_.add({.pid = 10, .parent = 1});
  proc_.add({.pid = 20, .parent = 10});
  proc_.add({.pid = 30, .parent = 31});
  proc_.add({.pid = 31, .parent = 30});
  proc_.add({.pid = 99, .parent = 1});
  const std::array<Pid, 5> asked{30, 20, 20, 0, -5};
  EXPECT_EQ(pids_of(asked), (std::vector<Pid>{1, 10, 20, 30, 31}));
  EXPECT_FALSE(one(1).process.parent.is_known());
}

TEST_F(ProcessTableTest, a_zombie_has_no_command_and_no_memory) {
  proc_.add({.pid = 50, .state = 'Z', .command = "left over"});
  const auto process = one(50).process;
  EXPECT_EQ(process.presence, Presence::zombie);
  EXPECT_EQ(process.command, Known<Words>{Words{}});
  EXPECT_EQ(process.readings[Metric::resident_memory], Reading{Missing::no_data});
  proc_.add({.pid = 51, .state = 'Z', .threads = 3});
  EXPECT_EQ(one(51).process.presence, Presence::present);
}

TEST_F(ProcessTableTest, a_process_that_is_not_there_is_gone) {
  const auto facts = one(50);
  EXPECT_EQ(facts.process.presence, Presence::gone);
  EXPECT_EQ(facts.process.user, Known<std::string>{Missing::no_data});
  for (const auto& row : rows_of(Scope::process)) {
    EXPECT_EQ(facts.process.readings[row.id], Reading{Missing::no_data}) << row.name;
  }
  proc_.write("/proc/60/stat", "nonsense");
  EXPECT_EQ(one(60).process.presence, Presence::gone);
}

TEST_F(ProcessTableTest, hidepid_hides_rather_than_ends) {
  proc_.write("/proc/self/mountinfo", "22 27 0:21 / /proc rw - proc proc rw,hidepid=invisible\n");
  const auto facts = one(50);
  EXPECT_EQ(facts.process.presence, Presence::hidden);
  EXPECT_EQ(facts.process.name, Known<std::string>{Missing::withheld});
}

TEST_F(ProcessTableTest, an_exec_is_noticed_at_once_and_other_changes_in_time) {
  proc_.add({.pid = 50, .name = "bash", .command = "bash"});
  EXPECT_EQ(one(50).process.command, Known<Words>{Words{"bash"}});
  proc_.add({.pid = 50, .name = "python3", .command = "python3"});
  EXPECT_EQ(one(50).process.command, Known<Words>{Words{"python3"}});
  proc_.add({.pid = 50, .name = "python3", .uid = 0, .command = "python: worker"});
  EXPECT_EQ(one(50).process.command, Known<Words>{Words{"python3"}});
  clock_.advance(60s);
  EXPECT_EQ(one(50).process.command, Known<Words>{Words{"python: worker"}});
  EXPECT_EQ(one(50).process.user, Known<std::string>{"root"});
}

TEST_F(ProcessTableTest, a_number_given_again_is_another_process) {
  proc_.add({.pid = 50, .user_ticks = 1000, .command = "first"});
  const auto first = one(50).process;
  clock_.advance(1s);
  proc_.add({.pid = 50, .start_ticks = 99'000, .user_ticks = 5, .uid = 77, .command = "second"});
  const auto second = one(50).process;
  EXPECT_NE(second.start_time, first.start_time);
  EXPECT_EQ(second.command, Known<Words>{Words{"second"}});
  EXPECT_EQ(second.user, Known<std::string>{Missing::no_data});
  EXPECT_DOUBLE_EQ(second.readings[Metric::cpu_usage].value_or(-1),
                   5 * tick_ / (1001 - 99'000 * tick_));
}

TEST_F(ProcessTableTest, command_lines_are_capped) {
  proc_.add({.pid = 50, .command = std::string(1U << 20U, 'x')});
  EXPECT_EQ(one(50).process.command.value().at(0).size(), 64U << 10U);
}

TEST_F(ProcessTableTest, an_environment_is_given_for_the_same_process_only) {
  proc_.add({.pid = 50});
  proc_.write("/proc/50/environ", "A=1\0B=x=y\0"s);
  const auto start = one(50).process.start_time;
  EXPECT_EQ(table_.environment(50, start).value(), (Words{"A=1", "B=x=y"}));
  EXPECT_EQ(table_.environment(50, Missing::no_data).error().fault, Fault::usage);
  EXPECT_EQ(table_.environment(50, start.value() + 60).error().fault, Fault::not_found);
  proc_.add({.pid = 50, .start_ticks = 10'001});
  EXPECT_EQ(table_.environment(50, start).error().fault, Fault::not_found);
  proc_.end(50);
  EXPECT_EQ(table_.environment(50, start).error().fault, Fault::not_found);
}

TEST_F(ProcessTableTest, descendants_are_looked_at_where_they_are_wanted) {
  proc_.add({.pid = 50, .parent = 1});
  proc_.add({.pid = 60, .parent = 50});
  proc_.add({.pid = 70, .parent = 60});
  proc_.add({.pid = 80, .parent = 1});
  const auto pids_of = [&](const ProcessWants& wants) {
    std::vector<Pid> pids;
    const std::array<Pid, 1> asked{50};
    for (const auto& facts : table_.look(asked, wants)) {
      if (facts.process.presence == Presence::present) pids.push_back(facts.process.pid);
    }
    return pids;
  };
  EXPECT_THAT(pids_of({}), Not(Contains(60)));
  ProcessWants wants;
  wants.descendants = true;
  EXPECT_THAT(pids_of(wants), IsSupersetOf({50, 60, 70}));
  EXPECT_THAT(pids_of(wants), Not(Contains(80)));
}

TEST(ProcessTableOnTheMachine, sees_us_and_our_ancestors) {
  ProcessTable table{os::Root{}, os::system_clock()};
  const std::array<Pid, 1> us{::getpid()};
  const auto all = table.look(us);
  const auto facts = std::ranges::find(all, us[0], [](auto& f) { return f.process.pid; });
  ASSERT_NE(facts, all.end());
  const auto& process = facts->process;
  EXPECT_EQ(process.parent, Known<Pid>{::getppid()});
  EXPECT_EQ(process.uid, Known<std::uint32_t>{::getuid()});
  EXPECT_GT(process.readings[Metric::resident_memory].value_or(0), 100'000);
  EXPECT_LT(process.readings[Metric::running_time].value_or(1e9), 3600);
  EXPECT_EQ(process.readings[Metric::thread_count], Reading{1.0});
  EXPECT_FALSE(process.command.value().empty());
  EXPECT_TRUE(facts->cgroup.is_known());
  EXPECT_TRUE(table.environment(us[0], process.start_time).has_value());
}

}  // namespace
}  // namespace gander::host
