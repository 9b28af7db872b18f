// SPDX-License-Identifier: Apache-2.0
// Looks again and again until told to stop, and shows each look: below each other, or in place.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cli/exit_code.hpp"
#include "gander/source.hpp"
#include "sample/sampler.hpp"

namespace gander::cli {

/// How one look follows the one before.
enum class Succession : std::uint8_t {
  redraw,    ///< In place of it, on a terminal.
  separate,  ///< Below it, behind an empty line.
  append,    ///< Below it.
};

/// Of pages: in place on a terminal, else one behind the other.
Succession succession_of_pages();

struct Watch {
  Demand demand;  ///< Its interval is the time between looks.
  Succession succession{};
  /// What to print for a look; asked anew each time, because the terminal may have changed.
  std::function<std::string(const Snapshot&)> draw;
};

/// What is left to print where a terminal of `rows` rows shows `page` from its first row on: home,
/// each line erased behind its text, the rest of the screen erased. What does not fit is counted
/// in the last row.
std::string write_frame(std::string_view page, int rows);

/// Watches until a signal asks to end, or nobody reads any more. `first` is told the first look.
/// Gives the exit code of an output that failed, else fine.
ExitCode watch(sample::Sampler& sampler, const Watch& wish,
               const std::function<void(const Snapshot&)>& first);

}  // namespace gander::cli
