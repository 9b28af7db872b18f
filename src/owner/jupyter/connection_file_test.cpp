// SPDX-License-Identifier: Apache-2.0
// What is kept of a connection file, and what is not.
#include "owner/jupyter/connection_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "host/fake_proc.hpp"

namespace gander::owner::jupyter {
namespace {

const std::string kernel_file = R"({"shell_port": 40001, "ip": "127.0.0.1", "key": "k3y",
  "transport": "tcp", "signature_scheme": "hmac-sha256", "kernel_name": "python3",
  "curve_secretkey": "k3y", "jupyter_session": "/home/alice/work/train.ipynb"})";

TEST(ConnectionFile, SaysNotebookAndKernel) {
  const auto facts = parse_connection_file(kernel_file);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->session, "/home/alice/work/train.ipynb");
  EXPECT_EQ(facts->kernel_name, "python3");
}

TEST(ConnectionFile, LacksWhatOlderVersionsAndVsCodeLeaveOut) {
  EXPECT_EQ(*parse_connection_file(R"({"key": "k3y", "jupyter_session": ""})"), ConnectionFacts{});
  EXPECT_EQ(*parse_connection_file(R"({"jupyter_session": 7, "kernel_name": null})"),
            ConnectionFacts{});
}

TEST(ConnectionFile, RefusesWhatIsNoObjectAndQuotesNothing) {
  for (const char* text : {"", "k3y", "[\"k3y\"]", "{\"key\": \"k3y\"", "\"k3y\""}) {
    const auto facts = parse_connection_file(text);
    ASSERT_FALSE(facts) << text;
    EXPECT_EQ(facts.error().fault, Fault::invalid_data);
    EXPECT_THAT(facts.error().message, ::testing::Not(::testing::HasSubstr("k3y")));
  }
}

TEST(ConnectionFile, IsReadForItsOwnUserOnly) {
  const host::FakeProc files;
  files.write("/run/kernel-1.json", kernel_file);
  const auto facts = read_connection_file(files.root(), "/run/kernel-1.json", ::getuid());
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->kernel_name, "python3");
  EXPECT_EQ(read_connection_file(files.root(), "/run/kernel-1.json", ::getuid() + 1).error().fault,
            Fault::no_permission);
  EXPECT_EQ(read_connection_file(files.root(), "/run/none", ::getuid()).error().fault,
            Fault::not_found);
}

}  // namespace
}  // namespace gander::owner::jupyter
