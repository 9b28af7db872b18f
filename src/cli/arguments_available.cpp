// SPDX-License-Identifier: Apache-2.0
// The options of `gander available`, declared with CLI11, and what they amount to.
#include <CLI/CLI.hpp>
#include <cmath>
#include <limits>
#include <string_view>

#include "cli/arguments_parts.hpp"
#include "model/whole_number.hpp"
#include "text/duration.hpp"
#include "text/memory_unit.hpp"

namespace gander::cli {
namespace {

constexpr const char* terms_group = "What counts as free";
constexpr const char* choice_group = "Which, and how many";
constexpr const char* form_group = "Form";

/// `20`, `20%` or `12.5%` as a ratio.
double read_percent(const char* option, const std::string& word) {
  auto digits = word;
  if (digits.ends_with('%')) digits.pop_back();
  char* end = nullptr;
  const double percent = std::strtod(digits.c_str(), &end);
  const bool is_number = !digits.empty() && *end == '\0' && std::isfinite(percent);
  if (!is_number || percent < 0 || percent > 100)
    refuse(option, word, "a percentage from 0 to 100");
  return percent / 100;
}

double read_size(const char* option, const std::string& word) {
  const auto size = text::find_memory_size(word);
  if (!size) refuse(option, word, "a size such as 500MiB or 2GiB");
  return *size;
}

std::size_t read_count(const char* option, const std::string& word, std::size_t least) {
  const auto count = find_whole_number<std::size_t>(word);
  if (!count || *count < least) {
    refuse(option, word, "a number of " + std::string{least == 0 ? "processes" : "GPUs from 1 on"});
  }
  return *count;
}

void add_term_options(CLI::App& app, AvailableDraft& draft) {
  const auto option = [&](const char* names, std::string& target, const char* help,
                          const char* word) {
    return app.add_option(names, target, help)->type_name(word)->group(terms_group);
  };
  option("--max-used-memory", draft.used,
         "Most memory in use, as a share of all or as a size [20%]", "PERCENT|SIZE");
  option("-f,--min-free-memory", draft.free, "Least free memory, such as 20GiB", "SIZE");
  option("-t,--min-total-memory", draft.total, "Least memory altogether", "SIZE");
  option("-G,--max-utilization,--max-gpu-utilization", draft.utilization, "Most utilization",
         "PERCENT");
  option("-M,--max-memory-utilization", draft.memory_utilization, "Most use of the memory's bus",
         "PERCENT");
  option("--max-processes", draft.processes, "Most processes that compute", "N");
  option("--tolerance,--tol", draft.tolerance,
         "Bounds may be missed by so much; who does comes last [0]", "PERCENT");
  app.add_option("--account-as-free", draft.free_users,
                 "What these users hold counts as free; alone: what you hold")
      ->expected(0, -1)
      ->delimiter(',')
      ->type_name("NAME")
      ->group(terms_group);
}

void add_only_option(CLI::App& app, AvailableDraft& draft) {
  app.add_option("-o,--only,--gpu", draft.only, "Only these devices: indices such as 0 or 3:0")
      ->expected(1, -1)
      ->delimiter(',')
      ->type_name("IDX")
      ->group(choice_group);
}

void add_choice_options(CLI::App& app, AvailableDraft& draft) {
  auto* limit = app.add_option("-l,--limit,-C,--max-count", draft.limit, "At most so many")
                    ->type_name("N")
                    ->group(choice_group);
  app.add_option("-c,--min-count", draft.least, "At least so many, else exit code 10")
      ->type_name("N")
      ->group(choice_group);
  app.add_option("-n,--count", draft.count, "Exactly so many, else none and exit code 10")
      ->excludes(limit)
      ->excludes(app.get_option("--min-count"))
      ->type_name("N")
      ->group(choice_group);
  app.add_option("--order", draft.order,
                 "The best first: index, free_memory, used_memory, utilization, "
                 "memory_utilization, compute, power, temperature, topology (near to each other); "
                 "each also with :asc or :desc [index]")
      ->type_name("KEY,...")
      ->group(choice_group);
  add_only_option(app, draft);
  app.add_option("-i,--inherit", draft.inherit,
                 "Only what CUDA_VISIBLE_DEVICES names, or this value of it")
      ->expected(0, 1)
      ->type_name("VALUE")
      ->group(choice_group);
  app.add_option("--wait", draft.wait,
                 "Until there are as many as wished for; for so long at most, else exit code 11")
      ->expected(0, 1)
      ->type_name("TIME")
      ->group(choice_group);
}

void add_form_options(CLI::App& app, AvailableDraft& draft) {
  auto& arguments = draft.arguments;
  app.add_option("-O,--format", draft.format, "index, uuid or pci [index]")
      ->type_name("FORM")
      ->group(form_group);
  auto* separator = app.add_option("-s,--sep", arguments.separator, "Between devices [,]")
                        ->type_name("TEXT")
                        ->group(form_group);
  auto* lines = app.add_flag("--newline", draft.lines, "A line for each device")
                    ->excludes(separator)
                    ->group(form_group);
  auto* zeros = app.add_flag("-0,--null", draft.zeros, "A zero byte behind each device")
                    ->excludes(separator)
                    ->excludes(lines)
                    ->group(form_group);
  auto* exports =
      app.add_flag("--export", arguments.exports,
                   "Lines for a shell that set CUDA_VISIBLE_DEVICES and CUDA_DEVICE_ORDER")
          ->excludes(separator)
          ->excludes(lines)
          ->excludes(zeros)
          ->group(form_group);
  auto* json = app.add_flag("--json", arguments.json, "Print JSON: every device, free or why not")
                   ->excludes(exports)
                   ->group(form_group);
  app.add_flag("--explain", arguments.explains, "Every device on standard error: free, or why not")
      ->excludes(json)
      ->group(form_group);
  // Order is what --order says.
  app.add_flag_function("-S,--no-sort", [](std::int64_t) {})->group(silent_group);
}

void read_terms(const AvailableDraft& draft, AvailabilityTerms& terms) {
  if (!draft.used.empty()) {
    const bool is_share = draft.used.find_first_not_of("0123456789.%") == std::string::npos;
    terms.most_used_share.reset();
    if (is_share) {
      terms.most_used_share = read_percent("--max-used-memory", draft.used);
    } else {
      terms.most_used_memory = read_size("--max-used-memory", draft.used);
    }
  }
  if (!draft.free.empty()) terms.least_free_memory = read_size("--min-free-memory", draft.free);
  if (!draft.total.empty()) terms.least_total_memory = read_size("--min-total-memory", draft.total);
  if (!draft.utilization.empty()) {
    terms.most_utilization = read_percent("--max-utilization", draft.utilization);
  }
  if (!draft.memory_utilization.empty()) {
    terms.most_memory_utilization =
        read_percent("--max-memory-utilization", draft.memory_utilization);
  }
  if (!draft.processes.empty()) {
    terms.most_processes = read_count("--max-processes", draft.processes, 0);
  }
  if (!draft.tolerance.empty()) terms.tolerance = read_percent("--tolerance", draft.tolerance);
}

void read_counts(const AvailableDraft& draft, AvailableArguments& arguments) {
  auto& wish = arguments.wish;
  if (!draft.limit.empty()) wish.most = read_count("--limit", draft.limit, 1);
  if (!draft.least.empty()) wish.least = read_count("--min-count", draft.least, 1);
  if (!draft.count.empty()) {
    wish.most = wish.least = read_count("--count", draft.count, 1);
    arguments.is_exact = true;
  }
  if (wish.most && *wish.most < wish.least) {
    throw CLI::ValidationError("--min-count", "is more than --limit");
  }
}

DeviceFormat read_format(const std::string& word) {
  if (word == "index") return DeviceFormat::index;
  if (word == "uuid") return DeviceFormat::uuid;
  if (word == "pci") return DeviceFormat::pci;
  refuse("--format", word, "a form; there are index, uuid, pci");
}

/// No end, where none is given.
double read_wait(const std::string& word) {
  if (word.empty()) return std::numeric_limits<double>::infinity();
  const auto time = text::find_duration(word);
  if (!time) refuse("--wait", word, "a time such as 90s, 15m or 2h");
  return *time;
}

}  // namespace

void add_available_options(CLI::App& app, Draft& all) {
  auto& draft = all.available;
  add_choice_options(app, draft);
  add_term_options(app, draft);
  add_form_options(app, draft);
  app.footer(
      "Free is what answers and uses at most 20% of its memory, unless other terms are given. "
      "GPUs\n"
      "in MIG mode are chosen by instance: one, where no whole GPU is free. Nothing is reserved:\n"
      "two who ask at once get the same answer.\n"
      "Examples:\n"
      "  gander available                     0,3,5\n"
      "  export CUDA_VISIBLE_DEVICES=$(gander available -n 1) || exit\n"
      "  eval \"$(gander available -n 2 --order topology --export)\" && torchrun train.py\n"
      "  gander available -l 1 --min-free-memory 20GiB --order free_memory\n"
      "  gander available -n 4 --wait 2h      until four are free, for two hours at most\n"
      "  gander available --explain           and why the others are not\n"
      "Exit codes: 0 found, 10 none or fewer than asked for, 11 not in time, 2 usage, 3 no driver\n"
      "library, 4 driver down, 5 no permission, 6 no devices, 7 every GPU lost.");
}

AvailableArguments finish_available(const CLI::App& app, Draft& all) {
  auto& draft = all.available;
  const auto* command = app.get_subcommand("available");
  auto arguments = std::move(draft.arguments);
  read_terms(draft, arguments.wish.terms);
  read_counts(draft, arguments);
  if (!draft.order.empty()) {
    auto order = choose::parse_order(draft.order);
    if (!order) throw CLI::ValidationError("--order", order.error().message);
    arguments.wish.order = std::move(*order);
  }
  if (command->count("--only") > 0) arguments.wish.among = read_devices("--only", draft.only);
  if (command->count("--inherit") > 0) arguments.inherits = draft.inherit;
  if (command->count("--only") > 0 && command->count("--inherit") > 0) {
    throw CLI::ValidationError("--only", "excludes --inherit");
  }
  if (command->count("--account-as-free") > 0) arguments.free_users = draft.free_users;
  if (command->count("--wait") > 0) arguments.wait = read_wait(draft.wait);
  arguments.format = read_format(draft.format);
  arguments.is_format_chosen = command->count("--format") > 0;
  if (draft.lines) arguments.separator = "\n";
  arguments.ends_with_zero = draft.zeros;
  return arguments;
}

void add_list_options(CLI::App& app, Draft& all) {
  auto& draft = all.available;
  auto& arguments = draft.list;
  add_only_option(app, draft);
  add_term_options(app, draft);
  const auto flag = [&](const char* names, bool& target, const char* help) {
    app.add_flag(names, target, help)->group(form_group);
  };
  flag("--json", arguments.json, "Print JSON: every field, and every process");
  flag("-U,--ascii", arguments.ascii, "Draw with ASCII characters only");
  flag("--force-color", arguments.force_color, "Colours even where output is no terminal");
  app.footer(
      "[ ] is free by the rule of gander available, [~] is not; [!] does not answer, or somebody\n"
      "uses it of whom nobody knows who it is.\n"
      "Examples:\n"
      "  gander list                          every GPU: free or not, who, since when, what\n"
      "  gander list --max-utilization 10     free only where it does nothing, too\n"
      "  gander list --json | jq '.devices[] | select(.is_free) | .index'\n"
      "Exit codes: as of gander status.");
}

ListArguments finish_list(const CLI::App& app, Draft& all) {
  auto& draft = all.available;
  const auto* command = app.get_subcommand("list");
  auto arguments = std::move(draft.list);
  read_terms(draft, arguments.terms);
  if (command->count("--only") > 0) arguments.only = read_devices("--only", draft.only);
  if (command->count("--account-as-free") > 0) arguments.free_users = draft.free_users;
  return arguments;
}

}  // namespace gander::cli
