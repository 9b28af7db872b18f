// SPDX-License-Identifier: Apache-2.0
// The options of `gander status`, declared with CLI11, and what they amount to.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "cli/arguments_parts.hpp"

namespace gander::cli {
namespace {

constexpr double shortest_window = 0.01;
constexpr double shortest_watch = 0.1;
constexpr double longest_window = 3600;

std::string check_index(const std::string& text) {
  return find_device_index(text) ? "" : "'" + text + "' is not a device index such as 0 or 3:0";
}

std::string check_window(const std::string& text) {
  return check_seconds(text, shortest_window, longest_window);
}

std::string check_watch(const std::string& text) {
  return check_seconds(text, shortest_watch, longest_window);
}

std::optional<Percentages> to_thresholds(const std::vector<int>& values, const char* option) {
  if (values.empty()) return std::nullopt;
  check_thresholds(values, option);
  return Percentages{values[0], values[1]};
}

void add_window_option(CLI::App& app, Draft& draft) {
  app.add_option("--window", draft.status.window,
                 "Look twice, so long apart: for CPU use of that time, and for rates")
      ->check(check_window)
      ->type_name("SECONDS")
      ->group("Processes");
}

void add_form_options(CLI::App& app, Draft& draft) {
  const auto flag = [&](const char* name, bool& target, const char* help) {
    app.add_flag(name, target, help)->group("Form");
  };
  flag("--detail", draft.detail, "Everything known about each device, by theme");
  flag("--topology", draft.topology, "How the GPUs reach each other, and which CPUs are near");
  flag("--json", draft.json, "Print JSON (docs/json.md)");
  app.add_flag("--csv{devices}", draft.csv,
               "Print CSV: a row for each device; with KIND processes for each process on one")
      ->check(CLI::IsMember({"devices", "processes"}).description(""))
      ->group("Form");
  app.add_option("--columns", draft.columns,
                 "Only these facts and metrics, in CSV or as a table; see `gander metrics`")
      ->expected(1, -1)
      ->delimiter(',')
      ->type_name("NAME")
      ->group("Form");
  app.add_option("--watch", draft.watch, "Look again every so many seconds, until Ctrl-C")
      ->check(check_watch)
      ->excludes(app.get_option("--window"))
      ->type_name("SECONDS")
      ->group("Form");
}

/// The one form asked for: two pictures at once make no sense.
StatusForm find_form(const Draft& draft) {
  struct Wish {
    bool is_wanted;
    StatusForm form;
    const char* option;
  };
  const std::array wishes{Wish{draft.detail, StatusForm::detail, "--detail"},
                          Wish{draft.topology, StatusForm::topology, "--topology"},
                          Wish{draft.json, StatusForm::json, "--json"},
                          Wish{!draft.csv.empty(), StatusForm::csv, "--csv"}};
  const Wish* wanted = nullptr;
  for (const auto& wish : wishes) {
    if (!wish.is_wanted) continue;
    if (wanted != nullptr) {
      throw CLI::ValidationError(wish.option, std::string{"excludes "} + wanted->option);
    }
    wanted = &wish;
  }
  if (draft.columns.empty()) return wanted == nullptr ? StatusForm::page : wanted->form;
  if (wanted != nullptr && wanted->form != StatusForm::csv) {
    throw CLI::ValidationError("--columns", std::string{"excludes "} + wanted->option);
  }
  return wanted == nullptr ? StatusForm::table : StatusForm::csv;
}

Columns find_usual(const Draft& draft) {
  auto columns = usual_columns(draft.status.rows);
  // Rows of many looks would be told apart by nothing else.
  if (draft.watch > 0) columns.insert(columns.begin(), all_columns(draft.status.rows).front());
  return columns;
}

/// Columns of devices where all names are such, else of processes.
void finish_columns(Draft& draft) {
  auto& status = draft.status;
  if (draft.csv == "processes") status.rows = RowKind::processes;
  if (draft.columns.empty()) {
    if (status.form == StatusForm::csv) status.columns = find_usual(draft);
    return;
  }
  auto columns = find_columns(status.rows, draft.columns);
  if (!columns && draft.csv.empty()) {
    if (auto others = find_columns(RowKind::processes, draft.columns)) {
      status.rows = RowKind::processes;
      columns = std::move(others);
    }
  }
  if (!columns) throw CLI::ValidationError("--columns", columns.error().message);
  status.columns = std::move(*columns);
}

}  // namespace

std::string check_seconds(const std::string& text, double lowest, double highest) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && stop == text.data() + text.size();
  if (is_number && value >= lowest && value <= highest) return {};
  return fmt::format("'{}' is not a number of seconds from {} to {}", text, lowest, highest);
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
}

void add_drawing_options(CLI::App& app, Draft& draft) {
  const auto thresholds = [&](const char* name, std::vector<int>& target, const char* help) {
    app.add_option(name, target, help)
        ->type_size(2)
        ->expected(1)
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
}

void add_status_options(CLI::App& app, Draft& draft) {
  add_device_options(app, draft);
  add_process_options(app, draft);
  add_window_option(app, draft);
  add_form_options(app, draft);
  add_drawing_options(app, draft);
}

// nvitop sorts them; here an order that cannot be meant is an error, as the manual promises.
void check_thresholds(const std::vector<int>& values, const char* option) {
  if (values[0] < values[1]) return;
  throw CLI::ValidationError(option, "the first threshold must be below the second");
}

void finish_status(const CLI::App& app, Draft& draft) {
  auto& status = draft.status;
  status.gpu_thresholds = to_thresholds(draft.gpu_thresholds, "--gpu-util-thresh");
  status.memory_thresholds = to_thresholds(draft.memory_thresholds, "--mem-util-thresh");
  if (was_given(app, "--watch")) status.watch = draft.watch;
  status.form = find_form(draft);
  finish_columns(draft);
  finish_monitor(app, draft);
  if (was_given(app, "--user")) {
    std::erase(draft.users, "");
    status.users = draft.users;
  }
  if (draft.only.empty()) return;
  status.only.emplace();
  for (const auto& text : draft.only) status.only->push_back(*find_device_index(text));
}

}  // namespace gander::cli
