// SPDX-License-Identifier: Apache-2.0
// Snapshots from newer, older, broken and hostile writers.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "export/json.hpp"
#include "export/json_example_test.hpp"

namespace gander {
namespace {

using Json = nlohmann::json;

Json example() { return Json::parse(write_json(make_example_snapshot())); }
Result<Snapshot> read(const Json& json) { return read_json(json.dump()); }
std::string error_of(const Json& json) {
  const auto snapshot = read(json);
  return snapshot ? "" : snapshot.error().message;
}

TEST(JsonHostile, SkipsWhatItDoesNotKnow) {
  Json json = example();
  json["new"] = {{"deep", {1, 2}}};
  json["devices"][0]["tensor_activity"] = 0.5;
  const auto snapshot = read(json);
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  EXPECT_TRUE(*snapshot == as_sent(make_example_snapshot()));
}

TEST(JsonHostile, AnAbsentKeyWasNotSampled) {
  Json json = example();
  auto& device = json["devices"][0];
  device.erase("power_draw");
  device.erase("uuid");
  device.erase("state");
  const auto snapshot = read(json);
  ASSERT_TRUE(snapshot);
  const auto& read_device = snapshot->devices.at(0);
  EXPECT_EQ(read_device.readings[Metric::power_draw], Reading{Missing::not_sampled});
  EXPECT_EQ(read_device.uuid, Known<std::string>{Missing::not_sampled});
  EXPECT_EQ(read_device.state, DeviceState::unknown);
}

TEST(JsonHostile, AnUnknownWordNeverBecomesAFact) {
  Json json = example();
  auto& device = json["devices"][0];
  device["state"] = "melted";
  device["compute_mode"] = "quantum";
  device["clock_limits"] = {"boredom", "idle"};
  device["energy"] = nullptr;
  device["missing"]["energy"] = "shy";
  json["processes"][0]["presence"] = "astral";
  json["processes"][0]["owners"][0]["kind"] = "ghost";
  json["sources"][0]["completeness"] = "mostly";
  const auto snapshot = read(json);
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  const auto& read_device = snapshot->devices.at(0);
  EXPECT_EQ(read_device.state, DeviceState::unknown);
  EXPECT_EQ(read_device.compute_mode, Known<ComputeMode>{Missing::no_data});
  EXPECT_EQ(read_device.clock_limits, Known<ClockLimits>{ClockLimits{1}});
  EXPECT_EQ(read_device.readings[Metric::energy], Reading{Missing::no_data});
  EXPECT_EQ(snapshot->processes.at(0).presence, Presence::outside);
  EXPECT_TRUE(snapshot->processes.at(0).owners.empty());
  EXPECT_EQ(snapshot->sources.at(0).completeness, Completeness::partial);
}

TEST(JsonHostile, ANewerSchemaNamesBoth) {
  Json json = example();
  json["schema"] = 2;
  const auto snapshot = read(json);
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().fault, Fault::not_supported);
  EXPECT_EQ(snapshot.error().message,
            "snapshot: it has schema 2, this gander reads up to schema 1; use a newer gander");
  json["schema"] = 0;
  EXPECT_EQ(error_of(json), "snapshot: schema 0 does not exist");
  json.erase("schema");
  EXPECT_EQ(error_of(json), "snapshot: at schema: this key is required");
}

TEST(JsonHostile, SaysWhereAValueIsWrong) {
  Json json = example();
  json["devices"][0]["uuid"] = 5;
  EXPECT_EQ(error_of(json), "snapshot: at devices[0].uuid: expected a string, found a number");
  json = example();
  json["devices"][0]["index"] = "\x1b[2J";
  EXPECT_EQ(error_of(json),
            "snapshot: at devices[0].index: \"\\u001b[2J\" is no device index such as \"0\" or "
            "\"3:0\"");
  json = example();
  json["processes"][0]["uses"][0]["missing"] = 1;
  EXPECT_EQ(error_of(json),
            "snapshot: at processes[0].uses[0].missing: expected an object, found a number");
  EXPECT_EQ(error_of(Json::array()), "snapshot: expected an object, found an array");
  EXPECT_EQ(read_json("{").error().message, "snapshot: JSON: at byte 1: the text ends too early");
}

TEST(JsonHostile, RefusesProcessNumbersThatMeanOtherThings) {
  for (const Json& pid : {Json(-1), Json(4294967296), Json(1.5), Json("1"), Json(1e300)}) {
    Json json = example();
    json["processes"][0]["pid"] = pid;
    EXPECT_FALSE(read(json)) << pid;
    json = example();
    json["processes"][0]["parent"] = pid;
    EXPECT_FALSE(read(json)) << pid;
  }
}

TEST(JsonHostile, RefusesListsWithoutEnd) {
  Json json = example();
  json["devices"] = Json::array();
  for (std::size_t i = 0; i <= json_list_limit; ++i) json["devices"].push_back({{"index", "0"}});
  EXPECT_EQ(error_of(json), "snapshot: at devices: 65537 entries are more than the 65536 allowed");
}

TEST(JsonHostile, KeepsLongTextsAndRepeatedDevices) {
  Json json = example();
  json["devices"].push_back(json["devices"][0]);
  json["devices"][1]["name"] = std::string(1000000, 'x');
  const auto snapshot = read(json);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->devices.size(), 2U);
  EXPECT_EQ(snapshot->devices[1].name.value().size(), 1000000U);
}

/// Every value in turn replaced by one of each type: an error or a snapshot, never a crash; and
/// what was read survives being written.
TEST(JsonHostile, AnyValueMayBeAnything) {
  const Json flat = example().flatten();
  // Places that differ only in their number are alike: one in seven, unless there is time.
  const int stride = std::getenv("GANDER_FULL_MATRIX") != nullptr ? 1 : 7;
  int place = 0;
  for (const auto& entry : flat.items()) {
    if (place++ % stride != 0) continue;
    for (const Json& other : {Json(nullptr), Json(true), Json(-1), Json(1e308), Json("x"),
                              Json::array({1}), Json::object({{"a", 1}})}) {
      Json json = example();
      json[Json::json_pointer(entry.key())] = other;
      const auto snapshot = read(json);
      if (!snapshot) {
        EXPECT_EQ(snapshot.error().message.rfind("snapshot: ", 0), 0U);
        continue;
      }
      const auto again = read_json(write_json(*snapshot));
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_TRUE(*again == *snapshot) << entry.key() << " " << other;
    }
  }
}

}  // namespace
}  // namespace gander
