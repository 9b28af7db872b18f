// SPDX-License-Identifier: Apache-2.0
// When servers are asked, how often, and that none of them holds up the others. The clock is turned
// by hand and the servers are functions.
#include "owner/jupyter/server_watch.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>

#include "owner/errand/door.hpp"

namespace gander::owner::jupyter {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds patient{60};
constexpr std::uint32_t alice = 1000;

VerifiedServer make_server(Pid pid, std::uint32_t uid = alice) {
  const auto file = parse_server_file(
      fmt::format(R"({{"pid": {}, "port": 8888, "base_url": "/", "root_dir": "/w{}"}})", pid, pid));
  return verify_server(*file, seconds{2000}, {pid, pid, uid, 1000.0, ServerRole::jupyter_server})
      .value();
}

ServerKey key(Pid pid) { return {pid, 1000.0}; }

Session make_session(const std::string& kernel, const std::string& type = "notebook") {
  Session session;
  session.kernel_id = kernel;
  session.type = type;
  session.path = kernel + "." + type;
  return session;
}

/// Servers that answer as told, and count.
class Servers {
 public:
  void answer(Pid pid, Answer with) {
    const std::lock_guard lock(mutex_);
    answers_[pid] = std::move(with);
  }
  /// This one does not answer before `release`, or until the watch ends.
  void hang(Pid pid) {
    const std::lock_guard lock(mutex_);
    hung_.insert(pid);
  }
  void release(Pid pid) {
    const std::lock_guard lock(mutex_);
    hung_.erase(pid);
    changed_.notify_all();
  }
  /// Waits until so many questions were put.
  void await(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_ >= count; });
  }
  [[nodiscard]] int asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  ServerWatch::Fetch fetch() {
    return [this](const VerifiedServer& server, const std::stop_token& stop) -> Answer {
      std::unique_lock lock(mutex_);
      const Pid pid = server.process().pid;
      ++asked_;
      changed_.notify_all();
      changed_.wait(lock, stop, [&] { return !hung_.contains(pid); });
      const auto found = answers_.find(pid);
      return found == answers_.end() ? Answer{} : found->second;
    };
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<Pid, Answer> answers_;
  std::set<Pid> hung_;
  int asked_ = 0;
};

Answer refuse() { return tl::make_unexpected(NoAnswer{Silence::refused, "no"}); }

class ServerWatchTest : public ::testing::Test {
 protected:
  /// One tick, after which nobody is being asked any more.
  void tick(const std::vector<WantedServer>& servers) {
    watch_.want(servers);
    ASSERT_TRUE(watch_.wait(patient));
  }
  [[nodiscard]] ServerState state(Pid pid) const { return watch_.latest()->servers().at(key(pid)); }

  Servers servers_;
  os::ManualClock clock_;
  ServerWatch watch_{servers_.fetch(), clock_, Asking::on};
};

