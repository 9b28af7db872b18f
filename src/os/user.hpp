// SPDX-License-Identifier: Apache-2.0
// Names of users and of this machine, and the units in which its kernel counts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gander::os {

/// Name of a user; nothing where the user database has none. May block for seconds where that
/// database is on the network: ask once for each user.
[[nodiscard]] std::optional<std::string> find_user_name(std::uint32_t uid);
/// Id of the user of that name; nothing where there is none. May block as long.
[[nodiscard]] std::optional<std::uint32_t> find_user_id(const std::string& name);
/// Our real user id.
[[nodiscard]] std::uint32_t current_uid();

/// Host name of this machine.
[[nodiscard]] std::string host_name();
/// Release of the running kernel.
[[nodiscard]] std::string kernel_release();

/// Ticks in which /proc counts processor time, for each second.
[[nodiscard]] double clock_ticks_per_second();
/// Bytes of a page of memory.
[[nodiscard]] double page_size();

}  // namespace gander::os
