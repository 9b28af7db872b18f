// SPDX-License-Identifier: Apache-2.0
// docs/metrics.md is the page the metric table makes.
#include "export/metrics_page.hpp"

#include <gtest/gtest.h>

#include "gander/metric.hpp"
#include "tests/golden/golden.hpp"

namespace gander {
namespace {

TEST(MetricsPage, IsKeptInTheManual) {
  expect_golden("../../docs/metrics.md", write_metrics_page());
}

TEST(MetricsPage, NamesEveryMetric) {
  const std::string page = write_metrics_page();
  for (const auto& row : metric_table) {
    EXPECT_NE(page.find("| `" + std::string{row.name} + "` |"), std::string::npos) << row.name;
  }
}

}  // namespace
}  // namespace gander
