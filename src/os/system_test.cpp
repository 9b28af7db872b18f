// SPDX-License-Identifier: Apache-2.0
// Output, terminal, users and clocks on the machine the test runs on.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>

#include "os/clock.hpp"
#include "os/file_descriptor.hpp"
#include "os/output.hpp"
#include "os/terminal.hpp"
#include "os/user.hpp"

namespace gander::os {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
    reader = FileDescriptor{ends[0]};
    writer = FileDescriptor{ends[1]};
  }
  FileDescriptor reader;
  FileDescriptor writer;
};

TEST(WriteAll, writes_every_byte) {
  const Pipe pipe;
  EXPECT_EQ(write_all(pipe.writer.number(), "hello").value(), WriteOutcome::written);
  std::array<char, 16> bytes{};
  ASSERT_EQ(::read(pipe.reader.number(), bytes.data(), bytes.size()), 5);
  EXPECT_STREQ(bytes.data(), "hello");
}

TEST(WriteAll, a_reader_that_left_is_no_error) {
  ignore_broken_pipes();
  Pipe pipe;
  pipe.reader = FileDescriptor{};
  EXPECT_EQ(write_all(pipe.writer.number(), "hello").value(), WriteOutcome::reader_gone);
}

TEST(WriteAll, other_failures_carry_the_words_of_the_system) {
  const FileDescriptor full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
  const auto outcome = write_all(full.number(), "hello");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().fault, Fault::operating_system);
  EXPECT_NE(outcome.error().message.find("No space"), std::string::npos);
}

TEST(Terminal, a_pipe_is_none_and_has_no_size) {
  const Pipe pipe;
  EXPECT_FALSE(is_terminal(pipe.writer.number()));
  EXPECT_FALSE(terminal_size(pipe.writer.number()).has_value());
}

TEST(Terminal, says_its_size) {
  const FileDescriptor outer{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)};
  ASSERT_TRUE(outer.is_open());
  EXPECT_TRUE(is_terminal(outer.number()));
  winsize size{};
  size.ws_col = 132;
  size.ws_row = 40;
  ASSERT_EQ(::ioctl(outer.number(), TIOCSWINSZ, &size), 0);
  EXPECT_EQ(terminal_size(outer.number()), (TerminalSize{132, 40}));
}

TEST(Terminal, follows_the_locale_of_the_environment) {
  ::setenv("LC_ALL", "C.UTF-8", 1);
  EXPECT_TRUE(is_utf8_locale());
  ::setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(is_utf8_locale());
  ::setenv("LC_ALL", "xx_XX.utf8", 1);
  EXPECT_TRUE(is_utf8_locale());
  ::unsetenv("LC_ALL");
}

TEST(User, names_root_and_admits_what_it_does_not_know) {
  EXPECT_EQ(find_user_name(0), "root");
  EXPECT_FALSE(find_user_name(3'999'999'999U).has_value());
  EXPECT_EQ(current_uid(), ::getuid());
}

TEST(System, has_a_name_a_kernel_and_units) {
  EXPECT_FALSE(host_name().empty());
  EXPECT_FALSE(kernel_release().empty());
  EXPECT_GE(clock_ticks_per_second(), 1);
  EXPECT_GE(page_size(), 4096);
}

TEST(SystemClock, never_goes_back) {
  const auto& clock = system_clock();
  const auto first = clock.steady();
  EXPECT_GE(clock.steady(), first);
  EXPECT_GE(clock.boot(), first);
  EXPECT_GT(clock.wall(), std::chrono::hours{24 * 365});
}

TEST(User, a_name_and_its_id_belong_together) {
  EXPECT_EQ(find_user_id("root"), 0U);
  EXPECT_EQ(find_user_id("no-such-user-anywhere"), std::nullopt);
  EXPECT_EQ(find_user_name(0), "root");
}

}  // namespace
}  // namespace gander::os
