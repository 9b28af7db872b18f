// SPDX-License-Identifier: Apache-2.0
// The layers of the configuration, from the weakest to the strongest.
#include "cli/config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <utility>

#include "cli/config_file.hpp"
#include "cli/config_table.hpp"
#include "model/whole_number.hpp"
#include "os/root.hpp"
#include "sim/record/toml_writer.hpp"
#include "text/nearest.hpp"

namespace gander::cli {
namespace {

constexpr std::string_view file_name = "/gander/config.toml";
constexpr std::string_view saved_name = "/gander/monitor.toml";

/// A folder from a variable that must name it in full, else below the home.
std::string find_folder(const Lookup& lookup, std::string_view variable, std::string_view below) {
  if (const auto folder = lookup(variable); folder && folder->starts_with('/')) return *folder;
  const auto home = lookup("HOME");
  if (!home || !home->starts_with('/')) return {};
  return *home + std::string{below};
}

const ConfigRow& row_of(std::string_view key) {
  return *std::ranges::find(config_rows(), key, &ConfigRow::key);
}

std::string normalize(const ConfigRow& row, std::string_view value) {
  const bool is_switch = row.fallback == "true" || row.fallback == "false";
  const auto found = is_switch ? find_switch_word(value) : std::nullopt;
  return found ? (*found ? "true" : "false") : std::string{value};
}

}  // namespace

ConfigPaths find_config_paths(const Lookup& lookup) {
  ConfigPaths paths;
  const auto user = find_folder(lookup, "XDG_CONFIG_HOME", "/.config");
  const auto state = find_folder(lookup, "XDG_STATE_HOME", "/.local/state");
  if (!user.empty()) paths.user = user + std::string{file_name};
  if (!state.empty()) paths.saved = state + std::string{saved_name};
  return paths;
}

Config::Config() {
  for (const ConfigRow& row : config_rows()) {
    settings_.push_back({std::string{row.key}, std::string{row.fallback}, "built in"});
  }
}

ConfigSetting* Config::find(std::string_view key) {
  const auto found = std::ranges::find(settings_, key, &ConfigSetting::key);
  return found == settings_.end() ? nullptr : &*found;
}

const std::string& Config::value(std::string_view key) const {
  return std::ranges::find(settings_, key, &ConfigSetting::key)->value;
}

Result<void> Config::set(std::string_view key, std::string_view value, std::string_view origin) {
  ConfigSetting* setting = find(key);
  if (setting == nullptr) return fail(Fault::usage, fmt::format("there is no setting {}", key));
  const ConfigRow& row = row_of(key);
  const auto spelled = normalize(row, value);
  if (!row.accepts(spelled)) {
    return fail(Fault::usage, fmt::format("{} must be {}", origin, row.values));
  }
  if (setting->is_locked) return {};
  setting->value = spelled;
  setting->origin = origin;
  return {};
}

/// nvitop's list of words: sizes, themes and `readonly`; of two sizes neither counts.
void Config::read_mode_words(std::string_view words, const std::string& origin) {
  std::string mode;
  const auto all = split_words(words);
  // What is dark cancels what is light, whichever comes first.
  const bool is_dark = std::ranges::find(all, "dark") != all.end();
  for (const auto word : all) {
    if (place_of(mode_words, word))
      mode = mode.empty() || mode == word ? std::string{word} : "auto";
    if (word == "dark" || (word == "light" && !is_dark))
      static_cast<void>(set("monitor.theme", word, origin));
    if (word == "readonly") static_cast<void>(set("monitor.readonly", "true", origin));
  }
  if (!mode.empty()) static_cast<void>(set("monitor.mode", mode, origin));
}

void Config::read_variables(const Lookup& lookup) {
  // The strongest last: a variable of ours wins over another monitor's.
  for (const std::string_view prefix : {"NVITOP_", "GANDER_"}) {
    for (const ConfigRow& row : config_rows()) {
      const auto name = std::string{prefix} + std::string{row.variable};
      const auto text = lookup(name);
      if (!text || text->empty()) continue;
      if (row.key == "monitor.mode") {
        read_mode_words(*text, name);
      } else if (!set(row.key, *text, name) && prefix == "GANDER_") {
        complaints_.push_back(fmt::format("{} is not {}; ignored", name, row.values));
      }
    }
  }
}

Result<Config> Config::read(const ConfigPaths& paths, const Lookup& lookup) {
  std::vector<ConfigText> files;
  for (const std::string* path : {&paths.system, &paths.user, &paths.saved}) {
    if (path->empty()) continue;
    auto text = os::Root{}.read(*path);
    if (!text && text.error().fault == Fault::not_found) continue;
    if (!text) return tl::make_unexpected(text.error());
    files.push_back({*path, std::move(*text), path == &paths.system});
  }
  return parse(files, lookup);
}

Result<Config> Config::parse(std::span<const ConfigText> files, const Lookup& lookup) {
  Config config;
  ConfigReader reader{config};
  for (const ConfigText& file : files) {
    using Strength = ConfigReader::Strength;
    const auto strength = file.is_systems ? Strength::locks : Strength::usual;
    if (auto done = reader.read(file.text, file.path, strength); !done) {
      return tl::make_unexpected(done.error());
    }
  }
  config.read_variables(lookup);
  if (auto done = check_theme(config); !done) return tl::make_unexpected(done.error());
  if (auto keys = bind_keys(config); !keys) return tl::make_unexpected(keys.error());
  return config;
}

Percentages levels_of(const Config& config, std::string_view key) {
  return find_thresholds(config.value(key)).value_or(Percentages{});
}

namespace {

/// Order, heights and columns.
void apply_panels(const Config& config, tui::ViewState& state) {
  std::size_t place = 0;
  for (auto word : split_words(config.value("monitor.panels"))) {
    const bool is_hidden = word.starts_with('-');
    if (is_hidden) word.remove_prefix(1);
    const auto panel = static_cast<tui::MainPanel>(place_of(panel_words, word).value_or(0));
    if (place < state.panels.size()) state.panels[place++] = panel;
    if (panel == tui::MainPanel::devices) state.show_devices = !is_hidden;
    if (panel == tui::MainPanel::host) state.show_host = !is_hidden;
    if (panel == tui::MainPanel::processes) state.show_processes = !is_hidden;
  }
  state.device_rows = find_whole_number<int>(config.value("monitor.device_rows")).value_or(0);
  state.host_rows = find_whole_number<int>(config.value("monitor.host_rows")).value_or(0);
  const auto& columns = config.value("monitor.columns");
  state.columns = {};
  if (columns == "all") return;
  state.columns.hide_all();
  for (const auto word : split_words(columns)) {
    const auto column = place_of(tui::column_words, word);
    if (column) state.columns.show(static_cast<tui::TableColumn>(*column));
  }
}

}  // namespace

void apply(const Config& config, tui::ViewState& state) {
  const auto place = [&](std::span<const std::string_view> words, std::string_view key) {
    return place_of(words, config.value(key)).value_or(0);
  };
  const auto levels = [&](std::string_view key) {
    const auto percentages = levels_of(config, key);
    return tui::Levels{percentages.moderate / 100.0, percentages.heavy / 100.0};
  };
  state.mode = static_cast<tui::Mode>(place(mode_words, "monitor.mode"));
  state.grouping = static_cast<tui::Grouping>(place(group_words, "monitor.group"));
  state.gpu_levels = levels("monitor.gpu_levels");
  state.memory_levels = levels("monitor.memory_levels");
  state.sort.clear();
  for (auto word : split_words(config.value("monitor.sort"))) {
    const bool is_reversed = word.starts_with('-');
    if (is_reversed) word.remove_prefix(1);
    const auto key = place_of(sort_words, word).value_or(0);
    state.sort.push_back({static_cast<tui::SortKey>(key), is_reversed});
  }
  apply_panels(config, state);
  const auto& interval = config.value("monitor.interval");
  std::from_chars(interval.data(), interval.data() + interval.size(), state.interval);
  if (config.value("monitor.theme") != "auto") state.theme = config.value("monitor.theme");
}

Result<void> check_theme(const Config& config) {
  const auto& name = config.value("monitor.theme");
  std::vector<std::string> names{"auto"};
  for (const auto& theme : tui::built_in_themes()) names.push_back(theme.name);
  for (const auto& theme : config.themes()) names.push_back(theme.name);
  if (std::ranges::find(names, name) != names.end()) return {};
  const auto setting = std::ranges::find(config.settings(), "monitor.theme", &ConfigSetting::key);
  const auto nearest = text::find_nearest(name, names);
  return fail(
      Fault::usage,
      fmt::format("{}: there is no theme \"{}\"{}", setting->origin, sim::quote_safely(name),
                  nearest.empty() ? "" : fmt::format("; is \"{}\" meant?", nearest)));
}

Result<void> save_choices(const std::string& path, const tui::ViewState& state) {
  const auto refuse = [&](const std::error_code& problem) {
    return fail(Fault::operating_system,
                fmt::format("cannot write {}: {}", path, problem.message()));
  };
  std::error_code problem;
  std::filesystem::create_directories(std::filesystem::path{path}.parent_path(), problem);
  if (problem) return refuse(problem);
  const auto temporary = fmt::format("{}.{}", path, ::getpid());
  std::ofstream file{temporary};
  file << write_saved(state);
  file.close();
  if (!file) return refuse(std::make_error_code(std::errc::io_error));
  std::filesystem::rename(temporary, path, problem);
  if (problem) return refuse(problem);
  return {};
}

Result<tui::KeyMap> bind_keys(const Config& config) {
  tui::KeyMap keys;
  // First all are let go of, so that two actions can exchange their keys.
  for (const ConfigBinding& binding : config.bindings()) {
    static_cast<void>(keys.bind(binding.action, ""));
  }
  for (const ConfigBinding& binding : config.bindings()) {
    if (auto bound = keys.bind(binding.action, binding.keys); !bound) {
      return fail(Fault::invalid_data,
                  fmt::format("{}: {}", binding.origin, sim::quote_safely(bound.error().message)));
    }
  }
  return keys;
}

namespace {

/// Order, heights and columns as `apply_panels` reads them.
std::string write_panels(const tui::ViewState& state) {
  std::string panels;
  for (const tui::MainPanel panel : state.panels) {
    panels += fmt::format("{}{}{}", panels.empty() ? "" : ",", is_shown(state, panel) ? "" : "-",
                          panel_words[static_cast<std::size_t>(panel)]);
  }
  std::string columns;
  for (std::size_t i = 0; i < tui::column_words.size(); ++i) {
    if (!state.columns.has(static_cast<tui::TableColumn>(i))) continue;
    columns += fmt::format("{}{}", columns.empty() ? "" : ",", tui::column_words[i]);
  }
  if (state.columns == tui::TableColumns{}) columns = "all";
  const auto rows = [](int count) { return count > 0 ? std::to_string(count) : "\"auto\""; };
  return fmt::format("panels = \"{}\"\ndevice_rows = {}\nhost_rows = {}\ncolumns = \"{}\"\n",
                     panels, rows(state.device_rows), rows(state.host_rows), columns);
}

}  // namespace

std::string write_saved(const tui::ViewState& state) {
  std::string sort;
  for (const tui::SortOrder& order : state.sort) {
    const auto word = sort_words[static_cast<std::size_t>(order.key)];
    sort += fmt::format("{}{}{}", sort.empty() ? "" : ",", order.is_reversed ? "-" : "", word);
  }
  const auto percent = [](const tui::Levels& levels) {
    return fmt::format("[{:.0f}, {:.0f}]", levels.moderate * 100, levels.heavy * 100);
  };
  std::string text =
      "# Kept by the monitor of gander when it is asked to (W). Remove this file to forget it.\n"
      "[monitor]\n";
  text += fmt::format("mode = \"{}\"\n", mode_words[static_cast<std::size_t>(state.mode)]);
  text += fmt::format("interval = {:g}\n", state.interval);
  if (!state.theme.empty()) text += "theme = " + sim::record::quote(state.theme) + "\n";
  if (!sort.empty()) text += fmt::format("sort = \"{}\"\n", sort);
  text += fmt::format("group = \"{}\"\n", group_words[static_cast<std::size_t>(state.grouping)]);
  text += write_panels(state);
  if (state.charset != state.usual_charset) {
    const auto place = static_cast<std::size_t>(state.charset) + 1;
    text += fmt::format("charset = \"{}\"\n", charset_words[place]);
  }
  // Where both ends are equal there is nothing that a file could say.
  if (state.gpu_levels.moderate < state.gpu_levels.heavy) {
    text += "gpu_levels = " + percent(state.gpu_levels) + "\n";
  }
  if (state.memory_levels.moderate < state.memory_levels.heavy) {
    text += "memory_levels = " + percent(state.memory_levels) + "\n";
  }
  return text;
}

}  // namespace gander::cli
