// SPDX-License-Identifier: Apache-2.0
// In which folders a user's Jupyter keeps what it says about itself: a pure function of text. Must
// not look whether they exist.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gander::owner::jupyter {

/// What decides about the folders of one user.
struct RuntimePlace {
  std::string home;  ///< From the user database, not from anybody's `$HOME`; empty: unknown.
  std::uint32_t uid{};
  /// `NAME=value` of a process of this user that belongs to Jupyter; nothing where it may not be
  /// read. Foreign text.
  std::optional<std::span<const std::string>> environment;
};

/// The folders in which server and connection files may lie, the likeliest first, each once. The
/// first is where jupyter_core puts them, the next is VS Code's, then the defaults of both. Paths
/// are absolute and as the process sees them: its root may be another than ours.
std::vector<std::string> candidate_runtime_folders(const RuntimePlace& place);

}  // namespace gander::owner::jupyter
