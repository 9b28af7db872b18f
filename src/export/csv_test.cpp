// SPDX-License-Identifier: Apache-2.0
#include "export/csv.hpp"

#include <algorithm>

#include "export/fields.hpp"
#include "export/page_test.hpp"
#include "tests/golden/golden.hpp"

namespace gander {
namespace {

using namespace page_test;

Columns named(RowKind kind, const std::vector<std::string>& names) {
  auto columns = find_columns(kind, names);
  EXPECT_TRUE(columns) << columns.error().message;
  return columns.value_or(Columns{});
}

/// A reader of RFC 4180, written for this test.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows{{""}};
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto& field = rows.back().back();
    if (is_quoted) {
      if (text[i] != '"') {
        field += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        field += text[++i];
      } else {
        is_quoted = false;
      }
    } else if (text[i] == '"') {
      is_quoted = true;
    } else if (text[i] == ',') {
      rows.back().emplace_back();
    } else if (text[i] == '\n') {
      rows.push_back({""});
    } else {
      field += text[i];
    }
  }
  rows.pop_back();
  return rows;
}

TEST(Csv, LooksAsAgreed) {
  for (const auto& [name, snapshot] : machines()) {
    for (const auto kind : {RowKind::devices, RowKind::processes}) {
      const auto columns = usual_columns(kind);
      const std::string word = kind == RowKind::devices ? "devices" : "processes";
      expect_golden("csv_" + name + "_" + word + ".csv",
                    write_csv_header(columns) + write_csv_rows(snapshot, kind, columns));
    }
  }
}

TEST(Csv, NoTextIsAFormula) {
  auto snapshot = fixture::sample_snapshot();
  std::erase_if(snapshot.processes, [](const Process& process) { return process.uses.empty(); });
  auto& process = snapshot.processes.front();
  const auto columns = named(RowKind::processes, {"user", "command", "cpu_usage"});
  for (const char* text : {"=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"x\",\"y\")"}) {
    process.user = std::string{text};
    process.command = std::vector<std::string>{text};
    // A number is none, whatever it begins with.
    process.readings[Metric::cpu_usage] = -1.5;
    const auto rows = read_csv(write_csv_rows(snapshot, RowKind::processes, columns));
    ASSERT_EQ(rows.front().size(), 3U);
    EXPECT_EQ(rows.front()[0], "'" + std::string{text});
    EXPECT_EQ(rows.front()[1].find_first_of("=+-@"), 1U) << rows.front()[1];
    EXPECT_EQ(rows.front()[2], "-1.5");
  }
}

TEST(Csv, TheOwnerIsThatOfThePicture) {
  auto snapshot = fixture::idle_snapshot();
  auto process = fixture::make_process(2001, "alice", {"python3"});
  process.owners = {{OwnerKind::user, "alice", "uid", Certainty::certain},
                    {OwnerKind::slurm_job, "48213", "cgroup", Certainty::certain}};
  process.uses = {fixture::make_use(fixture::uuid_of(0), 1.0, 0.5)};
  snapshot.processes = {process};
  const auto columns = named(RowKind::processes, {"pid", "owner"});
  EXPECT_EQ(write_csv_rows(snapshot, RowKind::processes, columns), "2001,job 48213\n");
}

TEST(Csv, AGpuHasNoParentAndAResetIsNoLoss) {
  auto snapshot = fixture::idle_snapshot();
  snapshot.devices[0].state = DeviceState::reset_required;
  snapshot.devices[0].readings.fill(Missing::device_lost);
  const auto columns = named(RowKind::devices, {"index", "parent", "state", "temperature"});
  const auto page = write_table(snapshot, RowKind::devices, columns, {});
  EXPECT_EQ(page.find("no data"), std::string::npos) << page;
  EXPECT_EQ(page.find("LOST"), std::string::npos) << page;
  EXPECT_NE(page.find("RESET"), std::string::npos) << page;
  EXPECT_NE(page.find("must be reset"), std::string::npos) << page;
}

TEST(Csv, EveryRowHasEveryColumnWhateverTheTextsHold) {
  for (const auto& [name, snapshot] : machines()) {
    for (const auto kind : {RowKind::devices, RowKind::processes}) {
      const auto& columns = all_columns(kind);
      const auto text = write_csv_header(columns) + write_csv_rows(snapshot, kind, columns);
      const auto rows = read_csv(text);
      for (const auto& row : rows) EXPECT_EQ(row.size(), columns.size()) << name;
      EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), rows.size());
      EXPECT_EQ(text.find_first_of("\x1b\x07\r\x7f"), std::string::npos) << name;
      if (kind == RowKind::devices) {
        EXPECT_EQ(rows.size(), snapshot.devices.size() + 1);
      }
    }
  }
}

TEST(Csv, NumbersStandInBaseUnitsAndUnknownIsEmpty) {
  const auto columns = named(RowKind::devices, {"index", "power_limit", "fan_speed", "parent"});
  EXPECT_EQ(write_csv_rows(fixture::idle_snapshot(), RowKind::devices, columns), "0,700,,\n");
  const auto lone = named(RowKind::devices, {"fan_speed"});
  EXPECT_EQ(write_csv_rows(fixture::idle_snapshot(), RowKind::devices, lone), "\"\"\n");
}

