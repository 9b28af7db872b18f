// SPDX-License-Identifier: Apache-2.0
// Everything a user may type, declared with CLI11, which no other file sees.
#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>

#include "cli/version.hpp"

namespace gander::cli {
namespace {

constexpr double shortest_interval = 0.25;
constexpr double shortest_window = 0.01;
constexpr double longest_window = 3600;

constexpr const char* silent_group = "silent";

/// Help without the silent options.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    if (group == silent_group) return {};
    return CLI::Formatter::make_group(std::move(group), is_positional, std::move(options));
  }
};

/// What CLI11 fills; turned into the plain data of the header once all is valid.
struct Draft {
  StatusArguments status;
  DoctorArguments doctor;
  SimRunArguments sim_run;
  SimListArguments sim_list;
  SimSetArguments sim_set;
  SimHoldArguments sim_hold;
  std::vector<std::string> only;
  std::vector<std::string> users;
  std::vector<int> gpu_thresholds;
  std::vector<int> memory_thresholds;
  std::string monitor_mode;
  double interval = 2;
  Pid hold_pid = 0;
};

std::string check_index(const std::string& text) {
  return find_device_index(text) ? "" : "'" + text + "' is not a device index such as 0 or 3:0";
}

/// A finite number in [lowest, highest], written in full; empty where it is one.
std::string check_seconds(const std::string& text, double lowest, double highest) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && stop == text.data() + text.size();
  if (is_number && value >= lowest && value <= highest) return {};
  return fmt::format("'{}' is not a number of seconds from {} to {}", text, lowest, highest);
}

std::string check_interval(const std::string& text) {
  return check_seconds(text, shortest_interval, longest_window);
}

std::string check_window(const std::string& text) {
  return check_seconds(text, shortest_window, longest_window);
}

std::optional<Percentages> to_thresholds(const std::vector<int>& values, const char* option) {
  if (values.empty()) return std::nullopt;
  if (values[0] >= values[1]) {
    throw CLI::ValidationError(option, "the first threshold must be below the second");
  }
  return Percentages{values[0], values[1]};
}

void add_device_options(CLI::App& app, Draft& draft) {
  auto* only =
      app.add_option("-o,--only", draft.only, "Show only these devices: indices such as 0 or 3:0");
  only->expected(1, -1)->delimiter(',')->check(check_index)->type_name("IDX")->group("Devices");
  app.add_flag("--only-visible,--ov", draft.status.only_visible,
               "Show only what CUDA_VISIBLE_DEVICES names (short: -ov); --only wins")
      ->group("Devices");
}

void add_process_options(CLI::App& app, Draft& draft) {
  auto& status = draft.status;
  const auto flag = [&](const char* name, bool& target, const char* help) {
    app.add_flag(name, target, help)->group("Processes");
  };
  flag("-c,--compute", status.compute, "Only processes with a compute context");
  flag("-C,--only-compute", status.only_compute,
       "Only processes with no other than compute contexts");
  flag("-g,--graphics", status.graphics, "Only processes with a graphics context");
  flag("-G,--only-graphics", status.only_graphics,
       "Only processes with no other than graphics contexts");
  app.add_option("-u,--user", draft.users, "Only processes of these users; alone: yours")
      ->expected(0, -1)
      ->type_name("NAME")
      ->group("Processes");
  app.add_option("-p,--pid", status.pids, "Only these processes")
      ->expected(1, -1)
      ->delimiter(',')
      ->check(CLI::Range(Pid{1}, Pid{4294967295}).description(""))
      ->type_name("PID")
      ->group("Processes");
  app.add_option("--window", status.window,
                 "Measure CPU use over this time instead of since each process started")
      ->check(check_window)
      ->type_name("SECONDS")
      ->group("Processes");
}

void add_drawing_options(CLI::App& app, Draft& draft) {
  const auto thresholds = [&](const char* name, std::vector<int>& target, const char* help) {
    app.add_option(name, target, help)
        ->expected(2)
        ->check(CLI::Range(1, 99).description(""))
        ->type_name("TH1 TH2")
        ->group("Drawing");
  };
  thresholds("--gpu-util-thresh", draft.gpu_thresholds,
             "Percentages from which GPU use is moderate and heavy [10 75]");
  thresholds("--mem-util-thresh", draft.memory_thresholds,
             "Percentages from which memory use is moderate and heavy [10 80]");
  app.add_flag("-U,--ascii,--no-unicode", draft.status.ascii, "Draw with ASCII characters only")
      ->group("Drawing");
  app.add_flag("--force-color", draft.status.force_color,
               "Colours even where output is no terminal")
      ->group("Drawing");
  app.add_flag("--json", draft.status.json, "Print JSON (docs/json.md)")->group("Drawing");
}

