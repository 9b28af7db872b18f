// SPDX-License-Identifier: Apache-2.0
// The host's numbers on a machine of our own making, and once on the one we run on.
#include <gtest/gtest.h>

#include <filesystem>

#include "host/fake_proc.hpp"
#include "host/process_table.hpp"

namespace gander::host {
namespace {

using namespace std::chrono_literals;

TEST(HostReader, reads_memory_load_and_uptime) {
  const FakeProc proc;
  proc.write("/proc/meminfo",
             "MemTotal: 1000 kB\nMemAvailable: 400 kB\nSwapTotal: 100 kB\nSwapFree: 75 kB\n");
  proc.write("/proc/loadavg", "0.5 1.5 2.5 1/2 3\n");
  proc.write("/proc/sys/kernel/hostname", "node7\n");
  proc.write("/proc/sys/kernel/osrelease", "6.1.0\n");
  const os::ManualClock clock;
  const auto host = HostReader{proc.root(), clock}.look();
  EXPECT_EQ(host.readings[Metric::host_memory_used], Reading{600 * 1024.0});
  EXPECT_EQ(host.readings[Metric::host_memory_available], Reading{400 * 1024.0});
  EXPECT_EQ(host.readings[Metric::swap_used], Reading{25 * 1024.0});
  EXPECT_EQ(host.readings[Metric::load_5m], Reading{1.5});
  EXPECT_EQ(host.readings[Metric::uptime], Reading{1000.0});
  EXPECT_EQ(host.name, Known<std::string>{"node7"});
  EXPECT_EQ(host.kernel, Known<std::string>{"6.1.0"});
}

TEST(HostReader, utilization_is_since_boot_then_since_the_look_before) {
  const FakeProc proc;
  const os::ManualClock clock;
  HostReader reader{proc.root(), clock};
  proc.write("/proc/stat", "cpu 100 0 0 100 0 0 0 0 0 0\ncpu0 1\ncpu1 1\n");
  EXPECT_EQ(reader.look().readings[Metric::cpu_utilization], Reading{0.5});
  proc.write("/proc/stat", "cpu 130 0 0 170 0 0 0 0 0 0\ncpu0 1\ncpu1 1\n");
  const auto host = reader.look();
  EXPECT_EQ(host.readings[Metric::cpu_utilization], Reading{0.3});
  EXPECT_EQ(host.readings[Metric::cpu_count], Reading{2.0});
  EXPECT_EQ(reader.look().readings[Metric::cpu_utilization], Reading{0.3});
  proc.write("/proc/stat", "cpu 10 0 0 10 0 0 0 0 0 0\ncpu0 1\n");
  EXPECT_EQ(reader.look().readings[Metric::cpu_utilization], Reading{0.3});
  proc.write("/proc/stat", "cpu 11 0 0 11 0 0 0 0 0 0\ncpu0 1\n");
  EXPECT_EQ(reader.look().readings[Metric::cpu_utilization], Reading{0.5});
}

TEST(HostReader, who_looks_again_and_again_gets_no_mean_since_boot) {
  const FakeProc proc;
  const os::ManualClock clock;
  HostReader reader{proc.root(), clock};
  reader.forgo_mean_since_boot();
  proc.write("/proc/stat", "cpu 100 0 0 100 0 0 0 0 0 0\ncpu0 1\n");
  EXPECT_EQ(reader.look().readings[Metric::cpu_utilization], Reading{Missing::no_data});
  proc.write("/proc/stat", "cpu 130 0 0 170 0 0 0 0 0 0\ncpu0 1\n");
  EXPECT_EQ(reader.look().readings[Metric::cpu_utilization], Reading{0.3});
}

TEST(HostReader, what_is_not_there_has_a_reason) {
  const FakeProc proc;
  const os::ManualClock clock;
  const auto host = HostReader{proc.root(), clock}.look();
  for (const auto& row : rows_of(Scope::host)) {
    if (row.id == Metric::uptime) continue;
    EXPECT_EQ(host.readings[row.id], Reading{Missing::no_data}) << row.name;
  }
  EXPECT_FALSE(host.name.is_known());
  EXPECT_FALSE(host.initial_pid_namespace.is_known());
  EXPECT_EQ(host.container, Known<std::string>{Missing::no_data});
  proc.write("/proc/meminfo", "MemTotal: 4 kB\n");
  const auto old = HostReader{proc.root(), clock}.look();
  EXPECT_EQ(old.readings[Metric::host_memory_total], Reading{4096.0});
  EXPECT_EQ(old.readings[Metric::host_memory_used], Reading{Missing::not_supported});
}

TEST(HostReader, knows_the_first_pid_namespace) {
  const FakeProc proc;
  const os::ManualClock clock;
  const auto look = [&] { return HostReader{proc.root(), clock}.look().initial_pid_namespace; };
  proc.add({.pid = 2, .parent = 0, .name = "kthreadd"});
  EXPECT_EQ(look(), Known<bool>{true});
  const auto folder = proc.folder() / "proc/self/ns";
  std::filesystem::create_directories(folder);
  std::filesystem::create_symlink("pid:[4026532000]", folder / "pid");
  EXPECT_EQ(look(), Known<bool>{false});
  std::filesystem::remove(folder / "pid");
  std::filesystem::create_symlink("pid:[4026531836]", folder / "pid");
  EXPECT_EQ(look(), Known<bool>{true});
}

TEST(HostReader, names_the_kind_of_container) {
  const os::ManualClock clock;
  const auto kind = [&](std::string_view file, std::string_view text) {
    const FakeProc proc;
    proc.write(file, text);
    return HostReader{proc.root(), clock}.look().container;
  };
  EXPECT_EQ(kind("/.dockerenv", ""), Known<std::string>{"docker"});
  EXPECT_EQ(kind("/run/.containerenv", ""), Known<std::string>{"podman"});
  EXPECT_EQ(kind("/run/systemd/container", "systemd-nspawn\n"),
            Known<std::string>{"systemd-nspawn"});
  EXPECT_EQ(kind("/proc/self/cgroup", "0::/kubepods/burstable/pod1/2\n"),
            Known<std::string>{"kubernetes"});
  EXPECT_EQ(kind("/proc/self/cgroup", "3:memory:/lxc/web\n"), Known<std::string>{"lxc"});
}

TEST(HostReaderOnTheMachine, gives_sane_numbers) {
  const auto host = HostReader{os::Root{}, os::system_clock()}.look();
  EXPECT_TRUE(host.name.is_known());
  EXPECT_TRUE(host.initial_pid_namespace.is_known());
  EXPECT_GE(host.readings[Metric::cpu_count].value_or(0), 1);
  EXPECT_GT(host.readings[Metric::host_memory_total].value_or(0), 1e6);
  EXPECT_LE(host.readings[Metric::host_memory_used].value_or(1e30),
            host.readings[Metric::host_memory_total].value_or(0));
}

}  // namespace
}  // namespace gander::host
