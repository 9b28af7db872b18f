// SPDX-License-Identifier: Apache-2.0
// What the links of a GPU are and carry, for the functions and the fields that ask for it.
#pragma once

#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {

/// Scope of a field that stands for all links together.
inline constexpr u32 all_links = 0xFFFFFFFF;

/// not_supported without links, invalid_argument for one there is none of.
Return check_nvlink(const Target& t, u32 link);
[[nodiscard]] bool is_active(const Target& t, u32 link);
/// A link's share of a counter, or all of it.
[[nodiscard]] double link_count(const Target& t, Counter counter, u32 link);
/// Errors are put down to the first active link; `all` of them for all links.
[[nodiscard]] u32 link_errors(const Target& t, u32 link, u32 all);
/// The driver's number for the version of the links: it counts 2.2 and 3.1 as well.
[[nodiscard]] u32 link_version_number(const Target& t);
/// Payload of a link in MB/s, by its version.
[[nodiscard]] u32 link_speed(const Target& t);

}  // namespace gander::sim::nvml
