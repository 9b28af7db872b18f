// SPDX-License-Identifier: Apache-2.0
// Colours as terminals report them.
#include "tui/screen/background.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "model/whole_number.hpp"

namespace gander::tui {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// `f`, `ff`, `fff` and `ffff` are all the whole: a component counts in parts of its longest.
std::optional<std::uint8_t> read_component(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  const auto value = find_whole_number<unsigned>(text, 16);
  if (!value) return std::nullopt;
  const unsigned whole = (1U << (4 * text.size())) - 1;
  return static_cast<std::uint8_t>((*value * 255 + whole / 2) / whole);
}

double linear(std::uint8_t component) {
  const double value = component / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

}  // namespace

std::optional<Rgb> read_background(std::string_view reply) {
  if (!take(reply, "11;") || (!take(reply, "rgb:") && !take(reply, "rgba:"))) return std::nullopt;
  std::array<std::uint8_t, 3> parts{};
  for (std::uint8_t& part : parts) {
    const auto end = std::min(reply.find('/'), reply.size());
    const auto component = read_component(reply.substr(0, end));
    if (!component) return std::nullopt;
    part = *component;
    reply.remove_prefix(std::min(reply.size(), end + 1));
  }
  return Rgb{parts[0], parts[1], parts[2]};
}

bool is_terminal_kind(std::string_view reply) {
  return reply.starts_with('?') && reply.ends_with('c');
}

bool is_light(const Rgb& background) {
  const double luminance = 0.2126 * linear(background.red) + 0.7152 * linear(background.green) +
                           0.0722 * linear(background.blue);
  // Where black and white text are read equally well.
  return luminance > 0.179;
}

}  // namespace gander::tui
