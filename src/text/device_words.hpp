// SPDX-License-Identifier: Apache-2.0
// What is said of a device in the rows of a table: fields, panes and bars of fixed width. Knows no
// colour and no place on a page.
#pragma once

#include <array>
#include <string>

#include "gander/device.hpp"
#include "gander/host.hpp"
#include "text/bar.hpp"

namespace gander::text {

/// Columns of the three panes of a device's row.
inline constexpr int name_pane = 31;
inline constexpr int side_pane = 22;
using Panes = std::array<std::string, 3>;

/// Whether the last pane tells of MIG: where any device shown has such a mode.
enum class MigColumn : std::uint8_t { absent, present };

/// Whether it answers nothing useful, as opposed to one that sleeps.
bool is_broken(const Device& device);

/// The name without its maker, or that it is unknown and why.
std::string short_name(const Device& device);
/// `used / total`, at most 20 columns.
std::string memory_usage(const Host& host, const Device& device);
/// `draw / limit`, at most 13 columns.
std::string power_usage(const Device& device);
/// At most three columns: `N/A`, `45`, `MAX`.
std::string fan_cell(const Device& device);
/// At most four columns: `45C`.
std::string temperature_cell(const Device& device);
/// At most four columns: `P0`.
std::string performance_cell(const Device& device);
/// At most seven columns: `96%`.
std::string utilization_cell(const Device& device);
std::string compute_word(const Device& device);

Panes first_row(const Device& device, MigColumn mig);
Panes second_row(const Host& host, const Device& device);
Panes instance_row(const Host& host, const Device& device);

Bar memory_bar(const Host& host, const Device& device);
Bar utilization_bar(const Device& device);
Bar bandwidth_bar(const Device& device);
Bar power_bar(const Device& device);

}  // namespace gander::text
