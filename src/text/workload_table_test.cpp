// SPDX-License-Identifier: Apache-2.0
#include "text/workload_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/golden/fixture_workload.hpp"
#include "text/process_gaps.hpp"

namespace gander::text {
namespace {

using fixture::notebook_snapshot;
using fixture::small_notebook_snapshot;

WorkloadTableOptions options_of(WorkloadView view, Verbosity verbosity = {}) {
  WorkloadTableOptions options;
  options.choice.view = view;
  options.choice.verbosity = verbosity;
  return options;
}

WorkloadTableOptions everything_of(WorkloadView view) {
  auto options = options_of(view, Verbosity::everything);
  options.shows_all = true;
  return options;
}

std::size_t count_rows(const WorkloadTable& table) {
  std::size_t count = 0;
  for (const auto& group : table.groups) count += group.rows.size();
  return count;
}

/// The texts of a column, top to bottom.
std::vector<std::string> column(const WorkloadTable& table, ColumnId id) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].column->id != id) continue;
    for (const auto& group : table.groups) {
      for (const auto& row : group.rows) texts.push_back(row[i].text);
    }
  }
  return texts;
}

using Texts = std::vector<std::string>;

TEST(WorkloadTable, LevelsOfVerbosityShowTwoThreeAndFourRows) {
  const auto snapshot = small_notebook_snapshot();
  std::size_t expected = 2;
  for (const auto verbosity : {Verbosity::holders, Verbosity::members, Verbosity::everything}) {
    const auto table =
        make_workload_table(snapshot, options_of(WorkloadView::notebooks, verbosity));
    EXPECT_EQ(count_rows(table), expected++);
  }
}

TEST(WorkloadTable, AKernelOnTwoDevicesHasTwoRowsUnderOneName) {
  auto options = options_of(WorkloadView::notebooks);
  options.choice.filter.pattern = *PathPattern::parse("project/train");
  const auto table = make_workload_table(notebook_snapshot(), options);
  EXPECT_EQ(column(table, ColumnId::process_name), (Texts{"train.ipynb", "", ""}));
  EXPECT_EQ(column(table, ColumnId::short_id), (Texts{"0", "1", "1"}));
  EXPECT_EQ(column(table, ColumnId::type), (Texts{"notebook", "notebook", "subprocess"}));
  options.shows_similar = true;
  EXPECT_EQ(column(make_workload_table(notebook_snapshot(), options), ColumnId::process_name),
            (Texts{"train.ipynb", "train.ipynb", "train.ipynb"}));
}

TEST(WorkloadTable, GroupsStandByAgeWithUsersOfDevicesFirstAndOddOnesLast) {
  const auto options = options_of(WorkloadView::notebooks, Verbosity::everything);
  auto names = column(make_workload_table(notebook_snapshot(), options), ColumnId::process_name);
  std::erase(names, "");
  EXPECT_EQ(names, (Texts{"analysis (guess)", "train.ipynb", "vllm-server", "train.py",
                          "report-of-the-whole-quarter.ipynb", "plot.ipynb", "no such process",
                          "outside container"}));
}

TEST(WorkloadTable, EveryDeviceHasARowInOrder) {
  const auto table = make_workload_table(notebook_snapshot(), options_of(WorkloadView::devices));
  ASSERT_EQ(table.groups.size(), 8U);
  EXPECT_EQ(column(table, ColumnId::process_name).back(), "no process");
  EXPECT_EQ(column(table, ColumnId::device_id).front(), "H100 80GB HBM3 [0]");
  EXPECT_EQ(table.groups[1].rows.size(), 2U);
  const auto plain = make_workload_table(notebook_snapshot(), options_of(WorkloadView::plain));
  EXPECT_EQ(count_rows(plain), 8U);
  EXPECT_EQ(column(plain, ColumnId::device_memory).front(), "10.1/79.6GiB");
}

TEST(WorkloadTable, ADeviceWithoutAProcessSaysWhetherThereMayBeOneAllTheSame) {
  auto snapshot = notebook_snapshot();
  const auto last = [&] {
    return column(make_workload_table(snapshot, options_of(WorkloadView::devices)),
                  ColumnId::process_name)
        .back();
  };
  snapshot.host.initial_pid_namespace = true;
  EXPECT_EQ(last(), "no process");
  // In a container the driver leaves out who is outside.
  snapshot.host.initial_pid_namespace = false;
  EXPECT_EQ(last(), "none visible");
  snapshot.host.initial_pid_namespace = Missing::no_permission;
  EXPECT_EQ(last(), "none visible");
}

