// SPDX-License-Identifier: Apache-2.0
// Rows of chosen columns, quoted or aligned.
#include "export/csv.hpp"

#include <algorithm>
#include <set>

#include "export/csv_field.hpp"
#include "export/fields.hpp"
#include "export/legend.hpp"
#include "text/quantity.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/words.hpp"

namespace gander {
namespace {

struct Row {
  Fields fields;
  DeviceState state;  ///< Of its device.
};

std::vector<Row> collect_rows(const Snapshot& snapshot, RowKind kind) {
  std::vector<Row> rows;
  if (kind == RowKind::devices) {
    for (const auto& device : snapshot.devices) {
      rows.push_back({fields_of(snapshot, device), device.state});
    }
    return rows;
  }
  for (const auto& process : snapshot.processes) {
    for (const auto& use : process.uses) {
      const auto* device = find_device(snapshot, use.device);
      const auto state = device == nullptr ? DeviceState::ok : device->state;
      rows.push_back({fields_of(snapshot, process, use), state});
    }
  }
  return rows;
}

/// `field_of`: what stands in a column, quoted already.
template <class FieldOf>
std::string write_csv_line(const Columns& columns, FieldOf field_of) {
  std::string line;
  for (const auto& column : columns) {
    if (&column != &columns.front()) line += ',';
    line += field_of(column);
  }
  // A single empty field would be an empty line, which readers skip.
  return (line.empty() ? "\"\"" : line) + "\n";
}

std::string csv_field(const Field& field) {
  const auto text = field.text.value_or("");
  return field.metric ? quote_field(text) : quote_text(text);
}

std::string cell_text(const Field& field, DeviceState state) {
  if (!field.text.is_known()) {
    return std::string{text::missing_word(field.text.reason(), 7, state)};
  }
  if (!field.metric) return text::safe(field.text.value());
  return text::write_quantity(row_of(*field.metric).unit, field.reading.value());
}

using Cells = std::vector<std::string>;

std::vector<int> measure(const Columns& columns, const std::vector<Cells>& table) {
  std::vector<int> widths;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    int width = text::display_width(columns[i].title);
    for (const auto& cells : table) width = std::max(width, text::display_width(cells[i]));
    widths.push_back(width);
  }
  return widths;
}

/// The last column needs no blanks behind it.
std::string align(const Column& column, const std::string& text, int width, bool is_last) {
  if (column.metric) return text::pad_left(text, width, "");
  return is_last ? text : text::pad_right(text, width, "");
}

}  // namespace

std::string write_csv_header(const Columns& columns) {
  return write_csv_line(columns, [](const Column& column) { return quote_field(column.name); });
}

std::string write_csv_rows(const Snapshot& snapshot, RowKind kind, const Columns& columns) {
  std::string out;
  for (const auto& row : collect_rows(snapshot, kind)) {
    out += write_csv_line(
        columns, [&](const Column& column) { return csv_field(row.fields[column.place]); });
  }
  return out;
}

std::string write_table(const Snapshot& snapshot, RowKind kind, const Columns& columns,
                        text::Rendering rendering) {
  const auto rows = collect_rows(snapshot, kind);
  std::vector<Cells> table;
  Legend legend;
  for (const auto& [fields, state] : rows) {
    auto& cells = table.emplace_back();
    for (const auto& column : columns) {
      const auto& field = fields[column.place];
      cells.push_back(cell_text(field, state));
      if (!field.text.is_known()) legend.add(field.text.reason(), state);
    }
  }
  const auto widths = measure(columns, table);
  std::vector<text::Line> lines(1);
  const auto add = [&](std::size_t i, const std::string& text, text::Style style) {
    const bool is_last = i + 1 == columns.size();
    if (i > 0) lines.back().add("  ");
    lines.back().add(align(columns[i], text, widths[i], is_last), style);
  };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    add(i, columns[i].title, {{}, text::Weight::bold});
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    lines.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool is_known = rows[row].fields[columns[i].place].text.is_known();
      add(i, table[row][i], {{}, is_known ? text::Weight::normal : text::Weight::dim});
    }
  }
  legend.append_to(lines);
  return text::write(lines, rendering);
}

}  // namespace gander
