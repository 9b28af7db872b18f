// SPDX-License-Identifier: Apache-2.0
// Counting memory errors by kind and place, for the functions and the fields that ask for them.
#pragma once

#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {

/// The driver's numbers: error type 0 corrected, 1 uncorrected; counter 0 volatile, 1 aggregate.
struct ErrorKind {
  u32 type, counter;
};

enum Location : u32 {
  location_l1,
  location_l2,
  location_device,
  location_registers,
  location_texture,
  location_shared,
  location_cbu,
  location_sram,
};

/// All errors of a kind. not_supported while ECC is off.
Return count_errors(const Target& t, ErrorKind kind, u64& count);
/// Those at one place. From Ampere on the driver tells on-chip memory and device memory apart and
/// nothing more; before, it names each memory, and all on-chip errors are put down to the L2 cache.
Return count_errors_at(const Target& t, ErrorKind kind, u32 location, u64& count);

/// Whether this kind of board replaces bad rows (else retires pages); not_supported or success.
Return check_remapping(const Target& t);
Return check_retirement(const Target& t);

}  // namespace gander::sim::nvml
