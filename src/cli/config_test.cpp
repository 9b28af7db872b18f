// SPDX-License-Identifier: Apache-2.0
// Files, variables and options: what wins, what is refused, what is remembered.
#include "cli/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace gander::cli {
namespace {

using testing::HasSubstr;

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    std::string name = (std::filesystem::temp_directory_path() / "gander_config_XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
    paths = {file("system.toml"), file("user.toml"), file("saved.toml")};
  }
  ~ConfigTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_ / name).string();
  }
  static void write(const std::string& path, std::string_view text) { std::ofstream{path} << text; }
  [[nodiscard]] Result<Config> read() const {
    return Config::read(paths, [this](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(std::string{name});
      if (found == variables.end()) return std::nullopt;
      return found->second;
    });
  }
  [[nodiscard]] std::string complaint(std::string_view text) const {
    write(paths.user, text);
    const auto config = read();
    return config ? "" : config.error().message;
  }

  std::filesystem::path folder_;
  ConfigPaths paths;
  std::map<std::string, std::string> variables;
};

std::string origin_of(const Config& config, std::string_view key) {
  for (const ConfigSetting& setting : config.settings()) {
    if (setting.key == key) return setting.origin;
  }
  return {};
}

TEST_F(ConfigTest, without_files_everything_is_built_in) {
  const auto config = read();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  for (const ConfigSetting& setting : config->settings()) EXPECT_EQ(setting.origin, "built in");
  tui::ViewState state;
  apply(*config, state);
  EXPECT_EQ(state.mode, tui::Mode::automatic);
  EXPECT_DOUBLE_EQ(state.gpu_levels.heavy, 0.75);
  EXPECT_DOUBLE_EQ(state.interval, 1.0);
  EXPECT_TRUE(state.theme.empty());
}

TEST_F(ConfigTest, each_layer_wins_over_those_before) {
  const auto mode = [&] {
    const auto config = read();
    return config ? config->value("monitor.mode") + " " + origin_of(*config, "monitor.mode")
                  : config.error().message;
  };
  write(paths.system, "[monitor]\nmode = \"full\"\n");
  EXPECT_EQ(mode(), "full " + paths.system + ":2");
  write(paths.user, "# mine\n[monitor]\nmode = \"compact\"\n");
  EXPECT_EQ(mode(), "compact " + paths.user + ":3");
  write(paths.saved, "[monitor]\nmode = \"auto\"\n");
  EXPECT_EQ(mode(), "auto " + paths.saved + ":2");
  variables["NVITOP_MONITOR_MODE"] = "compact";
  EXPECT_EQ(mode(), "compact NVITOP_MONITOR_MODE");
  variables["GANDER_MONITOR_MODE"] = "full";
  EXPECT_EQ(mode(), "full GANDER_MONITOR_MODE");
  auto config = read();
  ASSERT_TRUE(config->set("monitor.mode", "compact", "--monitor").has_value());
  EXPECT_EQ(config->value("monitor.mode"), "compact");
  EXPECT_FALSE(config->set("monitor.mode", "huge", "--monitor").has_value());
}

TEST_F(ConfigTest, nobody_overrides_read_only_of_the_system) {
  write(paths.system, "[monitor]\nreadonly = true\n");
  write(paths.user, "[monitor]\nreadonly = false\n");
  variables["GANDER_MONITOR_READONLY"] = "false";
  auto config = read();
  ASSERT_TRUE(config.has_value());
  EXPECT_TRUE(config->is_on("monitor.readonly"));
  EXPECT_TRUE(config->set("monitor.readonly", "false", "--readonly").has_value());
  EXPECT_TRUE(config->is_on("monitor.readonly"));
  EXPECT_EQ(origin_of(*config, "monitor.readonly"), paths.system + ":2");
  write(paths.system, "[monitor]\nreadonly = false\n");
  write(paths.user, "[monitor]\nreadonly = true\n");
  EXPECT_FALSE(read()->is_on("monitor.readonly")) << "a user's own wish is only a wish";
}

TEST_F(ConfigTest, reads_all_kinds_of_settings) {
  write(paths.user,
        "[monitor]\ninterval = 0.5\nsort = [\"-gpu_memory\", \"pid\"]\ngroup = \"user\"\n"
        "gpu_levels = [20, 60]\ntheme = \"mine\"\n[keys]\nkill = \"x\"\n"
        "[theme.mine]\nbase = \"light\"\nheavy = \"#ff8000\"\n");
  const auto config = read();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  tui::ViewState state;
  apply(*config, state);
  EXPECT_DOUBLE_EQ(state.interval, 0.5);
  ASSERT_EQ(state.sort.size(), 2U);
  EXPECT_EQ(state.sort[0].key, tui::SortKey::gpu_memory);
  EXPECT_TRUE(state.sort[0].is_reversed);
  EXPECT_EQ(state.grouping, tui::Grouping::user);
  EXPECT_DOUBLE_EQ(state.gpu_levels.moderate, 0.2);
  EXPECT_EQ(state.theme, "mine");
  ASSERT_EQ(config->themes().size(), 1U);
  const auto heavy = static_cast<std::size_t>(tui::Role::heavy);
  EXPECT_EQ(config->themes()[0].colors[heavy], (tui::Rgb{255, 128, 0}));
  EXPECT_EQ(config->themes()[0].colors[0], tui::find_theme("light")->colors[0]);
  EXPECT_EQ(bind_keys(*config)->find(tui::Screen::main, "x"), tui::Action::kill);
}

