// SPDX-License-Identifier: Apache-2.0
// The options of `gander notebooks` and `gander devices`, declared with CLI11, and what they amount
// to. A condition with a leading `!` is negated.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "cli/arguments_parts.hpp"
#include "cli/machine.hpp"
#include "model/whole_number.hpp"
#include "text/duration.hpp"
#include "text/memory_unit.hpp"
#include "text/workload_filter.hpp"

namespace gander::cli {
namespace {

using text::Verbosity;
using text::WorkloadFilter;
using text::WorkloadView;

constexpr double shortest_window = 0.01;
constexpr double longest_window = 3600;
constexpr double shortest_interval = 0.1;

void add_condition_options(CLI::App& app, WorkloadDraft& draft) {
  const auto list = [&](const char* names, std::vector<std::string>& target, const char* help,
                        const char* word) {
    return app.add_option(names, target, help)
        ->expected(1, -1)
        ->delimiter(',')
        ->type_name(word)
        ->group("Conditions");
  };
  list("-u,--user", draft.users, "Processes of these users; alone: yours", "NAME")->expected(0, -1);
  list("-p,--pid", draft.pids, "These processes", "PID");
  list("-o,--only,--gpu", draft.gpus, "These devices: indices such as 0 or 3:0", "IDX");
  app.add_flag("--only-visible,--ov", draft.arguments.only_visible,
               "What CUDA_VISIBLE_DEVICES names (short: -ov)")
      ->group("Conditions");
  list("-t,--type", draft.types, "Such as notebook, script, vscode, subprocess, zombie", "TYPE");
  app.add_option("--min-memory", draft.memory, "Holding so much of a device, such as 2GiB")
      ->type_name("SIZE")
      ->group("Conditions");
  app.add_option("--idle", draft.idle, "Without GPU activity for so long, such as 2h")
      ->type_name("TIME")
      ->group("Conditions");
}

void add_column_options(CLI::App& app, WorkloadDraft& draft) {
  auto& table = draft.arguments.page.table;
  const auto names = [&](const char* option, std::vector<std::string>& target, const char* help) {
    app.add_option(option, target, help)
        ->expected(1, -1)
        ->delimiter(',')
        ->type_name("NAME")
        ->group("Columns");
  };
  names("--show", draft.show, "Also these columns; an unknown name is answered with the list");
  names("--hide", draft.hide, "Not these; wins over all others");
  app.add_flag("--show-all", table.shows_all, "Every column")->group("Columns");
  app.add_flag("--show-similar", table.shows_similar, "Repeat what stands in the row above")
      ->group("Columns");
  app.add_flag("--bars", table.cells.has_bars, "Draw utilization also as bars")->group("Columns");
  app.add_option("--gpu-util-thresh", draft.thresholds,
                 "Percentages from which GPU use is moderate and heavy [30 70]")
      ->type_size(2)
      ->expected(1)
      ->check(CLI::Range(1, 99).description(""))
      ->type_name("TH1 TH2")
      ->group("Columns");
  app.add_option("--host-unit,--process-memory-format", draft.host_unit,
                 "Unit of host memory: auto, B, KiB, MiB, GiB, TiB")
      ->type_name("UNIT")
      ->group("Columns");
  app.add_option("--device-unit,--device-memory-format", draft.device_unit, "Unit of device memory")
      ->type_name("UNIT")
      ->group("Columns");
}

void add_average_option(CLI::App& app, WorkloadDraft& draft) {
  app.add_flag("-w{all},--samples{all}", draft.samples,
               "Looks in the average utilization [20]; alone: all that are kept")
      ->type_name("[N]")
      ->group("Columns");
}

void add_form_options(CLI::App& app, WorkloadDraft& draft) {
  auto& page = draft.arguments.page;
  const auto flag = [&](const char* names, bool& target, const char* help) {
    return app.add_flag(names, target, help)->group("Form");
  };
  app.add_option("--sort", draft.sort,
                 "By name, user, pid, gpu, memory, utilization, cpu, rss or time")
      ->type_name("KEY")
      ->group("Form");
  flag("--reverse", draft.arguments.page.table.choice.is_reversed, "The other way round");
  flag("--hide-header", draft.hide_header, "No line of names");
  flag("--by-user", page.has_users, "A line for each user: what they hold, and how long unused");
  flag("--show-footnote", page.has_footnote, "Count kernels and GPUs; time, CPU, memory");
  auto* on = flag("--separators,--show-separators", draft.separators, "A line between all groups");
  flag("--no-separators,--hide-separators", draft.no_separators, "No lines")->excludes(on);
  auto* json = flag("--json", draft.json, "Print JSON: every field (docs/notebooks.md)");
  flag("--csv", draft.csv, "Print CSV: every field, a line for each row")->excludes(json);
  auto* once = flag("-1,--once", draft.once, "Look once: CPU use is that since processes started");
  app.add_option("--window", draft.arguments.window, "Seconds between the two looks [0.25]")
      ->check([](const std::string& text) {
        return check_seconds(text, shortest_window, longest_window);
      })
      ->excludes(once)
      ->type_name("SECONDS")
      ->group("Form");
  add_average_option(app, draft);
  flag("-U,--ascii", draft.arguments.ascii, "Draw with ASCII characters only");
  auto* color = flag("--force-color", draft.arguments.force_color,
                     "Colours even where output is no terminal");
  flag("--no-color,--suppress-color", draft.arguments.no_color, "No colours")->excludes(color);
  // Where there is no screen there are no keys either.
  app.add_flag_function("--hide-all,--show-help,--show-legend", [](std::int64_t) {})
      ->group(silent_group);
}

void add_screen_options(CLI::App& app, WorkloadDraft& draft) {
  const auto flag = [&](const char* names, bool& target, const char* help) {
    return app.add_flag(names, target, help)->group("Screen");
  };
  auto* watch = app.add_flag("--watch{default}", draft.watch,
                             "A screen that stays open; in a pipe, again and again")
                    ->type_name("[SECONDS]")
                    ->group("Screen");
  app.add_flag("-i{default},--interval{default}", draft.interval,
               "With a number: --watch, so often; from 0.1 on")
      ->type_name("[SECONDS]")
      ->group("Screen");
  for (const char* other : {"--once", "--window"}) watch->excludes(app.get_option(other));
  flag("--hide-footnote", draft.arguments.hides_footnote, "No counts and state of the host");
  flag("--hide-legend,--hide-help", draft.arguments.hides_legend, "No keys below the table");
  flag("--readonly", draft.arguments.readonly, "Send no signals, whatever key is pressed");
}

/// A word of a list, and whether it is negated.
struct Condition {
  std::string_view word;
  bool is_negated;
};

Condition read_condition(std::string_view text) {
  const bool is_negated = text.starts_with('!');
  return {is_negated ? text.substr(1) : text, is_negated};
}

std::vector<DeviceIndex>& devices_of(Selection& selection) {
  if (!selection.devices) selection.devices.emplace();
  return *selection.devices;
}

void read_devices(const WorkloadDraft& draft, WorkloadFilter& filter) {
  for (const auto& text : draft.gpus) {
    const auto [word, is_negated] = read_condition(text);
    const auto index = find_device_index(word);
    if (!index) refuse("--gpu", text, "a device index such as 0 or 3:0");
    devices_of(is_negated ? filter.unwanted : filter.wanted).push_back(*index);
  }
}

void read_people(const WorkloadDraft& draft, WorkloadFilter& filter) {
  for (const auto& text : draft.users) {
    const auto [word, is_negated] = read_condition(text);
    if (word.empty() && is_negated) refuse("--user", text, "the name of a user");
    if (word.empty()) continue;
    (is_negated ? filter.unwanted : filter.wanted).users.emplace_back(word);
  }
  for (const auto& text : draft.pids) {
    const auto [word, is_negated] = read_condition(text);
    const auto pid = find_whole_number<Pid>(word);
    if (!pid || *pid <= 0) refuse("--pid", text, "the number of a process");
    (is_negated ? filter.unwanted : filter.wanted).pids.push_back(*pid);
  }
}

void read_types(const WorkloadDraft& draft, WorkloadFilter& filter) {
  for (const auto& text : draft.types) {
    const auto [word, is_negated] = read_condition(text);
    const auto type = text::find_type_word(word);
    if (type.empty()) refuse("--type", text, "a type; there are " + text::list_type_words());
    (is_negated ? filter.unwanted_types : filter.types).emplace_back(type);
  }
}

void read_amounts(const WorkloadDraft& draft, WorkloadFilter& filter) {
  if (!draft.memory.empty()) {
    const auto [word, is_negated] = read_condition(draft.memory);
    const auto size = text::find_memory_size(word);
    if (!size) refuse("--min-memory", draft.memory, "a size such as 500MiB or 2GiB");
    (is_negated ? filter.below_memory : filter.least_memory) = size;
  }
  if (!draft.idle.empty()) {
    const auto [word, is_negated] = read_condition(draft.idle);
    const auto time = text::find_duration(word);
    if (!time) refuse("--idle", draft.idle, "a time such as 90s, 15m, 2h or 1d");
    (is_negated ? filter.below_idle : filter.least_idle) = time;
  }
}

text::MemoryUnit read_unit(const char* option, const std::string& name) {
  const auto unit = text::find_memory_unit(name);
  if (!unit) refuse(option, name, "a unit; there are auto, B, KiB, MiB, GiB, TiB");
  return *unit;
}

void read_columns(const WorkloadDraft& draft, text::WorkloadTableOptions& table) {
  const auto find = [&](const char* option, const std::vector<std::string>& names) {
    auto columns = text::find_columns(table.choice.view, names);
    if (!columns) throw CLI::ValidationError(option, columns.error().message);
    return std::move(*columns);
  };
  table.show = find("--show", draft.show);
  table.hide = find("--hide", draft.hide);
  if (choose_columns(table).empty()) {
    throw CLI::ValidationError("--hide", "leaves no column");
  }
  // Who asks for the idle wants to see how long.
  if (!draft.idle.empty()) table.show.push_back(text::ColumnId::gpu_idle);
  table.cells.host_unit = read_unit("--host-unit", draft.host_unit);
  table.cells.device_unit = read_unit("--device-unit", draft.device_unit);
  if (draft.thresholds.size() != 2) return;
  check_thresholds(draft.thresholds, "--gpu-util-thresh");
  table.cells.moderate = draft.thresholds[0] / 100.0;
  table.cells.heavy = draft.thresholds[1] / 100.0;
}

/// Seconds from 0.1 on, for which shorter ones stand as well.
double read_interval(const char* option, const std::string& word) {
  const auto mistake = check_seconds(word, 0, longest_window);
  if (!mistake.empty()) refuse(option, word, "a number of seconds up to 3600");
  return std::max(shortest_interval, std::stod(word));
}

void read_watch(const WorkloadDraft& draft, WorkloadArguments& arguments) {
  arguments.watches = !draft.watch.empty();
  for (const auto& [option, word] :
       {std::pair{"--interval", draft.interval}, std::pair{"--watch", draft.watch}}) {
    if (word.empty() || word == "default") continue;
    arguments.interval = read_interval(option, word);
    arguments.watches = true;
  }
}

std::size_t read_samples(const std::string& word) {
  constexpr auto most = text::UtilizationHistory::limit;
  if (word == "all") return most;
  const auto count = find_whole_number<std::size_t>(word);
  if (!count || *count == 0) refuse("--samples", word, "a number of looks from 1 on");
  return std::min(*count, most);
}

/// Devices alone have no processes that a condition could be about.
void check_plain(const CLI::App& command) {
  for (const auto* option : {"--user", "--pid", "--type", "--min-memory", "--idle"}) {
    if (command.count(option) == 0) continue;
    throw CLI::ValidationError(option, "is about processes, and --plain shows none");
  }
}

void read_choice(const WorkloadDraft& draft, text::WorkloadChoice& choice) {
  if (draft.members) choice.verbosity = Verbosity::members;
  if (draft.everything) choice.verbosity = Verbosity::everything;
  const auto sort = text::find_workload_sort(draft.sort);
  if (!sort) {
    refuse("--sort", draft.sort,
           "a key; there are usual, name, user, pid, gpu, memory, utilization, cpu, rss, time");
  }
  choice.sort = *sort;
  if (draft.pattern.empty()) return;
  auto pattern = text::PathPattern::parse(draft.pattern);
  if (!pattern) throw CLI::ValidationError("REGEX", pattern.error().message);
  choice.filter.pattern = std::move(*pattern);
}

/// Also what is out of range or no number to its end, so that it is refused and no pattern: `-3`,
/// `1e9`, `nan`, `5m`.
bool begins_as_number(const std::string& word) {
  char* end = nullptr;
  std::strtod(word.c_str(), &end);
  const bool is_digit = !word.empty() && word.front() >= '0' && word.front() <= '9';
  return !word.empty() && (*end == '\0' || is_digit);
}

/// `-i2` and `-w=5`, which others take, as `-i 2`.
void part_attached_values(std::vector<std::string>& words) {
  for (auto& word : words) {
    if (!word.starts_with("-i") && !word.starts_with("-w")) continue;
    const bool has_sign = word.size() > 2 && word[2] == '=';
    const auto value = word.substr(has_sign ? 3 : 2);
    if (!has_sign && !begins_as_number(value)) continue;
    word = (word[1] == 'i' ? "--interval=" : "--samples=") + value;
  }
}

}  // namespace

[[noreturn]] void refuse(const char* option, const std::string& word, const std::string& wish) {
  throw CLI::ValidationError(option, "'" + word + "' is not " + wish);
}

void join_optional_values(std::vector<std::string>& words) {
  if (words.empty() || (words.front() != "notebooks" && words.front() != "devices")) return;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> options{
      {{"--watch", "--watch"},
       {"-i", "--interval"},
       {"--interval", "--interval"},
       {"-w", "--samples"},
       {"--samples", "--samples"}}};
  part_attached_values(words);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto* option = std::find_if(options.begin(), options.end(),
                                      [&](const auto& each) { return each.first == words[i]; });
    if (option == options.end() || !begins_as_number(words[i + 1])) continue;
    words[i] = std::string{option->second} + "=" + words[i + 1];
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
}

void add_notebooks_options(CLI::App& app, Draft& all) {
  auto& draft = all.workloads;
  app.add_option("regex", draft.pattern,
                 "Only groups whose path matches; `!REGEX`: whose path does not")
      ->type_name("REGEX");
  auto* members = app.add_flag("-v,--members", draft.members,
                               "Every process of what is on a GPU, not only the root and holders");
  app.add_flag("-V,--everything", draft.everything, "Also notebooks and scripts that are on no GPU")
      ->excludes(members);
  add_condition_options(app, draft);
  add_column_options(app, draft);
  add_form_options(app, draft);
  add_screen_options(app, draft);
  app.footer(
      "Every condition negates with !, as in --user '!root'; those of one kind add up, those\n"
      "of different kinds all have to hold. Types: docs/notebooks.md.\n"
      "Examples:\n"
      "  gander notebooks                     whose notebook is on which GPU\n"
      "  gander notebooks -V -u               all of yours, also those without a GPU\n"
      "  gander notebooks 'project/.*ipynb'   by path\n"
      "  gander notebooks --type notebook --min-memory 10GiB --show path,connections\n"
      "  gander notebooks --sort memory --hide rss,temp\n"
      "  gander notebooks --watch 2           a screen, every two seconds; ? shows its keys\n"
      "  gander notebooks --json | jq '.groups[].rows[] | select(.kernel_idle_seconds > 7200)'\n"
      "Exit codes: as of gander status.");
}

void add_devices_options(CLI::App& app, Draft& all) {
  auto& draft = all.workloads;
  app.add_option("regex", draft.pattern, "Only devices whose index matches; `!REGEX`: does not")
      ->type_name("REGEX");
  // Here they change nothing; other tools have them.
  app.add_flag("-v,--members", draft.members)->group(silent_group);
  app.add_flag("-V,--everything", draft.everything)->group(silent_group);
  add_condition_options(app, draft);
  add_column_options(app, draft);
  app.add_flag("--plain", draft.plain, "Only the devices, without processes")->group("Form");
  add_form_options(app, draft);
  add_screen_options(app, draft);
  app.footer(
      "Every condition negates with !, as in --user '!root'. Conditions on processes hide no\n"
      "device.\n"
      "Examples:\n"
      "  gander devices                       every GPU, and what runs on it\n"
      "  gander devices --plain --show power  only the GPUs\n"
      "  gander devices -o 0 1 -u             your processes on two of them\n"
      "  gander devices --csv > use.csv\n"
      "  gander devices --watch               a screen that stays open\n"
      "Exit codes: as of gander status.");
}

WorkloadArguments finish_workloads(const CLI::App& app, Draft& all) {
  auto& draft = all.workloads;
  auto arguments = std::move(draft.arguments);
  const bool is_notebooks = app.got_subcommand("notebooks");
  const auto* command = app.get_subcommand(is_notebooks ? "notebooks" : "devices");
  auto& table = arguments.page.table;
  table.choice.view = is_notebooks  ? WorkloadView::notebooks
                      : draft.plain ? WorkloadView::plain
                                    : WorkloadView::devices;
  read_choice(draft, table.choice);
  read_columns(draft, table);
  auto& filter = table.choice.filter;
  read_devices(draft, filter);
  read_people(draft, filter);
  read_types(draft, filter);
  read_amounts(draft, filter);
  if (draft.plain) check_plain(*command);
  arguments.only_mine =
      command->count("--user") > 0 && filter.wanted.users.empty() && filter.unwanted.users.empty();
  table.has_header = !draft.hide_header;
  if (draft.json) arguments.form = WorkloadForm::json;
  if (draft.csv) arguments.form = WorkloadForm::csv;
  if (draft.separators) arguments.page.lines = text::TableLines{true, true};
  if (draft.no_separators) arguments.page.lines = text::TableLines{false, false};
  arguments.is_window_chosen = command->count("--window") > 0;
  read_watch(draft, arguments);
  if (arguments.watches && (arguments.is_window_chosen || draft.once)) {
    throw CLI::ValidationError("--interval", "excludes --once and --window");
  }
  if (!draft.samples.empty()) table.cells.window = read_samples(draft.samples);
  if (!arguments.is_window_chosen && !draft.once) arguments.window = between_looks.count();
  return arguments;
}

}  // namespace gander::cli
