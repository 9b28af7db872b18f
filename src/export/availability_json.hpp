// SPDX-License-Identifier: Apache-2.0
// What the commands that choose devices say of each in JSON. Only for src/export.
#pragma once

#include "export/known_json.hpp"
#include "gander/availability.hpp"

namespace gander {

/// `index`, `uuid`, `pci_bus_id` and `name`.
void write_identity(json::Writer& writer, KnownWriter& known, const Device& device);
/// The same, `is_free`, `free_memory_bytes` and `objections`.
void write_candidate(json::Writer& writer, KnownWriter& known, const Candidate& candidate);

}  // namespace gander
