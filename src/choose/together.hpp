// SPDX-License-Identifier: Apache-2.0
// Which of several devices stand nearest to each other.
#pragma once

#include <cstddef>
#include <vector>

#include "gander/availability.hpp"

namespace gander::choose {

/// How near two GPUs are: more NVLinks, then the shorter way over PCIe. 0 where nothing is known.
int nearness(const Device& a, const Device& b);

/// Puts `count` candidates that are near to each other in front, the rest behind them, each in the
/// order they had. Where several groups are as near, the one that stands further in front wins.
/// A good group, not always the very best: each candidate in turn gathers its nearest.
void bring_together(std::vector<Candidate>& candidates, std::size_t count);

}  // namespace gander::choose
