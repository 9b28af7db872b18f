// SPDX-License-Identifier: Apache-2.0
// From what Jupyter calls a notebook to the path a person knows: pure functions of text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gander::owner::jupyter {

/// A notebook's place.
struct NotebookPath {
  std::string path;        ///< Absolute where that is known, else as it was given.
  std::string name;        ///< Its last component. Never empty.
  bool is_remote = false;  ///< The file is on the machine of somebody's VS Code, not here.
  friend bool operator==(const NotebookPath&, const NotebookPath&) = default;
};

/// `path` as a session, a connection file or an environment gave it, below `root_folder` where it
/// is relative. Drops drive prefixes (`RTC:`) and what VS Code adds. Nothing where it names no
/// notebook yet: a folder, or the number that JupyterLab gives a session before its path.
std::optional<NotebookPath> normalize_notebook(std::string_view path, std::string_view root_folder);

}  // namespace gander::owner::jupyter
