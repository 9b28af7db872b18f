// SPDX-License-Identifier: Apache-2.0
// What is read of a process on demand, and that no file is opened for what nobody asked.
#include "host/on_demand.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "host/fake_proc.hpp"
#include "os/file_descriptor.hpp"
#include "os/user.hpp"

namespace gander::host {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using Text = Known<std::string>;

constexpr Pid pid = 50;

/// Counts how often files of one folder are opened for reading.
class OpenCounter {
 public:
  explicit OpenCounter(const std::filesystem::path& folder)
      : events_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    ::inotify_add_watch(events_.number(), folder.c_str(), IN_OPEN);
  }
  /// Names of the files opened since the last call, sorted, one for each time.
  std::vector<std::string> take() {
    std::vector<std::string> names;
    alignas(inotify_event) std::array<char, 8192> buffer{};
    const auto size = ::read(events_.number(), buffer.data(), buffer.size());
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      if (event.len > 0) names.emplace_back(buffer.data() + at + sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  os::FileDescriptor events_;
};

class OnDemandTest : public ::testing::Test {
 protected:
  OnDemandTest() {
    proc_.add({.pid = pid, .parent = 0, .minor_faults = 12, .major_faults = 3});
    proc_.write("/proc/50/io",
                "rchar: 9\nwchar: 9\nsyscr: 1\nsyscw: 1\nread_bytes: 4096\nwrite_bytes: 8192\n"
                "cancelled_write_bytes: 77\n");
    proc_.write("/proc/50/status",
                "Uid:\t1000\t1000\t1000\t1000\nNSpid:\t50\nvoluntary_ctxt_switches:\t150\n"
                "nonvoluntary_ctxt_switches:\t545\n");
    link("cwd", "/home/alice/run 7");
    link("exe", "/opt/conda/bin/python3.11 (deleted)");
  }
  void link(const std::string& name, const std::string& target) const {
    std::filesystem::create_symlink(target, folder() / name);
  }
  [[nodiscard]] std::filesystem::path folder() const { return proc_.folder() / "proc/50"; }
  Process one(const ProcessWants& wants) {
    const std::array pids{pid};
    return table_.look(pids, wants).at(0).process;
  }

  FakeProc proc_;
  os::ManualClock clock_;
  ProcessTable table_{proc_.root(), clock_};
};

TEST_F(OnDemandTest, gives_what_is_wanted) {
  const auto process = one({.io = true, .switches = true, .places = true});
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{4096.0});
  EXPECT_EQ(process.readings[Metric::io_written_total], Reading{8192.0});
  EXPECT_EQ(process.readings[Metric::voluntary_context_switches], Reading{150.0});
  EXPECT_EQ(process.readings[Metric::involuntary_context_switches], Reading{545.0});
  EXPECT_EQ(process.readings[Metric::minor_page_faults], Reading{12.0});
  EXPECT_EQ(process.readings[Metric::major_page_faults], Reading{3.0});
  EXPECT_EQ(process.working_folder, Text{"/home/alice/run 7"});
  EXPECT_EQ(process.executable, Text{"/opt/conda/bin/python3.11 (deleted)"});
}

TEST_F(OnDemandTest, opens_no_file_for_what_nobody_wants) {
  one({});
  OpenCounter opened{folder()};
  using Names = std::vector<std::string>;
  const auto process = one({});
  EXPECT_EQ(opened.take(), Names{"stat"});
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{Missing::not_sampled});
  EXPECT_EQ(process.readings[Metric::voluntary_context_switches], Reading{Missing::not_sampled});
  EXPECT_EQ(process.working_folder, Text{Missing::not_sampled});
  EXPECT_EQ(process.executable, Text{Missing::not_sampled});
  one({.io = true});
  EXPECT_EQ(opened.take(), (Names{"io", "stat", "stat"}));
  one({.switches = true});
  EXPECT_EQ(opened.take(), (Names{"stat", "stat", "status"}));
}

TEST_F(OnDemandTest, what_was_read_once_is_not_shown_when_nobody_wants_it_any_more) {
  one({.io = true, .switches = true, .places = true});
  const auto process = one({});
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{Missing::not_sampled});
  EXPECT_EQ(process.executable, Text{Missing::not_sampled});
}

TEST_F(OnDemandTest, counters_are_read_anew_at_each_look) {
  one({.io = true});
  proc_.write("/proc/50/io", "read_bytes: 5000\nwrite_bytes: 8192\n");
  EXPECT_EQ(one({.io = true}).readings[Metric::io_read_total], Reading{5000.0});
}

TEST_F(OnDemandTest, what_is_not_there_has_a_reason) {
  const auto remove = [this](const char* name) { std::filesystem::remove(folder() / name); };
  for (const auto* name : {"io", "cwd", "exe"}) remove(name);
  proc_.write("/proc/50/status", "Uid:\t1000\t1000\t1000\t1000\n");
  const auto process = one({.io = true, .switches = true, .places = true});
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{Missing::not_supported});
  EXPECT_EQ(process.readings[Metric::voluntary_context_switches], Reading{Missing::not_supported});
  EXPECT_EQ(process.working_folder, Text{Missing::no_data});
  EXPECT_EQ(process.executable, Text{Missing::no_data});
  proc_.write("/proc/50/io", "read_bytes: -1\n");
  EXPECT_EQ(one({.io = true}).readings[Metric::io_read_total], Reading{Missing::no_data});
}

TEST_F(OnDemandTest, files_of_others_are_not_permitted) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may read everything";
  std::filesystem::permissions(folder() / "io", std::filesystem::perms::none);
  const auto process = one({.io = true});
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{Missing::no_permission});
}

TEST_F(OnDemandTest, foreign_bytes_stay_as_they_are) {
  std::filesystem::remove(folder() / "cwd");
  link("cwd", "/tmp/\x1b[2J\xff\n");
  EXPECT_EQ(one({.places = true}).working_folder, Text{"/tmp/\x1b[2J\xff\n"});
}

TEST_F(OnDemandTest, a_process_that_is_gone_has_nothing) {
  proc_.end(pid);
  const auto process = one({.io = true, .places = true});
  EXPECT_EQ(process.presence, Presence::gone);
  EXPECT_EQ(process.readings[Metric::io_read_total], Reading{Missing::no_data});
  EXPECT_EQ(process.executable, Text{Missing::no_data});
}

TEST(ProcessWants, follow_from_the_metrics_wanted) {
  EXPECT_FALSE(find_process_wants(MetricSet::usual()).any());
  EXPECT_TRUE(find_process_wants(MetricSet{}.insert(Metric::io_written_total)).io);
  const auto all = find_process_wants(MetricSet::all());
  EXPECT_TRUE(all.io && all.switches && !all.places);
}

TEST(OnDemandOnTheMachine, our_own_process_tells_all) {
  ProcessTable table{os::Root{}, os::system_clock()};
  const std::array<Pid, 1> us{::getpid()};
  const auto all = table.look(us, {.io = true, .switches = true, .places = true});
  const auto facts = std::ranges::find(all, us[0], [](auto& f) { return f.process.pid; });
  ASSERT_NE(facts, all.end());
  const auto& process = facts->process;
  EXPECT_EQ(process.working_folder, Text{std::filesystem::current_path().string()});
  EXPECT_EQ(process.executable, Text{std::filesystem::read_symlink("/proc/self/exe").string()});
  EXPECT_GT(process.readings[Metric::minor_page_faults].value_or(0), 0);
  EXPECT_TRUE(process.readings[Metric::voluntary_context_switches].is_known());
}

}  // namespace
}  // namespace gander::host
