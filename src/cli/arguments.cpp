// SPDX-License-Identifier: Apache-2.0
// Everything a user may type, declared with CLI11, which no other file sees.
#include "cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include "cli/arguments_parts.hpp"
#include "cli/version.hpp"
#include "export/metric_list.hpp"

namespace gander::cli {
namespace {

/// Help without the silent options, and without what an option means that has no value.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    if (group == silent_group) return {};
    return CLI::Formatter::make_group(std::move(group), is_positional, std::move(options));
  }
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    auto name = CLI::Formatter::make_option_name(option, is_positional);
    constexpr std::string_view csv = "--csv{devices}";
    if (const auto at = name.find(csv); at != std::string::npos) {
      name.replace(at, csv.size(), "--csv[=KIND]");
    }
    for (auto begin = name.find('{'); begin != std::string::npos; begin = name.find('{')) {
      name.erase(begin, name.find('}') + 1 - begin);
    }
    return name;
  }
};

void fill_status(CLI::App& status, Draft& draft) {
  add_status_options(status, draft);
  add_monitor_options(status, draft, silent_group);
  status.footer(
      "Examples:\n"
      "  gander status -o 0 1             two devices\n"
      "  gander status -u                 your processes\n"
      "  gander status --json | jq '.devices[].memory_used'\n"
      "  gander status --detail -o 3      all that is known about GPU 3\n"
      "  gander status --watch 2          again every two seconds\n"
      "  gander status --watch 5 --csv --columns time,index,power_draw\n"
      "  gander status --columns pid,user,gpu_memory,io_read_total\n"
      "Exit codes: 0 fine, 1 incomplete (some GPUs cannot be read, or something asked\n"
      "for does not exist), 2 usage, 3 no driver library, 4 driver down, or errors from\n"
      "every GPU, 5 no permission (for any GPU), 6 no devices, 7 every GPU lost,\n"
      "11 timed out.");
}

void fill_top(CLI::App& top, Draft& draft) {
  add_top_options(top, draft);
  top.footer(
      "Examples:\n"
      "  gander top\n"
      "  gander top -m compact -u         one row for each GPU, your processes\n"
      "  gander top --readonly            nobody can send a signal by mistake\n"
      "  ssh -t HOST gander top           on another machine\n"
      "Keys: press h. Settings: `gander config`, docs/config.md.\n"
      "Exit codes: 0 fine, 1 no terminal (the status is printed), 2 usage or a mistake in a\n"
      "configuration file.");
}

void fill_config(CLI::App& config, Draft& draft) {
  auto* explain = config.add_flag_function(
      "--explain", [](std::int64_t) {},
      "Each setting, its value and who gave it (as without options)");
  config.add_flag("--path", draft.config.path, "Print the name of your configuration file")
      ->excludes(explain);
  config.footer(
      "Examples:\n"
      "  gander config\n"
      "  $EDITOR \"$(gander config --path)\"\n"
      "Exit codes: 0 fine, 2 a mistake in a file.");
}

void fill_doctor(CLI::App& doctor, Draft& draft) {
  auto* cost = doctor.add_flag("--cost", draft.cost,
                               "Watch a while; say what each function of the driver costs");
  doctor
      .add_option("--seconds", draft.cost_seconds,
                  "How long --cost watches [30]; some numbers are read every 5 or 30 s only")
      ->needs(cost)
      ->check(CLI::Range(1U, 3600U).description(""))
      ->type_name("N");
  doctor.add_flag("--json", draft.doctor.json, "Print JSON");
  doctor.add_flag("-U,--ascii", draft.doctor.ascii, "Draw with ASCII characters only");
  doctor.add_flag("--force-color", draft.doctor.force_color,
                  "Colours even where output is no terminal");
  doctor.footer(
      "Examples:\n"
      "  gander doctor\n"
      "  gander doctor --cost                 what watching costs, call by call\n"
      "  gander doctor --json | jq '.findings[] | select(.severity == \"failure\")'\n"
      "Exit codes: 0 fine, 1 some GPUs cannot be read, 3 no driver library, 4 driver\n"
      "down, or errors from every GPU, 5 no permission (for any GPU), 6 no devices,\n"
      "7 a GPU is lost, 11 a GPU does not answer.");
}

void fill_metrics(CLI::App& metrics, Draft& draft) {
  metrics.add_option(
      "filter", draft.metric_words,
      "Part of a name, or whose number it is: device, fan, link, use, process, host");
  metrics.add_flag("--json", draft.metrics.json, "Print JSON");
  metrics.add_flag("-U,--ascii", draft.metrics.ascii, "Draw with ASCII characters only");
  metrics.add_flag("--force-color", draft.metrics.force_color,
                   "Colours even where output is no terminal");
  metrics.footer(
      "READ says how often a number is worth asking for: at each look (fast), every few\n"
      "seconds (medium), rarely (slow), once (fixed), with the processes (process), or\n"
      "only where it is asked for by name (demand).\n"
      "Examples:\n"
      "  gander metrics                   the whole table\n"
      "  gander metrics power pcie        some of it, with what they mean\n"
      "  gander metrics link              those of NVLinks\n"
      "Exit codes: 0 fine, also without a driver; 2 no metric matches.");
}

