// SPDX-License-Identifier: Apache-2.0
// Quoting of command lines.
#include "text/command.hpp"

namespace gander::text {
namespace {

bool contains_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
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
  const bool is_special = contains_any(argument, "$\\\n");
  const bool has_space = argument.find(' ') != std::string_view::npos;
  if (!is_special && !has_space) return std::string{argument};
  if (!is_special && !contains_any(argument, "\"")) return '"' + std::string{argument} + '"';
  if (!contains_any(argument, "'\n")) return '\'' + std::string{argument} + '\'';
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
