// SPDX-License-Identifier: Apache-2.0
// Draws the calls into a vendor's library as a table, or writes them as JSON.
#include "export/call_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gander/snapshot.hpp"
#include "json/writer.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"

namespace gander {
namespace {

using text::Line;
using text::Weight;

constexpr int figure_width = 10;
constexpr int name_width = 40;
constexpr double microseconds = 1e6;

double per(double amount, double parts) { return parts > 0 ? amount / parts : 0.0; }

/// The sum of all, called `all`.
CallRow add_up(const std::vector<CallRow>& rows) {
  CallRow sum{"all", {}, 0, 0, 0};
  for (const auto& row : rows) {
    sum.calls += row.calls;
    sum.errors += row.errors;
    sum.seconds += row.seconds;
  }
  return sum;
}

void add_row(std::vector<Line>& lines, const CallRow& row, const CallSpan& span, int width) {
  const auto calls = static_cast<double>(row.calls);
  const auto gpus = static_cast<double>(std::max<std::size_t>(span.gpus, 1));
  Line line;
  line.add(text::pad_right(text::safe(row.function), name_width));
  const auto figure = [&](const std::string& text) {
    line.add(text::pad_left(text, figure_width - 1) + " ");
  };
  figure(fmt::format("{:.2f}", per(per(calls, span.seconds), gpus)));
  line.add(text::pad_left(std::to_string(row.errors), figure_width - 1) + " ",
           {row.errors > 0 ? text::Color::yellow : text::Color::plain, {}});
  figure(fmt::format("{:.1f}", per(row.seconds * microseconds, calls)));
  figure(fmt::format("{:.0f}", per(row.seconds * microseconds, span.seconds)));
  lines.push_back(line);
  if (row.serves.empty()) return;
  lines.push_back(
      Line{}.add("  " + text::cut_right(text::safe(row.serves), width - 2), {{}, Weight::dim}));
}

}  // namespace

std::string write_call_list(const std::vector<CallRow>& rows, const CallSpan& span,
                            text::Rendering rendering, int width) {
  std::vector<Line> lines;
  lines.push_back(Line{}.add(fmt::format("{} looks in {:.1f} s at {} GPU{}", span.looks,
                                         span.seconds, span.gpus, span.gpus == 1 ? "" : "s")));
  if (rows.empty()) {
    lines.push_back(Line{}.add("No call was made, or the driver does not count its calls."));
    return text::write(lines, rendering);
  }
  Line head;
  head.add(text::pad_right("FUNCTION", name_width), {{}, Weight::bold});
  for (const std::string_view title : {"CALLS/S", "ERRORS", "us/CALL", "us/S"}) {
    head.add(text::pad_left(title, figure_width - 1) + " ", {{}, Weight::bold});
  }
  lines.push_back(head);
  for (const auto& row : rows) add_row(lines, row, span, width);
  add_row(lines, add_up(rows), span, width);
  lines.push_back(Line{}.add("CALLS/S is for each GPU; us are microseconds in all calls together.",
                             {{}, Weight::dim}));
  return text::write(lines, rendering);
}

std::string write_call_list_json(const std::vector<CallRow>& rows, const CallSpan& span,
                                 std::string_view version) {
  json::Writer out;
  out.begin_object();
  out.key("schema");
  out.integer(snapshot_schema);
  out.key("version");
  out.string(version);
  out.key("seconds");
  out.number(span.seconds);
  out.key("looks");
  out.unsigned_integer(span.looks);
  out.key("gpus");
  out.unsigned_integer(span.gpus);
  out.key("functions");
  out.begin_array();
  for (const auto& row : rows) {
    out.begin_object();
    out.key("function");
    out.string(row.function);
    out.key("serves");
    out.string(row.serves);
    out.key("calls");
    out.unsigned_integer(row.calls);
    out.key("errors");
    out.unsigned_integer(row.errors);
    out.key("seconds");
    out.number(row.seconds);
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

}  // namespace gander
