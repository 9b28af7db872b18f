// SPDX-License-Identifier: Apache-2.0
#include "text/workload_filter.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/golden/fixture_workload.hpp"
#include "text/duration.hpp"
#include "text/memory_unit.hpp"
#include "text/workload_rows.hpp"

namespace gander::text {
namespace {

/// Pids of the rows that pass, in their order.
std::vector<Pid> pids_of(const WorkloadFilter& filter) {
  const auto snapshot = fixture::notebook_snapshot();
  std::vector<Pid> pids;
  for (const auto& group :
       group_workloads(snapshot, {{}, Verbosity::everything, WorkloadSort::pid, filter})) {
    for (const auto& row : group.rows) pids.push_back(row.process->pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

using Pids = std::vector<Pid>;

TEST(WorkloadFilter, ByUser) {
  WorkloadFilter filter;
  filter.wanted.users = {"bob"};
  EXPECT_EQ(pids_of(filter), (Pids{5200, 5201, 5202}));
  filter.wanted.users.clear();
  filter.unwanted.users = {"ann", "bob"};
  EXPECT_EQ(pids_of(filter), (Pids{6300, 7100, 9998, 9999}));
}

TEST(WorkloadFilter, ByPidAndDevice) {
  WorkloadFilter filter;
  filter.wanted.devices = {{DeviceIndex{1, {}}, DeviceIndex{4, {}}}};
  EXPECT_EQ(pids_of(filter), (Pids{4101, 4177, 6300, 6400}));
  filter.unwanted.pids = {4177};
  EXPECT_EQ(pids_of(filter), (Pids{4101, 6300, 6400}));
  filter.unwanted.devices = {{DeviceIndex{4, {}}}};
  EXPECT_EQ(pids_of(filter), (Pids{4101}));
  filter.wanted.pids = {6300};
  EXPECT_EQ(pids_of(filter), Pids{});
}

TEST(WorkloadFilter, ByTypeOfTheWorkloadOrOfTheProcess) {
  WorkloadFilter filter;
  filter.types = {"script"};
  EXPECT_EQ(pids_of(filter), (Pids{5200, 5201, 5202}));
  filter.types = {"script", "vscode"};
  filter.unwanted_types = {"subprocess"};
  EXPECT_EQ(pids_of(filter), (Pids{5200, 6300}));
  EXPECT_EQ(find_type_word("exec_notebook"), "batch_notebook");
  EXPECT_EQ(find_type_word("device_zombie"), "zombie");
  EXPECT_EQ(find_type_word("notebok"), "");
}

TEST(WorkloadFilter, ByMemoryUnknownMeetsNoCondition) {
  WorkloadFilter filter;
  filter.least_memory = 30.0 * 1024 * 1024 * 1024;
  EXPECT_EQ(pids_of(filter), (Pids{5201, 5202, 7100}));
  filter.least_memory.reset();
  filter.below_memory = 3.0 * 1024 * 1024 * 1024;
  EXPECT_EQ(pids_of(filter), (Pids{4177, 6400, 9998}));
}

TEST(WorkloadFilter, ByIdleTimeUnknownIsNotIdle) {
  WorkloadFilter filter;
  filter.least_idle = 7200;
  EXPECT_EQ(pids_of(filter), (Pids{6300}));
  filter.least_idle.reset();
  filter.below_idle = 60;
  EXPECT_EQ(pids_of(filter), (Pids{4101, 4101, 4177, 4180})) << "one who is busy makes all busy";
}

TEST(WorkloadFilter, ANotebookIsIdleWhenAllItStartedIs) {
  auto snapshot = fixture::notebook_snapshot();
  const auto shows = [&](const WorkloadFilter& filter) {
    for (const auto& group :
         group_workloads(snapshot, {WorkloadView::notebooks, Verbosity::holders, {}, filter})) {
      if (group.rows.front().workload != nullptr && group.rows.front().workload->root == 4101)
        return true;
    }
    return false;
  };
  const auto set_idle = [&](Pid pid, const Reading& idle) {
    std::ranges::find(snapshot.processes, pid, &Process::pid)->readings[Metric::gpu_idle_time] =
        idle;
  };
  WorkloadFilter idle;
  idle.least_idle = 100;
  set_idle(4101, 5000.0);
  set_idle(4177, 3.0);
  EXPECT_FALSE(shows(idle)) << "a child works";
  set_idle(4177, Missing::no_data);
  EXPECT_FALSE(shows(idle)) << "nobody knows of the child";
  set_idle(4177, 200.0);
  EXPECT_TRUE(shows(idle));
}

TEST(WorkloadFilter, ConditionsCombine) {
  WorkloadFilter filter;
  filter.wanted.users = {"ann"};
  filter.pattern = *PathPattern::parse("!batch");
  filter.unwanted.devices = {{DeviceIndex{0, {}}}};
  filter.types = {"notebook"};
  EXPECT_EQ(pids_of(filter), (Pids{4101, 4177, 4180, 6500}));
}

TEST(WorkloadFilter, ANameThatTheHubProvesChoosesAsTheAccountDoes) {
  auto snapshot = fixture::notebook_snapshot();
  auto& workload = snapshot.workloads.front();
  ASSERT_EQ(workload.root, 4101);
  workload.hub_user = std::string{"grace"};
  const auto pids = [&](const WorkloadFilter& filter) {
    Pids found;
    for (const auto& group :
         group_workloads(snapshot, {WorkloadView::notebooks, Verbosity::everything, {}, filter})) {
      for (const auto& row : group.rows) found.push_back(row.process->pid);
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  WorkloadFilter filter;
  filter.wanted.users = {"grace"};
  EXPECT_EQ(pids(filter), Pids{});  // Anybody can say so of himself.
  workload.hub_user_certainty = Certainty::certain;
  EXPECT_EQ(pids(filter), (Pids{4101, 4101, 4177, 4180}));
  filter.wanted.pids = {4177};
  EXPECT_EQ(pids(filter), (Pids{4177}));
  WorkloadFilter others;
  others.unwanted.users = {"grace"};
  const auto left = pids(others);
  EXPECT_FALSE(left.empty());
  EXPECT_EQ(std::find(left.begin(), left.end(), 4101), left.end());
}

TEST(WorkloadFilter, ConditionsOnProcessesNeverHideADevice) {
  WorkloadFilter filter;
  filter.wanted.users = {"nobody"};
  const auto snapshot = fixture::notebook_snapshot();
  EXPECT_EQ(group_workloads(snapshot, {WorkloadView::devices, {}, {}, filter}).size(), 8U);
  filter.pattern = *PathPattern::parse("^[0-2]$");
  EXPECT_EQ(group_workloads(snapshot, {WorkloadView::devices, {}, {}, filter}).size(), 3U);
}

TEST(PathPattern, MatchesAnywhereUnlessAnchoredAndNegates) {
  EXPECT_TRUE(PathPattern::parse("train")->matches("/home/ann/train.ipynb"));
  EXPECT_FALSE(PathPattern::parse("^train")->matches("/home/ann/train.ipynb"));
  EXPECT_TRUE(PathPattern::parse("!^train")->matches("/home/ann/train.ipynb"));
  EXPECT_TRUE(PathPattern::parse("[!]")->matches("wow!"));
  EXPECT_TRUE(PathPattern::parse("(a|b){2,3}\\d")->matches("xab7"));
  EXPECT_TRUE(PathPattern::parse("")->matches(""));
}

TEST(PathPattern, SaysWhereItIsWrong) {
  const auto message = [](std::string_view text) {
    const auto pattern = PathPattern::parse(text);
    return pattern ? std::string{} : pattern.error().message;
  };
  EXPECT_NE(message("ab)c").find("character 3"), std::string::npos) << message("ab)c");
  EXPECT_NE(message("a(b)[c").find("character 5"), std::string::npos) << message("a(b)[c");
  EXPECT_NE(message("!*a").find("character 2"), std::string::npos) << message("!*a");
  EXPECT_NE(message("abc\\").find("character 4"), std::string::npos) << message("abc\\");
  EXPECT_NE(message("(a)\\1").find("character 4"), std::string::npos) << message("(a)\\1");
  EXPECT_NE(message(std::string(300, 'a')).find("longer"), std::string::npos);
  for (const auto* text :
       {"((a?){300}){300}", "a{4000000000}", "(a{99}){99}", "[z-a]", "[[:x:]]"}) {
    EXPECT_NE(message(text), "") << text;
  }
}

TEST(PathPattern, NoPatternTakesForEver) {
  const std::string path(4096, 'a');
  for (const auto* text :
       {"(a+)+$", "(a|a)*b", "(a*)*c", "(.*)*x", "((a*)*)*(b|c)$", "(a?){60}b"}) {
    EXPECT_EQ(PathPattern::parse(text).value().matches(path), text == std::string{"(a+)+$"})
        << text;
  }
  EXPECT_TRUE(PathPattern::parse("a$")->matches(path + std::string(1 << 20, 'b')));
}

TEST(MemoryUnit, NamesAndAmounts) {
  EXPECT_EQ(find_memory_unit("GB"), MemoryUnit::gib);
  EXPECT_EQ(find_memory_unit("gib"), MemoryUnit::gib);
  EXPECT_EQ(find_memory_unit("AUTO"), MemoryUnit::automatic);
  EXPECT_EQ(find_memory_unit("b"), MemoryUnit::byte);
  EXPECT_FALSE(find_memory_unit("PB"));
  EXPECT_FALSE(find_memory_unit(""));
  constexpr double mib = 1024.0 * 1024;
  EXPECT_EQ(write_memory(81559 * mib, MemoryUnit::mib), "81559MiB");
  EXPECT_EQ(write_memory(81559 * mib, MemoryUnit::automatic), "79.6GiB");
  EXPECT_EQ(write_memory(81559 * mib, MemoryUnit::tib), "0.08TiB");
  EXPECT_EQ(write_memory(0.2 * mib, MemoryUnit::mib), "<1MiB");
  EXPECT_EQ(write_memory(1, MemoryUnit::gib), "<0.1GiB");
  EXPECT_EQ(write_memory(0, MemoryUnit::gib), "0.0GiB");
  EXPECT_EQ(write_memory(0, MemoryUnit::automatic), "0B");
  EXPECT_EQ(write_memory_of(10 * mib, 9 * mib, 100 * mib, MemoryUnit::mib), "10/10/100MiB");
  EXPECT_EQ(write_memory_of(Missing::withheld, 9 * mib, 100 * mib, MemoryUnit::mib),
            "hidden/9/100MiB");
  EXPECT_EQ(write_memory_of(7 * mib, 9 * mib, Missing::not_supported, MemoryUnit::mib),
            "7/9MiB/N/A");
  EXPECT_EQ(write_memory_of(Missing::no_data, Missing::not_sampled, MemoryUnit::mib), "N/A");
}

TEST(MemoryUnit, SizesOfThePerson) {
  EXPECT_EQ(find_memory_size("1.5GiB"), 1.5 * 1024 * 1024 * 1024);
  EXPECT_EQ(find_memory_size("2g"), 2.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(find_memory_size("500MB"), 500.0 * 1024 * 1024);
  EXPECT_EQ(find_memory_size("4096"), 4096.0);
  EXPECT_EQ(find_memory_size("7B"), 7.0);
  EXPECT_EQ(find_memory_size("1e300t"), std::nullopt) << "more bytes than there are numbers";
  for (const auto* text : {"", "GiB", "-1GiB", "1auto", "nan", "inf", "1 GiB", "1xiB"}) {
    EXPECT_FALSE(find_memory_size(text)) << text;
  }
}

TEST(Duration, OfThePerson) {
  EXPECT_EQ(find_duration("2h"), 7200.0);
  EXPECT_EQ(find_duration("1.5m"), 90.0);
  EXPECT_EQ(find_duration("45"), 45.0);
  EXPECT_EQ(find_duration("3d"), 259200.0);
  EXPECT_EQ(find_duration("1e305h"), std::nullopt) << "more seconds than there are numbers";
  for (const auto* text : {"", "h", "-1h", "2 h", "2hours", "nan", "inf"}) {
    EXPECT_FALSE(find_duration(text)) << text;
  }
}

}  // namespace
}  // namespace gander::text
