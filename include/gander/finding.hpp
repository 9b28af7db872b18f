// SPDX-License-Identifier: Apache-2.0
// What an examination of the machine found, and what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/result.hpp"
#include "gander/snapshot.hpp"

namespace gander {

enum class Severity : std::uint8_t {
  ok,       ///< As it should be.
  note,     ///< Works, with a limit one should know of.
  warning,  ///< Something is missing or wrong; the rest works.
  failure,  ///< Nothing works before this is mended.
};

/// One thing that was looked at. Texts may hold foreign text: make them safe before printing.
struct Finding {
  Severity severity{};
  std::string topic;           ///< One or two words: `driver`, `GPU 3`, `processes`.
  std::string text;            ///< What is so, in one sentence.
  std::string remedy;          ///< What to do about it; empty where nothing needs doing.
  std::optional<Fault> fault;  ///< The kind of failure, where it is one.
  friend bool operator==(const Finding&, const Finding&) = default;
};

std::string_view name_of(Severity severity);

/// What a snapshot tells about the health of a machine: drivers, devices, what is known of
/// processes, namespaces. Pure; in the order in which a person should read it.
std::vector<Finding> diagnose(const Snapshot& snapshot);

}  // namespace gander
