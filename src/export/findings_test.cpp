// SPDX-License-Identifier: Apache-2.0
#include "export/findings.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "text/width.hpp"

namespace gander {
namespace {

std::vector<Finding> some_findings() {
  return {
      {Severity::ok, "driver", "nvml: driver 550.54.15", "", {}},
      {Severity::failure, "GPU 3", "NVIDIA H100 \x1b[2J is lost",
       "Look for XID messages in the kernel log; reset the GPU or reboot the whole machine.",
       Fault::device_lost},
  };
}

TEST(Findings, lines_fit_and_hold_no_foreign_escape) {
  const auto text = write_findings(some_findings(), {}, 79);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("-> Look for XID"), std::string::npos);
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = text.find('\n', start);
    EXPECT_LE(text::display_width(text.substr(start, end - start)), 79);
    start = end + 1;
  }
}

TEST(Findings, a_long_list_of_devices_stands_above_its_text) {
  std::string topic = "GPU 0";
  for (int i = 2; i < 64; i += 2) topic += ", " + std::to_string(i);
  const auto text = write_findings({{Severity::note, topic, "not supported: Fan", {}, {}}}, {}, 79);
  EXPECT_NE(text.find("note     GPU 0, 2, 4"), std::string::npos) << text;
  EXPECT_NE(text.find("\n                        not supported: Fan\n"), std::string::npos) << text;
  std::size_t start = 0;
  while (start < text.size()) {
    const auto end = text.find('\n', start);
    EXPECT_LE(text::display_width(text.substr(start, end - start)), 79) << text;
    start = end + 1;
  }
}

TEST(Findings, json_has_null_where_nothing_is_to_be_done) {
  const auto document = nlohmann::json::parse(write_findings_json(some_findings(), "0.1.0"));
  EXPECT_TRUE(document["findings"][0]["remedy"].is_null());
  EXPECT_TRUE(document["findings"][0]["fault"].is_null());
  EXPECT_EQ(document["findings"][1]["fault"], "device_lost");
  EXPECT_EQ(document["findings"][1]["severity"], "failure");
}

}  // namespace
}  // namespace gander
