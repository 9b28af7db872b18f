// SPDX-License-Identifier: Apache-2.0
// Copies of the library for older branches, through the real loader.
#include "sim/nvml/branch_copy.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/nvml/symbol_table.hpp"
#include "sim/nvml/test_machine.hpp"

namespace gander::sim {
namespace {

class Loaded {
 public:
  explicit Loaded(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {}
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;
  ~Loaded() {
    if (handle_ != nullptr) dlclose(handle_);
  }
  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }
  [[nodiscard]] bool has(std::string_view name) const {
    return dlsym(handle_, std::string(name).c_str()) != nullptr;
  }

 private:
  void* handle_;
};

TEST(BranchCopy, TheLibraryHasEverySymbolOfItsTable) {
  const Loaded library(GANDER_SIM_LIBRARY);
  ASSERT_TRUE(library.is_open()) << dlerror();
  for (const Symbol& symbol : symbol_table) EXPECT_TRUE(library.has(symbol.name)) << symbol.name;
}

TEST(BranchCopy, EachBranchHasExactlyTheSymbolsOfItsTime) {
  const TestFolder folder;
  for (const Branch branch :
       {Branch{450, 80}, Branch{470, 256}, Branch{510, 39}, Branch{535, 54}, Branch{535, 129},
        Branch{550, 54}, Branch{570, 86}, Branch{580, 95}, Branch{590, 48}, Branch{610, 57}}) {
    const std::string path = folder.path() + "/libnvidia-ml." + std::to_string(branch.major) + "." +
                             std::to_string(branch.minor);
    ASSERT_TRUE(write_branch_copy(GANDER_SIM_LIBRARY, path, branch));
    const Loaded library(path);
    ASSERT_TRUE(library.is_open()) << dlerror();
    for (const Symbol& symbol : symbol_table)
      EXPECT_EQ(library.has(symbol.name), has_symbol(symbol, branch.major, branch.minor))
          << symbol.name << " in " << branch.major;
  }
}

TEST(BranchCopy, ThePeersTestForTheWideEntriesHoldsIn535_54Only) {
  const auto has = [](const char* name, Branch branch) {
    return has_symbol(symbol_table[find_symbol(name)], branch.major, branch.minor);
  };
  EXPECT_TRUE(has("nvmlDeviceGetConfComputeMemSizeInfo", {535, 54}));
  EXPECT_FALSE(has("nvmlDeviceGetRunningProcessDetailList", {535, 54}));
  EXPECT_TRUE(has("nvmlDeviceGetRunningProcessDetailList", {535, 183}));
  EXPECT_FALSE(has("nvmlDeviceGetComputeRunningProcesses_v3", {470, 0}));
}

TEST(BranchCopy, FamiliesBeginWithTheirBranch) {
  const std::pair<const char*, Branch> firsts[] = {
      {"nvmlDeviceGetComputeRunningProcesses_v2", {455, 0}},
      {"nvmlDeviceGetNvLinkRemoteDeviceType", {470, 0}},
      {"nvmlDeviceGetMemoryInfo_v2", {510, 0}},
      {"nvmlGpmMetricsGet", {520, 0}},
      {"nvmlGpmMigSampleGet", {525, 0}},
      {"nvmlDeviceGetGpuFabricInfoV", {550, 0}},
      {"nvmlDeviceGetMarginTemperature", {570, 0}},
      {"nvmlDeviceGetAddressingMode", {580, 0}},
      {"nvmlDeviceGetRemappedRows_v2", {595, 0}},
      {"nvmlDeviceGetAccountingStats_v2", {610, 0}}};
  for (const auto& [name, first] : firsts) {
    ASSERT_LT(find_symbol(name), symbol_table.size()) << name;
    const Symbol& symbol = symbol_table[find_symbol(name)];
    EXPECT_TRUE(has_symbol(symbol, first.major, first.minor)) << name;
    EXPECT_FALSE(has_symbol(symbol, first.major - 1, 999)) << name;
  }
}

TEST(BranchCopy, OneSymbolCanBeHidden) {
  const TestFolder folder;
  const std::string path = folder.path() + "/copy";
  ASSERT_TRUE(write_copy_without(GANDER_SIM_LIBRARY, path, {"nvmlDeviceGetName"}));
  const Loaded library(path);
  ASSERT_TRUE(library.is_open()) << dlerror();
  EXPECT_FALSE(library.has("nvmlDeviceGetName"));
  EXPECT_TRUE(library.has("nvmlDeviceGetUUID"));
}

TEST(BranchCopy, WhatIsNoLibraryIsRefused) {
  const TestFolder folder;
  const std::string path = folder.path() + "/text";
  const auto absent = write_branch_copy(path, path + "2", {470, 0});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().fault, Fault::not_found);
  std::ofstream(path) << "no library";
  const auto foreign = write_branch_copy(path, path + "2", {470, 0});
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().fault, Fault::invalid_data);
}

}  // namespace
}  // namespace gander::sim
