// SPDX-License-Identifier: Apache-2.0
// A number of any unit of the metric table as short text for people.
#pragma once

#include <string>

#include "gander/metric.hpp"

namespace gander::text {

/// `value`, in the base unit `unit`, scaled and with its sign: `45.2%`, `71.20GiB`, `24.00MiB/s`,
/// `312W`, `1.2kWh`, `45C`, `1980MHz`, `1:02:03`, `3200rpm`, `17`. At most twelve columns wide for
/// what machines report.
std::string write_quantity(Unit unit, double value);

}  // namespace gander::text
