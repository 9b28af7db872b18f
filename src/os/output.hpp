// SPDX-License-Identifier: Apache-2.0
// Writes bytes to a file descriptor until all are out; knows nothing of what they say.
#pragma once

#include <string_view>

#include "gander/result.hpp"

namespace gander::os {

/// How a write ended that did not fail.
enum class WriteOutcome {
  written,      ///< Every byte is out.
  reader_gone,  ///< Nobody reads any more (`gander | head`): no error, stop quietly.
};

/// Writes all of `bytes`; waits where the descriptor does not block. Fails with the system's words.
Result<WriteOutcome> write_all(int file, std::string_view bytes);

/// Lets a write to a closed pipe return instead of ending the process; once, at start.
void ignore_broken_pipes();

}  // namespace gander::os