TEST(WorkloadTable, ADeviceThatIsPartitionedPointsToItsInstances) {
  auto snapshot = notebook_snapshot();
  auto& parent = snapshot.devices.back();
  Device instance = parent;
  instance.index.instance = 0;
  instance.uuid = std::string{"MIG-1"};
  instance.parent = parent.uuid.value();
  snapshot.devices.push_back(instance);
  const auto names = column(make_workload_table(snapshot, options_of(WorkloadView::devices)),
                            ColumnId::process_name);
  ASSERT_GE(names.size(), 2U);
  EXPECT_EQ(names[names.size() - 2], "in its instances");
  EXPECT_EQ(names.back(), "no process");
}

TEST(WorkloadTable, ZombieAndOutsideAreToldApartWithPidMemoryAndDevice) {
  auto options = options_of(WorkloadView::notebooks);
  options.choice.filter.types = {"zombie", "outside"};
  const auto table = make_workload_table(notebook_snapshot(), options);
  EXPECT_EQ(column(table, ColumnId::type), (Texts{"zombie", "outside"}));
  EXPECT_EQ(column(table, ColumnId::pid), (Texts{"9998", "9999"}));
  EXPECT_EQ(column(table, ColumnId::short_id), (Texts{"6", "6"}));
  EXPECT_EQ(column(table, ColumnId::process_memory),
            (Texts{"2.0/3.2/79.6GiB", "hidden/3.2/79.6GiB"}));
  EXPECT_EQ(table.groups[0].rows[0][1].role, CellRole::alarm);
}

TEST(WorkloadTable, AProgramHasItsOwnRowWithCommandUserAndStart) {
  auto options = options_of(WorkloadView::notebooks);
  options.show = {ColumnId::cmdline, ColumnId::create_time};
  options.choice.filter.types = {"program"};
  const auto table = make_workload_table(notebook_snapshot(), options);
  EXPECT_EQ(column(table, ColumnId::process_name), (Texts{"vllm-server"}));
  EXPECT_EQ(column(table, ColumnId::cmdline), (Texts{"/usr/bin/vllm-server --port 8000"}));
  EXPECT_EQ(column(table, ColumnId::user), (Texts{"dave"}));
  EXPECT_EQ(column(table, ColumnId::create_time), (Texts{"1741940413"}));
}

TEST(WorkloadTable, OrdersTurnRoundButWhatIsUnknownStaysLast) {
  auto options = options_of(WorkloadView::notebooks);
  const auto names = [&](WorkloadSort sort, bool is_reversed) {
    options.choice.sort = sort;
    options.choice.is_reversed = is_reversed;
    auto all = column(make_workload_table(notebook_snapshot(), options), ColumnId::process_name);
    std::erase(all, "");
    return all;
  };
  EXPECT_EQ(names(WorkloadSort::usual, true),
            (Texts{"report-of-the-whole-quarter.ipynb", "train.py", "vllm-server", "train.ipynb",
                   "analysis (guess)", "no such process", "outside container"}));
  EXPECT_EQ(names(WorkloadSort::memory, false).front(), "train.py");
  const auto least = names(WorkloadSort::memory, true);
  EXPECT_EQ(least.front(), "report-of-the-whole-quarter.ipynb");
  EXPECT_EQ(least.back(), "outside container") << "its memory is not known";
  const auto by_user = names(WorkloadSort::user, false);
  EXPECT_EQ(by_user.front(), "train.ipynb");
  EXPECT_EQ(by_user.back(), "outside container");
  EXPECT_EQ(names(WorkloadSort::user, true).front(), "vllm-server");
  EXPECT_EQ(names(WorkloadSort::user, true).back(), "outside container");
}

