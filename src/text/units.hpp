// SPDX-License-Identifier: Apache-2.0
// Numbers in base units as short text for people. Knows no metric and no place on the screen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gander/known.hpp"

namespace gander::text {

/// Binary units of size, in growing order.
enum class SizeUnit : std::uint8_t { byte, kib, mib, gib, tib, pib };

/// `bytes` with the unit that keeps it at most eight columns wide: `512B`, `24.00MiB`,
/// `2304MiB`, `71.20GiB`. Never a smaller unit than `minimum`. Negative counts as zero.
std::string write_bytes(double bytes, SizeUnit minimum = SizeUnit::byte);

/// A ratio (1 is all) as whole percent without the sign: `45`; `MAX` from 100 on.
std::string write_percent(double ratio);
/// A ratio as percent with one decimal below 1000, whole below 10000, else `9999+`.
std::string write_wide_percent(double ratio);

/// Seconds as `M:SS`, `H:MM:SS`, or `d.d days` from `days_from` days on.
std::string write_duration(double seconds, int days_from = 4);

/// A load average in five columns: `1.25`, `123.4`, `9999+`.
std::string write_load(double load);
/// Whole watts: `312W`.
std::string write_watts(double watts);
/// Hertz as whole megahertz: `1980MHz`.
std::string write_clock(double hertz);
/// Degrees: `45C`.
std::string write_celsius(double celsius);

/// Why a value is absent, in at most `columns` columns: three always suffice, seven say more.
std::string_view write_missing(Missing reason, int columns);
/// The same as a phrase for a person: `not supported by the device or its driver`.
std::string_view explain(Missing reason);

}  // namespace gander::text
