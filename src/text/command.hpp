// SPDX-License-Identifier: Apache-2.0
// A command line as one line a person can read and a shell would take apart again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gander::text {

/// One argument, quoted only where a shell needs it; newlines are written as `\n`.
std::string quote(std::string_view argument);

/// The arguments joined by spaces. A lone argument that is no absolute path is a title the
/// process gave itself and stands as it is. Still foreign text: make it safe before printing.
std::string join_command(const std::vector<std::string>& arguments);

}  // namespace gander::text
