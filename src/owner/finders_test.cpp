// SPDX-License-Identifier: Apache-2.0
// The list of finders: the order of labels, and what is said where little is known.
#include <gtest/gtest.h>

#include <string>

#include "owner/finder.hpp"

namespace gander::owner {
namespace {

const std::string id(64, 'a');

host::ProcessFacts facts_with(const Known<std::string>& cgroup) {
  host::ProcessFacts facts;
  facts.process.uid = std::uint32_t{1000};
  facts.process.user = std::string{"alice"};
  facts.cgroup = cgroup;
  return facts;
}

TEST(FindOwners, nearest_first_and_the_user_last) {
  const auto owners =
      find_owners(facts_with("0::/kubepods/pod0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60/" + id), {});
  ASSERT_EQ(owners.size(), 3U);
  EXPECT_EQ(owners[0], (Owner{OwnerKind::container, id, "cgroup", Certainty::certain}));
  EXPECT_EQ(owners[1].kind, OwnerKind::pod);
  EXPECT_EQ(owners[2], (Owner{OwnerKind::user, "alice", "process", Certainty::certain}));
}

TEST(FindOwners, names_jobs_and_units) {
  const auto job = find_owners(
      facts_with(std::string{"0::/system.slice/slurmstepd.scope/job_7/step_0/user/task_0"}), {});
  ASSERT_EQ(job.size(), 2U);
  EXPECT_EQ(job[0], (Owner{OwnerKind::slurm_job, "7", "cgroup", Certainty::certain}));
  const auto unit = find_owners(facts_with(std::string{"0::/system.slice/x.service"}), {});
  ASSERT_EQ(unit.size(), 2U);
  EXPECT_EQ(unit[0], (Owner{OwnerKind::systemd_unit, "x.service", "cgroup", Certainty::certain}));
}

TEST(FindOwners, a_user_without_a_name_is_a_number) {
  auto facts = facts_with(Missing::no_permission);
  facts.process.user = Missing::no_data;
  const auto owners = find_owners(facts, {});
  ASSERT_EQ(owners.size(), 1U);
  EXPECT_EQ(owners[0].name, "1000");
}

TEST(FindOwners, nothing_known_means_no_owner) {
  EXPECT_TRUE(find_owners(host::ProcessFacts{}, {}).empty());
}

}  // namespace
}  // namespace gander::owner
