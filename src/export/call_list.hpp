// SPDX-License-Identifier: Apache-2.0
// What watching costs: the calls into the vendor's library by function. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/line.hpp"

namespace gander {

/// What one function cost while we watched.
struct CallRow {
  std::string function;
  std::string serves;  ///< What it is called for.
  std::uint64_t calls{};
  std::uint64_t errors{};
  double seconds{};         ///< Inside it, over all calls.
  bool is_waiting = false;  ///< It only sleeps until something happens.
};

/// What the first look, which opens everything, took.
struct FirstLook {
  double seconds{};
  std::uint64_t calls{};
  double driver_seconds{};  ///< In calls, all threads together; waiting apart.
};

/// How long we watched, how often we looked, and at how many GPUs.
struct CallSpan {
  double seconds{};
  std::uint64_t looks{};
  std::size_t gpus{};
  FirstLook first;
};

/// A line for each function, dearest first, and the sum; those that only wait stand behind it. Says
/// what it was too short to see.
std::string write_call_list(const std::vector<CallRow>& rows, const CallSpan& span,
                            text::Rendering rendering, int width);

/// `{"schema": 1, "version": …, "seconds", "looks", "gpus", "first_look": {"seconds", "calls",
/// "driver_seconds"}, "functions": [{"function", "serves", "calls", "errors", "seconds"}],
/// "waiting": [the same]}`.
std::string write_call_list_json(const std::vector<CallRow>& rows, const CallSpan& span,
                                 std::string_view version);

}  // namespace gander
