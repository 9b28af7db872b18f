// SPDX-License-Identifier: Apache-2.0
// Machine files are written by anybody: no bytes may crash the reader, and each refusal is one
// line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/machine/description.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto machine = gander::sim::parse_description(text, "fuzz.toml");
  if (!machine && machine.error().message.find_first_of("\n\x1b") != std::string::npos) {
    std::abort();
  }
  return 0;
}
