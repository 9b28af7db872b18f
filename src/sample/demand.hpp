// SPDX-License-Identifier: Apache-2.0
// What several views want together, and what has to be read for it: pure functions.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "gander/source.hpp"
#include "host/process_table.hpp"

namespace gander::sample {

/// All that any view wants, at the shortest of their intervals; everything where there is no view.
Demand unite(const std::map<std::string, Demand, std::less<>>& demands);

/// Whether any of it is about devices.
bool wants_devices(const Demand& demand);

/// What has to be read of each process.
host::ProcessWants wants_of(const Demand& demand);

}  // namespace gander::sample
