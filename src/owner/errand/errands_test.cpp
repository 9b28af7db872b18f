// SPDX-License-Identifier: Apache-2.0
// Jobs that hang keep nobody waiting but their own lane, and no one at the end.
#include "owner/errand/errands.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "owner/errand/door.hpp"

namespace gander::owner {
namespace {

TEST(Errands, what_a_job_found_lies_in_its_tray_until_it_is_taken) {
  Errands errands;
  const auto tray = std::make_shared<Tray<int>>();
  EXPECT_FALSE(tray->take());
  ASSERT_TRUE(errands.send("a", [tray] { tray->put(7); }));
  ASSERT_TRUE(errands.wait(patience));
  EXPECT_EQ(errands.finished(), 1U);
  EXPECT_FALSE(errands.is_busy());
  EXPECT_EQ(tray->take(), 7);
  EXPECT_FALSE(tray->take());
}

TEST(Errands, a_lane_keeps_its_order) {
  Errands errands;
  const auto order = std::make_shared<std::vector<int>>();  // One lane: never two at a time.
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(errands.send("a", [=] { order->push_back(i); }));
  ASSERT_TRUE(errands.wait(patience));
  ASSERT_EQ(order->size(), 100U);
  for (int i = 0; i < 100; ++i) EXPECT_EQ((*order)[static_cast<std::size_t>(i)], i);
}

TEST(Errands, a_lane_that_hangs_keeps_only_itself_waiting) {
  const auto door = std::make_shared<Door>();
  const auto other = std::make_shared<Door>();
  Errands errands;
  const auto behind = std::make_shared<std::atomic<bool>>(false);
  ASSERT_TRUE(errands.send("hung", [door] { door->wait(); }));
  ASSERT_TRUE(errands.send("hung", [behind] { *behind = true; }));
  ASSERT_TRUE(door->has_waiting(1));
  ASSERT_TRUE(errands.send("free", [other] { other->wait(); }));
  EXPECT_TRUE(other->has_waiting(1));
  EXPECT_FALSE(*behind);
  EXPECT_TRUE(errands.is_busy());
  EXPECT_FALSE(errands.wait(std::chrono::milliseconds{1}));
  door->open();
  other->open();
  EXPECT_TRUE(errands.wait(patience));
  EXPECT_TRUE(*behind);
}

TEST(Errands, the_end_does_not_wait_for_what_hangs) {
  const auto door = std::make_shared<Door>();
  {
    Errands errands;
    ASSERT_TRUE(errands.send("hung", [door] { door->wait(); }));
    ASSERT_TRUE(door->has_waiting(1));
  }
  door->open();
}

TEST(Errands, no_more_threads_than_the_limit_and_no_longer_line) {
  const auto door = std::make_shared<Door>();
  Errands errands;
  for (std::size_t i = 0; i < Errands::thread_limit; ++i) {
    ASSERT_TRUE(errands.send(std::to_string(i), [door] { door->wait(); }));
  }
  ASSERT_TRUE(door->has_waiting(static_cast<int>(Errands::thread_limit)));
  for (std::size_t i = 0; i < Errands::line_limit; ++i) ASSERT_TRUE(errands.send("more", [] {}));
  EXPECT_FALSE(errands.send("more", [] {}));
  EXPECT_EQ(errands.finished(), 0U);
  door->open();
  EXPECT_TRUE(errands.wait(patience));
}

}  // namespace
}  // namespace gander::owner
