// SPDX-License-Identifier: Apache-2.0
// What the terminal behind a file descriptor is; what is drawn there is others' business.
#pragma once

#include <optional>

namespace gander::os {

/// Columns and rows of a terminal, both above zero.
struct TerminalSize {
  int columns{};
  int rows{};
  friend bool operator==(const TerminalSize&, const TerminalSize&) = default;
};

[[nodiscard]] bool is_terminal(int file);
/// Size the terminal says it has; nothing where `file` is none or it does not know.
[[nodiscard]] std::optional<TerminalSize> terminal_size(int file);
/// Whether the user's locale (LC_ALL, LC_CTYPE, LANG) writes UTF-8. Changes no global locale.
[[nodiscard]] bool is_utf8_locale();

}  // namespace gander::os
