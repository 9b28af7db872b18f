// SPDX-License-Identifier: Apache-2.0
// Who has taken a device, also where no process uses it: environments, claims, allocations.
#pragma once

#include <string>
#include <vector>

#include "gander/known.hpp"
#include "gander/owner.hpp"

namespace gander {

/// A GPU environment: a named set of devices that belongs to somebody.
struct Environment {
  std::string id;
  std::string name;
  Known<std::string> user;
  std::vector<std::string> devices;  ///< UUIDs.
  friend bool operator==(const Environment&, const Environment&) = default;
};

/// A reservation of one device until it is released or ends.
struct Claim {
  std::string id;
  std::string device;  ///< UUID.
  Known<std::string> user;
  Known<double> since;  ///< Unix seconds.
  Known<double> until;  ///< Unix seconds.
  std::string note;     ///< Foreign text.
  friend bool operator==(const Claim&, const Claim&) = default;
};

/// Who has a device, and how we know: a claim, an environment, a job's mapping file.
using Allocation = Owner;

}  // namespace gander
