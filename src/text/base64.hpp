// SPDX-License-Identifier: Apache-2.0
// Bytes as letters that every terminal lets through.
#pragma once

#include <string>
#include <string_view>

namespace gander::text {

/// Base64 with padding (RFC 4648, section 4).
std::string write_base64(std::string_view bytes);

}  // namespace gander::text
