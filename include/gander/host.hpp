// SPDX-License-Identifier: Apache-2.0
// The machine around the devices.
#pragma once

#include <string>

#include "gander/known.hpp"
#include "gander/reading.hpp"

namespace gander {

/// One machine, as one snapshot saw it.
struct Host {
  Known<std::string> name;            ///< Host name.
  Known<std::string> kernel;          ///< Release of the running kernel.
  Known<bool> initial_pid_namespace;  ///< True where we see the PIDs of the whole machine.
  Known<std::string> container;       ///< What kind of container we run in; `no_data` if in none.
  HostReadings readings;
  friend bool operator==(const Host&, const Host&) = default;
};

}  // namespace gander
