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
       {Branch{470, 256}, Branch{535, 54}, Branch{550, 54}, Branch{580, 95}}) {
    const std::string path = folder.path() + "/libnvidia-ml." + std::to_string(branch.major);
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