TEST_F(ConfigTest, mistakes_are_told_with_place_and_nearest_spelling) {
  EXPECT_THAT(complaint("[monitor]\n\nintervall = 2\n"),
              testing::AllOf(HasSubstr("user.toml:3:"), HasSubstr("\"interval\" meant")));
  EXPECT_THAT(complaint("[monitr]\n"), HasSubstr("\"monitor\" meant"));
  EXPECT_THAT(complaint("[monitor]\nmode = \"huge\"\n"), HasSubstr("auto, full or compact"));
  EXPECT_THAT(complaint("[monitor]\ninterval = 0.01\n"), HasSubstr("0.1"));
  EXPECT_THAT(complaint("[monitor]\ngpu_levels = [80, 120]\n"), HasSubstr("gpu_levels"));
  EXPECT_THAT(complaint("[monitor]\nreadonly = \"perhaps\"\n"), HasSubstr("true or false"));
  EXPECT_THAT(complaint("[monitor]\nmode = { a = 1 }\n"), HasSubstr(":2:"));
  EXPECT_THAT(complaint("[monitor]\ntheme = \"ligh\"\n"), HasSubstr("\"light\" meant"));
  EXPECT_THAT(complaint("[keys]\nkil = \"x\"\n"), HasSubstr("\"kill\" meant"));
  EXPECT_THAT(complaint("[keys]\nkill = \"q\"\n"),
              testing::AllOf(HasSubstr("user.toml:2:"), HasSubstr("quit")));
  EXPECT_THAT(complaint("[keys]\nkill = \"Hyper-x\"\n"), HasSubstr("Hyper-x"));
  EXPECT_THAT(complaint("[theme.mine]\nhevy = \"#ffffff\"\n"), HasSubstr("\"heavy\" meant"));
  EXPECT_THAT(complaint("[theme.mine]\nheavy = \"red\"\n"), HasSubstr("#rrggbb"));
  EXPECT_THAT(complaint("[theme.dark]\nheavy = \"#ffffff\"\n"), HasSubstr("built in"));
  EXPECT_THAT(complaint("[monitor\n"), HasSubstr("user.toml:"));
  EXPECT_EQ(complaint("[keys]\nkill = \"T\"\nterminate = \"K\"\n"), "") << "an exchange";
}

TEST_F(ConfigTest, variables_of_another_monitor_are_taken_as_it_takes_them) {
  variables["NVITOP_MONITOR_MODE"] = "colorful,full,light,readonly,nonsense";
  auto config = read();
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->value("monitor.mode"), "full");
  EXPECT_EQ(config->value("monitor.theme"), "light");
  variables["NVITOP_MONITOR_MODE"] = "dark,light,auto,full";
  const auto both = read();
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->value("monitor.theme"), "dark");
  EXPECT_EQ(both->value("monitor.mode"), "auto");
  variables["NVITOP_MONITOR_MODE"] = "colorful,full,light,readonly,nonsense";
  EXPECT_TRUE(config->is_on("monitor.readonly"));
  variables["NVITOP_MONITOR_MODE"] = "full,compact";
  EXPECT_EQ(read()->value("monitor.mode"), "auto");
  variables["NVITOP_GPU_UTILIZATION_THRESHOLDS"] = "nonsense";
  EXPECT_TRUE(read()->complaints().empty());
  variables["GANDER_GPU_UTILIZATION_THRESHOLDS"] = "nonsense";
  EXPECT_EQ(read()->complaints().size(), 1U);
  for (const auto& [word, is_on] :
       std::map<std::string, bool>{{"0", false}, {"no", false}, {"false", false}, {"yes", true}}) {
    variables["NVITOP_MONITOR_ALWAYS"] = word;
    EXPECT_EQ(read()->is_on("monitor.always"), is_on) << word;
  }
}