/// Options of other monitors' users that change nothing in a one-shot status: accepted, not listed.
/// CLI11's own way to hide options would also hide their names from its messages.
void add_silent_options(CLI::App& app, Draft& draft) {
  const auto nothing = [](std::int64_t) {};
  app.add_flag_function("-1,--once", nothing, "Print once and exit")->group(silent_group);
  app.add_flag_function("--colorful", nothing)->group(silent_group);
  app.add_flag_function("--light", nothing)->group(silent_group);
  app.add_flag_function("--readonly", nothing)->group(silent_group);
  app.add_option("--interval", draft.interval)->check(check_interval)->group(silent_group);
  app.add_option("-m,--monitor", draft.monitor_mode)
      ->expected(0, 1)
      ->check(CLI::IsMember({"auto", "full", "compact", ""}))
      ->excludes(app.get_option("--once"))
      ->group(silent_group);
}

void add_status_options(CLI::App& app, Draft& draft) {
  add_device_options(app, draft);
  add_process_options(app, draft);
  add_drawing_options(app, draft);
  add_silent_options(app, draft);
}

void add_status(CLI::App& app, Draft& draft) {
  auto* status = app.add_subcommand("status", "Devices, host and GPU processes, once");
  add_status_options(*status, draft);
  status->footer(
      "Examples:\n"
      "  gander status -o 0 1             two devices\n"
      "  gander status -u                 your processes\n"
      "  gander status --json | jq '.devices[].memory_used'\n"
      "Exit codes: 0 fine, 1 incomplete (some GPUs cannot be read, or something asked\n"
      "for does not exist), 2 usage, 3 no driver library, 4 driver down, or errors from\n"
      "every GPU, 5 no permission (for any GPU), 6 no devices, 7 every GPU lost,\n"
      "11 timed out.");
}

void add_doctor(CLI::App& app, Draft& draft) {
  auto* doctor = app.add_subcommand("doctor", "What works on this machine, what does not, and why");
  doctor->add_flag("--json", draft.doctor.json, "Print JSON");
  doctor->add_flag("-U,--ascii", draft.doctor.ascii, "Draw with ASCII characters only");
  doctor->add_flag("--force-color", draft.doctor.force_color,
                   "Colours even where output is no terminal");
  doctor->footer(
      "Examples:\n"
      "  gander doctor\n"
      "  gander doctor --json | jq '.findings[] | select(.severity == \"failure\")'\n"
      "Exit codes: 0 fine, 1 some GPUs cannot be read, 3 no driver library, 4 driver\n"
      "down, or errors from every GPU, 5 no permission (for any GPU), 6 no devices,\n"
      "7 a GPU is lost, 11 a GPU does not answer.");
}

void add_sim(CLI::App& app, Draft& draft) {
  auto* sim = app.add_subcommand("sim", "Run gander, or any NVML program, on a simulated machine");
  sim->add_option("machine", draft.sim_run.machine, "A name from `gander sim ls`, or a .toml file");
  auto* list = sim->add_subcommand("ls", "The machines there are, and those running");
  list->add_flag("--json", draft.sim_list.json, "Print JSON");
  auto* set = sim->add_subcommand("set", "Change the running machine, for instance gpu3.lost=true");
  set->add_option("assignment", draft.sim_set.assignments, "PATH=VALUE")->required();
  auto* hold = sim->add_subcommand("hold", "Let a process take simulated memory");
  hold->add_option("--gpu", draft.sim_hold.gpu, "Index of the device")->required();
  hold->add_option("--memory", draft.sim_hold.memory, "How much, for instance 20GiB")->required();
  hold->add_option("--pid", draft.hold_pid, "A running process; else `-- COMMAND...`")
      ->check(CLI::Range(Pid{1}, Pid{4294967295}).description(""));
  sim->require_subcommand(0, 1);
  sim->footer(
      "Usage: gander sim MACHINE [-- COMMAND...]\n"
      "Examples:\n"
      "  gander sim h100x8                     gander status on 8 simulated H100s\n"
      "  gander sim sick -- gander doctor      any command; NVML programs see the machine\n"
      "  gander sim set gpu3.lost=true         from a second terminal\n"
      "  gander sim hold --gpu 4 --memory 20GiB -- sleep 60\n"
      "`set` and `hold` address the machine named by GANDER_SIM, or the only running one.");
}

void build(CLI::App& app, Draft& draft) {
  app.name("gander");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("-V,--version", std::string{"gander "} + version);
  app.require_subcommand(0, 1);
  add_status_options(app, draft);
  add_status(app, draft);
  add_doctor(app, draft);
  add_sim(app, draft);
  app.footer(
      "Without a command: status.\n"
      "Examples:\n"
      "  gander                                who uses which GPU, and how well\n"
      "  gander -o 0 -u                        your processes on GPU 0\n"
      "  gander doctor                         why something is missing\n"
      "  gander sim h100x8 -- gander           try it without a GPU\n"
      "Help for one command: gander COMMAND --help. Manual: man gander.");
}

/// Splits `gander … -- COMMAND…` and spells `-ov`, which CLI11 would read as `-o v`.
struct Words {
  std::vector<std::string> ours;
  std::vector<std::string> command;
  bool has_command = false;
};

