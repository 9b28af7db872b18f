// SPDX-License-Identifier: Apache-2.0
// Each row of the rules for runtime folders.
#include "owner/jupyter/runtime_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gander::owner::jupyter {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::StartsWith;

const std::string in_home = "/home/alice/.local/share/jupyter/runtime";
const std::string in_run = "/run/user/1000/jupyter/runtime";

std::vector<std::string> folders(const std::vector<std::string>& environment) {
  return candidate_runtime_folders({"/home/alice", 1000, environment});
}

TEST(RuntimeFolder, DefaultsWhereNothingIsSetOrKnown) {
  EXPECT_THAT(folders({}), ElementsAre(in_home, in_run));
  EXPECT_THAT(candidate_runtime_folders({"/home/alice", 1000, std::nullopt}),
              ElementsAre(in_home, in_run));
  EXPECT_THAT(candidate_runtime_folders({"", 1000, std::nullopt}), ElementsAre(in_run));
}

TEST(RuntimeFolder, FirstMatchWinsInTheOrderOfJupyter) {
  EXPECT_THAT(folders({"XDG_DATA_HOME=/x", "JUPYTER_DATA_DIR=/d", "JUPYTER_RUNTIME_DIR=/r"}),
              ElementsAre("/r", in_home, in_run));
  EXPECT_THAT(folders({"XDG_DATA_HOME=/x", "JUPYTER_DATA_DIR=/d"}),
              ElementsAre("/d/runtime", in_home, in_run));
  EXPECT_THAT(folders({"XDG_DATA_HOME=/x"}), ElementsAre("/x/jupyter/runtime", in_home, in_run));
  EXPECT_THAT(folders({"XDG_DATA_HOME=", "JUPYTER_DATA_DIR=", "JUPYTER_RUNTIME_DIR="}),
              ElementsAre(in_home, in_run));
  EXPECT_THAT(folders({"JUPYTER_PLATFORM_DIRS=1", "XDG_DATA_HOME=/x"}),
              ElementsAre("/x/jupyter/runtime", in_home, in_run));
  EXPECT_THAT(folders({"JUPYTER_PLATFORM_DIRS=1"}), ElementsAre(in_home, in_run));
}

TEST(RuntimeFolder, OnlyVsCodeFollowsTheRuntimeFolderOfTheSession) {
  EXPECT_THAT(folders({"XDG_RUNTIME_DIR=/run/user/7"}),
              ElementsAre(in_home, "/run/user/7/jupyter/runtime", in_run));
  EXPECT_THAT(folders({"XDG_RUNTIME_DIR=/run/user/1000", "XDG_DATA_HOME=/x"}),
              ElementsAre("/x/jupyter/runtime", in_run, in_home));
  EXPECT_THAT(folders({"XDG_RUNTIME_DIR=/run/user/7", "JUPYTER_RUNTIME_DIR=/r"}),
              ElementsAre("/r", in_home, in_run));
}

TEST(RuntimeFolder, ReadsWholeNamesAndLeavesRelativePathsOut) {
  EXPECT_THAT(folders({"MY_JUPYTER_RUNTIME_DIR=/no", "JUPYTER_RUNTIME_DIRECTORY=/no",
                       "JUPYTER_RUNTIME_DIR"}),
              ElementsAre(in_home, in_run));
  EXPECT_THAT(folders({"JUPYTER_RUNTIME_DIR=here"}), Each(StartsWith("/")));
  EXPECT_THAT(folders({"JUPYTER_RUNTIME_DIR=/r///"}), Contains("/r"));
}

}  // namespace
}  // namespace gander::owner::jupyter
