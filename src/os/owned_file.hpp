// SPDX-License-Identifier: Apache-2.0
// Reads a file that another user wrote, for a reader who may be root: nothing but a small regular
// file of that very user.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gander/result.hpp"
#include "os/file_descriptor.hpp"
#include "os/root.hpp"

namespace gander::os {

struct OwnedFile {
  std::string text;                     ///< Foreign bytes.
  std::chrono::nanoseconds modified{};  ///< Last change of the content, since the epoch.
};

/// Reads the whole file at `absolute` below `root` (not its overlay), which must belong to the user
/// `uid`; to anybody, where it is nothing. A link in the place of the file is not followed, and
/// what is no regular file is not even opened, so that no pipe is drained and no device woken.
/// Fails with not_found, no_permission (another user's), invalid_data (a link, no regular file, or
/// above `limit` bytes) or operating_system. May take as long as the file system: a home on the
/// network can hang.
Result<OwnedFile> read_owned(const Root& root, std::string_view absolute,
                             std::optional<std::uint32_t> uid, std::size_t limit);

/// A handle on the UNIX socket at `path`, which must be one of the user `uid`; nothing is asked of
/// who listens. Links in the place of the file are not followed. It is connected to by the name
/// that /proc gives the handle. Fails with not_found, no_permission (another user's), invalid_data
/// (no socket) or operating_system.
Result<FileDescriptor> open_owned_socket(const std::string& path, std::uint32_t uid);

}  // namespace gander::os
