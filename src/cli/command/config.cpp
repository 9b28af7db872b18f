// SPDX-License-Identifier: Apache-2.0
// Prints the merged configuration, one line for each setting.
#include "cli/command/config.hpp"

#include <fmt/format.h>

#include "cli/config.hpp"
#include "cli/print.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"

namespace gander::cli {
namespace {

constexpr int key_width = 24;
constexpr int value_width = 16;

std::string write_line(std::string_view key, std::string_view value, std::string_view origin) {
  const auto shown = text::safe(value);
  // What is too long for its column pushes the origin aside rather than being cut.
  const auto padding = text::repeat(" ", value_width - text::display_width(shown));
  return fmt::format("{:<{}}  {}{}  {}\n", key, key_width, shown, padding, text::safe(origin));
}

std::string write_files(const ConfigPaths& paths) {
  const auto name = [](const std::string& path) {
    return path.empty() ? std::string{"none: HOME is not set"} : text::safe(path);
  };
  return fmt::format("Files, the weakest first:\n  system  {}\n  yours   {}\n  kept    {}\n\n",
                     name(paths.system), name(paths.user), name(paths.saved));
}

std::string explain(const Config& config) {
  std::string text;
  for (const auto& setting : config.settings()) {
    const auto origin = setting.origin + (setting.is_locked ? " (cannot be changed)" : "");
    text += write_line(setting.key, setting.value, origin);
  }
  for (const auto& binding : config.bindings()) {
    text += write_line("keys." + binding.action, binding.keys, binding.origin);
  }
  for (const auto& theme : config.themes()) text += write_line("theme." + theme.name, "", "yours");
  return text;
}

}  // namespace

ExitCode run(const ConfigArguments& arguments) {
  const auto lookup = process_environment();
  const auto paths = find_config_paths(lookup);
  if (arguments.path) {
    if (paths.user.empty()) {
      complain("there is no place for your configuration: HOME is not set");
      return ExitCode::incomplete;
    }
    return print(paths.user + "\n", ExitCode::fine);
  }
  const auto config = Config::read(paths, lookup);
  if (!config) return complain(config.error());
  for (const auto& complaint : config->complaints()) complain(complaint);
  return print(write_files(paths) + explain(*config), ExitCode::fine);
}

}  // namespace gander::cli
