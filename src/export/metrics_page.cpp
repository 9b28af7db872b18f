// SPDX-License-Identifier: Apache-2.0
// Writes docs/metrics.md from the metric table. Knows nothing about any single metric.
#include "export/metrics_page.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

#include "gander/metric.hpp"

namespace gander {
namespace {

struct Section {
  Scope scope;
  std::string_view title;
};

constexpr std::array sections{
    Section{Scope::device, "Of a device (a GPU or a MIG instance)"},
    Section{Scope::fan, "Of a fan"},
    Section{Scope::link, "Of one NVLink of a device"},
    Section{Scope::use, "Of one process on one device"},
    Section{Scope::process, "Of a process"},
    Section{Scope::host, "Of the host"},
};

std::string_view unit_word(Unit unit) {
  if (unit == Unit::count) return "count";
  if (unit == Unit::number) return "number";
  return name_of(unit);
}

std::string_view cost_word(Cost cost) {
  if (cost == Cost::on_demand) return "when asked for";
  return cost == Cost::slow ? "while somebody looks" : "always";
}

void append_section(std::string& page, const Section& section) {
  auto out = std::back_inserter(page);
  fmt::format_to(out, "\n## {}\n\n", section.title);
  fmt::format_to(out, "| name | unit | kind | column | read | meaning |\n");
  fmt::format_to(out, "|---|---|---|---|---|---|\n");
  for (const auto& row : rows_of(section.scope)) {
    fmt::format_to(out, "| `{}` | {} | {} | {} | {} | {} |\n", row.name, unit_word(row.unit),
                   name_of(row.kind), row.title, cost_word(row.cost), row.help);
  }
}

}  // namespace

std::string write_metrics_page() {
  std::string page =
      "# Metrics\n\n"
      "Every number gander knows. The name is the key in JSON, the attribute in Python and the\n"
      "column in CSV; it never changes. Units are base units everywhere but on screens. A gauge\n"
      "goes up and down; a counter only grows until its source restarts. A number that is absent\n"
      "carries the reason, never a zero.\n\n"
      "This page is made from `include/gander/metric_table.inc`; `tools/update` rewrites it.\n";
  for (const auto& section : sections) append_section(page, section);
  return page;
}

}  // namespace gander
