// SPDX-License-Identifier: Apache-2.0
// The peer of sockets that this test made itself.
#include "os/peer.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/file_descriptor.hpp"

namespace gander::os {
namespace {

TEST(Peer, IsThisProcessWhereItMadeBothEnds) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const FileDescriptor one{ends[0]};
  const FileDescriptor other{ends[1]};
  const auto peer = find_peer(one.number());
  ASSERT_TRUE(peer) << peer.error().message;
  EXPECT_EQ(*peer, (Peer{::getpid(), ::geteuid()}));
}

TEST(Peer, IsUnknownForOtherSockets) {
  const FileDescriptor tcp{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  EXPECT_EQ(find_peer(tcp.number()).error().fault, Fault::not_supported);
  EXPECT_EQ(find_peer(-1).error().fault, Fault::operating_system);
}

}  // namespace
}  // namespace gander::os
