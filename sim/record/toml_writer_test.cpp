// SPDX-License-Identifier: Apache-2.0
// What the recorder writes must be read back as it was, whatever drivers and processes say.
#include "sim/record/toml_writer.hpp"

#include <gtest/gtest.h>

#include "sim/machine/description.hpp"

namespace gander::sim::record {
namespace {

TEST(TomlWriter, escapes_what_is_not_plain) {
  EXPECT_EQ(quote("plain"), "\"plain\"");
  EXPECT_EQ(quote("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(quote("\x1b[31m\n"), "\"\\u001B[31m\\u000A\"");
  EXPECT_EQ(quote("caf\xc3\xa9"), "\"caf\xc3\xa9\"");
  EXPECT_EQ(quote("\xff\xc0\x80"), "\"\\uFFFD\\uFFFD\\uFFFD\"");
  EXPECT_EQ(quote("\xed\xa0\x80"), "\"\\uFFFD\\uFFFD\\uFFFD\"") << "a surrogate";
}

TEST(TomlWriter, writes_sizes_and_numbers_as_people_do) {
  EXPECT_EQ(size_text(80ULL << 30U), "\"80 GiB\"");
  EXPECT_EQ(size_text(81559ULL << 20U), "\"81559 MiB\"");
  EXPECT_EQ(size_text(1000), "1000");
  EXPECT_EQ(size_text(0), "0");
  EXPECT_EQ(number_text(700), "700");
  EXPECT_EQ(number_text(71.234), "71.234");
}

TEST(TomlWriter, is_read_back_as_a_machine) {
  TomlWriter out;
  out.table("machine");
  out.text("name", "again");
  out.table("driver");
  out.text("version", "580.65.06");
  out.text("cuda", "13.0");
  out.inline_table("latency", {{"nvmlDeviceGetName", "\"50us\""}});
  out.inline_table("error", {});
  out.table("[gpu]");
  out.text("name", "a \"GPU\" \x01");
  out.size("memory", 1ULL << 30U);
  out.flag("ecc", 2);
  out.number("power", 71.234);
  out.table("[process]");
  out.raw("argv", quote_all({"one\ttwo", "\xfe"}));
  const auto machine = parse_description(out.take(), "again.toml");
  ASSERT_TRUE(machine) << machine.error().message;
  ASSERT_EQ(machine->gpus.size(), 1U);
  EXPECT_STREQ(machine->gpus[0].name.data(), "a \"GPU\" \x01");
  EXPECT_EQ(machine->gpus[0].memory_total, 1ULL << 30U);
  EXPECT_EQ(machine->gpus[0].ecc_current, 1U);
  ASSERT_EQ(machine->processes.size(), 1U);
  EXPECT_EQ(machine->processes[0].argv.at(0), "one\ttwo");
  ASSERT_EQ(machine->faults.size(), 1U);
  EXPECT_EQ(machine->faults[0].latency_us, 50U);
}

}  // namespace
}  // namespace gander::sim::record