TEST(WorkloadTable, FurtherConditionsHideProcessesButNoDevice) {
  auto options = options_of(WorkloadView::notebooks);
  options.choice.filter.keeps = [](const WorkloadRow& row) { return row.process->pid == 5201; };
  EXPECT_EQ(count_rows(make_workload_table(notebook_snapshot(), options)), 1U);
  options.choice.view = WorkloadView::devices;
  EXPECT_EQ(count_rows(make_workload_table(notebook_snapshot(), options)), 8U);
  options.choice.filter.keeps = nullptr;
  options.choice.filter.wanted.require(ContextFilter::only_graphics);
  options.choice.view = WorkloadView::notebooks;
  for (const auto& device :
       column(make_workload_table(notebook_snapshot(), options), ColumnId::short_id)) {
    EXPECT_EQ(device, "") << "nothing draws here";
  }
}

TEST(WorkloadTable, EachColumnIsShownHiddenAndAllAtOnce) {
  for (const auto view : {WorkloadView::notebooks, WorkloadView::devices, WorkloadView::plain}) {
    const auto all = everything_of(view);
    EXPECT_EQ(choose_columns(all).size(), columns_of(view).size());
    EXPECT_EQ(make_workload_table(notebook_snapshot(), all).columns.size(),
              columns_of(view).size());
    for (const auto& placed : columns_of(view)) {
      auto options = options_of(view);
      options.show = {placed.id};
      const auto shown = choose_columns(options);
      EXPECT_NE(std::find(shown.begin(), shown.end(), placed.id), shown.end());
      options.hide = {placed.id};
      const auto hidden = choose_columns(options);
      EXPECT_EQ(std::find(hidden.begin(), hidden.end(), placed.id), hidden.end());
    }
  }
}

TEST(WorkloadTable, NamesOfColumnsAreUniqueAndUnknownOnesAreAnsweredWithTheList) {
  for (const auto view : {WorkloadView::notebooks, WorkloadView::devices, WorkloadView::plain}) {
    std::set<ColumnId> ids;
    for (const auto& placed : columns_of(view)) {
      EXPECT_TRUE(ids.insert(placed.id).second);
      const auto& declared = column_of(placed.id);
      for (const auto name : {declared.name, declared.other_name}) {
        if (name.empty()) continue;
        EXPECT_EQ(find_columns(view, {std::string{name}}), (std::vector{placed.id})) << name;
      }
    }
  }
  EXPECT_EQ(find_columns(WorkloadView::notebooks, {"RSS", "Temperature"}),
            (std::vector{ColumnId::rss, ColumnId::temp}));
  const auto failed = find_columns(WorkloadView::notebooks, {"tempp"});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault, Fault::usage);
  for (const auto* part : {"'tempp'", "mean temp?", "process_name, type"}) {
    EXPECT_NE(failed.error().message.find(part), std::string::npos) << failed.error().message;
  }
  EXPECT_FALSE(find_columns(WorkloadView::plain, {"pid"}));
}

TEST(WorkloadTable, WhatADeviceDoesNotSupportIsMissingInExactlyThoseCells) {
  auto snapshot = notebook_snapshot();
  auto& readings = snapshot.devices[7].readings;
  for (const auto metric : {Metric::fan_speed, Metric::gpu_utilization, Metric::power_draw,
                            Metric::power_limit, Metric::temperature}) {
    readings[metric] = Missing::not_supported;
  }
  const auto table = make_workload_table(snapshot, everything_of(WorkloadView::devices));
  std::set<ColumnId> found;
  const auto& row = table.groups.back().rows.back();
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i].text == "N/A") found.insert(table.columns[i].column->id);
  }
  EXPECT_EQ(found, (std::set{ColumnId::util, ColumnId::temp, ColumnId::power, ColumnId::fan}));
}

TEST(WorkloadTable, MissingIsNeverZeroAndNeverADash) {
  for (const auto& snapshot : {fixture::unknown_snapshot(), fixture::sick_snapshot(), Snapshot{}}) {
    for (const auto view : {WorkloadView::notebooks, WorkloadView::devices, WorkloadView::plain}) {
      for (const auto& group : make_workload_table(snapshot, everything_of(view)).groups) {
        for (const auto& row : group.rows) {
          for (const auto& cell : row) {
            EXPECT_NE(cell.text, "-");
            if (cell.missing) {
              EXPECT_FALSE(cell.text.empty() || cell.text.starts_with("0")) << cell.text;
            }
          }
        }
      }
    }
  }
}

