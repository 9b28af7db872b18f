// SPDX-License-Identifier: Apache-2.0
// The driver's structs of performance monitoring, as abi.hpp declares the others.
#pragma once

#include "sim/nvml/abi.hpp"

namespace gander::sim::nvml {

/// A sample of the counters; ours is a number in disguise and is never dereferenced.
using GpmSample = struct GpmSampleTag*;

struct GpmSupport {
  u32 version, supported;
};
struct GpmMetric {
  u32 id;
  Return code;
  double value;
  const char* short_name;
  const char* long_name;
  const char* unit;
};
/// The metrics follow, as many as `count` says: the array has grown with the drivers.
struct GpmRequest {
  u32 version, count;
  GpmSample first, second;
};

inline constexpr u32 gpm_version = 1;

static_assert(sizeof(GpmSupport) == 8 && sizeof(GpmMetric) == 40 && sizeof(GpmRequest) == 24);

}  // namespace gander::sim::nvml
