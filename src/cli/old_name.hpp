// SPDX-License-Identifier: Apache-2.0
// What a command line means under the name of another tool: the same words for gander. Knows the
// options of those tools, and not what ours do.
#pragma once

#include <string>
#include <vector>

namespace gander::cli {

/// The words of a command line, the program's name among them, as gander wants them: under one of
/// the old names the command is put in, and options that mean something else here are spelled
/// anew. All other words are as they were.
std::vector<std::string> spell_anew(int argc, const char* const* argv);

}  // namespace gander::cli
