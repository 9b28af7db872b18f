// SPDX-License-Identifier: Apache-2.0
// Control of real children of the test: held, signalled, refused; descendants in a /proc of ours.
#include "host/process_control.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "host/fake_proc.hpp"
#include "os/process_stat.hpp"

namespace gander::host {
namespace {

/// A child that waits for signals.
class Child {
 public:
  Child() : pid_(::fork()) {
    if (pid_ != 0) return;
    while (true) ::pause();
  }
  ~Child() { reap(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] Process process() const {
    const auto text = os::Root{}.read(fmt::format("/proc/{}/stat", pid_)).value();
    Process process;
    process.pid = pid_;
    process.start_ticks = os::parse_process_stat(text)->start_ticks;
    return process;
  }
  /// Waits for its end; the signal that ended it.
  int reap() {
    if (is_reaped_) return 0;
    is_reaped_ = true;
    int status = 0;
    ::kill(pid_, SIGKILL);  // Does nothing to one that a signal has ended already.
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  /// Waits until it has ended, and leaves it as a zombie.
  void become_zombie() const {
    ::kill(pid_, SIGKILL);
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOWAIT);
  }

 private:
  pid_t pid_;
  bool is_reaped_ = false;
};

Fault fault_of(ProcessControl& control, const Process& process) {
  const auto held = control.hold(process);
  EXPECT_FALSE(held.has_value());
  return held ? Fault::operating_system : held.error().fault;
}

TEST(ProcessControl, signals_the_process_that_is_held) {
  Child child;
  Child other;
  const auto control = make_process_control();
  const auto held = control->hold(child.process());
  ASSERT_TRUE(held.has_value()) << held.error().message;
  EXPECT_EQ((*held)->pid(), child.process().pid);
  EXPECT_FALSE((*held)->has_ended());
  ASSERT_TRUE((*held)->send_signal(SIGTERM).has_value());
  // The end is awaited through the kernel, not through time.
  siginfo_t ended{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>((*held)->pid()), &ended, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE((*held)->has_ended());
  EXPECT_EQ(child.reap(), SIGTERM);
  EXPECT_EQ(other.reap(), SIGKILL) << "another process was hit";
}

TEST(ProcessControl, refuses_a_number_that_another_process_has_now) {
  const Child child;
  Process seen = child.process();
  seen.start_ticks = seen.start_ticks.value() - 1;
  const auto held = make_process_control()->hold(seen);
  ASSERT_FALSE(held.has_value());
  EXPECT_EQ(held.error().fault, Fault::not_found);
  EXPECT_NE(held.error().message.find("another one has its number"), std::string::npos);
}

TEST(ProcessControl, tells_that_a_held_process_has_ended_rather_than_that_it_was_hit) {
  Child child;
  const auto held = make_process_control()->hold(child.process());
  ASSERT_TRUE(held.has_value());
  child.become_zombie();
  const auto sent = (*held)->send_signal(SIGTERM);
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().fault, Fault::not_found);
  child.reap();
  EXPECT_FALSE((*held)->send_signal(SIGTERM).has_value());
}

TEST(ProcessControl, refuses_a_zombie_even_where_it_was_seen_alive) {
  const Child child;
  const Process seen = child.process();
  child.become_zombie();
  EXPECT_EQ(fault_of(*make_process_control(), seen), Fault::not_found);
}

TEST(ProcessControl, refuses_what_is_not_present) {
  const Child child;
  const auto control = make_process_control();
  Process process = child.process();
  const std::array<std::pair<Presence, Fault>, 4> cases{{
      {Presence::zombie, Fault::not_found},
      {Presence::gone, Fault::not_found},
      {Presence::hidden, Fault::no_permission},
      {Presence::outside, Fault::not_supported},
  }};
  for (const auto& [presence, fault] : cases) {
    process.presence = presence;
    EXPECT_EQ(fault_of(*control, process), fault) << name_of(presence);
  }
  process.presence = Presence::present;
  process.start_ticks = Missing::no_data;
  EXPECT_EQ(fault_of(*control, process), Fault::not_supported);
}

TEST(ProcessControl, never_holds_process_1_or_ourselves) {
  const auto control = make_process_control();
  Process process;
  process.start_ticks = 1;
  for (const Pid pid : {Pid{1}, Pid{::getpid()}, Pid{0}, Pid{-7}, Pid{1} << 40U}) {
    process.pid = pid;
    EXPECT_EQ(fault_of(*control, process), Fault::usage) << pid;
  }
}

TEST(ProcessControl, finds_the_children_of_a_real_process) {
  const Child child;
  Process ourselves;
  ourselves.pid = ::getpid();
  const auto text = os::Root{}.read(fmt::format("/proc/{}/stat", ourselves.pid)).value();
  ourselves.start_ticks = os::parse_process_stat(text)->start_ticks;
  const auto found = make_process_control()->find_descendants(ourselves);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].pid, child.process().pid);
  EXPECT_EQ(found[0].start_ticks, child.process().start_ticks);
  EXPECT_EQ(found[0].uid.value_or(~0U), ::getuid());
}

TEST(ProcessControl, finds_descendants_of_every_generation_and_no_zombies) {
  const FakeProc files;
  files.add({.pid = 10});
  files.add({.pid = 11, .parent = 10, .name = "a) S 1 ("});
  files.add({.pid = 12, .parent = 11});
  files.add({.pid = 13, .parent = 12, .uid = 77});
  files.add({.pid = 14, .parent = 10, .state = 'Z'});
  files.add({.pid = 20, .parent = 1});
  Process process;
  process.pid = 10;
  process.start_ticks = 10'000;
  const auto control = make_process_control(files.root());
  const auto found = control->find_descendants(process);
  std::vector<Pid> pids;
  for (const Process& descendant : found) pids.push_back(descendant.pid);
  EXPECT_EQ(pids, (std::vector<Pid>{11, 12, 13}));
  EXPECT_EQ(found[0].name, Known<std::string>{"a) S 1 ("});
  EXPECT_EQ(found[0].user, Known<std::string>{"alice"});
  EXPECT_FALSE(found[2].user.is_known());
  process.start_ticks = 9'999;
  EXPECT_TRUE(control->find_descendants(process).empty()) << "children of another process";
}

TEST(ProcessControl, survives_a_table_that_holds_a_circle) {
  const FakeProc files;
  files.add({.pid = 10, .parent = 12});
  files.add({.pid = 11, .parent = 10});
  files.add({.pid = 12, .parent = 11});
  Process process;
  process.pid = 10;
  process.start_ticks = 10'000;
  EXPECT_EQ(make_process_control(files.root())->find_descendants(process).size(), 2U);
}

}  // namespace
}  // namespace gander::host