TEST(WorkloadTable, KeysSortAndTheOrderStaysWhatTheNumbersDo) {
  auto snapshot = notebook_snapshot();
  const auto names_by = [&](WorkloadSort sort) {
    auto options = options_of(WorkloadView::notebooks);
    options.choice.sort = sort;
    options.choice.filter.unwanted_types = {"zombie", "outside"};
    auto names = column(make_workload_table(snapshot, options), ColumnId::process_name);
    std::erase(names, "");
    return names;
  };
  EXPECT_EQ(names_by(WorkloadSort::memory).front(), "train.py");
  EXPECT_EQ(names_by(WorkloadSort::name).front(), "analysis (guess)");
  EXPECT_EQ(names_by(WorkloadSort::pid).front(), "train.ipynb");
  EXPECT_EQ(names_by(WorkloadSort::time).front(), "analysis (guess)");
  EXPECT_EQ(names_by(WorkloadSort::gpu).front(), "train.ipynb");
  EXPECT_EQ(names_by(WorkloadSort::utilization).front(), "train.ipynb");
  const auto usual = names_by(WorkloadSort::usual);
  for (auto& process : snapshot.processes) {
    process.readings[Metric::cpu_usage] = static_cast<double>(process.pid % 7);
    for (auto& use : process.uses) use.readings[Metric::gpu_memory] = 1.0;
  }
  EXPECT_EQ(names_by(WorkloadSort::usual), usual);
  std::reverse(snapshot.workloads.begin(), snapshot.workloads.end());
  EXPECT_EQ(names_by(WorkloadSort::usual), usual);
}

TEST(WorkloadTable, FitsByShrinkingTextsAndLeavingOutWhatMattersLeast) {
  const auto whole = make_workload_table(notebook_snapshot(), options_of(WorkloadView::notebooks));
  for (int width = 60; width < width_of(whole) + 5; ++width) {
    auto table = whole;
    fit(table, width);
    EXPECT_LE(width_of(table), width);
    EXPECT_EQ(table.columns.size() + table.left_out.size(), whole.columns.size());
    EXPECT_EQ(table.columns.front().column->id, ColumnId::process_name);
    for (const auto& group : table.groups) {
      for (const auto& row : group.rows) EXPECT_EQ(row.size(), table.columns.size());
    }
  }
  auto options = options_of(WorkloadView::notebooks);
  options.show = {ColumnId::temp};
  auto table = make_workload_table(notebook_snapshot(), options);
  fit(table, 80);
  EXPECT_FALSE(column(table, ColumnId::temp).empty());
}

TEST(WorkloadTable, CountsKernelsAndDevices) {
  const auto counts = count_workloads(notebook_snapshot());
  EXPECT_EQ(counts.kernels, 3U);
  EXPECT_EQ(counts.used_devices, 7U);
  EXPECT_EQ(counts.devices, 8U);
  EXPECT_EQ(count_workloads(fixture::mig_snapshot()).devices, 3U);
}

TEST(WorkloadTable, WhomADriverMayNotNameIsNotNobody) {
  auto snapshot = fixture::idle_snapshot();
  auto& device = snapshot.devices.front();
  device.processes_complete = true;
  EXPECT_EQ(count_workloads(snapshot).doubtful_devices, 0U);
  for (const Known<bool>& said : {Known<bool>{Missing::timed_out}, Known<bool>{false}}) {
    device.processes_complete = said;
    EXPECT_EQ(count_workloads(snapshot).doubtful_devices, 1U);
    const auto table = make_workload_table(snapshot, options_of(WorkloadView::devices));
    EXPECT_EQ(column(table, ColumnId::process_name).front(),
              said.is_known() ? "none visible" : "unknown");
    const auto& told =
        said.is_known() ? write_partial_lists(snapshot) : write_process_gaps(snapshot);
    EXPECT_EQ(told, said.is_known() ? "GPU 0 may not name all processes."
                                    : "Processes are unknown for GPU 0 (timeout).");
  }
}

