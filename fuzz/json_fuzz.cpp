// SPDX-License-Identifier: Apache-2.0
// Any bytes as a snapshot in JSON: an error or a snapshot that survives being written and read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "export/json.hpp"

// The name and the form are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto snapshot = gander::read_json(text);
  if (!snapshot) return 0;
  const auto again = gander::read_json(gander::write_json(*snapshot));
  if (!again || !(*again == *snapshot)) std::abort();
  return 0;
}
