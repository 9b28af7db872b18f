// SPDX-License-Identifier: Apache-2.0
// Narrows a snapshot to what somebody asked for: devices, users, processes, kinds of context.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gander/device.hpp"
#include "gander/process.hpp"
#include "gander/snapshot.hpp"

namespace gander {

/// One condition on the contexts of a process on a device. Both kinds of context count as either
/// for `compute` and `graphics`, and as neither for `only_compute` and `only_graphics`.
enum class ContextFilter : std::uint8_t { compute, only_compute, graphics, only_graphics };
/// Conditions that must all hold; none set: everything passes.
using ContextFilters = std::bitset<4>;

/// What is asked for. Conditions on processes never hide a device.
struct Selection {
  /// Devices; nothing: all, empty: none. A GPU brings its MIG instances with it.
  std::optional<std::vector<DeviceIndex>> devices;
  std::vector<std::string> users;  ///< Names, or numeric ids; empty: everybody.
  std::vector<Pid> pids;           ///< Empty: all.
  ContextFilters contexts;

  [[nodiscard]] bool is_everything() const {
    return !devices && users.empty() && pids.empty() && contexts.none();
  }
  /// Adds one condition on contexts.
  Selection& require(ContextFilter filter) {
    contexts.set(static_cast<std::size_t>(filter));
    return *this;
  }
};

/// Whether the device is asked for: itself, or the GPU it is part of.
bool is_asked_for(const Device& device, const Selection& selection);
/// Whether the process is asked for by its number and its user; says nothing of its uses.
bool is_asked_for(const Process& process, const Selection& selection);

/// Whether a use with this kind of context meets every condition. Unknown kinds meet none.
bool matches(const Known<ContextType>& type, ContextFilters filters);

/// The indices asked for that the snapshot has no device for: sorted, each once.
std::vector<DeviceIndex> find_invalid(const Snapshot& snapshot, const Selection& selection);

/// The users asked for to whom no process of the snapshot belongs; in that order. Numbers, which
/// need no user database, are never among them.
std::vector<std::string> find_absent_users(const Snapshot& snapshot, const Selection& selection);

/// The numbers asked for that are of no process on a device; in that order.
std::vector<Pid> find_absent_pids(const Snapshot& snapshot, const Selection& selection);

/// The snapshot with only the devices, uses and processes asked for. A process that loses its
/// last use is left out, and so is an ancestor of none that stays; order is kept.
Snapshot select(Snapshot snapshot, const Selection& selection);

}  // namespace gander
