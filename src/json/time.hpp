// SPDX-License-Identifier: Apache-2.0
// A moment as RFC 3339 in UTC with milliseconds, and back. Looks at no clock and no time zone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gander::json {

/// `2024-05-01T12:00:00.250Z` for Unix seconds, rounded to the millisecond. What lies outside the
/// years 0 to 9999 becomes the nearest moment inside; NaN becomes 1970.
std::string write_time(double unix_seconds);

/// Unix seconds, rounded to the millisecond, of an RFC 3339 time with any offset; nothing if the
/// text is no such time. A leap second reads as the first second after it.
std::optional<double> read_time(std::string_view text);

}  // namespace gander::json
