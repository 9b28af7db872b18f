// SPDX-License-Identifier: Apache-2.0
// The simulated library through the real loader, on the machine written by hand; for tests only.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>

#include "sim/nvml/abi.hpp"
#include "sim/nvml/symbol_table.hpp"
#include "sim/nvml/test_machine.hpp"

namespace gander::sim::nvml {

inline constexpr Return unknown = static_cast<Return>(999);

/// Calls a function of the library by name; every parameter must have its exact C type.
template <class... Arguments>
Return call(const char* name, Arguments... arguments) {
  static void* const library = dlopen(GANDER_SIM_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  void* const address = library == nullptr ? nullptr : dlsym(library, name);
  if (address == nullptr) return unknown;
  return reinterpret_cast<Return (*)(Arguments...)>(address)(arguments...);
}

class Library : public testing::Test {
 protected:
  Library() : file_(*StateFile::create(folder_.path())) {
    file_.change(fill_machine);
    setenv("GANDER_SIM", folder_.path().c_str(), 1);
  }
  ~Library() override {
    while (call("nvmlShutdown") == success) {
    }
  }
  State& state() { return file_.state(); }
  Device start(u32 index = 0) {
    EXPECT_EQ(call("nvmlInit_v2"), success);
    return handle(index);
  }
  static Device handle(u32 index) {
    Device device = nullptr;
    EXPECT_EQ(call("nvmlDeviceGetHandleByIndex_v2", index, &device), success);
    return device;
  }
  CallFault& fault(const char* symbol, int gpu = -1) {
    CallFault& one = state().faults[0];
    one = CallFault{};
    set_text(one.symbol, symbol);
    one.gpu = gpu;
    one.code = -1;
    one.remaining = -1;
    set_live(one.active, 1U);
    return one;
  }
  u32 number(const char* name, Device device) {
    u32 value = 0;
    EXPECT_EQ(call(name, device, &value), success) << name;
    return value;
  }

  TestFolder folder_;
  StateFile file_;
};

}  // namespace gander::sim::nvml
