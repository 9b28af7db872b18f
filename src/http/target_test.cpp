// SPDX-License-Identifier: Apache-2.0
// Which places can be named at all.
#include "http/target.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gander::http {
namespace {

TEST(Target, TakesEveryLoopbackAddressWrittenInDigits) {
  for (const char* address : {"127.0.0.1", "127.0.0.53", "127.255.255.254", "::1"}) {
    const auto target = Target::loopback(address, 8888, Tls::off);
    ASSERT_TRUE(target) << address;
    EXPECT_EQ(target->place(), address);
    EXPECT_EQ(target->port(), 8888);
    EXPECT_FALSE(target->is_unix_socket());
  }
}

TEST(Target, RefusesWhatIsNotThisMachine) {
  using namespace std::string_literals;
  for (const std::string& address :
       {"192.0.2.1"s, "0.0.0.0"s, "128.0.0.1"s, "::"s, "::ffff:127.0.0.1"s, "2001:db8::1"s,
        "localhost"s, "127.1"s, "127.0.0.1 "s, ""s, "127.0.0.1\0.example"s, "2130706433"s}) {
    const auto target = Target::loopback(address, 80, Tls::off);
    ASSERT_FALSE(target) << address;
    EXPECT_EQ(target.error().fault, Fault::usage);
  }
  EXPECT_FALSE(Target::loopback("127.0.0.1", 0, Tls::off));
}

TEST(Target, TakesAbsolutePathsThatTheSystemCanHold) {
  const auto target = Target::unix_socket("/run/user/1000/jupyter.sock", Tls::unverified);
  ASSERT_TRUE(target);
  EXPECT_TRUE(target->is_unix_socket());
  EXPECT_EQ(target->tls(), Tls::unverified);
  EXPECT_EQ(target->name(), "/run/user/1000/jupyter.sock");
  EXPECT_TRUE(Target::unix_socket("/" + std::string(106, 'a'), Tls::off));
  EXPECT_FALSE(Target::unix_socket("/" + std::string(107, 'a'), Tls::off));
  EXPECT_FALSE(Target::unix_socket("relative", Tls::off));
  EXPECT_FALSE(Target::unix_socket("", Tls::off));
  EXPECT_FALSE(Target::unix_socket(std::string{"/a\0b", 4}, Tls::off));
}

TEST(Target, IsNamedForMessages) {
  EXPECT_EQ(Target::loopback("::1", 443, Tls::off)->name(), "::1 port 443");
}

}  // namespace
}  // namespace gander::http