TEST_F(ServerWatchTest, TellsWhatAServerSays) {
  servers_.answer(7, std::vector{make_session("k1"), make_session("k2", "console")});
  tick({{make_server(7)}});
  const auto board = watch_.latest();
  EXPECT_EQ(board->size(), 2U);
  const KnownSession* known = board->find(alice, "k1");
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(*known, (KnownSession{make_session("k1"), key(7), "/w7", 1'700'000'000.0}));
  EXPECT_EQ(board->find(alice, "k3"), nullptr);
  EXPECT_EQ(state(7), (ServerState{1'700'000'000.0, std::nullopt}));
}

TEST_F(ServerWatchTest, BelievesServersAboutKernelsOfTheirOwnUserOnly) {
  constexpr std::uint32_t mallory = 1001;
  auto planted = make_session("k1");
  planted.path = "planted.ipynb";
  servers_.answer(7, std::vector{make_session("k1")});
  servers_.answer(8, std::vector{planted});
  tick({{make_server(7)}, {make_server(8, mallory)}});
  EXPECT_EQ(watch_.latest()->find(alice, "k1")->session.path, "k1.notebook");
  EXPECT_EQ(watch_.latest()->find(mallory, "k1")->session.path, "planted.ipynb");
}

TEST_F(ServerWatchTest, PrefersTheNotebookAmongTheSessionsOfAKernel) {
  servers_.answer(7, std::vector{make_session("k1", "console"), make_session("k1"),
                                 make_session("k1", "file")});
  tick({{make_server(7)}});
  EXPECT_EQ(watch_.latest()->find(alice, "k1")->session.type, "notebook");
}

TEST_F(ServerWatchTest, AsksAgainAfterTenSecondsAndNotBefore) {
  tick({{make_server(7)}});
  clock_.advance(milliseconds{9999});
  tick({{make_server(7)}});
  EXPECT_EQ(servers_.asked(), 1);
  clock_.advance(milliseconds{1});
  tick({{make_server(7)}});
  EXPECT_EQ(servers_.asked(), 2);
}

TEST_F(ServerWatchTest, AsksEarlyWhereKernelsChangedAndOnceMoreForTheirSession) {
  tick({{make_server(7), 1}});
  clock_.advance(seconds{2});
  tick({{make_server(7), 2}});
  EXPECT_EQ(servers_.asked(), 2);
  clock_.advance(seconds{1});
  tick({{make_server(7), 2}});
  EXPECT_EQ(servers_.asked(), 2);
  clock_.advance(seconds{1});
  tick({{make_server(7), 2}});
  EXPECT_EQ(servers_.asked(), 3);
  clock_.advance(seconds{9});
  tick({{make_server(7), 2}});
  EXPECT_EQ(servers_.asked(), 3);
}

TEST_F(ServerWatchTest, KernelsThatChangeAllTheTimeCostOneQuestionASecond) {
  for (std::uint64_t kernels = 0; kernels < 20; ++kernels) {
    tick({{make_server(7), kernels}});
    clock_.advance(milliseconds{100});
  }
  EXPECT_EQ(servers_.asked(), 2);
}

TEST_F(ServerWatchTest, LeavesOneThatRefusesAloneForAMinute) {
  servers_.answer(7, refuse());
  tick({{make_server(7), 1}});
  EXPECT_EQ(state(7).silence->why, Silence::refused);
  EXPECT_EQ(state(7).answered_at, std::nullopt);
  clock_.advance(seconds{59});
  tick({{make_server(7), 2}});
  EXPECT_EQ(servers_.asked(), 1);
  clock_.advance(seconds{1});
  servers_.answer(7, std::vector{make_session("k1")});
  tick({{make_server(7), 2}});
  EXPECT_EQ(servers_.asked(), 2);
  EXPECT_EQ(state(7).silence, std::nullopt);
}

TEST_F(ServerWatchTest, KeepsWhatWasSaidWhereTheNextAnswerFails) {
  servers_.answer(7, std::vector{make_session("k1")});
  tick({{make_server(7)}});
  servers_.answer(7, refuse());
  clock_.advance(seconds{10});
  tick({{make_server(7)}});
  EXPECT_EQ(state(7).silence->why, Silence::refused);
  EXPECT_EQ(state(7).answered_at, 1'700'000'000.0);
  EXPECT_EQ(watch_.latest()->find(alice, "k1")->answered_at, 1'700'000'000.0);
}

TEST_F(ServerWatchTest, DropsWhatIsWantedNoMoreAndAsksANewRunAnew) {
  servers_.answer(7, std::vector{make_session("k1")});
  tick({{make_server(7)}});
  tick({});
  EXPECT_EQ(watch_.latest()->size(), 0U);
  EXPECT_TRUE(watch_.latest()->servers().empty());
  tick({{make_server(7)}});
  EXPECT_EQ(servers_.asked(), 2);
}

TEST_F(ServerWatchTest, OneThatHangsDoesNotHoldUpTheOthers) {
  servers_.hang(7);
  for (Pid pid = 8; pid < 12; ++pid) servers_.answer(pid, std::vector{make_session("k1")});
  watch_.want({{make_server(7)}, {make_server(8)}, {make_server(9)}, {make_server(10)}});
  servers_.await(4);
  const auto all_others = [&] {
    return !state(8).silence && !state(9).silence && !state(10).silence;
  };
  while (!all_others()) EXPECT_FALSE(watch_.wait(milliseconds{1}));
  EXPECT_EQ(state(7).silence->why, Silence::not_asked);
  // Nor is the hung one asked again meanwhile.
  clock_.advance(seconds{100});
  watch_.want({{make_server(7)}});
  EXPECT_FALSE(watch_.wait(milliseconds{1}));
  servers_.release(7);
  EXPECT_TRUE(watch_.wait(patient));
  EXPECT_EQ(state(7).silence, std::nullopt);
  EXPECT_EQ(servers_.asked(), 4);
}

TEST_F(ServerWatchTest, AnAnswerForOneThatIsWantedNoMoreIsDropped) {
  servers_.hang(7);
  servers_.answer(7, std::vector{make_session("k1")});
  watch_.want({{make_server(7)}});
  servers_.await(1);
  watch_.want({});
  servers_.release(7);
  EXPECT_TRUE(watch_.wait(patient));
  EXPECT_EQ(watch_.latest()->size(), 0U);
}

TEST_F(ServerWatchTest, GivesTheSameBoardWhileNothingChanges) {
  tick({{make_server(7)}});
  const auto board = watch_.latest();
  tick({{make_server(7)}});
  EXPECT_EQ(watch_.latest(), board);
  clock_.advance(seconds{10});
  tick({{make_server(7)}});
  EXPECT_NE(watch_.latest(), board);
}

TEST(ServerWatch, EndsAtOnceWhileServersHang) {
  Servers servers;
  const os::ManualClock clock;
  ServerWatch watch{servers.fetch(), clock, Asking::on};
  std::vector<WantedServer> wanted;
  for (Pid pid = 1; pid <= 40; ++pid) {
    servers.hang(pid);
    wanted.push_back({make_server(pid)});
  }
  watch.want(wanted);
  servers.await(32);
  EXPECT_EQ(servers.asked(), 32);
}

TEST(ServerWatch, AsksNobodyWhereThatIsSwitchedOff) {
  Servers servers;
  const os::ManualClock clock;
  ServerWatch watch{servers.fetch(), clock, Asking::off};
  EXPECT_NE(watch.latest(), nullptr);
  watch.want({{make_server(7)}});
  EXPECT_TRUE(watch.wait(milliseconds{0}));
  EXPECT_EQ(servers.asked(), 0);
  EXPECT_EQ(watch.latest()->servers().at(key(7)).silence->why, Silence::switched_off);
}

TEST(ServerWatchEnd, DoesNotWaitForAQuestionThatDoesNotEnd) {
  const auto door = std::make_shared<Door>();
  os::ManualClock clock;
  {
    const auto ask = [door](const VerifiedServer&, const std::stop_token&) -> Answer {
      door->wait();
      return {};
    };
    ServerWatch watch(ask, clock, Asking::on);
    watch.want({{make_server(7), 1}});
    ASSERT_TRUE(door->has_waiting(1));
    EXPECT_TRUE(watch.is_busy());
  }
  door->open();
}

}  // namespace
}  // namespace gander::owner::jupyter
