// SPDX-License-Identifier: Apache-2.0
// Homes on a network that hangs, and state of container engines: what comes late appears at a later
// tick, and no tick waits for it.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "host/fake_proc.hpp"
#include "owner/errand/door.hpp"
#include "sample/fake_driver.hpp"
#include "sample/sampler.hpp"

namespace gander::sample {
namespace {

using namespace std::string_literals;

const std::string id(64, 'a');

class HungHomeTest : public testing::Test {
 protected:
  HungHomeTest() {
    host::FakeProcess kernel;
    kernel.pid = 77;
    kernel.uid = ::getuid();
    kernel.command = "python3\0-m\0ipykernel_launcher\0-f\0/home/alice/kernel-1.json\0"s;
    kernel.cgroup = "0::/system.slice/docker-" + id + ".scope\n";
    root.add(kernel);
    // In our own namespace: its files are those of our root.
    root.write("/proc/77/status",
               fmt::format("Uid:\t{0}\t{0}\t{0}\t{0}\nNSpid:\t77\n", ::getuid()));
    root.write("/proc/77/environ", "");
    root.write("/home/alice/kernel-1.json", R"({"jupyter_session":"/home/alice/far.ipynb"})");
    root.write("/var/lib/docker/containers/" + id + "/config.v2.json",
               R"({"ID":")" + id + R"(","Name":"/trainer"})");
    driver::ListedProcess row;
    row.pid = 77;
    machine->devices[0].processes.push_back(row);
    demand.attribution = Attribution::servers;
  }
  ~HungHomeTest() override { machine->let_go(); }

  std::unique_ptr<Sampler> make(owner::jupyter::HomeFiles files) {
    SamplerOptions options;
    options.root = root.root();
    options.clock = &clock;
    options.drivers.push_back(std::make_unique<FakeDriver>(machine));
    options.home_files = std::move(files);
    return make_sampler(std::move(options));
  }
  /// Files that hang until the door is opened.
  [[nodiscard]] owner::jupyter::HomeFiles hung() const {
    owner::jupyter::HomeFiles files;
    files.read_connection = [door = door, read = files.read_connection](
                                const os::Root& where, std::string_view path, std::uint32_t uid) {
      door->wait();
      return read(where, path, uid);
    };
    return files;
  }
  static std::string name_in(const SnapshotPointer& snapshot) {
    return snapshot->workloads.empty() ? "" : snapshot->workloads[0].name;
  }

  host::FakeProc root;
  os::ManualClock clock;
  Demand demand;
  std::shared_ptr<owner::Door> door = std::make_shared<owner::Door>();
  std::shared_ptr<FakeMachine> machine = std::make_shared<FakeMachine>(1);
};

TEST_F(HungHomeTest, TicksGoOnAndTheNameComesWhenTheHomeDoes) {
  const auto sampler = make(hung());
  sampler->set_demand("view", demand);
  EXPECT_EQ(name_in(sampler->tick()), "kernel 1");
  ASSERT_TRUE(door->has_waiting(1));
  for (double power : {200.0, 300.0}) {
    clock.advance(std::chrono::seconds(1));
    machine->power = power;
    const auto snapshot = sampler->tick();
    EXPECT_EQ(snapshot->devices[0].readings[Metric::power_draw], Reading{power});
    EXPECT_EQ(name_in(snapshot), "kernel 1");
  }
  EXPECT_TRUE(sampler->has_stuck_worker());
  door->open();
  while (sampler->has_stuck_worker()) std::this_thread::yield();
  EXPECT_EQ(name_in(sampler->tick()), "far.ipynb");
}

TEST_F(HungHomeTest, ASingleLookAndTheEndDoNotWaitForIt) {
  auto sampler = make(hung());
  EXPECT_EQ(name_in(sampler->sample_once(demand)), "kernel 1");
  EXPECT_TRUE(sampler->has_stuck_worker());
  sampler.reset();
  door->open();
}

TEST_F(HungHomeTest, ASingleLookHasWhatCanBeRead) {
  const auto snapshot = make({})->sample_once(demand);
  EXPECT_EQ(name_in(snapshot), "far.ipynb");
  ASSERT_FALSE(snapshot->processes.empty());
  const auto& owners = snapshot->processes.back().owners;
  ASSERT_GE(owners.size(), 2U);
  EXPECT_EQ(owners[0].kind, OwnerKind::notebook);
  EXPECT_EQ(owners[1].name, id);
  EXPECT_EQ(owners[1].title, Known<std::string>{"trainer"});
}

TEST_F(HungHomeTest, ATitleAppearsAtALaterTick) {
  const auto sampler = make({});
  Demand usual;
  sampler->set_demand("view", usual);
  const auto first = sampler->tick();
  ASSERT_FALSE(first->processes.empty());
  EXPECT_EQ(first->processes.back().owners.at(0).title, Known<std::string>{Missing::not_sampled});
  while (sampler->has_stuck_worker()) std::this_thread::yield();
  EXPECT_EQ(sampler->tick()->processes.back().owners.at(0).title, Known<std::string>{"trainer"});
}

}  // namespace
}  // namespace gander::sample
