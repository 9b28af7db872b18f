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

enum class Share : std::uint8_t { working, waiting };

/// Looks, one a second, after which each number of the medium and of the slow tier was due.
constexpr std::uint64_t medium_looks = 5;
constexpr std::uint64_t slow_looks = 30;
constexpr int figure_width = 10;
constexpr int name_width = 40;
constexpr double microseconds = 1e6;

double per(double amount, double parts) { return parts > 0 ? amount / parts : 0.0; }

/// The sum of all, called `all`.
CallRow add_up(const std::vector<CallRow>& rows) {
  CallRow sum{"all", {}, 0, 0, 0};
  for (const auto& row : rows) {
    if (row.is_waiting) continue;
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

/// Those that sleep until something happens: their time costs nothing.
void add_waiting(std::vector<Line>& lines, const std::vector<CallRow>& rows, const CallSpan& span,
                 int width) {
  bool is_first = true;
  for (const auto& row : rows) {
    if (!row.is_waiting) continue;
    if (is_first) lines.push_back(Line{}.add("WAITING, not in the sum", {{}, Weight::bold}));
    is_first = false;
    add_row(lines, row, span, width);
  }
}

void add_remarks(std::vector<Line>& lines, const CallSpan& span) {
  const auto say = [&](std::string_view text) {
    lines.push_back(Line{}.add(text, {{}, Weight::dim}));
  };
  say("CALLS/S is for each GPU; us are microseconds in all calls together.");
  if (span.looks < medium_looks) {
    say("Too short for what is read every 5 s (clocks, fans) or 30 s (ECC): --seconds.");
  } else if (span.looks < slow_looks) {
    say("Too short for what is read every 30 s (ECC, limits, the list); see --seconds.");
  }
  say(fmt::format("Before that, the first look: {} calls, {:.1f} ms in them, {:.1f} ms in all.",
                  span.first.calls, span.first.driver_seconds * 1e3, span.first.seconds * 1e3));
}

void write_rows(json::Writer& out, const std::vector<CallRow>& rows, Share share) {
  out.begin_array();
  for (const auto& row : rows) {
    if (row.is_waiting != (share == Share::waiting)) continue;
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
}

void write_first_look(json::Writer& out, const FirstLook& first) {
  out.begin_object();
  out.key("seconds");
  out.number(first.seconds);
  out.key("calls");
  out.unsigned_integer(first.calls);
  out.key("driver_seconds");
  out.number(first.driver_seconds);
  out.end_object();
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
  for (const auto& row : rows) {
    if (!row.is_waiting) add_row(lines, row, span, width);
  }
  add_row(lines, add_up(rows), span, width);
  add_waiting(lines, rows, span, width);
  add_remarks(lines, span);
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
  out.key("first_look");
  write_first_look(out, span.first);
  out.key("functions");
  write_rows(out, rows, Share::working);
  out.key("waiting");
  write_rows(out, rows, Share::waiting);
  out.end_object();
  return out.take() + "\n";
}

}  // namespace gander
