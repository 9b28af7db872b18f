// SPDX-License-Identifier: Apache-2.0
// The options of `gander kill`, declared with CLI11, and what they amount to.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <string_view>
#include <utility>

#include "cli/arguments_parts.hpp"
#include "model/whole_number.hpp"
#include "text/duration.hpp"

namespace gander::cli {
namespace {

constexpr const char* whose_group = "Which processes";
constexpr const char* how_group = "How";
/// A day: longer than anybody waits, and no number of milliseconds overflows.
constexpr double longest_grace = 86'400;

void add_whose_options(CLI::App& app, KillDraft& draft) {
  auto& arguments = draft.arguments;
  app.add_option("-o,--only,--gpu", draft.gpus, "On these devices: indices such as 0 or 3:0")
      ->delimiter(',')
      ->type_name("IDX")
      ->group(whose_group);
  app.add_option("-p,--pid", draft.pids, "Only these, if they are on a device")
      ->delimiter(',')
      ->type_name("PID")
      ->group(whose_group);
  auto* users = app.add_option("-u,--user", arguments.users, "Of these users [you]")
                    ->delimiter(',')
                    ->type_name("NAME")
                    ->group(whose_group);
  app.add_flag("--all-users", arguments.everybody, "Of everybody, whoever it is")
      ->excludes(users)
      ->group(whose_group);
  app.add_flag("--graphics", arguments.graphics, "Also those that only draw, as a desktop does")
      ->group(whose_group);
}

void add_how_options(CLI::App& app, KillDraft& draft) {
  auto& arguments = draft.arguments;
  app.add_flag("-n,--dry-run", arguments.is_dry, "Name them, and send nothing")->group(how_group);
  app.add_flag("-y,--yes", arguments.is_sure, "Do not ask")->group(how_group);
  app.add_option("-s,--signal", draft.signal,
                 "Only this one: INT, TERM or KILL [first INT, then TERM, then KILL]")
      ->type_name("NAME")
      ->group(how_group);
  app.add_option("--grace", draft.grace, "Time to end after each signal [5s]")
      ->type_name("TIME")
      ->group(how_group);
  app.add_flag("--json", arguments.json, "Print JSON: each process, and what became of it")
      ->group(how_group);
}

int read_signal(std::string word) {
  std::ranges::transform(word, word.begin(), [](unsigned char letter) {
    return static_cast<char>(std::toupper(letter));
  });
  if (word.starts_with("SIG")) word.erase(0, 3);
  constexpr std::array names{std::pair<std::string_view, int>{"INT", SIGINT},
                             std::pair<std::string_view, int>{"TERM", SIGTERM},
                             std::pair<std::string_view, int>{"KILL", SIGKILL}};
  const auto found =
      std::ranges::find(names, std::string_view{word}, &std::pair<std::string_view, int>::first);
  if (found == names.end()) refuse("--signal", word, "one of INT, TERM and KILL");
  return found->second;
}

Pid read_pid(const std::string& word) {
  const auto pid = find_whole_number<Pid>(word);
  if (!pid || *pid <= 0) refuse("--pid", word, "the number of a process");
  return *pid;
}

double read_grace(const std::string& word) {
  const auto time = text::find_duration(word);
  if (!time || *time > longest_grace) refuse("--grace", word, "a time such as 10s or 2m");
  return *time;
}

}  // namespace

std::vector<DeviceIndex> read_devices(const char* option, const std::vector<std::string>& words) {
  std::vector<DeviceIndex> devices;
  for (const auto& word : words) {
    const auto index = find_device_index(word);
    if (!index) refuse(option, word, "a device index such as 0 or 3:0");
    devices.push_back(*index);
  }
  return devices;
}

void add_kill_options(CLI::App& app, Draft& all) {
  add_whose_options(app, all.kill);
  add_how_options(app, all.kill);
  app.footer(
      "Needs --gpu or --pid. Each process is held by its number and the time it started, so that\n"
      "no other one is ever hit. Yours alone, unless root says whose: --user or --all-users.\n"
      "Examples:\n"
      "  gander kill --gpu 3 --dry-run        what of mine is on GPU 3?\n"
      "  gander kill --gpu 3                  end it: SIGINT, then SIGTERM, then SIGKILL\n"
      "  gander kill --gpu 0,1 --yes --grace 30s\n"
      "  gander kill --pid 4711 --signal TERM\n"
      "  sudo gander kill --gpu 3 --user alice\n"
      "Exit codes: 0 all ended, or there was nothing, 1 some did not, 2 usage, 5 no permission "
      "for\n"
      "any, 3 no driver library, 4 driver down, 6 no devices.");
}

KillArguments finish_kill(const CLI::App& app, Draft& all) {
  auto& draft = all.kill;
  const auto* command = app.get_subcommand("kill");
  auto arguments = std::move(draft.arguments);
  arguments.devices = read_devices("--gpu", draft.gpus);
  for (const auto& word : draft.pids) arguments.pids.push_back(read_pid(word));
  if (command->count("--gpu") == 0 && command->count("--pid") == 0) {
    throw CLI::ValidationError("kill", "needs --gpu IDX or --pid PID");
  }
  if (!draft.signal.empty()) arguments.only_signal = read_signal(draft.signal);
  if (!draft.grace.empty()) arguments.grace = read_grace(draft.grace);
  return arguments;
}

}  // namespace gander::cli
