// SPDX-License-Identifier: Apache-2.0
// What the connection file of a kernel says about its notebook. The keys in it, which open the
// kernel to whoever holds them, are not kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/result.hpp"
#include "os/root.hpp"

namespace gander::owner::jupyter {

/// Foreign text. Of the kernel's first start: a rename of the notebook changes nothing in it.
struct ConnectionFacts {
  std::optional<std::string> session;      ///< The notebook's path; not there before 8.3.0.
  std::optional<std::string> kernel_name;  ///< Of the kernelspec, for instance `python3`.
  friend bool operator==(const ConnectionFacts&, const ConnectionFacts&) = default;
};

/// Reads the text of a connection file; fields that are absent, empty or no text are absent. Fails
/// with invalid_data where it is no JSON object; no message holds a part of it.
Result<ConnectionFacts> parse_connection_file(std::string_view text);

/// Reads the connection file at `path` below `root`, which must belong to the user `uid` of the
/// kernel. Fails as `os::read_owned` and `parse_connection_file` do.
Result<ConnectionFacts> read_connection_file(const os::Root& root, std::string_view path,
                                             std::uint32_t uid);

}  // namespace gander::owner::jupyter
