// SPDX-License-Identifier: Apache-2.0
// Drawing characters for terminals and logs that know ASCII only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gander::text {

/// Which characters may be written.
enum class Charset : std::uint8_t { unicode, ascii };

/// `text` in ASCII, column for column: rules and corners as `=`, `-`, `+`, `|`, blocks as `|`,
/// Braille as `=`, arrows as `^` and `v`, anything else as one `?` per column.
std::string to_ascii(std::string_view text);

}  // namespace gander::text
