// SPDX-License-Identifier: Apache-2.0
#include "export/endings.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "export/page_test.hpp"
#include "json/reader.hpp"
#include "tests/golden/fixture.hpp"

namespace gander {
namespace {

std::vector<EndingTarget> targets_of(const Snapshot& snapshot) {
  std::vector<EndingTarget> targets;
  for (const auto& process : snapshot.processes) {
    EndingTarget target;
    target.process = &process;
    target.devices = {&snapshot.devices.front()};
    target.gpu_memory = 2.0 * (1U << 30U);
    targets.push_back(std::move(target));
  }
  return targets;
}

TEST(Endings, SayWhatBecameOfEach) {
  auto snapshot = fixture::idle_snapshot();
  for (Pid pid = 1; pid <= 6; ++pid) {
    snapshot.processes.push_back(fixture::make_process(pid, "alice", {"train"}));
  }
  auto targets = targets_of(snapshot);
  targets[0].ending = {EndingKind::ended, SIGTERM, {}};
  targets[1].ending = {EndingKind::stayed, SIGKILL, {}};
  targets[2].ending = {EndingKind::refused, 0, Error{Fault::no_permission, "not allowed"}};
  targets[3].mercy = Mercy::stranger;
  targets[4].ending = {EndingKind::ended, 0, {}};
  targets[5].gpu_memory = Missing::no_permission;
  EXPECT_EQ(write_endings(targets),
            "PID  USER   GPU  MEMORY  COMMAND\n"
            "  1  alice  0    2.0GiB  train    ended after SIGTERM\n"
            "  2  alice  0    2.0GiB  train    is still there after SIGKILL\n"
            "  3  alice  0    2.0GiB  train    not allowed\n"
            "  4  alice  0    2.0GiB  train    left alone: not of whom you named\n"
            "  5  alice  0    2.0GiB  train    had ended\n"
            "  6  alice  0      perm  train\n");
  const auto json = write_endings_json(snapshot, targets, false);
  EXPECT_NE(json.find(R"("ending":"ended","signal":"SIGTERM","error":null)"), std::string::npos);
  EXPECT_NE(json.find(R"("left_alone":"stranger","ending":"pending","signal":null)"),
            std::string::npos);
  EXPECT_NE(json.find(R"("missing":{"gpu_memory_bytes":"no_permission"})"), std::string::npos);
}

TEST(Endings, NothingForeignSteersTheTerminal) {
  for (const auto& [name, snapshot] : page_test::machines()) {
    if (snapshot.devices.empty()) continue;
    const auto targets = targets_of(snapshot);
    page_test::expect_sound(write_endings(targets), 1000, name);
    EXPECT_EQ(write_endings_json(snapshot, targets, true).find('\x1b'), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace gander