Words split_words(int argc, const char* const* argv) {
  Words words;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (words.has_command) {
      words.command.emplace_back(word);
    } else if (word == "--") {
      words.has_command = true;
    } else {
      words.ours.emplace_back(word == "-ov" ? std::string_view{"--only-visible"} : word);
    }
  }
  // CLI11 takes the words in reverse.
  std::reverse(words.ours.begin(), words.ours.end());
  return words;
}

void finish_status(const CLI::App& app, Draft& draft) {
  const auto* command = app.get_subcommand("status");
  const auto was_given = [&](const char* option) {
    return app.count(option) + command->count(option) > 0;
  };
  auto& status = draft.status;
  status.gpu_thresholds = to_thresholds(draft.gpu_thresholds, "--gpu-util-thresh");
  status.memory_thresholds = to_thresholds(draft.memory_thresholds, "--mem-util-thresh");
  status.monitor = was_given("--monitor");
  if (was_given("--user")) {
    std::erase(draft.users, "");
    status.users = draft.users;
  }
  if (draft.only.empty()) return;
  status.only.emplace();
  for (const auto& text : draft.only) status.only->push_back(*find_device_index(text));
}

Invocation finish_sim(const CLI::App& sim, Draft& draft, Words& words) {
  if (sim.got_subcommand("ls")) return draft.sim_list;
  if (sim.got_subcommand("set")) return draft.sim_set;
  if (const auto* hold = sim.get_subcommand("hold"); hold->parsed()) {
    if (hold->count("--pid") > 0) draft.sim_hold.pid = draft.hold_pid;
    if (draft.sim_hold.pid.has_value() == words.has_command) {
      throw CLI::ValidationError("hold", "needs either --pid PID or -- COMMAND...");
    }
    draft.sim_hold.command = std::move(words.command);
    return draft.sim_hold;
  }
  if (draft.sim_run.machine.empty()) {
    throw CLI::ValidationError("sim", "needs a MACHINE; `gander sim ls` lists them");
  }
  draft.sim_run.command = std::move(words.command);
  return draft.sim_run;
}

/// `gander -o 0 doctor`: an option that would silently do nothing is a mistake of the user.
void refuse_status_options(const CLI::App& app) {
  for (const auto* option : app.get_options()) {
    if (option->count() > 0) {
      throw CLI::ValidationError(option->get_name(), "belongs to `gander status`");
    }
  }
}

Invocation finish(const CLI::App& app, Draft& draft, Words& words) {
  const auto* sim = app.get_subcommand("sim");
  if (sim->parsed() || app.got_subcommand("doctor")) refuse_status_options(app);
  if (sim->parsed()) return finish_sim(*sim, draft, words);
  if (words.has_command) {
    throw CLI::ValidationError("--", "only `gander sim` takes a command after it");
  }
  if (app.got_subcommand("doctor")) return draft.doctor;
  finish_status(app, draft);
  return draft.status;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// `gander sim laptop --json`: what was meant, where options of gander follow the machine.
std::string hint_for(const CLI::App& app, const Words& words) {
  const auto* sim = app.get_subcommand("sim");
  const bool runs = sim->parsed() && sim->get_subcommands().empty() && sim->count("machine") > 0;
  if (!runs || words.has_command) return {};
  const auto machine = sim->get_option("machine")->as<std::string>();
  // The words stand in reverse.
  auto word = std::find(words.ours.rbegin(), words.ours.rend(), machine);
  if (word == words.ours.rend()) return {};
  std::string hint = "; did you mean: gander sim " + machine + " --";
  if (++word == words.ours.rend() || *word != "gander") hint += " gander";
  for (; word != words.ours.rend(); ++word) hint += " " + *word;
  return hint;
}

/// A message of CLI11 as one line of ours.
Reply usage_error(const CLI::App& app, const CLI::Error& error, const Words& words) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    if (const auto hint = hint_for(app, words); !hint.empty()) {
      return {ExitCode::usage, one_line(error.what() + hint)};
    }
  }
  const auto text = one_line(error.what());
  std::string help = "gander";
  for (const auto* command : app.get_subcommands()) help += " " + command->get_name();
  return {ExitCode::usage, text + " (see " + help + " --help)"};
}

}  // namespace

Invocation parse_arguments(int argc, const char* const* argv) {
  CLI::App app{"Who is using which GPU, for what, and how well?"};
  Draft draft;
  auto words = split_words(argc, argv);
  try {
    build(app, draft);
    auto consumed = words.ours;
    app.parse(consumed);
    return finish(app, draft, words);
  } catch (const CLI::CallForHelp&) {
    return Reply{ExitCode::fine, app.help()};
  } catch (const CLI::CallForVersion& call) {
    return Reply{ExitCode::fine, std::string{call.what()} + "\n"};
  } catch (const CLI::Error& error) {
    return usage_error(app, error, words);
  } catch (const std::exception& error) {
    return Reply{ExitCode::usage, error.what()};
  }
}

}  // namespace gander::cli