TEST(WorkloadCells, StateSaysSinceWhen) {
  EXPECT_EQ(write_age(59.9), "59s");
  EXPECT_EQ(write_age(3599), "59m");
  EXPECT_EQ(write_age(9 * 3600.0 + 5), "9h");
  EXPECT_EQ(write_age(72 * 3600.0), "3d");
  EXPECT_EQ(write_age(-5), "0s");
  const auto options = options_of(WorkloadView::notebooks, Verbosity::everything);
  const auto states = column(make_workload_table(notebook_snapshot(), options), ColumnId::state);
  for (const auto* state : {"busy", "idle 9h", "orphan"}) {
    EXPECT_NE(std::find(states.begin(), states.end(), state), states.end()) << state;
  }
}

TEST(WorkloadCells, PythonParentIsBlankWhereTheParentIsNone) {
  auto options = options_of(WorkloadView::notebooks);
  options.show = {ColumnId::python_ppid, ColumnId::host_pid, ColumnId::kernel_id};
  options.choice.filter.pattern = *PathPattern::parse("project/");
  auto snapshot = notebook_snapshot();
  auto table = make_workload_table(snapshot, options);
  EXPECT_EQ(column(table, ColumnId::python_ppid), (Texts{"", "", "4101"}));
  EXPECT_EQ(column(table, ColumnId::host_pid), (Texts{"4101", "4101", "4177"}));
  EXPECT_EQ(column(table, ColumnId::kernel_id), (Texts{"5c2f8d31", "5c2f8d31", "5c2f8d31"}));
  snapshot.host.initial_pid_namespace = false;
  table = make_workload_table(snapshot, options);
  EXPECT_EQ(column(table, ColumnId::host_pid), (Texts{"hidden", "hidden", "hidden"}));
}

TEST(WorkloadCells, ADeviceThatDoesNotAnswerHasUnknownProcesses) {
  auto options = options_of(WorkloadView::devices);
  options.show = {ColumnId::power};
  auto snapshot = fixture::sick_snapshot();
  snapshot.devices[0].readings[Metric::power_draw] = 63.0;
  const auto table = make_workload_table(snapshot, options);
  const auto names = column(table, ColumnId::process_name);
  EXPECT_EQ(Texts(names.end() - 2, names.end()), (Texts{"unknown", "unknown"}));
  EXPECT_EQ(column(table, ColumnId::power).front(), "63W/perm");
  EXPECT_EQ(column(table, ColumnId::util)[3], "LOST");
}

TEST(WorkloadCells, BarsAndThresholds) {
  auto options = options_of(WorkloadView::plain);
  options.cells.has_bars = true;
  const auto table = make_workload_table(notebook_snapshot(), options);
  EXPECT_EQ(column(table, ColumnId::util)[5], "█      20%");
  EXPECT_EQ(column(table, ColumnId::util)[4], "██▎    45%");
  const auto role = [&](std::size_t gpu) { return table.groups[gpu].rows[0][1].role; };
  EXPECT_EQ(role(0), CellRole::heavy);
  EXPECT_EQ(role(4), CellRole::moderate);
  EXPECT_EQ(role(5), CellRole::light);
}

TEST(UtilizationHistory, MeanOfTheLastSamplesBlankUntilTwo) {
  auto snapshot = notebook_snapshot();
  UtilizationHistory history;
  auto options = options_of(WorkloadView::plain);
  options.show = {ColumnId::util_ma};
  options.cells.history = &history;
  options.cells.window = 3;
  const auto text = [&] {
    return column(make_workload_table(snapshot, options), ColumnId::util_ma).front();
  };
  const auto uuid = snapshot.devices.front().uuid.value();
  EXPECT_EQ(text(), "");
  for (const double load : {0.9, 0.1, 0.2, 0.6}) {
    snapshot.devices.front().readings[Metric::gpu_utilization] = load;
    history.add(snapshot);
    if (load == 0.9) {
      EXPECT_EQ(text(), "");
    }
  }
  EXPECT_EQ(text(), "30%");
  EXPECT_DOUBLE_EQ(history.mean(uuid, 2).value(), 0.4);
  EXPECT_DOUBLE_EQ(history.mean(uuid, 100).value(), 0.45);
  history.add(Snapshot{});
  EXPECT_EQ(history.mean(uuid, 2), Missing::no_data);
}

}  // namespace
}  // namespace gander::text
