// SPDX-License-Identifier: Apache-2.0
// The columns follow from the fields that an empty device and an empty process have.
#include "export/columns.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "export/fields.hpp"
#include "text/nearest.hpp"

namespace gander {
namespace {

constexpr std::array<std::string_view, 6> device_keys{"index",      "uuid",   "name",
                                                      "pci_bus_id", "parent", "state"};
constexpr std::array<std::string_view, 9> process_keys{
    "pid", "start_time", "presence", "user", "name", "command", "device_index", "device", "type"};
constexpr std::array<std::string_view, 9> abbreviations{"uuid", "pci", "mig", "ecc", "gpu",
                                                        "numa", "cpu", "gsp", "pid"};

/// `pci_bus_id` as `PCI-Bus-Id`.
std::string title_of(std::string_view name) {
  std::string title;
  while (!name.empty()) {
    const auto end = std::min(name.find('_'), name.size());
    std::string word{name.substr(0, end)};
    name.remove_prefix(std::min(end + 1, name.size()));
    const bool is_short =
        std::find(abbreviations.begin(), abbreviations.end(), word) != abbreviations.end();
    const auto letters = is_short ? word.size() : std::min<std::size_t>(word.size(), 1);
    for (std::size_t i = 0; i < letters; ++i) {
      word[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[i])));
    }
    if (!title.empty()) title += '-';
    title += word;
  }
  return title;
}

Columns make_columns(const Fields& fields) {
  Columns columns;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& [name, text, metric, reading] = fields[i];
    const auto title = metric ? std::string{row_of(*metric).title} : title_of(name);
    columns.push_back({name, title, metric, i});
  }
  return columns;
}

const Column* find_column(const Columns& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  return found == columns.end() ? nullptr : &*found;
}

std::string complain_of(const Columns& columns, const std::string& name) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const auto& column : columns) names.push_back(column.name);
  const auto meant = text::find_nearest(name, names);
  auto message = "there is no column '" + name + "'";
  return message + (meant.empty() ? "; `gander metrics` lists the numbers there are"
                                  : "; did you mean " + meant + "?");
}

}  // namespace

const Columns& all_columns(RowKind kind) {
  static const Columns devices = make_columns(fields_of(Snapshot{}, Device{}));
  static const Columns processes = make_columns(fields_of(Snapshot{}, Process{}, Use{}));
  return kind == RowKind::devices ? devices : processes;
}

Columns usual_columns(RowKind kind) {
  const auto& all = all_columns(kind);
  Columns columns;
  const auto add_keys = [&](const auto& keys) {
    for (const auto key : keys) columns.push_back(*find_column(all, key));
  };
  if (kind == RowKind::devices) {
    add_keys(device_keys);
  } else {
    add_keys(process_keys);
  }
  std::copy_if(all.begin(), all.end(), std::back_inserter(columns),
               [](const Column& column) { return column.metric.has_value(); });
  return columns;
}

Result<Columns> find_columns(RowKind kind, const std::vector<std::string>& names) {
  const auto& all = all_columns(kind);
  Columns columns;
  for (const auto& name : names) {
    const auto* column = find_column(all, name);
    if (column == nullptr) return fail(Fault::usage, complain_of(all, name));
    columns.push_back(*column);
  }
  return columns;
}

MetricSet metrics_of(const Columns& columns) {
  MetricSet metrics;
  for (const auto& column : columns) {
    if (column.metric) metrics.insert(*column.metric);
  }
  return metrics;
}

}  // namespace gander