TEST_F(ConfigTest, what_is_saved_is_found_again) {
  tui::ViewState state;
  state.mode = tui::Mode::compact;
  state.sort = {{tui::SortKey::gpu_memory, true}, {tui::SortKey::pid, false}};
  state.grouping = tui::Grouping::job;
  state.interval = 0.25;
  state.theme = "color-blind";
  state.gpu_levels = {0.15, 0.9};
  state.panels = {tui::MainPanel::processes, tui::MainPanel::devices, tui::MainPanel::host};
  state.show_host = false;
  state.device_rows = 9;
  state.host_rows = 16;
  state.columns.hide(tui::TableColumn::memory_bandwidth);
  state.charset = tui::Charset::blocks;
  paths.saved = file("not/yet/there.toml");
  ASSERT_TRUE(save_choices(paths.saved, state).has_value());
  const auto config = read();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  tui::ViewState found;
  apply(*config, found);
  EXPECT_EQ(found.mode, state.mode);
  ASSERT_EQ(found.sort.size(), 2U);
  EXPECT_EQ(found.sort[0].key, tui::SortKey::gpu_memory);
  EXPECT_TRUE(found.sort[0].is_reversed);
  EXPECT_EQ(found.grouping, state.grouping);
  EXPECT_DOUBLE_EQ(found.interval, 0.25);
  EXPECT_EQ(found.theme, "color-blind");
  EXPECT_DOUBLE_EQ(found.gpu_levels.moderate, 0.15);
  EXPECT_EQ(found.panels, state.panels);
  EXPECT_FALSE(found.show_host);
  EXPECT_TRUE(found.show_devices);
  EXPECT_EQ(found.device_rows, 9);
  EXPECT_EQ(found.host_rows, 16);
  EXPECT_EQ(found.columns, state.columns);
  EXPECT_EQ(config->value("monitor.charset"), "blocks");
}

TEST_F(ConfigTest, a_theme_of_any_name_is_found_again) {
  write(paths.user,
        "[monitor]\ntheme = \"a\\\"b\\\\\\u00e9\"\n"
        "[theme.\"a\\\"b\\\\\\u00e9\"]\nbase = \"light\"\n");
  auto config = read();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  tui::ViewState state;
  apply(*config, state);
  ASSERT_EQ(state.theme, "a\"b\\\u00e9");
  ASSERT_TRUE(save_choices(paths.saved, state).has_value());
  config = read();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->value("monitor.theme"), state.theme);
}

TEST_F(ConfigTest, what_suits_by_itself_is_saved_as_such) {
  const tui::ViewState state;
  paths.saved = file("saved.toml");
  ASSERT_TRUE(save_choices(paths.saved, state).has_value());
  const auto config = read();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  EXPECT_EQ(config->value("monitor.device_rows"), "auto");
  EXPECT_EQ(config->value("monitor.host_rows"), "auto");
  EXPECT_EQ(config->value("monitor.columns"), "all");
  EXPECT_EQ(config->value("monitor.charset"), "auto");
  EXPECT_EQ(config->value("monitor.theme"), "auto");
  EXPECT_EQ(config->value("monitor.panels"), "devices,host,processes");
}

TEST_F(ConfigTest, panels_and_columns_must_be_whole_and_known) {
  write(paths.user,
        "[monitor]\npanels = [\"processes\", \"-host\", \"devices\"]\n"
        "columns = [\"user\", \"command\"]\nhost_rows = 2\n");
  const auto config = read();
  ASSERT_TRUE(config.has_value()) << config.error().message;
  tui::ViewState state;
  apply(*config, state);
  EXPECT_EQ(state.panels.front(), tui::MainPanel::processes);
  EXPECT_FALSE(state.show_host);
  EXPECT_EQ(state.host_rows, tui::bar_rows);
  EXPECT_TRUE(state.columns.has(tui::TableColumn::user));
  EXPECT_TRUE(state.columns.has(tui::TableColumn::pid)) << "who a row is cannot be hidden";
  EXPECT_FALSE(state.columns.has(tui::TableColumn::sm));
  for (const auto* text :
       {"panels = \"devices,host\"", "panels = \"devices,host,host\"", "panels = \"a,b,c\"",
        "columns = \"\"", "columns = \"usr\"", "device_rows = 3", "device_rows = \"many\"",
        "host_rows = 4", "host_rows = 41"}) {
    EXPECT_THAT(complaint("[monitor]\n" + std::string{text}), HasSubstr("must be")) << text;
  }
}

TEST(FindConfigPaths, follow_the_folders_of_the_desktop) {
  std::map<std::string, std::string> variables{{"HOME", "/home/ann"}};
  const Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string{name});
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  EXPECT_EQ(find_config_paths(lookup).user, "/home/ann/.config/gander/config.toml");
  EXPECT_EQ(find_config_paths(lookup).saved, "/home/ann/.local/state/gander/monitor.toml");
  variables["XDG_CONFIG_HOME"] = "/etc/xdg/ann";
  EXPECT_EQ(find_config_paths(lookup).user, "/etc/xdg/ann/gander/config.toml");
  variables["XDG_CONFIG_HOME"] = "relative";
  EXPECT_EQ(find_config_paths(lookup).user, "/home/ann/.config/gander/config.toml");
  variables.clear();
  EXPECT_TRUE(find_config_paths(lookup).user.empty());
}

}  // namespace
}  // namespace gander::cli
