// SPDX-License-Identifier: Apache-2.0
// Every rule of CUDA_VISIBLE_DEVICES as one row.
#include "gander/cuda_visible.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gander {
namespace {

Device gpu(std::uint32_t place, std::string uuid) {
  Device device;
  device.index = {place, std::nullopt};
  device.uuid = std::move(uuid);
  device.pci_bus_id = "00000000:0" + std::to_string(place) + ":00.0";
  device.mig_mode = Switch::off;
  return device;
}

Device instance(DeviceIndex index, std::string uuid, std::uint32_t gpu_instance) {
  Device device;
  device.index = index;
  device.uuid = std::move(uuid);
  device.gpu_instance_id = gpu_instance;
  device.compute_instance_id = 0U;
  return device;
}

std::vector<Device> plain_machine() {
  return {gpu(0, "GPU-aaaa1111"), gpu(1, "GPU-aaaa2222"), gpu(2, "GPU-bbbb3333")};
}

/// GPU 0 plain, GPU 1 with two instances, GPU 2 with MIG on and none.
std::vector<Device> mig_machine() {
  auto devices = plain_machine();
  devices[1].mig_mode = Switch::on;
  devices[2].mig_mode = Switch::on;
  devices.insert(devices.begin() + 2, instance({1, 0}, "MIG-cccc1111", 7));
  devices.insert(devices.begin() + 3, instance({1, 1}, "MIG-cccc2222", 9));
  return devices;
}

std::string show(std::optional<std::string_view> value, const std::vector<Device>& devices) {
  std::string out;
  for (const auto& index : parse_cuda_visible_devices(value, devices)) {
    out += (out.empty() ? "" : " ") + to_string(index);
  }
  return out;
}

struct Case {
  std::optional<std::string_view> value;
  std::string_view visible;
};

TEST(CudaVisible, PlainMachine) {
  const std::vector<Case> cases{
      {std::nullopt, "0 1 2"},
      {"", ""},
      {"   ", ""},
      {"0", "0"},
      {"2,0", "2 0"},
      {" 1 ,\t0 ", "1 0"},
      {"1abc", "1"},
      {"1.5", "1"},
      {"0 1", "0"},
      {"0;1", "0"},
      {"0x2", "0"},
      {"0,7,1", "0"},
      {"0,-1,1", "0"},
      {"-1", ""},
      {"+1", ""},
      {"NoDevFiles", ""},
      {"void", ""},
      {"all", ""},
      {"0,,1", "0"},
      {",0", ""},
      {"0,", "0"},
      {"0,0", ""},
      {"0,1,0", ""},
      {"0,9,0", "0"},
      {"99999999999999999999", ""},
      {"GPU-aaaa2222", "1"},
      {"GPU-b", "2"},
      {"GPU-aaaa2,GPU-aaaa1", "1 0"},
      {"GPU-aaaa", ""},
      {"GPU-b,GPU-bbbb", ""},
      {"GPU-aaaa1111,1", "0"},
      {"1,GPU-aaaa1111", "1"},
      {"gpu-b", ""},
      {"GPU-zz", ""},
      {"MIG-cccc1111", ""},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(show(test.value, plain_machine()), test.visible) << test.value.value_or("unset");
  }
}

TEST(CudaVisible, MachineWithMig) {
  const std::vector<Case> cases{
      {"0", "0"},
      {"1", "1:0"},
      {"0,1", "1:0"},
      {"1,0", "1:0"},
      {"2", ""},
      {"2,0", "0"},
      {std::nullopt, "1:0"},
      {"GPU-aaaa2222", "1:0"},
      {"MIG-cccc2222", "1:1"},
      {"MIG-cccc2222,MIG-cccc1111", "1:1"},
      {"MIG-cccc2222,MIG-cccc2222", ""},
      {"MIG-cccc2", "1:1"},
      {"MIG-cccc", ""},
      {"MIG-GPU-aaaa2222/9/0", "1:1"},
      {"MIG-GPU-aaaa2222/7/0", "1:0"},
      {"MIG-GPU-aaaa2222/8/0", ""},
      {"MIG-GPU-aaaa2222/9", ""},
      {"MIG-GPU-aaaa2222/9/0/1", ""},
      {"MIG-GPU-aaaa2222", ""},
      {"MIG-GPU-aaaa1111/9/0", ""},
      {"0,MIG-cccc1111", "0"},
      {"MIG-cccc1111,0", "1:0"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(show(test.value, mig_machine()), test.visible) << test.value.value_or("unset");
  }
}

TEST(CudaVisible, NumbersFollowThePciOrder) {
  auto devices = plain_machine();
  devices[0].pci_bus_id = std::string{"00000000:09:00.0"};
  EXPECT_EQ(show("0,2", devices), "1 0");
  devices[1].pci_bus_id = Missing::device_lost;
  EXPECT_EQ(show("0,2", devices), "0 2") << "the index where a place is not known";
}

TEST(CudaVisible, NoDevices) {
  EXPECT_EQ(show(std::nullopt, {}), "");
  EXPECT_EQ(show("0", {}), "");
}

TEST(CudaVisible, WhatHasNoEffectIsNamed) {
  const auto mistake = [](std::string_view value) {
    return find_cuda_visible_mistake(value, plain_machine());
  };
  for (const auto* fine : {"0", "2,0", "", " ", "-1", "0,-1", "0,", "NoDevFiles", "GPU-bbbb"}) {
    EXPECT_EQ(mistake(fine), "") << fine;
  }
  EXPECT_NE(mistake("99").find("'99' names no device: CUDA sees none"), std::string::npos);
  EXPECT_NE(mistake("0,99,1").find("'99' names no device: CUDA sees only"), std::string::npos);
  EXPECT_NE(mistake("0,-1,1").find("'-1'"), std::string::npos);
  EXPECT_NE(mistake("0,GPU-aaaa2222").find("'GPU-aaaa2222'"), std::string::npos);
  EXPECT_NE(mistake("1,1").find("GPU 1 twice"), std::string::npos);
}

}  // namespace
}  // namespace gander
