// SPDX-License-Identifier: Apache-2.0
// The stat parser on honest and hostile text; a handle on a real child and on ourselves.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "os/process_handle.hpp"
#include "os/process_stat.hpp"
#include "os/root.hpp"

namespace gander::os {
namespace {

constexpr auto rest =
    " S 7 1 1 0 -1 4194304 1 0 0 0 150 50 0 0 20 0 3 0 12345 1000000 25 18446744073709551615";

TEST(ParseProcessStat, reads_the_fields) {
  const auto text = std::string{"42 (python3)"} + rest;
  const auto stat = parse_process_stat(text);
  ASSERT_TRUE(stat.has_value());
  EXPECT_EQ(stat->name, "python3");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 7);
  EXPECT_EQ(stat->user_ticks, 150U);
  EXPECT_EQ(stat->system_ticks, 50U);
  EXPECT_EQ(stat->threads, 3U);
  EXPECT_EQ(stat->start_ticks, 12345U);
  EXPECT_EQ(stat->resident_pages, 25U);
}

TEST(ParseProcessStat, a_name_may_hold_anything) {
  for (const std::string name : {"", ") S 1 (", "a b\nc", "((((", "))))", "\x1b[2J"}) {
    const auto text = "42 (" + name + ")" + rest;
    const auto stat = parse_process_stat(text);
    ASSERT_TRUE(stat.has_value()) << name;
    EXPECT_EQ(stat->name, name);
    EXPECT_EQ(stat->start_ticks, 12345U);
  }
}

TEST(ParseProcessStat, refuses_what_is_not_complete) {
  const auto text = std::string{"42 (x)"} + rest;
  const auto last = text.find(" 25 ");
  for (std::size_t size = 0; size <= last; ++size) {
    EXPECT_FALSE(parse_process_stat(std::string_view{text}.substr(0, size))) << size;
  }
  EXPECT_FALSE(parse_process_stat("42 )(" + std::string{rest}));
  EXPECT_FALSE(parse_process_stat("42 (x) S a b c d e f g h i j k l m n o p q r s t u v w"));
}

/// A child that does nothing until it is signalled.
class Child {
 public:
  Child() : pid_(::fork()) {
    if (pid_ != 0) return;
    while (true) ::pause();
  }
  ~Child() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] Pid pid() const { return pid_; }
  [[nodiscard]] std::uint64_t start_ticks() const {
    const auto text = Root{}.read(fmt::format("/proc/{}/stat", pid_)).value();
    return parse_process_stat(text)->start_ticks;
  }

 private:
  pid_t pid_;
};

TEST(ProcessHandle, signals_and_awaits_the_process_it_holds) {
  const Child child;
  const auto handle = ProcessHandle::open(child.pid(), child.start_ticks());
  ASSERT_TRUE(handle.has_value()) << handle.error().message;
  EXPECT_FALSE(handle->wait(std::chrono::milliseconds{0}).value());
  ASSERT_TRUE(handle->send_signal(SIGKILL).has_value());
  EXPECT_TRUE(handle->wait(std::chrono::seconds{20}).value());
}

TEST(ProcessHandle, refuses_another_process_with_the_same_number) {
  const Child child;
  const auto handle = ProcessHandle::open(child.pid(), child.start_ticks() + 1);
  ASSERT_FALSE(handle.has_value());
  EXPECT_EQ(handle.error().fault, Fault::not_found);
  EXPECT_TRUE(process_exists(child.pid()));
}

TEST(ProcessHandle, never_takes_process_1_ourselves_or_a_group) {
  for (const Pid pid : {Pid{1}, Pid{0}, Pid{-1}, Pid{::getpid()}, Pid{1} << 40U}) {
    const auto handle = ProcessHandle::open(pid, 1);
    ASSERT_FALSE(handle.has_value());
    EXPECT_EQ(handle.error().fault, Fault::usage) << pid;
  }
  EXPECT_FALSE(process_exists(0));
  EXPECT_FALSE(process_exists(-1));
}

}  // namespace
}  // namespace gander::os
