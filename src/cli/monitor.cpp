// SPDX-License-Identifier: Apache-2.0
// From arguments and configuration to a monitor, and what is said after it.
#include "cli/monitor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <utility>

#include "cli/config.hpp"
#include "cli/environment.hpp"
#include "cli/machine.hpp"
#include "cli/print.hpp"
#include "cli/selection.hpp"
#include "cli/terminal_traits.hpp"
#include "cli/view.hpp"
#include "host/process_control.hpp"
#include "os/clock.hpp"
#include "os/terminal.hpp"
#include "os/user.hpp"

namespace gander::cli {
namespace {

/// Options are the strongest layer.
Result<void> apply_options(const StatusArguments& arguments, Config& config) {
  const auto set = [&](std::string_view key, const std::string& value, std::string_view option) {
    return value.empty() ? Result<void>{} : config.set(key, value, option);
  };
  const auto levels = [](const std::optional<Percentages>& given) {
    return given ? fmt::format("{},{}", given->moderate, given->heavy) : std::string{};
  };
  const auto& screen = arguments.screen;
  const auto interval = screen.interval ? fmt::format("{}", *screen.interval) : std::string{};
  return set("monitor.mode", screen.mode, "--monitor")
      .and_then([&] { return set("monitor.theme", screen.theme, "--theme"); })
      .and_then([&] { return set("monitor.interval", interval, "--interval"); })
      .and_then([&] { return set("monitor.columns", screen.columns, "--columns"); })
      .and_then([&] { return set("monitor.charset", arguments.ascii ? "ascii" : "", "--ascii"); })
      .and_then(
          [&] { return set("monitor.readonly", screen.readonly ? "true" : "", "--readonly"); })
      .and_then([&] { return set("monitor.last", screen.no_last ? "false" : "", "--no-last"); })
      .and_then([&] {
        return set("monitor.gpu_levels", levels(arguments.gpu_thresholds), "--gpu-util-thresh");
      })
      .and_then([&] {
        return set("monitor.memory_levels", levels(arguments.memory_thresholds),
                   "--mem-util-thresh");
      })
      .and_then([&] { return check_theme(config); });
}

/// The name of the user without the user database, which may not answer for seconds.
std::string quick_viewer_name(const Lookup& lookup) {
  for (const std::string_view variable : {"USER", "LOGNAME"}) {
    if (auto name = lookup(variable); name && !name->empty()) return *name;
  }
  return viewer_name();
}

Result<tui::AppOptions> make_options(const StatusArguments& arguments, const Config& config,
                                     const Lookup& lookup) {
  auto keys = bind_keys(config);
  if (!keys) return tl::make_unexpected(keys.error());
  tui::AppOptions options;
  apply(config, options.state);
  for (const auto& binding : config.bindings()) {
    const auto action = tui::find_action(binding.action);
    if (action) options.state.keys[*action] = keys->keys_of(*action);
  }
  options.keys = std::move(*keys);
  options.interval = options.state.interval;
  options.state.charset = find_charset(config.value("monitor.charset"), lookup);
  options.state.usual_charset = find_charset("auto", lookup);
  options.traits = find_traits(lookup, arguments.force_color);
  options.themes = config.themes();
  for (const auto& theme : options.themes) options.state.own_themes.push_back(theme.name);
  options.theme = choose_theme(config, lookup);
  options.asks_background = asks_background(config, lookup, options.traits);
  options.state.viewer_uid = os::current_uid();
  options.state.viewer = quick_viewer_name(lookup);
  for (const auto view : tui::workload_views) {
    options.state.notebooks.of(view).table.cells.write_time = os::local_date_time;
  }
  options.state.notebooks.keep();
  return options;
}

/// Asked for each snapshot: which devices CUDA_VISIBLE_DEVICES names depends on those there are.
std::function<Selection(const Snapshot&)> make_select(StatusArguments arguments,
                                                      const std::string& viewer) {
  if (arguments.users && arguments.users->empty()) arguments.users = {viewer};
  return [arguments = std::move(arguments)](const Snapshot& snapshot) {
    return find_selection(arguments, snapshot);
  };
}

/// The selection as far as it may have been in vain.
Selection doubtful_part(const MonitorStart& start, const Snapshot& snapshot, Selection selection) {
  if (start.lists_all_processes) forget_present(selection.pids, snapshot);
  return selection;
}

/// All that was asked for in vain, in one line.
std::function<std::string(const Snapshot&, const Selection&)> make_complaint(
    const StatusArguments& arguments, const MonitorStart& start) {
  return [arguments, start](const Snapshot& snapshot, const Selection& selection) {
    const auto doubtful = doubtful_part(start, snapshot, selection);
    return fmt::format("{}", fmt::join(find_device_mistakes(arguments, snapshot, doubtful), "; "));
  };
}

/// Says what was asked for in vain, as the status does; gives the exit code.
ExitCode complain_about(const StatusArguments& arguments, const MonitorStart& start,
                        const tui::AppEnd& end) {
  if (end.last == nullptr) return ExitCode::fine;
  const auto doubtful = doubtful_part(start, *end.last, end.state.selection);
  const auto mistakes = find_mistakes(arguments, *end.last, doubtful);
  for (const auto& mistake : mistakes) complain(mistake);
  return mistakes.empty() ? ExitCode::fine : ExitCode::incomplete;
}

std::function<std::string(const tui::ViewState&)> make_save(const std::string& path) {
  if (path.empty()) return nullptr;
  return [path](const tui::ViewState& state) {
    const auto written = save_choices(path, state);
    return written ? "settings kept in " + path : written.error().message;
  };
}

/// What was seen last stays on the terminal, as it would be printed once.
void print_last(StatusArguments arguments, const MonitorStart& start, const tui::AppEnd& end,
                const Config& config) {
  if (end.last == nullptr || !config.is_on("monitor.last")) return;
  if (start.write_last && end.state.screen == tui::Screen::notebooks) {
    static_cast<void>(print(start.write_last(end), ExitCode::fine));
    return;
  }
  arguments.gpu_thresholds = levels_of(config, "monitor.gpu_levels");
  arguments.memory_thresholds = levels_of(config, "monitor.memory_levels");
  arguments.ascii = end.state.charset == tui::Charset::ascii;
  // CPU use is that since the look before, not since processes started.
  arguments.watch = end.state.interval;
  static_cast<void>(print(write_view(arguments, *end.last, end.state.selection), ExitCode::fine));
}

/// The sampling thread may be inside a driver for seconds: nobody waits for it.
[[noreturn]] void leave_at_once(ExitCode code) { ::_exit(static_cast<int>(code)); }

}  // namespace

bool has_screen() {
  return os::is_terminal(STDIN_FILENO) && os::is_terminal(STDOUT_FILENO) &&
         process_environment()("TERM") != "dumb";
}

std::optional<ExitCode> open_monitor(const StatusArguments& arguments, const MonitorStart& start) {
  const auto lookup = process_environment();
  const auto paths = find_config_paths(lookup);
  auto config = Config::read(paths, lookup);
  if (!config) return complain(config.error());
  const bool is_unwanted =
      arguments.monitor == MonitorWish::maybe && !config->is_on("monitor.always");
  if (is_unwanted) return std::nullopt;
  for (const auto& complaint : config->complaints()) complain(complaint);
  if (auto applied = apply_options(arguments, *config); !applied) return complain(applied.error());
  auto options = make_options(arguments, *config, lookup);
  if (!options) return complain(options.error());
  options->select = make_select(arguments, options->state.viewer);
  options->complain = make_complaint(arguments, start);
  options->save = make_save(paths.saved);
  if (!start.has_colors) options->traits.depth = tui::ColorDepth::mono;
  if (start.prepare) start.prepare(options->state);
  const auto sampler = open_machine();
  sampler->start();
  const auto control = config->is_on("monitor.readonly") ? nullptr : host::make_process_control();
  const auto end = tui::run_app(*sampler, control.get(), std::move(*options));
  if (!end) leave_at_once(complain(end.error()));
  print_last(arguments, start, *end, *config);
  leave_at_once(complain_about(arguments, start, *end));
}

}  // namespace gander::cli
