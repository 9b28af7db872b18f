// SPDX-License-Identifier: Apache-2.0
// Answers of servers of several versions, and of none.
#include "owner/jupyter/session_list.hpp"

#include <gtest/gtest.h>

namespace gander::owner::jupyter {
namespace {

TEST(SessionList, ReadsANotebook) {
  const auto sessions = parse_sessions(R"([{"id": "s1", "path": "work/train.ipynb",
    "name": "train.ipynb", "type": "notebook", "kernel": {"id": "k1", "name": "python3",
    "last_activity": "2025-03-14T09:26:53.589793Z", "execution_state": "busy", "connections": 2},
    "notebook": {"path": "work/train.ipynb", "name": "train.ipynb"}}])");
  ASSERT_TRUE(sessions) << sessions.error().message;
  ASSERT_EQ(sessions->size(), 1U);
  EXPECT_EQ(sessions->front(), (Session{"s1", "work/train.ipynb", "train.ipynb", "notebook", "k1",
                                        "python3", "busy", 1741944413.59, 2}));
}

TEST(SessionList, ReadsAConsoleAndWhatLacksFields) {
  const auto sessions = parse_sessions(R"([
    {"id": "s1", "path": "console-1", "name": "", "type": "console", "kernel": {"id": "k1"}},
    {"kernel": {"id": "k2", "last_activity": "yesterday", "connections": -1}}])");
  ASSERT_TRUE(sessions);
  ASSERT_EQ(sessions->size(), 2U);
  EXPECT_EQ(sessions->at(0).type, "console");
  EXPECT_EQ(sessions->at(1).last_activity, std::nullopt);
  EXPECT_EQ(sessions->at(1).connections, std::nullopt);
  EXPECT_EQ(sessions->at(1).execution_state, "");
}

TEST(SessionList, LeavesOutSingleElementsThatMakeNoSense) {
  const auto sessions = parse_sessions(R"([7, null, {}, {"kernel": 7}, {"kernel": {"id": 7}},
    {"kernel": {"id": ""}}, {"path": 7, "kernel": {"id": "k1"}}])");
  ASSERT_TRUE(sessions);
  ASSERT_EQ(sessions->size(), 1U);
  EXPECT_EQ(sessions->front().kernel_id, "k1");
  EXPECT_EQ(sessions->front().path, "");
}

TEST(SessionList, KeepsHostileTextAsItIs) {
  const auto sessions = parse_sessions(R"([{"path": "\u001b[2J<b>\"\n", "kernel": {"id": "k1"}}])");
  ASSERT_TRUE(sessions);
  EXPECT_EQ(sessions->front().path, "\x1b[2J<b>\"\n");
}

TEST(SessionList, MayBeEmpty) { EXPECT_TRUE(parse_sessions("[]")->empty()); }

TEST(SessionList, RefusesWhatIsNoList) {
  for (const char* text : {"", "<html></html>", R"({"message": "Forbidden", "reason": null})",
                           "null", "[1, 2]", "[\"a\"]", "[{}", "[{}] x"}) {
    const auto sessions = parse_sessions(text);
    ASSERT_FALSE(sessions) << text;
    EXPECT_EQ(sessions.error().fault, Fault::invalid_data);
  }
}

}  // namespace
}  // namespace gander::owner::jupyter