void add_sim_record(CLI::App& sim, Draft& draft) {
  auto* record =
      sim.add_subcommand("record", "Write what this machine's driver answers as a machine");
  record->add_option("file", draft.sim_record.file, "The .toml file to write; - is standard output")
      ->required();
  record->add_flag("--keep-names", draft.sim_record.keep_names,
                   "Keep users, command lines, UUIDs and serial numbers as they are");
  record->add_flag("--force", draft.sim_record.force, "Replace a file that exists");
  record->add_option("--seconds", draft.sim_record.seconds, "How long counters are watched [1]")
      ->check(CLI::Range(0.1, 600.0).description(""));
  record->footer(
      "Examples:\n"
      "  gander sim record ours.toml           what the driver of this machine says, names masked\n"
      "  gander sim ./ours.toml -- gander      anywhere else, without a GPU\n"
      "  gander sim sick -- gander sim record - | less\n"
      "Exit codes: 0 fine, 1 the file cannot be written, 2 it exists, or a wrong option,\n"
      "3 no driver library, 4 driver down, 5 no permission, 6 no devices, 11 a call of the\n"
      "driver as a whole does not return.");
}

void add_sim_changes(CLI::App& sim, Draft& draft) {
  auto* list = sim.add_subcommand("ls", "The machines there are, and those running");
  list->add_flag("--json", draft.sim_list.json, "Print JSON");
  list->footer("Exit codes: 0 fine, 1 the descriptions cannot be read.");
  auto* set = sim.add_subcommand("set", "Change the running machine, for instance gpu3.lost=true");
  set->add_option("assignment", draft.sim_set.assignments, "PATH=VALUE")->required();
  set->footer(
      "Example: gander sim set gpu3.lost=true\n"
      "Exit codes: 0 fine, 2 no such machine, name or value, or several machines run.");
  auto* hold = sim.add_subcommand("hold", "Let a process take simulated memory");
  hold->add_option("--gpu", draft.sim_hold.gpu, "Index of the device")->required();
  hold->add_option("--memory", draft.sim_hold.memory, "How much, for instance 20GiB")->required();
  hold->add_option("--pid", draft.hold_pid, "A running process; else `-- COMMAND...`")
      ->check(CLI::Range(Pid{1}, Pid{4294967295}).description(""));
  hold->footer(
      "Example: gander sim hold --gpu 4 --memory 20GiB -- sleep 60\n"
      "Exit codes: that of the command; with --pid 0 fine; 2 no such machine, device or\n"
      "process, or several machines run.");
}

void fill_sim(CLI::App& sim, Draft& draft) {
  sim.add_option("machine", draft.sim_run.machine, "A name from `gander sim ls`, or a .toml file");
  add_sim_changes(sim, draft);
  add_sim_record(sim, draft);
  sim.require_subcommand(0, 1);
  sim.footer(
      "Usage: gander sim MACHINE [-- COMMAND...]\n"
      "Examples:\n"
      "  gander sim h100x8                     gander itself on 8 simulated H100s\n"
      "  gander sim sick -- gander doctor      any command; NVML programs see the machine\n"
      "  gander sim set gpu3.lost=true         from a second terminal\n"
      "  gander sim hold --gpu 4 --memory 20GiB -- sleep 60\n"
      "  gander sim record ours.toml           a machine file of this machine\n"
      "`set` and `hold` address the machine named by GANDER_SIM, or the only running one.");
}

/// A command: what the list of commands shows, and what declares its options.
struct Command {
  const char* name;
  const char* summary;
  void (*fill)(CLI::App&, Draft&);
};

constexpr std::array commands{
    Command{"top", "The monitor: a screen that stays open", fill_top},
    Command{"status", "Devices, host and GPU processes", fill_status},
    Command{"notebooks", "Notebooks and scripts on GPUs: whose, where, busy or idle",
            add_notebooks_options},
    Command{"devices", "GPUs, and the notebooks and scripts on each", add_devices_options},
    Command{"available", "Which GPUs are free: for scripts", add_available_options},
    Command{"list", "GPUs in a line each: free or not, who, since when, what", add_list_options},
    Command{"kill", "End processes on GPUs: yours, step by step", add_kill_options},
    Command{"doctor", "What works on this machine, what does not, and why", fill_doctor},
    Command{"metrics", "Every number gander knows, and which this machine has", fill_metrics},
    Command{"config", "Settings of the monitor, and where they come from", fill_config},
    Command{"sim", "Run gander, or any NVML program, on a simulated machine", fill_sim},
};

