// SPDX-License-Identifier: Apache-2.0
// The driver's structs about fabric, links and confidential computing, as abi.hpp declares the
// others.
#pragma once

#include "sim/nvml/abi.hpp"

namespace gander::sim::nvml {

struct FabricInfo {
  unsigned char cluster[16];
  Return status;
  u32 clique, state;
};
struct FabricInfoV2 {
  u32 version;
  unsigned char cluster[16];
  Return status;
  u32 clique, state, health;
};
struct FabricInfoV3 {
  u32 version;
  unsigned char cluster[16];
  Return status;
  u32 clique, state, health;
  unsigned char summary;
};
struct ConfComputeSettings {
  u32 version, environment, feature, dev_tools, multi_gpu;
};
struct ConfComputeCaps {
  u32 cpu, gpus;
};
struct C2cMode {
  u32 is_enabled;
};

static_assert(sizeof(FabricInfo) == 28 && version_word<FabricInfoV2>(2) == 0x02000024);
static_assert(version_word<FabricInfoV3>(3) == 0x03000028);
static_assert(version_word<ConfComputeSettings>(1) == 0x01000014 && sizeof(ConfComputeCaps) == 8);
static_assert(sizeof(C2cMode) == 4);

}  // namespace gander::sim::nvml
