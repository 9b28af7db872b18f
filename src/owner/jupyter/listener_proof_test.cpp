// SPDX-License-Identifier: Apache-2.0
// The kernel's tables in copies: who listens, who only looks as if.
#include "owner/jupyter/listener_proof.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "host/fake_proc.hpp"

namespace gander::owner::jupyter {
namespace {

constexpr std::uint16_t port = 8888;
constexpr std::uint32_t alice = 1000;
constexpr std::uint32_t mallory = 1001;
constexpr Pid server = 4100;
const ServerProcess process{server, server, alice, 1000.0, ServerRole::jupyter_server};

class ListenerProofTest : public ::testing::Test {
 protected:
  void SetUp() override {
    link("/proc/self/ns/net", "net:[4026531840]");
    link("/proc/4100/ns/net", "net:[4026531840]");
    link("/proc/4100/fd/0", "/dev/null");
    link("/proc/4100/fd/5", "socket:[500]");
    link("/proc/4100/fd/6", "socket:[600]");
    files_.write("/proc/4100/net/tcp", table_);
  }
  void link(const std::string& name, const std::string& target) const {
    const auto path = files_.folder() / name.substr(1);
    std::filesystem::create_directories(path.parent_path());
    std::filesystem::remove(path);
    std::filesystem::create_symlink(target, path);
  }
  /// One more socket in a table: `local` is hexadecimal, as in 0100007F:22B8.
  void listen(const std::string& local, std::uint32_t uid, int inode,
              const std::string& state = "0A") {
    std::string& text = local.size() > 13 ? table_of_six_ : table_;
    text += fmt::format(
        "   1: {} 00000000:0000 {} 00000000:00000000 00:00000000 00000000 {:5} "
        "       0 {} 1 0000000000000000 100 0 0 10 0\n",
        local, state, uid, inode);
    files_.write("/proc/4100/net/tcp", table_);
    files_.write("/proc/4100/net/tcp6", table_of_six_);
  }
  [[nodiscard]] Result<Listener> prove() const {
    return prove_listener(files_.root(), process, port);
  }
  [[nodiscard]] Fault fault() const {
    const auto listener = prove();
    EXPECT_FALSE(listener);
    return listener ? Fault{} : listener.error().fault;
  }
  host::FakeProc files_;
  std::string table_ = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n";
  std::string table_of_six_ = table_;
};

const std::string every_six = "00000000000000000000000000000000:22B8";
const std::string loopback_six = "00000000000000000000000001000000:22B8";
const std::string four_in_six = "0000000000000000FFFF00000100007F:22B8";

TEST_F(ListenerProofTest, FindsTheAddressThatLeadsToTheServer) {
  listen("0100007F:22B8", alice, 500);
  ASSERT_TRUE(prove()) << prove().error().message;
  EXPECT_EQ(*prove(), (Listener{"127.0.0.1", 500}));
}

TEST_F(ListenerProofTest, KnowsEveryFormOfLoopback) {
  for (const auto& [local, address] :
       std::vector<std::pair<std::string, std::string>>{{"00000000:22B8", "127.0.0.1"},
                                                        {"3500007F:22B8", "127.0.0.53"},
                                                        {every_six, "::1"},
                                                        {loopback_six, "::1"},
                                                        {four_in_six, "127.0.0.1"}}) {
    ListenerProofTest::table_ = "";
    ListenerProofTest::table_of_six_ = "";
    listen(local, alice, 500);
    ASSERT_TRUE(prove()) << local;
    EXPECT_EQ(prove()->address, address) << local;
  }
}

TEST_F(ListenerProofTest, FindsNothingThatIsNotListeningHere) {
  EXPECT_EQ(fault(), Fault::not_found);
  listen("0100007F:22B9", alice, 500);        // another port
  listen("0100007F:22B8", alice, 500, "01");  // a connection
  listen("0200000A:22B8", alice, 500);        // 10.0.0.2: no loopback address leads there
  EXPECT_EQ(fault(), Fault::not_found);
}

TEST_F(ListenerProofTest, RefusesASocketOfAnotherProcess) {
  listen("0100007F:22B8", alice, 700);
  EXPECT_EQ(fault(), Fault::not_found);
}

TEST_F(ListenerProofTest, RefusesASocketOfAnotherUserUnderTheSameNumber) {
  // The server ended after its file was verified, and a stranger's process got its number.
  listen("0100007F:22B8", mallory, 500);
  EXPECT_EQ(fault(), Fault::not_found);
}

TEST_F(ListenerProofTest, RefusesAPortThatIsSharedWithSomebody) {
  listen("00000000:22B8", alice, 500);
  listen("0100007F:22B8", mallory, 700);
  EXPECT_EQ(fault(), Fault::no_permission);
}

TEST_F(ListenerProofTest, GoesWhereItIsAloneAmongItsOwn) {
  listen("0100007F:22B8", alice, 500);
  listen("0100007F:22B8", alice, 700);  // of another process of the same user
  listen(loopback_six, alice, 600);
  EXPECT_EQ(*prove(), (Listener{"::1", 600}));
}

TEST_F(ListenerProofTest, MindsNobodyWhoListensElsewhere) {
  listen("0100007F:22B8", alice, 500);
  listen("0200007F:22B8", mallory, 700);
  listen(loopback_six, mallory, 800);
  EXPECT_EQ(*prove(), (Listener{"127.0.0.1", 500}));
}

TEST_F(ListenerProofTest, ConfirmsTheSameSocketOnly) {
  const auto confirm = [&](const Listener& before) {
    return confirm_listener(files_.root(), process, port, before);
  };
  listen("0100007F:22B8", alice, 500);
  const auto before = prove();
  ASSERT_TRUE(before);
  EXPECT_TRUE(confirm(*before));
  // The server made its socket anew, and meanwhile another may have had the port.
  table_.clear();
  listen("0100007F:22B8", alice, 600);
  EXPECT_EQ(confirm(*before).error().fault, Fault::no_permission);
  // The server ended, and a stranger has the port.
  table_.clear();
  listen("0100007F:22B8", mallory, 700);
  EXPECT_EQ(confirm(*before).error().fault, Fault::not_found);
}

TEST_F(ListenerProofTest, AsksNobodyInAnotherNetwork) {
  listen("0100007F:22B8", alice, 500);
  link("/proc/4100/ns/net", "net:[4026532999]");
  EXPECT_EQ(fault(), Fault::not_supported);
  std::filesystem::remove(files_.folder() / "proc/4100/ns/net");
  EXPECT_EQ(fault(), Fault::not_found);
}

TEST_F(ListenerProofTest, SurvivesTablesThatMakeNoSense) {
  for (const char* line :
       {"\n\n", "1:", "1: x y 0A", "1: 0100007F:22B8 z 0A a b c d e f",
        "1: 0100007:22B8 z 0A a b c 1000 0 500", "1: :22B8 z 0A a b c 1000 0 500",
        "1: 0100007F0100007F:22B8 z 0A a b c 1000 0 500"}) {
    files_.write("/proc/4100/net/tcp", line);
    EXPECT_EQ(fault(), Fault::not_found) << line;
  }
}

TEST_F(ListenerProofTest, KnowsThePeerByItsNumber) {
  const auto root = files_.root();
  EXPECT_TRUE(prove_peer(root, process, {server, alice}, "/run/s"));
  EXPECT_FALSE(prove_peer(root, process, {server, mallory}, "/run/s"));
  EXPECT_FALSE(prove_peer(root, process, {server + 1, alice}, "/run/s"));
  EXPECT_EQ(prove_peer(root, process, {0, alice}, "/run/s").error().fault, Fault::no_permission);
}

TEST_F(ListenerProofTest, KnowsThePeerByTheSocketThatItHolds) {
  const auto root = files_.root();
  const os::Peer parent{server - 1, alice};
  const auto list = [&](const std::string& flags, int inode, const std::string& path) {
    files_.write("/proc/4100/net/unix",
                 fmt::format("Num       RefCount Protocol Flags    Type St Inode Path\n"
                             "0000000000000000: 00000002 00000000 {} 0001 01 {} {}\n",
                             flags, inode, path));
  };
  list("00010000", 600, "/run/a b");
  EXPECT_TRUE(prove_peer(root, process, parent, "/run/a b"));
  EXPECT_FALSE(prove_peer(root, process, {server - 1, mallory}, "/run/a b"));
  EXPECT_FALSE(prove_peer(root, process, parent, "/run/a"));
  list("00000000", 600, "/run/s");  // connected, not listening
  EXPECT_FALSE(prove_peer(root, process, parent, "/run/s"));
  list("00010000", 601, "/run/s");  // of another process
  EXPECT_FALSE(prove_peer(root, process, parent, "/run/s"));
}

}  // namespace
}  // namespace gander::owner::jupyter
