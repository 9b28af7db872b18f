// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments_test.hpp"

#include <gtest/gtest.h>

namespace gander::cli {
namespace {

StatusArguments parse_status(std::vector<const char*> words) {
  return parse_as<StatusArguments>(std::move(words));
}

TEST(Arguments, nothing_is_status) { EXPECT_EQ(parse_status({}).form, StatusForm::page); }

TEST(Arguments, status_options_also_stand_on_plain_gander) {
  for (const auto& words :
       std::vector<std::vector<const char*>>{{"-o", "0", "3:1", "--json"},
                                             {"status", "-o", "0,3:1", "--json"},
                                             {"-o", "0", "3:1", "status", "--json"}}) {
    const auto status = parse_status(words);
    EXPECT_EQ(status.form, StatusForm::json);
    ASSERT_TRUE(status.only);
    EXPECT_EQ(*status.only, (std::vector<DeviceIndex>{{0, {}}, {3, 1}}));
  }
}

TEST(Arguments, ov_is_one_option) {
  EXPECT_TRUE(parse_status({"-ov"}).only_visible);
  EXPECT_TRUE(parse_status({"--only-visible"}).only_visible);
}

TEST(Arguments, user_alone_is_present_and_empty) {
  EXPECT_FALSE(parse_status({}).users);
  EXPECT_TRUE(parse_status({"-u"}).users->empty());
  EXPECT_EQ(parse_status({"-u", "ada", "bob"}).users, (std::vector<std::string>{"ada", "bob"}));
}

TEST(Arguments, process_filters) {
  const auto status = parse_status({"-c", "-C", "-g", "-G", "-p", "1", "22"});
  EXPECT_TRUE(status.compute && status.only_compute && status.graphics && status.only_graphics);
  EXPECT_EQ(status.pids, (std::vector<Pid>{1, 22}));
}

TEST(Arguments, thresholds) {
  const auto status = parse_status({"--gpu-util-thresh", "20", "60"});
  EXPECT_EQ(status.gpu_thresholds, (Percentages{20, 60}));
  EXPECT_FALSE(status.memory_thresholds);
  // On purpose not as nvitop, which sorts them.
  expect_usage_error({"--gpu-util-thresh", "60", "60"}, "must be below");
  expect_usage_error({"--gpu-util-thresh", "90", "10"}, "must be below");
  expect_usage_error({"notebooks", "--gpu-util-thresh", "90", "10"}, "must be below");
  expect_usage_error({"--mem-util-thresh", "0", "60"}, "--mem-util-thresh");
  expect_usage_error({"--mem-util-thresh", "5"}, "--mem-util-thresh");
}

TEST(Arguments, accepts_the_options_of_other_monitors) {
  const auto once = parse_status({"-1", "--colorful", "--light", "--readonly"});
  EXPECT_EQ(once.monitor, MonitorWish::no);
  EXPECT_EQ(once.screen.theme, "light");
  EXPECT_TRUE(once.screen.readonly);
  EXPECT_EQ(parse_status({"-m"}).monitor, MonitorWish::asked);
  EXPECT_EQ(parse_status({"-m", "full"}).screen.mode, "full");
  EXPECT_EQ(parse_status({"status", "-m"}).monitor, MonitorWish::asked);
  expect_usage_error({"-m", "huge"}, "huge");
  expect_usage_error({"-m", "-1"}, "excludes");
  expect_usage_error({"--window", "nan"}, "seconds");
  expect_usage_error({"--interval", "0.05"}, "0.1");
}

TEST(Arguments, the_monitor_is_for_those_who_ask_for_nothing_that_is_printed) {
  EXPECT_EQ(parse_status({}).monitor, MonitorWish::maybe);
  EXPECT_EQ(parse_status({"-o", "0", "-u"}).monitor, MonitorWish::maybe);
  EXPECT_EQ(parse_status({"top"}).monitor, MonitorWish::asked);
  EXPECT_EQ(parse_status({"-o", "0", "top", "-u", "ada"}).monitor, MonitorWish::asked);
  EXPECT_EQ(parse_status({"top", "-o", "0", "1"}).only->size(), 2U);
  for (const auto& words : std::vector<std::vector<const char*>>{{"status"},
                                                                 {"-1"},
                                                                 {"--json"},
                                                                 {"--csv"},
                                                                 {"--detail"},
                                                                 {"--topology"},
                                                                 {"--columns", "index"},
                                                                 {"--watch", "1"},
                                                                 {"--window", "1"},
                                                                 {"top", "-1"}}) {
    EXPECT_EQ(parse_status(words).monitor, MonitorWish::no) << words.front();
  }
  expect_usage_error({"-m", "--json"}, "excludes");
  expect_usage_error({"-m", "--watch", "1"}, "--watch");
  expect_usage_error({"top", "--json"}, "--json");
  EXPECT_EQ(parse_status({"top", "--interval", "0.5"}).screen.interval, 0.5);
  EXPECT_FALSE(parse_status({"top"}).screen.interval);
  EXPECT_TRUE(parse_status({"top", "--no-last"}).screen.no_last);
}

TEST(Arguments, config_has_a_path_or_an_explanation) {
  EXPECT_TRUE(std::get<ConfigArguments>(parse({"config", "--path"})).path);
  EXPECT_FALSE(std::get<ConfigArguments>(parse({"config", "--explain"})).path);
  expect_usage_error({"config", "--path", "--explain"}, "excludes");
  expect_usage_error({"-o", "0", "config"}, "belongs to");
}

TEST(Arguments, one_form_at_a_time) {
  EXPECT_EQ(parse_status({"--detail"}).form, StatusForm::detail);
  EXPECT_EQ(parse_status({"status", "--topology"}).form, StatusForm::topology);
  expect_usage_error({"--detail", "--json"}, "--json: excludes --detail");
  expect_usage_error({"--csv", "--topology"}, "excludes");
  expect_usage_error({"--json", "--columns", "index"}, "--columns: excludes --json");
}

TEST(Arguments, csv_has_rows_of_devices_unless_told_otherwise) {
  EXPECT_EQ(parse_status({"--csv"}).rows, RowKind::devices);
  EXPECT_EQ(parse_status({"--csv"}).columns.front().name, "index");
  EXPECT_EQ(parse_status({"--csv=processes"}).rows, RowKind::processes);
  EXPECT_EQ(parse_status({"--csv", "status", "-o", "0"}).form, StatusForm::csv);
  EXPECT_EQ(parse_status({"--csv", "--watch", "2"}).columns.front().name, "time");
  expect_usage_error({"--csv=fans"}, "fans");
}

TEST(Arguments, columns_are_names_of_devices_or_of_processes) {
  const auto devices = parse_status({"--columns", "index,power_draw"});
  EXPECT_EQ(devices.form, StatusForm::table);
  EXPECT_EQ(devices.columns.size(), 2U);
  EXPECT_EQ(parse_status({"--columns", "pid", "user", "io_read_total"}).rows, RowKind::processes);
  EXPECT_EQ(parse_status({"--csv", "--columns", "index"}).form, StatusForm::csv);
  expect_usage_error({"--columns", "power_darw"}, "did you mean power_draw?");
  expect_usage_error({"--csv=processes", "--columns", "power_draw"},
                     "'power_draw' is a column of devices");
  expect_usage_error({"--columns", "index,power_draw,pid"}, "'pid' is a column of processes");
  expect_usage_error({"--columns", "pid,user,power_darw"}, "no column 'power_darw'");
  expect_usage_error({"--columns", "cpu_utilization"}, "is a number of the host");
  expect_usage_error({"--columns", "pid,cpu_utilization"}, "is a number of the host");
  EXPECT_EQ(parse_status({"--columns", "time,pid"}).rows, RowKind::processes);
}

TEST(Arguments, the_examples_of_a_log_tell_the_looks_apart) {
  const auto help = std::get<Reply>(parse({"status", "--help"})).text;
  EXPECT_NE(help.find("--watch 5 --csv --columns time,index,power_draw"), std::string::npos);
}

TEST(Arguments, watch_needs_an_interval_it_can_keep) {
  EXPECT_FALSE(parse_status({}).watch);
  EXPECT_EQ(parse_status({"--watch", "0.1"}).watch, 0.1);
  expect_usage_error({"--watch", "0.05"}, "0.1");
  expect_usage_error({"--watch", "nan"}, "seconds");
  expect_usage_error({"--watch", "1", "--window", "1"}, "excludes");
}

TEST(Arguments, metrics) {
  const auto all = std::get<MetricsArguments>(parse({"metrics", "--json"}));
  EXPECT_TRUE(all.json);
  EXPECT_FALSE(all.is_chosen);
  EXPECT_EQ(all.metrics.size(), metric_count);
  const auto some = std::get<MetricsArguments>(parse({"metrics", "fan", "power_draw"}));
  EXPECT_TRUE(some.is_chosen);
  EXPECT_EQ(some.metrics.front(), Metric::power_draw);
  expect_usage_error({"metrics", "temprature"}, "did you mean temperature?");
  expect_usage_error({"-o", "0", "metrics"}, "belongs to");
}

TEST(Arguments, doctor_tells_costs_where_asked) {
  EXPECT_TRUE(std::get<DoctorArguments>(parse({"doctor", "--json"})).json);
  const auto cost = std::get<CostArguments>(parse({"doctor", "--cost", "--json"}));
  EXPECT_TRUE(cost.json);
  EXPECT_EQ(cost.seconds, 30U) << "the rarest numbers are read every 30 s";
  EXPECT_EQ(std::get<CostArguments>(parse({"doctor", "--cost", "--seconds", "7"})).seconds, 7U);
  expect_usage_error({"doctor", "--cost", "--seconds", "0"}, "--seconds");
  expect_usage_error({"doctor", "--seconds", "5"}, "--cost");
}

TEST(Arguments, mistakes_are_one_line) {
  expect_usage_error({"--no-such-option"}, "--no-such-option");
  expect_usage_error({"-o", "-1"}, "");
  expect_usage_error({"-o", "x"}, "'x' is not a device index");
  expect_usage_error({"-p", "0"}, "");
  expect_usage_error({"--json", "doctor"}, "belongs to");
  expect_usage_error({"--", "true"}, "gander sim");
  expect_usage_error({"sim"}, "MACHINE");
  expect_usage_error({"--window", "-1"}, "--window");
}

TEST(Arguments, sim_record) {
  const auto plain = std::get<SimRecordArguments>(parse({"sim", "record", "ours.toml"}));
  EXPECT_EQ(plain.file, "ours.toml");
  EXPECT_FALSE(plain.keep_names);
  EXPECT_FALSE(plain.force);
  EXPECT_EQ(plain.seconds, 1);
  const auto all = std::get<SimRecordArguments>(
      parse({"sim", "record", "-", "--keep-names", "--force", "--seconds", "0.5"}));
  EXPECT_EQ(all.file, "-");
  EXPECT_TRUE(all.keep_names);
  EXPECT_TRUE(all.force);
  EXPECT_EQ(all.seconds, 0.5);
  expect_usage_error({"sim", "record"}, "file");
  expect_usage_error({"sim", "record", "x.toml", "--seconds", "-1"}, "--seconds");
}

TEST(Arguments, sim) {
  const auto run = std::get<SimRunArguments>(parse({"sim", "h100x8", "--", "gander", "--json"}));
  EXPECT_EQ(run.machine, "h100x8");
  EXPECT_EQ(run.command, (std::vector<std::string>{"gander", "--json"}));
  EXPECT_TRUE(std::get<SimListArguments>(parse({"sim", "ls", "--json"})).json);
  EXPECT_EQ(std::get<SimSetArguments>(parse({"sim", "set", "gpu3.lost=true"})).assignments.size(),
            1U);
  const auto hold = std::get<SimHoldArguments>(
      parse({"sim", "hold", "--gpu", "1", "--memory", "2GiB", "--", "sleep", "1"}));
  EXPECT_EQ(hold.gpu, "1");
  EXPECT_EQ(hold.command.size(), 2U);
  expect_usage_error({"sim", "hold", "--gpu", "1", "--memory", "2GiB"}, "needs either");
}

TEST(Arguments, options_behind_a_machine_are_answered_with_what_was_meant) {
  expect_usage_error({"sim", "laptop", "--json"},
                     "--json; did you mean: gander sim laptop -- gander --json");
  expect_usage_error({"sim", "laptop", "doctor", "--json"},
                     "gander sim laptop -- gander doctor --json");
  expect_usage_error({"sim", "laptop", "gander", "--json"}, "gander sim laptop -- gander --json");
  expect_usage_error({"sim", "ls", "--what"}, "--what");
}

TEST(Arguments, help_and_version) {
  const auto help = std::get<Reply>(parse({"--help"}));
  EXPECT_EQ(help.exit_code, ExitCode::fine);
  EXPECT_NE(help.text.find("Examples:"), std::string::npos);
  EXPECT_NE(help.text.find("--monitor"), std::string::npos);
  EXPECT_EQ(std::get<Reply>(parse({"status", "--help"})).text.find("--monitor"), std::string::npos)
      << "help of what is printed once names the screen";
  EXPECT_NE(std::get<Reply>(parse({"doctor", "--help"})).text.find("doctor"), std::string::npos);
  EXPECT_EQ(std::get<Reply>(parse({"-V"})).text.rfind("gander ", 0), 0U);
}

}  // namespace
}  // namespace gander::cli
