// SPDX-License-Identifier: Apache-2.0
// What can be said of any number: who gives it, how often it is asked for, and what would help
// where it is missing. Only for why*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "gander/metric.hpp"
#include "gander/snapshot.hpp"

namespace gander::tui {

/// The function of the driver's library, the file or the calculation it comes from; empty where
/// the driver is not one we know.
std::string_view source_of(const MetricRow& row, std::string_view driver);
/// `at each look`, `every 5 seconds` …
std::string_view period_of(const MetricRow& row);
/// Seconds from one reading to the next where that is not each look; else 0.
int seconds_between(const MetricRow& row);
/// A missing number and what it was to be of.
struct Gap {
  const Snapshot& snapshot;
  const Device* device{};  ///< Null where none is concerned.
  const Process* process{};
  const MetricRow& row;
  Missing reason{};
};
/// Why it is missing, in one sentence about this case.
std::string cause_of(const Gap& gap);
/// What would bring it back; that nothing would, where nothing would.
std::string remedy_of(const Gap& gap);

}  // namespace gander::tui
