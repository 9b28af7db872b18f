// SPDX-License-Identifier: Apache-2.0
// Numbers with a fixed count of decimals: a frame of the monitor has hundreds of them.
#pragma once

#include <string>

namespace gander::text {

/// `value` with so many decimals, as `{:.Nf}` of fmt writes it, rounded exactly.
std::string write_decimal(double value, int decimals);

}  // namespace gander::text
