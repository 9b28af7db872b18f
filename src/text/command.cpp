// SPDX-License-Identifier: Apache-2.0
// Quoting of command lines.
#include "text/command.hpp"

namespace gander::text {
namespace {

/// What an argument holds that a shell would not take as it stands.
struct Traits {
  bool space = false;
  bool special = false;  ///< `$`, a backslash, a new line.
  bool newline = false;
  bool quote = false;   ///< `'`
  bool quotes = false;  ///< `"`
};

Traits traits_of(std::string_view argument) {
  Traits traits;
  for (const char c : argument) {
    // Nearly all characters stand behind these.
    if (c > '\'' && c != '\\') continue;
    traits.space = traits.space || c == ' ';
    traits.special = traits.special || c == '$' || c == '\\' || c == '\n';
    traits.newline = traits.newline || c == '\n';
    traits.quote = traits.quote || c == '\'';
    traits.quotes = traits.quotes || c == '"';
  }
  return traits;
}

std::string escape(std::string_view argument) {
  std::string out = "\"";
  for (const char c : argument) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == '"' || c == '$') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string quote(std::string_view argument) {
  if (argument.empty()) return "\"\"";
  const Traits traits = traits_of(argument);
  if (!traits.special && !traits.space) return std::string{argument};
  if (!traits.special && !traits.quotes) return '"' + std::string{argument} + '"';
  if (!traits.quote && !traits.newline) return '\'' + std::string{argument} + '\'';
  return escape(argument);
}

std::string join_command(const std::vector<std::string>& arguments) {
  const bool is_one_word = arguments.size() == 1 && !arguments.front().empty();
  if (is_one_word && !arguments.front().starts_with('/')) return arguments.front();
  std::string out;
  for (const auto& argument : arguments) {
    if (!out.empty()) out += ' ';
    out += quote(argument);
  }
  return out;
}

}  // namespace gander::text
