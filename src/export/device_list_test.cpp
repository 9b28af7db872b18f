// SPDX-License-Identifier: Apache-2.0
#include "export/device_list.hpp"

#include <gtest/gtest.h>

#include "export/availability.hpp"
#include "export/page_test.hpp"
#include "json/reader.hpp"
#include "tests/golden/fixture.hpp"

namespace gander {
namespace {

using page_test::expect_sound;

constexpr double bound = 0.2;

/// What a rule of at most 20 % used memory would say.
std::vector<Candidate> judge(const Snapshot& snapshot) {
  std::vector<Candidate> candidates;
  for (const Device& device : snapshot.devices) {
    Candidate candidate{&device, {}, 0, device.readings[Metric::memory_free]};
    const auto used =
        share(device.readings[Metric::memory_used], device.readings[Metric::memory_total]);
    if (device.state != DeviceState::ok) {
      candidate.objections.push_back({ObjectionKind::state, Missing::device_lost});
    } else if (!used.is_known() || used.value() > bound) {
      candidate.objections.push_back({ObjectionKind::used_share, used, bound});
    }
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

std::string list(const Snapshot& snapshot, int width = 0) {
  return write_device_list(snapshot, judge(snapshot), {{}, width});
}

std::string line_of(const std::string& page, int number) {
  std::size_t start = 0;
  for (int i = 0; i < number; ++i) start = page.find('\n', start) + 1;
  return page.substr(start, page.find('\n', start) - start);
}

TEST(DeviceList, TellsFreeBusyAndDoubtful) {
  const auto page = list(fixture::sample_snapshot());
  EXPECT_TRUE(line_of(page, 1).starts_with("[~]    0  H100 80GB HBM3")) << page;
  EXPECT_TRUE(line_of(page, 7).starts_with("[!]")) << "a process that has ended holds memory\n"
                                                   << page;
  EXPECT_TRUE(line_of(page, 8).starts_with("[ ]")) << page;
  EXPECT_NE(line_of(page, 1).find("alice"), std::string::npos);
  EXPECT_NE(line_of(page, 1).find("job 48213"), std::string::npos);
  EXPECT_NE(line_of(page, 1).find("71.2/79.6GiB"), std::string::npos) << page;
  EXPECT_NE(line_of(page, 1).find("memory used 89.4% (at most 20%)"), std::string::npos) << page;
}

TEST(DeviceList, PeopleAreCountedAndStrangersAreQuestions) {
  auto snapshot = fixture::idle_snapshot();
  const auto add = [&](Pid pid, const std::string& user) {
    snapshot.processes.push_back(fixture::with_use(fixture::make_process(pid, user, {"/bin/a"}),
                                                   fixture::make_use(fixture::uuid_of(0), 1, 0)));
  };
  add(5, "ann");
  add(6, "bob");
  add(7, "ann");
  snapshot.processes[1].uses.push_back(snapshot.processes[1].uses.front());
  EXPECT_NE(list(snapshot).find("ann x2, bob  "), std::string::npos) << list(snapshot);
  EXPECT_NE(list(snapshot).find("5,6,7"), std::string::npos) << "a process counts once";
  EXPECT_NE(list(snapshot).find("a x3"), std::string::npos);
  snapshot.processes[0].user = Missing::withheld;
  snapshot.processes[0].uid = Missing::withheld;
  EXPECT_NE(list(snapshot).find("[!]"), std::string::npos);
  EXPECT_NE(list(snapshot).find("?, bob, ann"), std::string::npos);
}

TEST(DeviceList, EveryMachineIsSoundAtEveryWidth) {
  for (const auto& [name, snapshot] : page_test::machines()) {
    if (snapshot.devices.empty()) continue;
    for (const int width : {1, 40, 79, 120, 300}) expect_sound(list(snapshot, width), width, name);
    EXPECT_TRUE(json::read(write_device_list_json(snapshot, judge(snapshot))));
    const auto candidates = judge(snapshot);
    const std::vector<const Device*> chosen{candidates.front().device};
    EXPECT_TRUE(json::read(write_availability_json(snapshot, chosen, candidates)));
    expect_sound(write_availability_lines(candidates), 4000, name);
  }
  EXPECT_EQ(list(fixture::empty_snapshot()), "");
}

TEST(DeviceList, JsonHasMomentsAndEveryProcess) {
  const auto snapshot = fixture::sample_snapshot();
  const auto document = json::read(write_device_list_json(snapshot, judge(snapshot)));
  ASSERT_TRUE(document);
  const auto devices = document->root().find("devices")->items();
  ASSERT_EQ(devices.size(), 8U);
  EXPECT_EQ(devices[6].find("mark")->string(), "doubtful");
  EXPECT_EQ(devices[0].find("mark")->string(), "busy");
  EXPECT_TRUE(devices[0].find("since")->string()->starts_with("2025-03-14T"));
  EXPECT_EQ(devices[0].find("processes")->items().size(), 1U);
  EXPECT_EQ(devices[7].find("processes")->items().size(), 0U);
}

}  // namespace
}  // namespace gander
