// SPDX-License-Identifier: Apache-2.0
// The parsers of /proc on real texts, on texts with something missing, and on nonsense.
#include "host/proc_text.hpp"

#include <gtest/gtest.h>

namespace gander::host {
namespace {

using Words = std::vector<std::string>;
using namespace std::string_literals;

TEST(ParseStatus, reads_user_and_namespaces) {
  const auto status = parse_status(
      "Name:\tpython3\nUmask:\t0022\nUid:\t1000\t0\t0\t0\nNStgid:\t5\nNSpid:\t4711\t12\t1\n");
  EXPECT_EQ(status.uid, 1000U);
  EXPECT_EQ(status.namespace_pids, (std::vector<Pid>{4711, 12, 1}));
}

TEST(ParseStatus, what_is_not_there_is_absent) {
  EXPECT_FALSE(parse_status("").uid.has_value());
  EXPECT_FALSE(parse_status("Uid:\tx\n").uid.has_value());
  EXPECT_FALSE(parse_status("Uid:").uid.has_value());
  EXPECT_TRUE(parse_status("NSpid:\n").namespace_pids.empty());
}

TEST(ParseCommand, splits_at_nul_and_trims_the_end) {
  EXPECT_EQ(parse_command("python3\0train.py\0--lr\0\0x\0"s),
            (Words{"python3", "train.py", "--lr", "", "x"}));
  EXPECT_EQ(parse_command("python: worker\0\0\0\0\0"s), Words{"python: worker"});
  EXPECT_EQ(parse_command("no end"), Words{"no end"});
  EXPECT_TRUE(parse_command("").empty());
  EXPECT_EQ(parse_command("\0"s), Words{""});
  EXPECT_EQ(parse_command("\0\0"s), Words{""});
}

TEST(ParseCommand, leaves_bytes_as_they_are) {
  EXPECT_EQ(parse_command("\x1b[31m\xff\n\0a b\0"s), (Words{"\x1b[31m\xff\n", "a b"}));
}

TEST(RunStates, every_letter_of_the_kernel_has_a_word) {
  for (const char letter : std::string_view{"RSDTtZXI"})
    EXPECT_TRUE(find_run_state_of(letter)) << letter;
  EXPECT_EQ(find_run_state_of('t'), RunState::tracing);
  EXPECT_FALSE(find_run_state_of('?').has_value());
}

TEST(ParseMemory, is_in_bytes) {
  const auto memory = parse_memory(
      "MemTotal:       16 kB\nMemFree:  1 kB\nMemAvailable:  8 kB\nSwapTotal:  0 kB\n"
      "SwapFree:  0 kB\n");
  EXPECT_EQ(memory.total, 16384.0);
  EXPECT_EQ(memory.available, 8192.0);
  EXPECT_EQ(memory.swap_total, 0.0);
  EXPECT_EQ(memory.swap_free, 0.0);
  EXPECT_FALSE(parse_memory("MemTotal: much kB\nMemFree: 2 kB").total.has_value());
  EXPECT_FALSE(parse_memory("MemTotal: 2 kB\n").available.has_value());
}

TEST(ParseProcessors, idle_and_waiting_are_not_busy) {
  const auto processors =
      parse_processors("cpu  10 1 20 100 50 2 3 4 5 6\ncpu0 1 2 3\ncpu3 1 2 3\nintr 12 cpu\n");
  ASSERT_TRUE(processors.has_value());
  EXPECT_EQ(processors->busy, 40);
  EXPECT_EQ(processors->total, 190);
  EXPECT_EQ(processors->online, 2U);
  EXPECT_FALSE(parse_processors("cpu 1 2 3\n").has_value());
  EXPECT_FALSE(parse_processors("").has_value());
}

TEST(ParseLoad, refuses_what_is_no_load) {
  const auto load = parse_load("0.52 1.25 12.00 3/600 4711\n");
  ASSERT_TRUE(load.has_value());
  EXPECT_EQ(load->one_minute, 0.52);
  EXPECT_EQ(load->fifteen_minutes, 12.0);
  for (const auto* text : {"", "1 2", "nan 1 1", "inf 1 1", "-1 1 1", "a b c"}) {
    EXPECT_FALSE(parse_load(text).has_value()) << text;
  }
}

TEST(HidesProcesses, follows_the_last_mount_on_proc) {
  const auto line = [](const std::string& options) {
    return "22 27 0:21 / /proc rw,relatime shared:5 - proc proc rw" + options + "\n";
  };
  EXPECT_FALSE(hides_processes(line("")));
  EXPECT_FALSE(hides_processes(line(",hidepid=0")));
  EXPECT_FALSE(hides_processes(line(",hidepid=off")));
  EXPECT_TRUE(hides_processes(line(",gid=5,hidepid=2")));
  EXPECT_TRUE(hides_processes(line(",hidepid=invisible")));
  EXPECT_TRUE(hides_processes(line(",hidepid=ptraceable")));
  EXPECT_FALSE(hides_processes(line(",hidepid=2") + line("")));
  EXPECT_FALSE(hides_processes("1 2 0:3 / /mnt/proc rw - proc proc rw,hidepid=2\n"));
  EXPECT_FALSE(hides_processes("/proc - \n\n - "));
}

TEST(AsksFilesFirst, reads_the_line_of_passwd) {
  EXPECT_TRUE(asks_files_first(""));
  EXPECT_TRUE(asks_files_first("group: sss\npasswd:files sss\n"));
  EXPECT_TRUE(asks_files_first("# passwd: sss\npasswd:\t files systemd\n"));
  EXPECT_FALSE(asks_files_first("passwd: sss files\n"));
  EXPECT_FALSE(asks_files_first("passwd: compat\n"));
}

TEST(FindUserName, reads_the_third_column) {
  const auto* passwd = "root:x:0:0::/:/bin/sh\nbroken\n:x:5:\nalice:x:1000:1000\n";
  EXPECT_EQ(find_user_name(passwd, 1000), "alice");
  EXPECT_FALSE(find_user_name("+bob::1001:1001:::\n", 1001).has_value());
  EXPECT_EQ(find_user_name(passwd, 0), "root");
  EXPECT_FALSE(find_user_name(passwd, 5).has_value());
  EXPECT_FALSE(find_user_name(passwd, 7).has_value());
}

}  // namespace
}  // namespace gander::host
