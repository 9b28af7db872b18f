// SPDX-License-Identifier: Apache-2.0
// Stages of ending processes, with processes that obey, resist and refuse.
#include "host/staged_ending.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>

namespace gander::host {
namespace {

using namespace std::chrono_literals;

constexpr std::array stages{EndingStage{SIGINT, 1s}, EndingStage{SIGTERM, 2s},
                            EndingStage{SIGKILL, 500ms}};

/// What has been slept.
std::chrono::milliseconds now;

struct Manners {
  int obeys{};  ///< The signal that ends it; 0: none.
  std::chrono::milliseconds after{};
  Fault refuses{};
  bool is_refusing = false;
  bool is_gone = false;
};

class Actor final : public HeldProcess {
 public:
  Actor(Manners manners, std::vector<int>& got) : manners_(manners), got_(got) {}
  [[nodiscard]] Pid pid() const override { return 7; }
  Result<void> send_signal(int signal) override {
    if (manners_.is_refusing) return fail(manners_.refuses, "no");
    got_.push_back(signal);
    if (signal == manners_.obeys) ends_at_ = now + manners_.after;
    return {};
  }
  [[nodiscard]] bool has_ended() const override {
    return manners_.is_gone || (ends_at_.count() >= 0 && now >= ends_at_);
  }

 private:
  Manners manners_;
  std::vector<int>& got_;
  std::chrono::milliseconds ends_at_{-1};
};

class StagedEnding : public testing::Test {
 protected:
  StagedEnding() { now = 0ms; }
  void add(Manners manners) { held_.push_back(std::make_unique<Actor>(manners, got_)); }
  std::vector<ProcessEnding> end() {
    return end_in_stages(held_, stages, [](std::chrono::milliseconds time) { now += time; });
  }
  std::vector<std::unique_ptr<HeldProcess>> held_;
  std::vector<int> got_;
};

TEST_F(StagedEnding, EndsWithTheFirstSignalThatIsObeyed) {
  add({.obeys = SIGINT, .after = 300ms});
  const auto endings = end();
  EXPECT_EQ(endings[0].kind, EndingKind::ended);
  EXPECT_EQ(endings[0].signal, SIGINT);
  EXPECT_EQ(got_, (std::vector{SIGINT}));
  EXPECT_EQ(now, 300ms);
}

TEST_F(StagedEnding, InsistsOnlyOnThoseWhoStay) {
  add({.obeys = SIGINT});
  add({.obeys = SIGTERM, .after = 100ms});
  add({.obeys = SIGKILL});
  const auto endings = end();
  EXPECT_EQ(endings[0].signal, SIGINT);
  EXPECT_EQ(endings[1].signal, SIGTERM);
  EXPECT_EQ(endings[2].signal, SIGKILL);
  EXPECT_EQ(got_, (std::vector{SIGINT, SIGINT, SIGINT, SIGTERM, SIGTERM, SIGKILL}));
  EXPECT_EQ(now, 3s) << "each stage is waited for";
}

TEST_F(StagedEnding, SaysWhoStays) {
  add({});
  const auto endings = end();
  EXPECT_EQ(endings[0].kind, EndingKind::stayed);
  EXPECT_EQ(endings[0].signal, SIGKILL);
  EXPECT_EQ(now, 3500ms);
}

TEST_F(StagedEnding, LeavesAloneWhoRefusesAndWhoHasEnded) {
  add({.refuses = Fault::no_permission, .is_refusing = true});
  add({.is_gone = true});
  add({.refuses = Fault::not_found, .is_refusing = true});
  const auto endings = end();
  EXPECT_EQ(endings[0].kind, EndingKind::refused);
  EXPECT_EQ(endings[0].error->fault, Fault::no_permission);
  EXPECT_EQ(endings[1].kind, EndingKind::ended);
  EXPECT_EQ(endings[1].signal, 0);
  EXPECT_EQ(endings[2].kind, EndingKind::ended);
  EXPECT_TRUE(got_.empty());
  EXPECT_EQ(now, 0ms);
}

}  // namespace
}  // namespace gander::host
