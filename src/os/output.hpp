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

/// Makes sure that the numbers 0, 1 and 2 are taken, first thing at start: else the next file that
/// is opened would get the number of a closed standard output and be written into. What was closed
/// stays unusable: reading finds nothing, writing fails.
void keep_standard_files();

/// Lets a write to a closed pipe return instead of ending the process; once, at start.
void ignore_broken_pipes();

}  // namespace gander::os
