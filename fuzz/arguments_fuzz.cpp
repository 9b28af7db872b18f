// SPDX-License-Identifier: Apache-2.0
// Any bytes as a command line, each word ended by a NUL, and each word as what options take: times,
// sizes, units, indices, patterns. Whatever they are, the answer is a command or one complaint.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cli/arguments.hpp"
#include "fuzz/require.hpp"
#include "sim/machine/value.hpp"
#include "text/duration.hpp"
#include "text/memory_unit.hpp"
#include "text/path_pattern.hpp"
#include "text/safe.hpp"

namespace {

using namespace gander;
using gander::fuzz::require;
using gander::fuzz::take_until;

void check_command_line(const std::vector<std::string>& words) {
  std::vector<const char*> arguments{"gander"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  const auto wanted = cli::parse_arguments(static_cast<int>(arguments.size()), arguments.data());
  const auto* reply = std::get_if<cli::Reply>(&wanted);
  if (reply == nullptr || reply->exit_code == cli::ExitCode::fine) return;
  // As it is printed.
  const auto complaint = text::safe(reply->text);
  require(!complaint.empty() && complaint.find_first_of("\n\x1b\x7f") == std::string::npos);
}

void check_amounts(std::string_view word) {
  const auto time = text::find_duration(word);
  require(!time || (std::isfinite(*time) && *time >= 0));
  const auto size = text::find_memory_size(word);
  require(!size || (std::isfinite(*size) && *size >= 0));
  static_cast<void>(text::find_memory_unit(word));
  static_cast<void>(sim::parse_size(word));
  static_cast<void>(sim::parse_duration(word));
  const auto index = find_device_index(word);
  require(!index || find_device_index(to_string(*index)) == index);
  const auto pattern = text::PathPattern::parse(word);
  if (pattern) static_cast<void>(pattern->matches(word));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  std::vector<std::string> words;
  while (!bytes.empty()) words.emplace_back(take_until(bytes, '\0'));
  check_command_line(words);
  for (const std::string& word : words) check_amounts(word);
  return 0;
}