TEST(Csv, TextIsQuotedWhereItMustBe) {
  auto snapshot = fixture::idle_snapshot();
  const auto columns = named(RowKind::devices, {"name", "index"});
  const auto row = [&](std::string name) {
    snapshot.devices.front().name = std::move(name);
    return write_csv_rows(snapshot, RowKind::devices, columns);
  };
  EXPECT_EQ(row("plain words"), "plain words,0\n");
  EXPECT_EQ(row("a,b"), "\"a,b\",0\n");
  EXPECT_EQ(row("say \"hi\""), "\"say \"\"hi\"\"\",0\n");
  EXPECT_EQ(row(" edge"), "\" edge\",0\n");
  EXPECT_EQ(row("two\nlines"), "two␊lines,0\n");
}

TEST(Csv, TheColumnsAreThoseOfJson) {
  const auto& columns = all_columns(RowKind::devices);
  const auto fields = fields_of(fixture::idle_snapshot(), fixture::make_gpu(0, 0, 0));
  ASSERT_EQ(columns.size(), fields.size());
  for (std::size_t i = 0; i < columns.size(); ++i) EXPECT_EQ(columns[i].name, fields[i].name);
  for (const auto& row : rows_of(Scope::device)) named(RowKind::devices, {std::string{row.name}});
  for (const auto scope : {Scope::use, Scope::process}) {
    for (const auto* row = rows_of(scope).begin(); row != rows_of(scope).end(); ++row) {
      named(RowKind::processes, {std::string{row->name}});
    }
  }
  named(RowKind::devices, {"fabric_state", "cpu_affinity", "clock_limits", "time"});
  EXPECT_EQ(usual_columns(RowKind::devices).front().name, "index");
}

TEST(Csv, WhatIsDearMustBeNamed) {
  for (const auto kind : {RowKind::devices, RowKind::processes}) {
    for (const auto& column : usual_columns(kind)) {
      const bool is_dear = column.metric && row_of(*column.metric).cost == Cost::on_demand;
      EXPECT_FALSE(is_dear) << column.name;
    }
  }
}

TEST(Csv, AUserWithoutANameIsANumber) {
  Process process;
  process.uid = 20001U;
  const auto user_of = [&] {
    for (const auto& field : fields_of(Snapshot{}, process, Use{})) {
      if (field.name == "user") return field.text;
    }
    return Known<std::string>{};
  };
  EXPECT_EQ(user_of(), Known<std::string>{"20001"});
  process.user = std::string{"alice"};
  EXPECT_EQ(user_of(), Known<std::string>{"alice"});
}

TEST(Csv, AMisspelledColumnIsAnsweredWithTheNearest) {
  const auto columns = find_columns(RowKind::devices, {"index", "power_darw"});
  ASSERT_FALSE(columns);
  EXPECT_EQ(columns.error().fault, Fault::usage);
  EXPECT_NE(columns.error().message.find("did you mean power_draw?"), std::string::npos);
  EXPECT_NE(find_columns(RowKind::devices, {"zzz"}).error().message.find("gander metrics"),
            std::string::npos);
}

TEST(Csv, AColumnOfOtherRowsIsNamedAsSuch) {
  const auto complaint_of = [](RowKind kind, const std::vector<std::string>& names) {
    const auto columns = find_columns(kind, names);
    EXPECT_FALSE(columns);
    return columns ? std::string{} : columns.error().message;
  };
  EXPECT_EQ(complaint_of(RowKind::devices, {"index", "power_draw", "pid"}),
            "'pid' is a column of processes, 'index' one of devices; rows have columns of one kind "
            "(a process's device is device_index)");
  EXPECT_EQ(complaint_of(RowKind::processes, {"index", "pid"}),
            "'index' is a column of devices, 'pid' one of processes; rows have columns of one kind "
            "(a process's device is device_index)");
  EXPECT_EQ(complaint_of(RowKind::processes, {"power_draw"}),
            "'power_draw' is a column of devices, and these are rows of processes");
  EXPECT_EQ(complaint_of(RowKind::devices, {"pid"}),
            "'pid' is a column of processes, and these are rows of devices");
  EXPECT_EQ(complaint_of(RowKind::devices, {"uuid", "cpu_utilization"}),
            "'cpu_utilization' is a number of the host, which has no rows; --json has it");
  EXPECT_EQ(complaint_of(RowKind::devices, {"fan_unit_speed"}),
            "'fan_unit_speed' is a number of a fan, which has no rows; --json has it");
}

TEST(Table, LooksAsAgreed) {
  const auto columns = named(
      RowKind::devices, {"index", "name", "gpu_utilization", "memory_used", "fan_speed", "uuid"});
  for (const auto& [name, snapshot] : machines()) {
    const auto page = write_table(snapshot, RowKind::devices, columns, plain);
    expect_golden("table_" + name + ".txt", page);
    expect_sound(page, 200, name);
    expect_ascii(write_table(snapshot, RowKind::devices, columns, ascii));
  }
  const auto uses = named(RowKind::processes, {"device_index", "pid", "user", "gpu_memory",
                                               "io_read_total", "command"});
  expect_golden("table_full_processes.txt",
                write_table(fixture::furnished_snapshot(), RowKind::processes, uses, plain));
}

}  // namespace
}  // namespace gander
