// SPDX-License-Identifier: Apache-2.0
// Makes bytes that others chose safe to print. Knows nothing of where they come from.
#pragma once

#include <string>
#include <string_view>

namespace gander::text {

/// `foreign` as valid UTF-8 of one line that can neither steer a terminal nor reorder what stands
/// beside it. Control characters become their visible pictures (`␛`), invalid bytes and
/// invisible format characters (bidirectional overrides, joiners, tags) become `�`, variation
/// selectors are dropped, and of stacked combining marks the first four are kept. Applying it
/// twice changes nothing. Terminals disagree about joined emoji; their parts have sure widths.
std::string safe(std::string_view foreign);

}  // namespace gander::text
