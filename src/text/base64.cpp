// SPDX-License-Identifier: Apache-2.0
// Three bytes into four letters.
#include "text/base64.hpp"

#include <cstdint>

namespace gander::text {

std::string write_base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group =
          (group << 8U) | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool is_padding = i + k > bytes.size();
      out += is_padding ? '=' : letters[(group >> (18U - 6U * k)) & 0x3fU];
    }
  }
  return out;
}

}  // namespace gander::text
