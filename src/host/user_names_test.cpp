// SPDX-License-Identifier: Apache-2.0
// A user database that answers when the test lets it.
#include "host/user_names.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "host/fake_proc.hpp"
#include "host/process_table.hpp"

namespace gander::host {
namespace {

using namespace std::chrono_literals;
using Name = Known<std::string>;

/// Shared with the thread that asks, which may outlive the test.
class Database {
 public:
  std::optional<std::string> find(std::uint32_t uid) {
    std::unique_lock lock{mutex_};
    ++calls_;
    changed_.wait(lock, [this] { return is_open_; });
    const auto found = names_.find(uid);
    return found == names_.end() ? std::nullopt : std::optional{found->second};
  }
  void add(std::uint32_t uid, std::string name) {
    const std::lock_guard lock{mutex_};
    names_[uid] = std::move(name);
  }
  void set_open(bool value) {
    {
      const std::lock_guard lock{mutex_};
      is_open_ = value;
    }
    changed_.notify_all();
  }
  int calls() {
    const std::lock_guard lock{mutex_};
    return calls_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint32_t, std::string> names_;
  bool is_open_ = true;
  int calls_ = 0;
};

class UserNamesTest : public ::testing::Test {
 protected:
  UserNamesTest() { database_->add(7, "grace"); }
  ~UserNamesTest() override { database_->set_open(true); }
  FindUserName finder() {
    return [database = database_](std::uint32_t uid) { return database->find(uid); };
  }
  std::shared_ptr<Database> database_ = std::make_shared<Database>();
};

TEST_F(UserNamesTest, a_name_comes_later_and_is_news_once) {
  database_->set_open(false);
  UserNames names{os::Root{}, finder()};
  EXPECT_EQ(names.find(7, 0s), Name{Missing::no_data});
  EXPECT_TRUE(names.is_asking());
  EXPECT_FALSE(names.has_news());
  database_->set_open(true);
  names.wait(60s);
  EXPECT_TRUE(names.has_news());
  EXPECT_TRUE(names.take_news());
  EXPECT_FALSE(names.take_news());
  EXPECT_EQ(names.find(7, 0s), Name{"grace"});
  EXPECT_EQ(database_->calls(), 1);
}

TEST_F(UserNamesTest, one_that_is_on_its_way_is_not_asked_for_again) {
  database_->set_open(false);
  UserNames names{os::Root{}, finder()};
  for (int i = 0; i < 5; ++i) names.find(7, std::chrono::minutes{i});
  database_->set_open(true);
  names.wait(60s);
  EXPECT_EQ(database_->calls(), 1);
}

TEST_F(UserNamesTest, that_there_is_no_name_is_believed_for_a_minute) {
  UserNames names{os::Root{}, finder()};
  names.find(8, 0s);
  names.wait(60s);
  EXPECT_EQ(names.find(8, 59s), Name{Missing::no_data});
  EXPECT_FALSE(names.has_news());
  names.wait(60s);
  EXPECT_EQ(database_->calls(), 1);
  database_->add(8, "late");
  names.find(8, 60s);
  names.wait(60s);
  EXPECT_EQ(names.find(8, 61s), Name{"late"});
}

TEST_F(UserNamesTest, few_wait_and_the_rest_is_asked_for_later) {
  constexpr auto users = static_cast<std::uint32_t>(3 * waiting_names_limit);
  for (std::uint32_t uid = 100; uid < 100 + users; ++uid) database_->add(uid, "user");
  database_->set_open(false);
  UserNames names{os::Root{}, finder()};
  for (std::uint32_t uid = 100; uid < 100 + users; ++uid) names.find(uid, 0s);
  database_->set_open(true);
  names.wait(60s);
  // One may have left the queue for the thread before the queue was full.
  EXPECT_LE(database_->calls(), static_cast<int>(waiting_names_limit) + 1);
  EXPECT_EQ(names.find(100, 0s), Name{"user"});
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t uid = 100; uid < 100 + users; ++uid) names.find(uid, 0s);
    names.wait(60s);
  }
  EXPECT_EQ(names.find(100 + users - 1, 0s), Name{"user"});
}

TEST_F(UserNamesTest, a_database_that_hangs_holds_nobody_up_at_the_end) {
  database_->set_open(false);
  UserNames names{os::Root{}, finder()};
  names.find(7, 0s);
  while (database_->calls() == 0) names.wait(1ms);
  EXPECT_TRUE(names.is_asking());
}

TEST_F(UserNamesTest, a_process_has_its_users_name_at_a_later_look) {
  const FakeProc proc;
  const os::ManualClock clock;
  proc.add({.pid = 50, .parent = 0, .uid = 7});
  proc.add({.pid = 51, .parent = 0, .uid = 8});
  database_->set_open(false);
  ProcessTable table{proc.root(), clock, {proc.root(), finder()}};
  const std::array<Pid, 2> pids{50, 51};
  auto facts = table.look(pids);
  EXPECT_EQ(facts.at(0).process.user, Name{Missing::no_data});
  EXPECT_EQ(facts.at(0).process.uid, Known<std::uint32_t>{7});
  EXPECT_TRUE(table.is_asking_names());
  database_->set_open(true);
  table.name_users(facts, 60s);
  EXPECT_EQ(facts.at(0).process.user, Name{"grace"});
  EXPECT_EQ(facts.at(1).process.user, Name{Missing::no_data});
  EXPECT_FALSE(table.has_new_names());
  EXPECT_EQ(table.look(pids).at(0).process.user, Name{"grace"});
}

TEST(UserNamesOfARoot, are_those_of_its_passwd_at_once) {
  const FakeProc proc;
  UserNames names{proc.root()};
  EXPECT_EQ(names.find(1000, 0s), Name{"alice"});
  EXPECT_EQ(names.find(77, 0s), Name{Missing::no_data});
  EXPECT_FALSE(names.is_asking());
}

}  // namespace
}  // namespace gander::host
