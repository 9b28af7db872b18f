// SPDX-License-Identifier: Apache-2.0
// The reader against texts that are right, wrong and hostile.
#include "json/reader.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace gander::json {
namespace {

std::string error_of(std::string_view text, const Limits& limits = {}) {
  const auto document = read(text, limits);
  return document ? "" : document.error().message;
}

TEST(Reader, ReadsEveryType) {
  const auto document =
      read(R"({"n":null,"b":true,"i":-5,"d":2.5,"s":"x\u0000y","a":[1,2],"o":{}})");
  ASSERT_TRUE(document) << document.error().message;
  const Value root = document->root();
  EXPECT_EQ(root.type(), Type::object);
  EXPECT_TRUE(root.find("n")->is_null());
  EXPECT_EQ(root.find("b")->boolean(), true);
  EXPECT_EQ(root.find("i")->integer(), -5);
  EXPECT_EQ(root.find("i")->unsigned_integer(), std::nullopt);
  EXPECT_EQ(root.find("d")->number(), 2.5);
  EXPECT_EQ(root.find("d")->integer(), std::nullopt);
  EXPECT_EQ(root.find("s")->string(), (std::string_view{"x\0y", 3}));
  EXPECT_EQ(root.find("a")->items().size(), 2U);
  EXPECT_EQ(root.find("o")->fields().size(), 0U);
  EXPECT_FALSE(root.find("zzz"));
}

TEST(Reader, GivesNothingForAnotherType) {
  const auto document = read("[1]");
  ASSERT_TRUE(document);
  const Value root = document->root();
  EXPECT_FALSE(root.boolean() || root.number() || root.integer() || root.string());
  EXPECT_FALSE(root.find("a"));
  EXPECT_TRUE(root.fields().empty());
  EXPECT_TRUE(root.items().front().items().empty());
}

TEST(Reader, TheLastOfARepeatedKeyCounts) {
  const auto document = read(R"({"a":1,"a":2})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->root().find("a")->integer(), 2);
  EXPECT_EQ(document->root().fields().size(), 2U);
}

TEST(Reader, TakesWholeNumbersHoweverWritten) {
  const auto document = read("[3.0, 1e3, 18446744073709551615, 9.5e300, 2.5]");
  ASSERT_TRUE(document);
  const auto items = document->root().items();
  EXPECT_EQ(items[0].integer(), 3);
  EXPECT_EQ(items[1].unsigned_integer(), 1000U);
  EXPECT_EQ(items[2].unsigned_integer(), 18446744073709551615U);
  EXPECT_EQ(items[2].integer(), std::nullopt);
  EXPECT_EQ(items[3].integer(), std::nullopt);
  EXPECT_EQ(items[4].integer(), std::nullopt);
}

TEST(Reader, SaysWhereATextIsWrong) {
  EXPECT_EQ(error_of(""), "JSON: at byte 0: there is no text");
  EXPECT_EQ(error_of(R"({"a":})"), "JSON: at byte 5: expected a value");
  EXPECT_EQ(error_of("[1,2"), "JSON: at byte 4: the text ends too early");
  EXPECT_EQ(error_of("[\"\xff\"]"), "JSON: at byte 2: bytes that are not UTF-8");
  EXPECT_EQ(error_of("[1e999]"), "JSON: at byte 1: a number out of range");
  EXPECT_EQ(error_of("[99999999999999999999]"), "JSON: at byte 1: a number out of range");
  EXPECT_EQ(error_of("{} {}"), "JSON: at byte 3: something follows the end of the text");
}

TEST(Reader, HoldsItsLimits) {
  const Limits limits{.bytes = 20, .depth = 4};
  EXPECT_EQ(error_of("[[[[1]]]]", limits), "");
  EXPECT_EQ(error_of("[[[[[1]]]]]", limits), "JSON: nested deeper than 4 levels");
  EXPECT_EQ(error_of("[1,2,3,4,5,6,7,8,9,1]", limits),
            "JSON: 21 bytes are more than the 20 allowed");
  EXPECT_NE(error_of(std::string(100000, '[')), "");
}

/// Small damages to a right text: both readers must agree on what is JSON.
TEST(Reader, AgreesWithTheIndependentReader) {
  const std::string right =
      R"({"a":[1,-2.5e3,true,false,null],"b":{"c":"x\n\u00e9\ud83d\ude00é"},"d":0.1})";
  constexpr std::string_view alphabet = "{}[]\",:0123456789.eE+-\\ntrufalsx \xc3\n";
  std::mt19937 random{3};
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = right;
    for (unsigned damage = 0; damage < 1 + random() % 2; ++damage) {
      const auto place = random() % text.size();
      const char byte = alphabet[random() % alphabet.size()];
      if (random() % 3 == 0) {
        text.erase(place, 1);
      } else {
        text[place] = byte;
      }
    }
    const bool is_json = nlohmann::json::accept(text);
    const auto document = read(text);
    const bool out_of_range =
        !document && document.error().message.find("out of range") != std::string::npos;
    ASSERT_EQ(document.has_value() || out_of_range, is_json || out_of_range) << text;
    refused += document ? 0 : 1;
    if (!document) {
      EXPECT_NE(document.error().message.find("at byte"), std::string::npos) << text;
    }
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace gander::json
