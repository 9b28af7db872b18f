// SPDX-License-Identifier: Apache-2.0
// Whose word a hub's user name is: the hub's, or that of whoever wants to be called so.
#include "owner/workload/hub_user.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace gander::owner {
namespace {

constexpr std::uint32_t shared = 1000;
const std::string id(64, 'a');

class HubUserTest : public ::testing::Test {
 protected:
  host::ProcessFacts& add(Pid pid, Pid parent, std::uint32_t uid,
                          std::vector<std::string> command) {
    auto& facts = facts_.emplace_back();
    facts.process.pid = pid;
    facts.process.parent = parent;
    facts.process.uid = uid;
    facts.process.presence = Presence::present;
    facts.process.inner_pid = pid;
    facts.process.command = std::move(command);
    facts.cgroup = std::string{"0::/user.slice/user-1000.slice/session-3.scope\n"};
    clues_[pid].environment = std::vector<std::string>{};
    return facts;
  }
  /// A server and its kernel, both of which say that they run for `grace`.
  void add_notebook(Pid parent) {
    add(10, parent, shared, {"python3", "/opt/bin/jupyterhub-singleuser"});
    add(11, 10, shared, {"python3", "-m", "ipykernel_launcher", "-f", "/run/kernel-1.json"});
    for (const Pid pid : {10, 11}) say(pid, "JUPYTERHUB_USER=grace");
  }
  void say(Pid pid, const std::string& variable) {
    clues_[pid].environment = std::vector<std::string>{variable};
  }
  HubUser find() {
    const Lineage lineage{facts_};
    const FindClue clue = [this](const Kin& kin) -> const Clue& { return clues_.at(kin.pid()); };
    return find_hub_user(lineage, *lineage.find(11), clue);
  }

  std::vector<host::ProcessFacts> facts_;
  std::map<Pid, Clue> clues_;
};

TEST_F(HubUserTest, a_hub_of_another_user_proves_it) {
  add(5, 1, 0, {"/usr/bin/python3", "/opt/bin/jupyterhub", "--config", "x"});
  add_notebook(5);
  const auto user = find();
  EXPECT_EQ(user.name, Known<std::string>{"grace"});
  EXPECT_EQ(user.certainty, Certainty::certain);
}

TEST_F(HubUserTest, a_server_that_somebody_started_himself_proves_nothing) {
  add(4, 1, shared, {"bash"});
  add_notebook(4);
  EXPECT_EQ(find().name, Known<std::string>{"grace"});
  EXPECT_EQ(find().certainty, Certainty::likely);
}

TEST_F(HubUserTest, neither_does_one_that_the_system_took_over_nor_a_hub_of_ones_own) {
  add(1, 0, 0, {"/sbin/init"});
  add_notebook(1);
  EXPECT_EQ(find().certainty, Certainty::likely);
  facts_.clear();
  add(5, 1, shared, {"jupyterhub"});
  add_notebook(5);
  EXPECT_EQ(find().certainty, Certainty::likely);
}

TEST_F(HubUserTest, a_kernel_that_says_something_else_than_its_server_proves_nothing) {
  add(5, 1, 0, {"jupyterhub"});
  add_notebook(5);
  say(10, "JUPYTERHUB_USER=bob");
  EXPECT_EQ(find().name, Known<std::string>{"grace"});
  EXPECT_EQ(find().certainty, Certainty::likely);
}

TEST_F(HubUserTest, the_first_process_of_a_container_was_given_its_environment) {
  add_notebook(1);
  for (auto& facts : facts_) facts.cgroup = "0::/system.slice/docker-" + id + ".scope\n";
  EXPECT_EQ(find().certainty, Certainty::likely);  // Not the first: somebody started it inside.
  facts_[0].process.inner_pid = Pid{1};
  EXPECT_EQ(find().certainty, Certainty::certain);
  // A container of one's own proves nothing.
  facts_[0].cgroup =
      "0::/user.slice/user-1000.slice/user@1000.service/libpod-" + id + ".scope/container\n";
  EXPECT_EQ(find().certainty, Certainty::likely);
}

TEST_F(HubUserTest, so_was_the_unit_that_the_hub_made_for_that_user) {
  add(1, 0, 0, {"/usr/lib/systemd/systemd"});
  add_notebook(1);
  for (auto& facts : facts_) facts.cgroup = std::string{"0::/system.slice/jupyter-grace.service\n"};
  EXPECT_EQ(find().certainty, Certainty::certain);
  for (auto& facts : facts_) facts.cgroup = std::string{"0::/system.slice/jupyter-bob.service\n"};
  EXPECT_EQ(find().certainty, Certainty::likely);
  for (auto& facts : facts_) facts.cgroup = std::string{"0::/system.slice/cron.service\n"};
  EXPECT_EQ(find().certainty, Certainty::likely);
}

TEST_F(HubUserTest, without_a_hub_there_is_none) {
  add(4, 1, shared, {"bash"});
  add_notebook(4);
  say(11, "HOME=/home/x");
  EXPECT_EQ(find().name, Known<std::string>{Missing::no_data});
  clues_[11].environment = Missing::no_permission;
  EXPECT_EQ(find().name, Known<std::string>{Missing::no_permission});
}

}  // namespace
}  // namespace gander::owner
