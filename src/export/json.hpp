// SPDX-License-Identifier: Apache-2.0
// A snapshot as JSON, version 1 (docs/json.md), and back. Pure functions: no file, no clock.
#pragma once

#include <string>
#include <string_view>

#include "gander/result.hpp"
#include "gander/snapshot.hpp"
#include "json/writer.hpp"

namespace gander {

/// The snapshot as one JSON text without a line end. Foreign text that is no UTF-8 has U+FFFD in
/// its place. Left out: `sequence` and every `start_ticks`, which mean nothing elsewhere.
std::string write_json(const Snapshot& snapshot, json::Layout layout = json::Layout::compact);

/// The snapshot `text` holds, from any source: nothing in it is trusted.
///
/// Unknown keys are skipped, an absent key is `Missing::not_sampled`, and a word this version does
/// not know never becomes a fact (docs/json.md lists what it becomes). Fails with `invalid_data`
/// and the place in the text where it is not JSON, has a value of the wrong type or range, or
/// lacks what a snapshot cannot be without; with `not_supported` where its schema is newer.
Result<Snapshot> read_json(std::string_view text);

/// The longest list of devices, processes and so on that is read.
inline constexpr std::size_t json_list_limit = 65536;

}  // namespace gander
