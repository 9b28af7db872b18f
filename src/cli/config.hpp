// SPDX-License-Identifier: Apache-2.0
// What files and environment say about the monitor, where each value came from, and which wins.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/environment.hpp"
#include "gander/result.hpp"
#include "tui/app/control.hpp"
#include "tui/screen/theme.hpp"
#include "tui/view/view_state.hpp"

namespace gander::cli {

/// Where settings stand. A file that does not exist says nothing.
struct ConfigPaths {
  std::string system = "/etc/gander/config.toml";
  std::string user;   ///< Empty: there is no home to have one in.
  std::string saved;  ///< What the monitor itself keeps, when asked.
};
ConfigPaths find_config_paths(const Lookup& lookup);

/// A file of settings as it was read. Foreign text.
struct ConfigText {
  std::string path;  ///< Names it in messages.
  std::string text;
  bool is_systems = false;  ///< What it forbids, nobody else allows.
};

/// A setting of the table, its value in the spelling of the table, and who gave it.
struct ConfigSetting {
  std::string key;  ///< `monitor.mode`
  std::string value;
  std::string origin;      ///< `built in`, `FILE:LINE`, the name of a variable or of an option.
  bool is_locked = false;  ///< By the system's file: nobody else may change it.
};
/// Keys of one action.
struct ConfigBinding {
  std::string action;
  std::string keys;
  std::string origin;
};

/// Settings of the monitor. Files in rising strength: system, user, saved; then variables of the
/// environment, then options.
class Config {
 public:
  /// Reads files and variables. Fails with `FILE:LINE: …` where a file says what cannot be; what
  /// variables say in vain stands in `complaints`.
  static Result<Config> read(const ConfigPaths& paths, const Lookup& lookup);
  /// The same of files that were read, in rising strength.
  static Result<Config> parse(std::span<const ConfigText> files, const Lookup& lookup);
  /// Lets an option decide. Fails where the value cannot be.
  Result<void> set(std::string_view key, std::string_view value, std::string_view origin);
  /// The value of a key of the table.
  [[nodiscard]] const std::string& value(std::string_view key) const;
  [[nodiscard]] bool is_on(std::string_view key) const { return value(key) == "true"; }
  [[nodiscard]] std::span<const ConfigSetting> settings() const { return settings_; }
  [[nodiscard]] std::span<const ConfigBinding> bindings() const { return bindings_; }
  /// Themes of the user's own, after those built in.
  [[nodiscard]] const std::vector<tui::Theme>& themes() const { return themes_; }
  [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  friend class ConfigReader;
  Config();
  ConfigSetting* find(std::string_view key);
  void read_variables(const Lookup& lookup);
  void read_mode_words(std::string_view words, const std::string& origin);

  std::vector<ConfigSetting> settings_;
  std::vector<ConfigBinding> bindings_;
  std::vector<tui::Theme> themes_;
  std::vector<std::string> complaints_;
};

/// What the configuration makes of the view. `theme` stays empty where none is chosen.
void apply(const Config& config, tui::ViewState& state);
/// Two percentages of a setting, such as `monitor.gpu_levels`.
Percentages levels_of(const Config& config, std::string_view key);
/// The keys of the configuration. Fails where one is taken or does not exist.
Result<tui::KeyMap> bind_keys(const Config& config);
/// Fails where the theme that is chosen does not exist, with the nearest name.
Result<void> check_theme(const Config& config);
/// Writes `write_saved` to a file, with its folders; the file is replaced whole or not at all.
Result<void> save_choices(const std::string& path, const tui::ViewState& state);
/// Text of a file in which these choices are found again.
std::string write_saved(const tui::ViewState& state);

}  // namespace gander::cli
