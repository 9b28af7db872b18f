// SPDX-License-Identifier: Apache-2.0
// What the writer writes must be what an independent reader reads.
#include "json/writer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "json/utf8.hpp"

namespace gander::json {
namespace {

std::string write_number(double value) {
  Writer writer;
  writer.number(value);
  return writer.take();
}

std::string write_string(std::string_view value) {
  Writer writer;
  writer.string(value);
  return writer.take();
}

void write_example(Writer& writer) {
  writer.begin_object();
  writer.key("a");
  writer.begin_array();
  writer.integer(-1);
  writer.boolean(true);
  writer.null();
  writer.end_array();
  writer.key("b");
  writer.begin_object();
  writer.end_object();
  writer.end_object();
}

TEST(Writer, WritesOneLine) {
  Writer writer;
  write_example(writer);
  EXPECT_EQ(writer.take(), R"({"a":[-1,true,null],"b":{}})");
}

TEST(Writer, WritesLinesForPeople) {
  Writer writer{Layout::indented};
  write_example(writer);
  EXPECT_EQ(writer.take(), "{\n  \"a\": [\n    -1,\n    true,\n    null\n  ],\n  \"b\": {}\n}");
}

TEST(Writer, WritesWholeNumbersAsIntegers) {
  EXPECT_EQ(write_number(0), "0");
  EXPECT_EQ(write_number(-0.0), "0");
  EXPECT_EQ(write_number(1e9), "1000000000");
  EXPECT_EQ(write_number(85899345920.0), "85899345920");
  EXPECT_EQ(write_number(9007199254740992.0), "9007199254740992");
  EXPECT_EQ(write_number(312.5), "312.5");
  EXPECT_EQ(write_number(0.1), "0.1");
}

TEST(Writer, NeverWritesWhatJsonDoesNotHave) {
  EXPECT_EQ(write_number(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(write_number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(write_number(-std::numeric_limits<double>::infinity()), "null");
}

TEST(Writer, NumbersSurviveTheIndependentReader) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double value{};
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = write_number(value);
    EXPECT_EQ(nlohmann::json::parse(text).get<double>(), value) << text;
  }
}

TEST(Writer, WritesTheLimitsOfIntegers) {
  Writer writer;
  writer.begin_array();
  writer.integer(std::numeric_limits<std::int64_t>::min());
  writer.unsigned_integer(std::numeric_limits<std::uint64_t>::max());
  writer.end_array();
  EXPECT_EQ(writer.take(), "[-9223372036854775808,18446744073709551615]");
}

TEST(Writer, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(write_string("\x1b[2J\a\n\t\"\\"), R"("\u001b[2J\u0007\n\t\"\\")");
  EXPECT_EQ(write_string("\x7f\xc2\x9b"), R"("\u007f\u009b")");
  EXPECT_EQ(write_string("\xe2\x80\xae"), R"("\u202e")");
  EXPECT_EQ(write_string("é計👩"), "\"é計👩\"");
  EXPECT_EQ(write_string({"\0", 1}), R"("\u0000")");
}

TEST(Writer, ReplacesBytesThatAreNoUtf8) {
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(make_valid_utf8("a\xff"), "a" + mark);
  EXPECT_EQ(make_valid_utf8("\xc3("), mark + "(");
  EXPECT_EQ(make_valid_utf8("\xe2\x82"), mark);
  EXPECT_EQ(make_valid_utf8("\xed\xa0\x80"), mark + mark + mark);  // a surrogate
  EXPECT_EQ(make_valid_utf8("\xf4\x90\x80\x80"), mark + mark + mark + mark);
  EXPECT_EQ(make_valid_utf8("\xc0\x80"), mark + mark);
  EXPECT_EQ(make_valid_utf8("\xf0\x9f\x92\xa9"), "\xf0\x9f\x92\xa9");
}

TEST(Writer, AnyBytesBecomeTextTheIndependentReaderTakes) {
  std::mt19937 random{11};
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() & 0xFFU);
    const auto read = nlohmann::json::parse(write_string(bytes));
    EXPECT_EQ(read.get<std::string>(), make_valid_utf8(bytes));
  }
}

}  // namespace
}  // namespace gander::json
