// SPDX-License-Identifier: Apache-2.0
// Reads TERM, COLORTERM, NO_COLOR, TMUX and COLORFGBG.
#include "cli/terminal_traits.hpp"

#include <algorithm>

#include "os/terminal.hpp"

namespace gander::cli {
namespace {

std::string text_of(const Lookup& lookup, std::string_view name) {
  return lookup(name).value_or("");
}

/// `foreground;background` in the numbers of the 16 colours; some put a word between.
bool has_light_background(std::string_view hint) {
  const auto last = hint.rfind(';');
  if (last == std::string_view::npos) return false;
  const auto background = hint.substr(last + 1);
  return background == "7" || background == "15";
}

}  // namespace

tui::TerminalTraits find_traits(const Lookup& lookup, bool forced_color) {
  const auto term = text_of(lookup, "TERM");
  const auto colorterm = text_of(lookup, "COLORTERM");
  const bool no_color = !wants_color(lookup, forced_color, true);
  tui::TerminalTraits traits;
  traits.depth = tui::detect_depth({term, colorterm, no_color});
  if (forced_color && traits.depth == tui::ColorDepth::mono) traits.depth = tui::ColorDepth::ansi16;
  traits.is_utf8 = os::is_utf8_locale();
  const bool is_inside =
      lookup("TMUX") || lookup("STY") || term.starts_with("tmux") || term.starts_with("screen");
  const bool is_simple = term.empty() || term == "linux" || term.starts_with("vt");
  traits.has_synchronized_output = !is_inside && !is_simple;
  return traits;
}

tui::Charset find_charset(std::string_view setting, const Lookup& lookup) {
  if (setting == "unicode") return tui::Charset::unicode;
  if (setting == "blocks") return tui::Charset::blocks;
  if (setting == "ascii" || !os::is_utf8_locale()) return tui::Charset::ascii;
  return lookup("TERM") == "linux" ? tui::Charset::blocks : tui::Charset::unicode;
}

tui::Theme choose_theme(const Config& config, const Lookup& lookup) {
  const auto& name = config.value("monitor.theme");
  for (const tui::Theme& theme : config.themes()) {
    if (theme.name == name) return theme;
  }
  if (const tui::Theme* theme = tui::find_theme(name)) return *theme;
  const bool is_light = has_light_background(text_of(lookup, "COLORFGBG"));
  return *tui::find_theme(is_light ? "light" : "dark");
}

bool asks_background(const Config& config, const Lookup& lookup,
                     const tui::TerminalTraits& traits) {
  const auto term = text_of(lookup, "TERM");
  // The Linux console knows no such question and would show it.
  const bool is_simple = term.empty() || term == "linux" || term.starts_with("vt");
  return config.value("monitor.theme") == "auto" && traits.depth != tui::ColorDepth::mono &&
         !is_simple;
}

}  // namespace gander::cli
