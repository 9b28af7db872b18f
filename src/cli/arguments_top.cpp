// SPDX-License-Identifier: Apache-2.0
// The options of `gander top`, declared with CLI11, and whether the monitor is wanted at all.
#include <CLI/CLI.hpp>
#include <array>

#include "cli/arguments_parts.hpp"

namespace gander::cli {
namespace {

constexpr double shortest_interval = 0.1;
constexpr double longest_interval = 3600;

std::string check_interval(const std::string& text) {
  return check_seconds(text, shortest_interval, longest_interval);
}

/// Empty where the option has no value.
std::string check_mode(const std::string& text) {
  const bool is_known = text.empty() || text == "auto" || text == "full" || text == "compact";
  return is_known ? "" : "'" + text + "' is no mode; there are auto, full and compact";
}

/// What is printed once, and so cannot be had from a screen that stays.
const char* find_one_shot(const CLI::App& app, const Draft& draft) {
  if (draft.status.form != StatusForm::page) return "a form that is printed";
  for (const char* option : {"--watch", "--window"}) {
    if (was_given(app, option)) return option;
  }
  return nullptr;
}

}  // namespace

bool was_given(const CLI::App& app, const char* option) {
  const std::array<const CLI::App*, 3> places{&app, app.get_subcommand("status"),
                                              app.get_subcommand("top")};
  return std::any_of(places.begin(), places.end(), [&](const CLI::App* place) {
    const auto* found = place->get_option_no_throw(option);
    return found != nullptr && found->count() > 0;
  });
}

void add_monitor_options(CLI::App& app, Draft& draft, const char* group) {
  auto& screen = draft.status.screen;
  const auto nothing = [](std::int64_t) {};
  auto* once = app.add_flag_function("-1,--once", nothing, "Print the status once and exit");
  once->group(group);
  app.add_option("-m,--monitor", screen.mode, "The monitor: auto, full or compact")
      ->expected(0, 1)
      ->check(check_mode)
      ->excludes(once)
      ->type_name("[MODE]")
      ->group(group);
  app.add_option("--interval", draft.interval, "Seconds between looks, from 0.1")
      ->check(check_interval)
      ->type_name("SECONDS")
      ->group(group);
  app.add_flag("--readonly", screen.readonly, "Send no signals, whatever key is pressed")
      ->group(group);
  app.add_option("--theme", screen.theme, "dark, light, high-contrast, color-blind or your own")
      ->type_name("NAME")
      ->group(group);
  app.add_flag("--light", draft.light, "For a light background: --theme light")->group(group);
  app.add_flag("--no-last", screen.no_last, "Print nothing after leaving the monitor")
      ->group(group);
  // Bars and graphs have their colours anyway.
  app.add_flag_function("--colorful", nothing)->group(silent_group);
}

void add_top_options(CLI::App& app, Draft& draft) {
  add_monitor_options(app, draft, "Monitor");
  app.add_option("--columns", draft.status.screen.columns,
                 "Columns of the process table: gpu,user,gpu_memory,command or the like; all")
      ->type_name("NAMES")
      ->group("Monitor");
  add_device_options(app, draft);
  add_process_options(app, draft);
  add_drawing_options(app, draft);
}

void finish_monitor(const CLI::App& app, Draft& draft) {
  auto& status = draft.status;
  if (was_given(app, "--interval")) status.screen.interval = draft.interval;
  if (draft.light && status.screen.theme.empty()) status.screen.theme = "light";
  const bool is_asked = app.got_subcommand("top") || was_given(app, "--monitor");
  if (was_given(app, "--once")) {
    status.monitor = MonitorWish::no;
    return;
  }
  const char* one_shot = find_one_shot(app, draft);
  if (is_asked && one_shot != nullptr) {
    throw CLI::ValidationError("--monitor", std::string{"excludes "} + one_shot);
  }
  const bool is_printed = one_shot != nullptr || app.got_subcommand("status");
  status.monitor = is_asked     ? MonitorWish::asked
                   : is_printed ? MonitorWish::no
                                : MonitorWish::maybe;
}

}  // namespace gander::cli
