// SPDX-License-Identifier: Apache-2.0
// Feeds any bytes to the tables of workloads: a line each for the name and the path of a notebook
// and for the pattern of a person, the rest as the id of a kernel. No form may be steered by them.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "export/workload_data.hpp"
#include "export/workload_page.hpp"
#include "fuzz/require.hpp"
#include "tests/golden/fixture_workload.hpp"
#include "text/width.hpp"

namespace {

using gander::fuzz::require;

std::string_view take_line(std::string_view& text) { return gander::fuzz::take_until(text, '\n'); }

std::size_t count_lines(std::string_view text, int width) {
  require(text.find_first_of("\x1b\x07\r\x7f") == std::string_view::npos);
  std::size_t count = 0;
  while (!text.empty()) {
    const auto line = take_line(text);
    require(width == 0 || gander::text::display_width(line) <= width);
    ++count;
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text{reinterpret_cast<const char*>(data), size};
  static const auto machine = gander::fixture::small_notebook_snapshot();
  auto snapshot = machine;
  auto& workload = snapshot.workloads.front();
  workload.name = take_line(text);
  workload.path = std::string{take_line(text)};
  gander::text::WorkloadChoice choice;
  if (auto pattern = gander::text::PathPattern::parse(take_line(text))) {
    choice.filter.pattern = std::move(*pattern);
  }
  workload.kernel = gander::fixture::make_kernel(std::string{text}, gander::KernelState::idle, 60);
  gander::WorkloadPageOptions page;
  page.table.choice = choice;
  page.table.shows_all = true;
  for (const int width : {0, 80}) {
    page.width = width;
    count_lines(write_workload_page(snapshot, page), width);
  }
  const auto groups = gander::text::group_workloads(snapshot, choice);
  std::size_t rows = 0;
  for (const auto& group : groups) rows += group.rows.size();
  require(count_lines(write_workload_csv(snapshot, {choice}), 0) == rows + 1);
  require(count_lines(write_workload_json(snapshot, {choice}), 0) == 1);
  return 0;
}
