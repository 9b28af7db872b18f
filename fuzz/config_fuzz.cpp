// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of settings, and behind a first NUL any `NAME=value` of the environment, each
// ended by a NUL. What is read can be kept: written for the next start, it says the same again.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/config.hpp"
#include "cli/environment.hpp"
#include "cli/terminal_traits.hpp"
#include "fuzz/require.hpp"

namespace {

using namespace gander;
using gander::fuzz::is_one_line;
using gander::fuzz::require;
using gander::fuzz::take_until;

cli::Lookup make_lookup(std::string_view text) {
  std::map<std::string, std::string, std::less<>> variables;
  while (!text.empty()) {
    auto entry = take_until(text, '\0');
    const auto name = take_until(entry, '=');
    variables.insert_or_assign(std::string{name}, std::string{entry});
  }
  return [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  };
}

std::string keep(const cli::Config& config) {
  tui::ViewState state;
  cli::apply(config, state);
  return cli::write_saved(state);
}

/// What the monitor keeps of these settings is read again, beside the same file.
void check_kept(const cli::ConfigText& file, const cli::Config& config) {
  const std::vector<cli::ConfigText> files{file, {"saved.toml", keep(config), false}};
  const auto nothing = [](std::string_view) { return std::optional<std::string>{}; };
  const auto again = cli::Config::parse(files, nothing);
  require(again.has_value());
  require(keep(*again) == keep(config));
}

void check_environment(const cli::Lookup& lookup) {
  std::string complaint;
  for (const std::string_view name :
       {"GPU_UTILIZATION_THRESHOLDS", "MEMORY_UTILIZATION_THRESHOLDS"}) {
    const auto levels = cli::thresholds_from(lookup, name, {10, 75}, complaint);
    require(levels.moderate >= 1 && levels.moderate <= levels.heavy && levels.heavy <= 99);
  }
  require(is_one_line(complaint));
  const int width = cli::output_width(lookup, std::nullopt);
  require(width >= 79 && width <= 1000);
  static_cast<void>(cli::wants_color(lookup, false, true));
  static_cast<void>(cli::find_config_paths(lookup));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const cli::ConfigText file{"fuzz.toml", std::string{take_until(bytes, '\0')}, size % 2 == 0};
  const auto lookup = make_lookup(bytes);
  check_environment(lookup);
  const auto config = cli::Config::parse({&file, 1}, lookup);
  if (!config) {
    require(is_one_line(config.error().message));
    return 0;
  }
  for (const auto& complaint : config->complaints()) require(is_one_line(complaint));
  check_kept(file, *config);
  const auto traits = cli::find_traits(lookup, false);
  static_cast<void>(cli::find_charset(config->value("monitor.charset"), lookup));
  static_cast<void>(cli::choose_theme(*config, lookup));
  static_cast<void>(cli::asks_background(*config, lookup, traits));
  return 0;
}