bool is_command(const std::string& word) {
  return std::any_of(commands.begin(), commands.end(),
                     [&](const Command& command) { return word == command.name; });
}

/// The options of a command are declared only where its name was typed: to declare them all took a
/// fifth of the time of `gander status`.
void add_commands(CLI::App& app, Draft& draft, const std::vector<std::string>& words) {
  for (const Command& command : commands) {
    auto* added = app.add_subcommand(command.name, command.summary);
    if (std::find(words.begin(), words.end(), command.name) != words.end()) {
      command.fill(*added, draft);
    }
  }
}

void build(CLI::App& app, Draft& draft, const std::vector<std::string>& words) {
  app.name("gander");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_version_flag("-V,--version", std::string{"gander "} + version);
  app.require_subcommand(0, 1);
  // Nothing stands before a command that is the first word (the words are in reverse).
  if (words.empty() || !is_command(words.back())) {
    add_status_options(app, draft);
    add_monitor_options(app, draft, "Monitor");
  }
  add_commands(app, draft, words);
  app.footer(
      "Without a command: on a terminal top, else status; status also with options that print\n"
      "something once, such as --json.\n"
      "Examples:\n"
      "  gander                                who uses which GPU, and how well: a screen\n"
      "  gander -1                             the same once\n"
      "  gander -o 0 -u                        your processes on GPU 0\n"
      "  gander --watch 1                      again every second\n"
      "  gander notebooks                      whose notebook is on which GPU\n"
      "  gander available -n 2                 two GPUs that are free, for a script\n"
      "  gander doctor                         why something is missing\n"
      "  gander metrics                        every number there is, and which are here\n"
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
  join_optional_values(words.ours);
  // CLI11 takes the words in reverse.
  std::reverse(words.ours.begin(), words.ours.end());
  return words;
}

/// All metrics where no word chooses.
MetricsArguments finish_metrics(Draft& draft) {
  auto& metrics = draft.metrics;
  metrics.is_chosen = !draft.metric_words.empty();
  auto found = find_metrics(draft.metric_words);
  if (!found) throw CLI::ValidationError("metrics", found.error().message);
  metrics.metrics = std::move(*found);
  return metrics;
}

Invocation finish_sim(const CLI::App& sim, Draft& draft, Words& words) {
  if (sim.got_subcommand("ls")) return draft.sim_list;
  if (sim.got_subcommand("set")) return draft.sim_set;
  if (sim.got_subcommand("record")) return draft.sim_record;
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

bool is_about_workloads(const CLI::App& app) {
  return app.got_subcommand("notebooks") || app.got_subcommand("devices");
}

bool is_about_choice(const CLI::App& app) {
  return app.got_subcommand("available") || app.got_subcommand("list") ||
         app.got_subcommand("kill");
}

Invocation finish(const CLI::App& app, Draft& draft, Words& words) {
  const auto* sim = app.get_subcommand("sim");
  const bool is_status = !sim->parsed() && !app.got_subcommand("doctor") &&
                         !app.got_subcommand("metrics") && !app.got_subcommand("config") &&
                         !is_about_workloads(app) && !is_about_choice(app);
  if (!is_status) refuse_status_options(app);
  if (sim->parsed()) return finish_sim(*sim, draft, words);
  if (words.has_command) {
    throw CLI::ValidationError("--", "only `gander sim` takes a command after it");
  }
  if (app.got_subcommand("doctor")) {
    if (!draft.cost) return draft.doctor;
    return CostArguments{draft.cost_seconds, draft.doctor.json, draft.doctor.ascii,
                         draft.doctor.force_color};
  }
  if (app.got_subcommand("metrics")) return finish_metrics(draft);
  if (app.got_subcommand("config")) return draft.config;
  if (is_about_workloads(app)) return finish_workloads(app, draft);
  if (app.got_subcommand("available")) return finish_available(app, draft);
  if (app.got_subcommand("list")) return finish_list(app, draft);
  if (app.got_subcommand("kill")) return finish_kill(app, draft);
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
  for (const auto* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    help += " " + at->get_name();
  }
  return {ExitCode::usage, text + " (see " + help + " --help)"};
}

}  // namespace

Invocation parse_arguments(int argc, const char* const* argv) {
  CLI::App app{"Who is using which GPU, for what, and how well?"};
  Draft draft;
  auto words = split_words(argc, argv);
  // `-u "$WHOM"` of a script where nobody is: it would mean something else than it says.
  for (const auto& word : words.ours) {
    const bool has_no_value = word.starts_with("--") && word.ends_with("=");
    if (!word.empty() && !has_no_value) continue;
    return Reply{ExitCode::usage,
                 "'" + word + "' is no option, name, number or pattern (see gander --help)"};
  }
  try {
    build(app, draft, words.ours);
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
