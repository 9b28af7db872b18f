// SPDX-License-Identifier: Apache-2.0
// Asks the terminal for its size and the locale for its characters.
#include "os/terminal.hpp"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace gander::os {
namespace {

bool names_utf8(std::string_view text) {
  for (const std::string_view spelling : {"UTF-8", "utf-8", "UTF8", "utf8"}) {
    if (text.find(spelling) != std::string_view::npos) return true;
  }
  return false;
}

/// For a locale that is named but not installed, as is usual in containers.
bool environment_names_utf8() {
  for (const char* variable : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return names_utf8(value);
  }
  return false;
}

}  // namespace

bool is_terminal(int file) { return ::isatty(file) == 1; }

std::optional<TerminalSize> terminal_size(int file) {
  winsize size{};
  if (::ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return TerminalSize{size.ws_col, size.ws_row};
}

bool is_utf8_locale() {
  const locale_t locale = ::newlocale(LC_CTYPE_MASK, "", nullptr);
  if (locale == nullptr) return environment_names_utf8();
  const bool utf8 = names_utf8(::nl_langinfo_l(CODESET, locale));
  ::freelocale(locale);
  return utf8;
}

}  // namespace gander::os
