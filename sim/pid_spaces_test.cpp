// SPDX-License-Identifier: Apache-2.0
// The numbers of placeholders in their namespaces.
#include "sim/pid_spaces.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "sim/cast.hpp"
#include "sim/sim.hpp"

namespace gander::sim {
namespace {

ProcessDescription process(const std::string& name) {
  ProcessDescription out;
  out.argv = {name};
  Process use{};
  use.present = 1;
  out.uses.push_back(use);
  return out;
}

TEST(PidSpaces, OurOwnNamespaceIsTheFirst) {
  const auto spaces = find_pid_spaces(getpid());
  EXPECT_EQ(spaces[0].space, own_pid_space());
  EXPECT_NE(spaces[0].space, 0U);
  EXPECT_EQ(spaces[0].pid, static_cast<std::uint32_t>(getpid()));
  EXPECT_EQ(spaces[1].pid, 0U);
}

TEST(PidSpaces, AProcessInAContainerHasANumberInside) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make PID namespaces";
  auto outer = process("container-init");
  outer.own_pid_space = true;
  outer.children.push_back(process("worker"));
  const std::vector<ProcessDescription> all{outer};
  const auto files = find_simulator_files();
  ASSERT_TRUE(files);
  const auto cast = Cast::start(all, files->actor);
  ASSERT_TRUE(cast) << cast.error().message;
  const auto rows = cast->rows();
  ASSERT_EQ(rows.size(), 2U);
  if (rows[0].spaces[1].pid == 0) GTEST_SKIP() << "no PID namespaces here";
  EXPECT_EQ(rows[0].spaces[0].pid, rows[0].pid);
  EXPECT_EQ(rows[0].spaces[1].pid, 1U);
  EXPECT_NE(rows[0].spaces[1].space, own_pid_space());
  EXPECT_EQ(rows[1].spaces[0].pid, rows[1].pid);
  EXPECT_EQ(rows[1].spaces[1].space, rows[0].spaces[1].space);
  EXPECT_GT(rows[1].spaces[1].pid, 1U);
}

}  // namespace
}  // namespace gander::sim
