// SPDX-License-Identifier: Apache-2.0
// How the GPUs of a machine reach each other, as a matrix. Pure.
#pragma once

#include <string>
#include <string_view>

#include "gander/snapshot.hpp"
#include "text/line.hpp"

namespace gander {

/// The short word of the field for a path without NVLink: `PIX`, `NODE` …
std::string_view short_word(PeerPath path);

/// One word for the way to a peer: `NV18` over so many NVLinks, else that of the path, else why it
/// is unknown in at most three columns.
std::string short_word(const Peer& peer);

/// A row and a column for each GPU (MIG instances are where their GPU is), the nearest processors
/// and the NUMA node of each, and below what the words mean. Wide machines get several blocks, so
/// that lines keep within `width` columns.
std::string write_topology(const Snapshot& snapshot, text::Rendering rendering, int width);

}  // namespace gander
