// SPDX-License-Identifier: Apache-2.0
// Draws the findings of gander doctor as a list, or writes them as JSON.
#include "export/findings.hpp"

#include <algorithm>
#include <string_view>

#include "gander/snapshot.hpp"
#include "json/writer.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"

namespace gander {
namespace {

constexpr int mark_width = 9;    // The longest severity and two spaces.
constexpr int topic_width = 15;  // "kernel module" and two spaces.
constexpr int narrowest_text = 30;

text::Style style_of(Severity severity) {
  switch (severity) {
    case Severity::ok:
      return {text::Color::green, text::Weight::normal};
    case Severity::note:
      return {text::Color::cyan, text::Weight::normal};
    case Severity::warning:
      return {text::Color::yellow, text::Weight::bold};
    case Severity::failure:
      return {text::Color::red, text::Weight::bold};
  }
  return {};
}

void add_paragraph(std::vector<text::Line>& lines, const text::Line& first,
                   const std::vector<std::string>& paragraph, text::Style style) {
  const text::Line indent = text::Line{}.add(text::repeat(" ", mark_width + topic_width));
  for (std::size_t i = 0; i < paragraph.size(); ++i) {
    lines.push_back(text::Line{}.add(i == 0 ? first : indent).add(paragraph[i], style));
  }
}

void add_finding(std::vector<text::Line>& lines, const Finding& finding, int width) {
  const auto style = style_of(finding.severity);
  const int room = std::max(width - mark_width - topic_width, narrowest_text);
  const text::Line indent = text::Line{}.add(text::repeat(" ", mark_width + topic_width));
  const auto topic = text::safe(finding.topic);
  text::Line head;
  head.add(text::pad_right(name_of(finding.severity), mark_width), style);
  if (text::display_width(topic) <= topic_width - 2) {
    head.add(text::pad_right(topic, topic_width), {{}, text::Weight::bold});
  } else {
    // A long list of devices stands above what is said of them.
    add_paragraph(lines, head, text::wrap(topic, room + topic_width), {{}, text::Weight::bold});
    head = indent;
  }
  add_paragraph(lines, head, text::wrap(text::safe(finding.text), room), {});
  if (finding.remedy.empty()) return;
  add_paragraph(lines, indent, text::wrap("-> " + text::safe(finding.remedy), room),
                {{}, text::Weight::dim});
}

void write_or_null(json::Writer& out, std::string_view value) {
  if (value.empty()) {
    out.null();
  } else {
    out.string(value);
  }
}

}  // namespace

std::string write_findings(const std::vector<Finding>& findings, text::Rendering rendering,
                           int width) {
  std::vector<text::Line> lines;
  for (const auto& finding : findings) add_finding(lines, finding, width);
  return text::write(lines, rendering);
}

std::string write_findings_json(const std::vector<Finding>& findings, std::string_view version) {
  json::Writer out;
  out.begin_object();
  out.key("schema");
  out.integer(snapshot_schema);
  out.key("version");
  out.string(version);
  out.key("findings");
  out.begin_array();
  for (const auto& finding : findings) {
    out.begin_object();
    out.key("severity");
    out.string(name_of(finding.severity));
    out.key("topic");
    out.string(finding.topic);
    out.key("text");
    out.string(finding.text);
    out.key("remedy");
    write_or_null(out, finding.remedy);
    out.key("fault");
    write_or_null(out, finding.fault ? name_of(*finding.fault) : std::string_view{});
    out.end_object();
  }
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

}  // namespace gander
