// SPDX-License-Identifier: Apache-2.0
// Finds where each metric is known, and lists it for people and for programs.
#include "export/metric_list.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "export/legend.hpp"
#include "json/writer.hpp"
#include "text/nearest.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"

namespace gander {
namespace {

using text::Line;
using text::Style;
using text::Weight;

constexpr std::array scopes{Scope::device, Scope::fan,     Scope::link,
                            Scope::use,    Scope::process, Scope::host};

std::string_view heading_of(Scope scope) {
  switch (scope) {
    case Scope::device:
      return "Of a device";
    case Scope::fan:
      return "Of a fan";
    case Scope::link:
      return "Of an NVLink";
    case Scope::use:
      return "Of a process on a device";
    case Scope::process:
      return "Of a process";
    case Scope::host:
      return "Of the host";
  }
  return {};
}

/// The best of several readings of one thing: a known one, else the first.
class Best {
 public:
  void look(const Reading& reading) {
    if (!found_ || (!found_->is_known() && reading.is_known())) found_ = reading;
  }
  [[nodiscard]] Reading value_or(Missing reason) const {
    return found_ ? *found_ : Reading{reason};
  }

 private:
  std::optional<Reading> found_;
};

/// Why a device without parts of a kind has none: what it says of the whole, else there are none.
Missing reason_of(const Reading& whole) {
  return whole.is_known() ? Missing::no_data : whole.reason();
}

Reading find_reading(const Snapshot& snapshot, const Device& device, Metric metric) {
  Best best;
  const auto& readings = device.readings;
  switch (row_of(metric).scope) {
    case Scope::device:
      return readings[metric];
    case Scope::fan:
      for (const auto& fan : device.fans) best.look(fan.readings[metric]);
      return best.value_or(reason_of(readings[Metric::fan_speed]));
    case Scope::link:
      for (const auto& link : device.links) best.look(link.readings[metric]);
      return best.value_or(reason_of(readings[Metric::nvlink_transmit_total]));
    case Scope::use:
      for (const auto& process : snapshot.processes) {
        for (const auto& use : process.uses) {
          if (device.uuid == Known{use.device}) best.look(use.readings[metric]);
        }
      }
      return best.value_or(Missing::no_data);
    case Scope::process:
    case Scope::host:
      break;
  }
  return Missing::not_sampled;
}

Reading find_reading(const Snapshot& snapshot, Metric metric) {
  if (row_of(metric).scope == Scope::host) return snapshot.host.readings[metric];
  Best best;
  for (const auto& process : snapshot.processes) best.look(process.readings[metric]);
  return best.value_or(Missing::no_data);
}

std::optional<Missing> to_reason(const Reading& reading) {
  return reading.is_known() ? std::nullopt : std::optional{reading.reason()};
}

std::string_view short_unit(Unit unit) {
  return unit == Unit::bytes_per_second ? "bytes/s" : name_of(unit);
}

std::string_view read_word(const MetricRow& row) {
  return row.cost == Cost::on_demand ? "demand" : name_of(row.tier);
}

std::string_view word_of(const Availability& one) {
  return one.reason ? text::write_missing(*one.reason, 7) : "yes";
}

std::string list_groups(const std::vector<Availability>& groups) {
  std::string text;
  for (const auto& group : groups) {
    if (!text.empty()) text += "; ";
    text += "GPU " + list_devices(group.devices) + ": " + std::string{word_of(group)};
  }
  return text;
}

void add_below(std::vector<Line>& lines, std::string_view text, int width, Style style) {
  for (const auto& part : text::wrap(text, width - 4)) {
    lines.push_back(Line{}.add("    ").add(part, style));
  }
}

constexpr int name_width = 41;
constexpr int column_width = 9;

void add_titles(std::vector<Line>& lines, Scope scope) {
  if (!lines.empty()) lines.emplace_back();
  const Style style{text::Color::cyan, Weight::bold};
  Line line;
  line.add(text::pad_right(heading_of(scope), name_width), style);
  for (const std::string_view title : {"UNIT", "KIND", "READ"}) {
    line.add(text::pad_right(title, column_width), {{}, Weight::dim});
  }
  lines.push_back(line.add("HERE", {{}, Weight::dim}));
}

void add_metric(std::vector<Line>& lines, const MetricRow& row,
                const std::vector<Availability>& groups, const MetricListOptions& options) {
  const bool is_mixed = groups.size() > 1;
  Line line;
  line.add(text::pad_right(row.name, name_width));
  line.add(text::pad_right(short_unit(row.unit), column_width));
  line.add(text::pad_right(name_of(row.kind), column_width));
  line.add(text::pad_right(read_word(row), column_width));
  const bool is_known = !is_mixed && !groups.front().reason;
  line.add(is_mixed ? "some" : word_of(groups.front()),
           {is_known   ? text::Color::green
            : is_mixed ? text::Color::yellow
                       : text::Color::plain,
            is_known || is_mixed ? Weight::normal : Weight::dim});
  lines.push_back(line);
  if (is_mixed) add_below(lines, list_groups(groups), options.width, {text::Color::yellow, {}});
  if (options.with_help) add_below(lines, row.help, options.width, {{}, Weight::dim});
}

/// Why no device can have any metric.
void add_failures(std::vector<Line>& lines, const Snapshot& snapshot, int width) {
  for (const auto& driver : snapshot.drivers) {
    if (!driver.error) continue;
    for (const auto& part : text::wrap(text::safe(driver.error->message), width)) {
      lines.push_back(Line{}.add(part, {text::Color::red, {}}));
    }
  }
}

void write_one(json::Writer& out, const Snapshot& snapshot, const MetricRow& row) {
  const auto word = [&](std::string_view key, std::string_view value) {
    out.key(key);
    out.string(value);
  };
  out.begin_object();
  word("name", row.name);
  word("scope", name_of(row.scope));
  word("unit", name_of(row.unit));
  word("kind", name_of(row.kind));
  word("cost", name_of(row.cost));
  word("tier", name_of(row.tier));
  word("title", row.title);
  word("help", row.help);
  out.key("availability");
  out.begin_array();
  for (const auto& group : find_availability(snapshot, row.id)) {
    out.begin_object();
    out.key("devices");
    out.begin_array();
    for (const auto& device : group.devices) out.string(to_string(device));
    out.end_array();
    out.key("missing");
    if (group.reason) {
      out.string(name_of(*group.reason));
    } else {
      out.null();
    }
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

}  // namespace

Result<std::vector<Metric>> find_metrics(const std::vector<std::string>& words) {
  std::set<Metric> found;
  for (const auto& word : words) {
    const auto before = found.size();
    std::vector<std::string> names;
    bool is_any = false;
    for (const auto& row : metric_table) {
      names.emplace_back(row.name);
      const bool is_scope = name_of(row.scope) == word;
      const bool names_scope = std::any_of(scopes.begin(), scopes.end(),
                                           [&](Scope scope) { return name_of(scope) == word; });
      if (!is_scope && (names_scope || row.name.find(word) == std::string_view::npos)) continue;
      found.insert(row.id);
      is_any = true;
    }
    if (is_any || found.size() > before) continue;
    const auto meant = text::find_nearest(word, names);
    return fail(Fault::usage, "no metric matches '" + word + "'" +
                                  (meant.empty() ? "" : "; did you mean " + meant + "?"));
  }
  if (words.empty()) {
    for (const auto& row : metric_table) found.insert(row.id);
  }
  return std::vector<Metric>{found.begin(), found.end()};
}

std::vector<Availability> find_availability(const Snapshot& snapshot, Metric metric) {
  const auto scope = row_of(metric).scope;
  if (scope == Scope::host || scope == Scope::process) {
    return {{to_reason(find_reading(snapshot, metric)), {}}};
  }
  std::vector<Availability> groups;
  for (const auto& device : snapshot.devices) {
    const auto reason = to_reason(find_reading(snapshot, device, metric));
    auto same = std::find_if(groups.begin(), groups.end(),
                             [&](const Availability& group) { return group.reason == reason; });
    if (same == groups.end()) same = groups.insert(same, Availability{reason, {}});
    same->devices.push_back(device.index);
  }
  if (!groups.empty()) return groups;
  const bool is_down = std::any_of(snapshot.drivers.begin(), snapshot.drivers.end(),
                                   [](const DriverStatus& driver) { return driver.error; });
  return {{is_down ? Missing::driver_down : Missing::no_data, {}}};
}

std::string write_metric_list(const Snapshot& snapshot, const std::vector<Metric>& metrics,
                              const MetricListOptions& options) {
  std::vector<Line> lines;
  Legend legend;
  add_failures(lines, snapshot, options.width);
  std::optional<Scope> scope;
  for (const auto metric : metrics) {
    const auto& row = row_of(metric);
    if (scope != row.scope) add_titles(lines, row.scope);
    scope = row.scope;
    const auto groups = find_availability(snapshot, metric);
    for (const auto& group : groups) {
      if (group.reason) legend.add(*group.reason);
    }
    add_metric(lines, row, groups, options);
  }
  lines.emplace_back();
  legend.append_to(lines);
  return text::write(lines, options.rendering);
}

std::string write_metric_list_json(const Snapshot& snapshot, const std::vector<Metric>& metrics) {
  json::Writer out;
  out.begin_object();
  out.key("schema");
  out.integer(snapshot_schema);
  out.key("version");
  out.string(snapshot.version);
  out.key("metrics");
  out.begin_array();
  for (const auto metric : metrics) write_one(out, snapshot, row_of(metric));
  out.end_array();
  out.end_object();
  return out.take() + "\n";
}

}  // namespace gander
