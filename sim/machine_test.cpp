// SPDX-License-Identifier: Apache-2.0
// A running machine: its processes are real, look as described and end with their launcher; what
// is set or held reaches the state.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/cast.hpp"
#include "sim/run_folder.hpp"
#include "sim/sim.hpp"

namespace gander::sim {
namespace {

using testing::HasSubstr;

std::string slurp(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string actor() {
  const auto files = find_simulator_files();
  if (files) return files->actor;
  ADD_FAILURE() << files.error().message;
  return {};
}

ProcessDescription process(const std::vector<std::string>& argv) {
  ProcessDescription out;
  out.argv = argv;
  Process use{};
  use.present = 1;
  use.mig_slot = -1;
  out.uses.push_back(use);
  return out;
}

/// Waits until a process has ended; false after ten seconds.
bool ends(pid_t pid) {
  const int file = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (file < 0) return errno == ESRCH;
  pollfd ready{file, POLLIN, 0};
  const bool ended = poll(&ready, 1, 10'000) == 1;
  close(file);
  return ended;
}

TEST(Cast, shows_processes_exactly_as_described) {
  auto parent = process({"/opt/python", "-m", "train", "a b", ""});
  parent.environment = {{"RANK", "3"}, {"HOME", "/home/a"}};
  parent.children.push_back(process({"worker: 1"}));
  const std::vector<ProcessDescription> all{parent};
  const auto cast = Cast::start(all, actor());
  ASSERT_TRUE(cast) << cast.error().message;
  const auto rows = cast->rows();
  ASSERT_EQ(rows.size(), 2U);
  const std::string proc = fmt::format("/proc/{}/", rows[0].pid);
  EXPECT_EQ(slurp(proc + "cmdline"), std::string("/opt/python\0-m\0train\0a b\0\0", 26));
  EXPECT_EQ(slurp(proc + "environ"), std::string("HOME=/home/a\0RANK=3\0", 20));
  EXPECT_EQ(slurp(proc + "comm"), "python\n");
  EXPECT_THAT(slurp(fmt::format("/proc/{}/status", rows[1].pid)),
              HasSubstr(fmt::format("PPid:\t{}\n", rows[0].pid)));
}

TEST(Cast, ends_its_processes_and_their_children) {
  auto parent = process({"parent"});
  parent.stubborn = true;
  parent.children.push_back(process({"child"}));
  const std::vector<ProcessDescription> all{parent};
  std::vector<Process> rows;
  {
    const auto cast = Cast::start(all, actor());
    ASSERT_TRUE(cast) << cast.error().message;
    rows = cast->rows();
  }
  EXPECT_TRUE(ends(static_cast<pid_t>(rows.at(0).pid)));
  EXPECT_TRUE(ends(static_cast<pid_t>(rows.at(1).pid)));
}

TEST(Cast, takes_on_the_described_user_when_root) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  auto other = process({"other"});
  other.user = "no such account";
  other.uid = 20001;
  const std::vector<ProcessDescription> all{other};
  const auto cast = Cast::start(all, actor());
  ASSERT_TRUE(cast) << cast.error().message;
  EXPECT_THAT(slurp(fmt::format("/proc/{}/status", cast->rows().at(0).pid)),
              HasSubstr("Uid:\t20001\t20001"));
}

TEST(Cast, tells_who_ended_but_not_those_that_were_to_end) {
  auto zombie = process({"zombie"});
  zombie.ended = true;
  const std::vector<ProcessDescription> all{process({"victim"}), zombie};
  auto cast = Cast::start(all, actor());
  ASSERT_TRUE(cast) << cast.error().message;
  const auto victim = cast->rows().at(0).pid;
  EXPECT_TRUE(cast->take_ended().empty());
  kill(static_cast<pid_t>(victim), SIGKILL);
  ASSERT_EQ(waitpid(static_cast<pid_t>(victim), nullptr, 0), static_cast<pid_t>(victim));
  EXPECT_TRUE(cast->forget_child(static_cast<pid_t>(victim)));
  EXPECT_THAT(cast->take_ended(), testing::ElementsAre(victim));
}

TEST(Cast, ends_even_when_the_launcher_is_killed) {
  int out[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const std::string program = actor();
  const pid_t launcher = fork();
  if (launcher == 0) {
    auto parent = process({"parent"});
    parent.children.push_back(process({"child"}));
    const std::vector<ProcessDescription> all{parent};
    const auto cast = Cast::start(all, program);
    std::array<std::uint32_t, 2> pids{};
    if (cast) pids = {cast->rows()[0].pid, cast->rows()[1].pid};
    if (write(out[1], pids.data(), sizeof pids) < 0) _exit(1);
    for (;;) pause();
  }
  std::array<std::uint32_t, 2> pids{};
  ASSERT_EQ(read(out[0], pids.data(), sizeof pids), static_cast<ssize_t>(sizeof pids));
  close(out[0]);
  close(out[1]);
  kill(launcher, SIGKILL);
  waitpid(launcher, nullptr, 0);
  ASSERT_NE(pids[0], 0U);
  EXPECT_TRUE(ends(static_cast<pid_t>(pids[0])));
  EXPECT_TRUE(ends(static_cast<pid_t>(pids[1])));
}

/// The exit code of `command` on a machine, run by a process of its own; -1 where it failed.
int run_on(const std::string& machine, const std::vector<std::string>& command) {
  const pid_t pid = fork();
  if (pid == 0) {
    const auto code = run_machine(machine, command);
    _exit(code ? *code : 255);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) != 255 ? WEXITSTATUS(status) : -1;
}

/// Run folders go below a place of the test's own.
class Launcher : public testing::Test {
 protected:
  void SetUp() override {
    place_ = testing::TempDir() + fmt::format("gander-launcher-{}", getpid());
    std::filesystem::create_directory(place_);
    setenv("XDG_RUNTIME_DIR", place_.c_str(), 1);
    unsetenv("GANDER_SIM");
  }
  void TearDown() override {
    unsetenv("XDG_RUNTIME_DIR");
    std::filesystem::remove_all(place_);
  }
  [[nodiscard]] std::size_t count_folders() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{place_ + "/gander-sim"}) {
      count += entry.is_directory() ? 1 : 0;
    }
    return count;
  }
  std::string place_;
};

TEST_F(Launcher, gives_the_command_the_machine_and_returns_its_code) {
  const std::string look =
      "test -s $GANDER_SIM/state && test -s ${LD_LIBRARY_PATH%%:*}/libnvidia-ml.so.1 && "
      "test -e ${LD_LIBRARY_PATH%%:*}/libnvidia-ml.so && exit 42";
  EXPECT_EQ(run_on("h100x8", {"/bin/sh", "-c", look}), 42);
  EXPECT_EQ(count_folders(), 0U);
  EXPECT_EQ(run_on("sick", {"/bin/sh", "-c", "kill -TERM $$"}), 128 + SIGTERM);
  EXPECT_EQ(run_on("sick", {"/nonexistent/program"}), 127);
  EXPECT_EQ(run_on("no-such-machine", {"/bin/true"}), -1);
}

TEST_F(Launcher, leaves_nothing_that_the_next_one_does_not_remove) {
  int out[2];
  ASSERT_EQ(pipe(out), 0);
  const pid_t launcher = fork();
  if (launcher == 0) {
    dup2(out[1], STDOUT_FILENO);
    const auto code = run_machine("laptop", {"/bin/sh", "-c", "echo up; exec sleep 1000"});
    _exit(code ? *code : 255);
  }
  char byte = 0;
  ASSERT_EQ(read(out[0], &byte, 1), 1);
  const auto running = find_running();
  ASSERT_EQ(running.size(), 1U);
  EXPECT_EQ(running[0].name, "laptop");
  EXPECT_EQ(running[0].launcher_pid, launcher);
  EXPECT_TRUE(set_value("gpu0.lost=true"));
  auto file = StateFile::open(running[0].folder);
  ASSERT_TRUE(file);
  const auto xorg = static_cast<pid_t>(file->state().processes[0].pid);
  EXPECT_THAT(slurp(fmt::format("/proc/{}/comm", xorg)), testing::Eq("Xorg\n"));
  kill(launcher, SIGKILL);
  waitpid(launcher, nullptr, 0);
  EXPECT_TRUE(ends(xorg));
  EXPECT_TRUE(find_running().empty());
  EXPECT_EQ(run_on("laptop", {"/bin/true"}), 0);
  EXPECT_EQ(count_folders(), 0U);
  close(out[0]);
  close(out[1]);
}

/// Runs `script` on a machine as the leader of a session, waits for the "#" it says and closes its
/// terminal; whether the launcher ended.
bool ends_with_its_terminal(const std::string& script) {
  int terminal = -1;
  const pid_t launcher = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (launcher == 0) {
    const auto code = run_machine("sick", {"/bin/sh", "-c", script});
    _exit(code ? *code : 255);
  }
  char byte = 0;
  while (byte != '#' && read(terminal, &byte, 1) == 1) continue;
  close(terminal);
  const bool ended = ends(launcher);
  if (!ended) kill(launcher, SIGKILL);
  waitpid(launcher, nullptr, 0);
  return ended && byte == '#';
}

TEST_F(Launcher, ends_with_its_terminal) {
  EXPECT_TRUE(ends_with_its_terminal("echo '#'; exec sleep 1000"));
  EXPECT_TRUE(ends_with_its_terminal("trap '' HUP; echo '#'; exec sleep 1000"));
  EXPECT_EQ(count_folders(), 0U);
}

/// A machine in a folder of its own, addressed by GANDER_SIM.
class RunningState : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + fmt::format("gander-sim-test-{}", getpid());
    std::filesystem::create_directory(folder_);
    auto file = StateFile::create(folder_);
    ASSERT_TRUE(file) << file.error().message;
    file->change([](State& state) {
      state.gpu_count = 2;
      state.gpus[0].memory_total = state.gpus[1].memory_total = 1ULL << 30U;
    });
    setenv("GANDER_SIM", folder_.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("GANDER_SIM");
    std::filesystem::remove_all(folder_);
  }
  State& state() {
    if (!file_) file_.emplace(std::move(*StateFile::open(folder_)));
    return file_->state();
  }
  std::string folder_;
  std::optional<StateFile> file_;
};

void set(const std::string& assignment) {
  const auto done = set_value(assignment);
  EXPECT_TRUE(done) << assignment << ": " << done.error().message;
}

std::string refusal(const std::string& assignment) {
  const auto done = set_value(assignment);
  return done ? "none" : done.error().message;
}

TEST_F(RunningState, takes_faults_and_ends_them) {
  set("gpu1.lost=true");
  EXPECT_EQ(state().gpus[1].lost, 1U);
  set("gpu1.lost=false");
  EXPECT_EQ(state().gpus[1].lost, 0U);
  set("gpu0.hang=nvmlDeviceGetPowerUsage");
  EXPECT_EQ(state().faults[0].hang, 1U);
  EXPECT_STREQ(state().faults[0].symbol.data(), "nvmlDeviceGetPowerUsage");
  set("gpu0.hang=none");
  EXPECT_EQ(state().faults[0].active, 0U);
  set("gpu1.error.nvmlDeviceGetTemperature=15");
  set("gpu1.error.nvmlDeviceGetTemperature=999");
  EXPECT_EQ(state().faults[0].code, 999);
  EXPECT_EQ(state().faults[1].active, 0U);
  set("driver.latency.nvmlInit_v2=20ms");
  EXPECT_EQ(state().faults[1].latency_us, 20'000U);
}

std::size_t count_faults(const State& state) {
  return static_cast<std::size_t>(
      std::count_if(state.faults.begin(), state.faults.end(),
                    [](const CallFault& fault) { return fault.active != 0; }));
}

TEST_F(RunningState, ends_faults_however_their_calls_are_written) {
  for (const std::string& call :
       std::vector<std::string>{R"("*")", R"("nvmlDevice*")", "'nvmlDevice*'", "nvmlInit_v2"}) {
    for (const auto& fault : {"gpu1.error." + call, "driver.error." + call}) {
      set(fault + "=4");
      EXPECT_EQ(count_faults(state()), 1U) << fault;
      set(fault + "=none");
      EXPECT_EQ(count_faults(state()), 0U) << fault;
    }
    set("gpu1.latency." + call + "=5ms");
    set("gpu1.latency." + call + "=none");
    EXPECT_EQ(count_faults(state()), 0U) << call;
  }
  set(R"(gpu1.error."*"=4)");
  set("gpu1.error.*=none");
  EXPECT_EQ(count_faults(state()), 0U);
}

TEST_F(RunningState, ends_only_the_faults_that_are_named) {
  set(R"(gpu0.error."nvmlDevice*"=4)");
  set("gpu0.error.nvmlDeviceGetTemperature=999");
  set(R"(gpu0.latency."nvmlDevice*"=5ms)");
  set(R"(gpu1.error."nvmlDevice*"=4)");
  set(R"(gpu0.error."nvmlDevice*"=none)");
  EXPECT_EQ(count_faults(state()), 3U);
  set("gpu0.error=none");
  EXPECT_EQ(count_faults(state()), 2U);
}

TEST_F(RunningState, says_that_there_is_no_such_fault) {
  EXPECT_THAT(refusal(R"(gpu0.error."*"=none)"),
              HasSubstr(R"(gpu0 has no fault error."*" to end)"));
  set(R"(gpu1.error."*"=4)");
  EXPECT_THAT(refusal(R"(gpu0.error."*"=none)"), HasSubstr("no fault"));
  EXPECT_THAT(refusal("gpu1.error.nvmlInit_v2=none"), HasSubstr("no fault"));
  EXPECT_THAT(refusal(R"(gpu1.error.""=none)"), HasSubstr("no fault"));
  EXPECT_THAT(refusal("gpu1.hang=none"), HasSubstr("no fault"));
  EXPECT_THAT(refusal("gpu1.hang=nvmlDeviceGetFoo"), HasSubstr("no call of the driver"));
  EXPECT_THAT(refusal(R"(gpu1.error."nvmlFoo*"=15)"), HasSubstr("no call of the driver"));
  EXPECT_THAT(refusal("driver.latency=none"), HasSubstr("driver has no fault latency"));
  EXPECT_EQ(count_faults(state()), 1U);
}

TEST_F(RunningState, takes_values_driver_and_clock) {
  set("gpu0.utilization=42");
  set("gpu0.memory_other=512MiB");
  EXPECT_EQ(whole_at(state().gpus[0].curves[metric_gpu_utilization], 0), 42U);
  EXPECT_EQ(memory_used(state(), 0, -1, 0), 512ULL << 20U);
  set("driver.unloaded=true");
  EXPECT_EQ(state().driver.unloaded, 1U);
  set("driver.unloaded=false");
  EXPECT_EQ(state().driver.generation, 1U);
  set("clock.freeze=true");
  const auto frozen = now_ns(state());
  set("clock.advance=5s");
  EXPECT_EQ(now_ns(state()), frozen + 5'000'000'000);
}

TEST_F(RunningState, refuses_what_makes_no_sense) {
  EXPECT_THAT(refusal("gpu7.lost=true"), HasSubstr("no GPU 7"));
  EXPECT_THAT(refusal("gpu0.lots=true"), HasSubstr("Did you mean \"lost\"?"));
  EXPECT_THAT(refusal("gpu0.lost=maybe"), HasSubstr("true or false"));
  EXPECT_THAT(refusal("lost"), HasSubstr("gpu3.lost=true"));
  EXPECT_THAT(refusal("moon.phase=1"), HasSubstr("gpuN, driver and clock"));
  EXPECT_THAT(refusal("gpu0.utilization=101"), HasSubstr("outside 0 to 100"));
}

TEST_F(RunningState, lets_a_process_hold_memory) {
  const auto held = hold_memory({1, -1, 256ULL << 20U}, getpid());
  ASSERT_TRUE(held) << held.error().message;
  EXPECT_EQ(memory_used(state(), 1, -1, 0), 256ULL << 20U);
  EXPECT_FALSE(hold_memory({1, -1, 1ULL << 30U}, getpid()));
  EXPECT_FALSE(hold_memory({5, -1, 1}, getpid()));
  EXPECT_FALSE(hold_memory({1, -1, 0}, getpid()));
  const auto code = hold_memory_while({0, -1, 1ULL << 20U}, {"/bin/sh", "-c", "exit 7"});
  ASSERT_TRUE(code) << code.error().message;
  EXPECT_EQ(*code, 7);
  EXPECT_EQ(memory_used(state(), 0, -1, 0), 0U);
}

TEST(Addressing, says_that_nothing_runs) {
  unsetenv("GANDER_SIM");
  setenv("XDG_RUNTIME_DIR", testing::TempDir().c_str(), 1);
  const auto done = set_value("gpu0.lost=true");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("no simulated machine runs"));
}

TEST(Addressing, says_what_to_do_where_the_address_is_wrong) {
  setenv("GANDER_SIM", "nonsense", 1);
  const auto done = set_value("gpu0.lost=true");
  unsetenv("GANDER_SIM");
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("unset it or start one"));
}

}  // namespace
}  // namespace gander::sim
