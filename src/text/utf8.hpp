// SPDX-License-Identifier: Apache-2.0
// Characters as bytes.
#pragma once

#include <string>

namespace gander::text {

/// `character` in UTF-8; it must be a Unicode scalar value.
std::string write_utf8(char32_t character);

}  // namespace gander::text
