// SPDX-License-Identifier: Apache-2.0
// The parts of a machine file that are read in files of their own; for description.cpp only.
#pragma once

#include <string>
#include <vector>

#include "sim/machine/description.hpp"
#include "sim/machine/table_reader.hpp"

namespace gander::sim {

/// What the numbers of a curve are, and what they are multiplied with for the driver's unit.
struct CurveKind {
  double scale = 1;
  double low = 0;
  double high = 1e18;
  bool bytes = false;  ///< written as sizes
};

/// A number, or a table {base, swing, period, phase, noise, noise_every, min, max, seed, steps}.
void read_curve(TableReader& reader, std::string_view key, Curve& curve, CurveKind kind);

/// `[[gpu]]` over its template; `number` of `count` equal ones, at place `index` of the machine.
struct GpuPlace {
  std::size_t index;
  std::size_t number;
  std::size_t count;
};
/// A text, or a list with one for each of `count` GPUs.
std::string nth_text(TableReader& reader, std::string_view key, GpuPlace place);
/// `pci` and `pci_step`: an address for each GPU, or the first one and the way to the next.
void read_pci(TableReader& reader, Gpu& gpu, GpuPlace place);
/// The keys of a GPU about memory errors, repairs and reported errors.
void read_health(TableReader& reader, Health& health);
/// The keys of a GPU about links, near processors, topology and fabric.
void read_wiring(TableReader& reader, Wiring& wiring);
/// Reads every key of a GPU or template into `gpu`.
void read_gpu(TableReader& reader, Gpu& gpu, GpuPlace place);
/// The keys of a GPU about what goes wrong with it as a whole.
void read_gpu_faults(TableReader& reader, Gpu& gpu);
/// `throttle`: lowers or restores clocks that were read before.
void read_throttle(TableReader& reader, Gpu& gpu);
/// `mig_layout`: profiles that replace all MIG devices; they lack UUIDs until complete_gpu.
void read_mig_layout(TableReader& reader, Gpu& gpu);
/// Gives the MIG devices of a GPU that lack one a UUID, another one after each re-configuration.
void name_mig_devices(const std::string& machine, std::size_t index, Gpu& gpu);
/// Oddities of other simulators, and what old handles and failing starts answer.
void read_quirks(TableReader& reader, Driver& driver);
/// Marks as unsupported the power and temperatures that neither `reader` nor `base` (may be null)
/// gives: they are unknown, not zero.
void lack_undescribed(TableReader& reader, TableReader* base, Gpu& gpu);
/// The other way round, for a board that gets a key while the machine runs.
void gain_described(TableReader& reader, Gpu& gpu);
/// Fills UUID, serial, PCI address and minor where the file does not give them.
void complete_gpu(const std::string& machine, std::size_t index, Gpu& gpu);
/// `lost`, `hang`, `error`, `latency` of a GPU (or -1: of the whole machine) as faults.
void read_faults(TableReader& reader, int gpu, std::vector<CallFault>& faults);

/// What of `[driver]` may change while the machine runs: everything but versions and faults.
void read_driver_behaviour(TableReader& reader, Driver& driver);

/// `upgrade` and `reload`: what happens to a running driver only.
void read_upgrade(TableReader& reader, Driver& driver);

/// `[[process]]`, its children and copies.
void read_process(const Value& value, const Description& machine, Problems& problems,
                  std::vector<ProcessDescription>& out);

}  // namespace gander::sim
