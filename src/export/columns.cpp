// SPDX-License-Identifier: Apache-2.0
// The columns follow from the fields that an empty device and an empty process have.
#include "export/columns.hpp"

#include <fmt/format.h>

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
constexpr std::array<std::string_view, 10> process_keys{
    "pid",  "start_time", "presence",     "user",   "owner",
    "name", "command",    "device_index", "device", "type"};
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
  std::copy_if(all.begin(), all.end(), std::back_inserter(columns), [](const Column& column) {
    return column.metric.has_value() && row_of(*column.metric).cost != Cost::on_demand;
  });
  return columns;
}

namespace {

std::string_view word_of(RowKind kind) {
  return kind == RowKind::devices ? "devices" : "processes";
}

/// Whose number it is, for those that no row holds; empty for others.
std::string_view holder_of(std::string_view name) {
  const auto metric = find_metric(name);
  if (!metric) return {};
  switch (row_of(*metric).scope) {
    case Scope::host:
      return "the host";
    case Scope::fan:
      return "a fan";
    case Scope::link:
      return "an NVLink";
    case Scope::device:
    case Scope::use:
    case Scope::process:
      break;
  }
  return {};
}

/// The first name that no rows have, else the first that these do not.
const std::string& find_misfit(RowKind kind, const std::vector<std::string>& names) {
  const auto first_without = [&](const auto&... columns) {
    return std::find_if(names.begin(), names.end(), [&](const std::string& name) {
      return ((find_column(columns, name) == nullptr) && ...);
    });
  };
  const auto nowhere =
      first_without(all_columns(RowKind::devices), all_columns(RowKind::processes));
  return nowhere != names.end() ? *nowhere : *first_without(all_columns(kind));
}

/// Why not all of `names` are columns of such rows.
std::string complain_of(RowKind kind, const std::vector<std::string>& names) {
  const auto& name = find_misfit(kind, names);
  if (const auto holder = holder_of(name); !holder.empty()) {
    return fmt::format("'{}' is a number of {}, which has no rows; --json has it", name, holder);
  }
  const auto other = kind == RowKind::devices ? RowKind::processes : RowKind::devices;
  const auto& others = all_columns(other);
  const auto& all = all_columns(kind);
  if (find_column(others, name) != nullptr) {
    // A name that both have would not tell what kind of rows was meant.
    const auto rival = std::find_if(names.begin(), names.end(), [&](const std::string& one) {
      return find_column(all, one) != nullptr && find_column(others, one) == nullptr;
    });
    if (rival == names.end()) {
      return fmt::format("'{}' is a column of {}, and these are rows of {}", name, word_of(other),
                         word_of(kind));
    }
    return fmt::format(
        "'{}' is a column of {}, '{}' one of {}; rows have columns of one kind (a process's device "
        "is device_index)",
        name, word_of(other), *rival, word_of(kind));
  }
  std::vector<std::string> known;
  for (const auto& column : all) known.push_back(column.name);
  for (const auto& column : others) known.push_back(column.name);
  const auto meant = text::find_nearest(name, known);
  return "there is no column '" + name + "'" +
         (meant.empty() ? "; `gander metrics` lists the numbers there are"
                        : "; did you mean " + meant + "?");
}

}  // namespace

Result<Columns> find_columns(RowKind kind, const std::vector<std::string>& names) {
  const auto& all = all_columns(kind);
  Columns columns;
  for (const auto& name : names) {
    const auto* column = find_column(all, name);
    if (column == nullptr) return fail(Fault::usage, complain_of(kind, names));
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
