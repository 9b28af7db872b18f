// SPDX-License-Identifier: Apache-2.0
// The whole text of an open file; the os room's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "os/file_descriptor.hpp"

namespace gander::os {

/// What tells that a text is whole. The kernel gives its own short files in one piece, if there is
/// room for all of it.
enum class TextEnd : std::uint8_t { empty_read, short_read };

struct TextBounds {
  std::size_t limit;  ///< Bytes.
  TextEnd end;
};

/// Reads an open file from its beginning into `text`, whose memory is used again. 0, or the number
/// of the system's error; `text` is empty then.
int read_text(const FileDescriptor& file, std::string& text, const TextBounds& bounds);

}  // namespace gander::os
