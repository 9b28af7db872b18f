// SPDX-License-Identifier: Apache-2.0
// The facts and numbers of a device, or of a process on one, as a flat row of named texts: the
// same names as in JSON. Decides nothing about columns or looks.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gander/snapshot.hpp"

namespace gander {

/// One fact or number.
struct Field {
  std::string name;              ///< As in JSON; a fact inside another has its name before it.
  Known<std::string> text;       ///< As in JSON, numbers in base units. Foreign bytes are not safe.
  std::optional<Metric> metric;  ///< If it is a number: which one.
  Reading reading;               ///< Its value then.
};
using Fields = std::vector<Field>;

/// `time`, then every fact and number of the device; the same names in the same order for each.
Fields fields_of(const Snapshot& snapshot, const Device& device);

/// `time`, `device_index`, then those of the process and of what it does on the device.
Fields fields_of(const Snapshot& snapshot, const Process& process, const Use& use);

}  // namespace gander
