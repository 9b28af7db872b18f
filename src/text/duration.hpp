// SPDX-License-Identifier: Apache-2.0
// Lengths of time that a person typed.
#pragma once

#include <optional>
#include <string_view>

namespace gander::text {

/// Seconds of `90`, `90s`, `15m`, `2h`, `1.5d`, not negative; nothing if the text is none of these.
std::optional<double> find_duration(std::string_view text);

}  // namespace gander::text
