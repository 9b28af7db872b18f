// SPDX-License-Identifier: Apache-2.0
// The rules of jupyter_core (Linux) and of VS Code's extension, which differ in XDG_RUNTIME_DIR.
#include "owner/jupyter/runtime_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace gander::owner::jupyter {
namespace {

/// The value of a variable; empty where it is not set.
std::string_view find_variable(const RuntimePlace& place, std::string_view name) {
  if (!place.environment) return {};
  for (const std::string& entry : *place.environment) {
    const std::string_view text{entry};
    if (text.starts_with(name) && text.substr(name.size()).starts_with('=')) {
      return text.substr(name.size() + 1);
    }
  }
  return {};
}

/// The folder in the home that both fall back to; empty where the home is unknown.
std::string default_folder(const RuntimePlace& place) {
  return place.home.empty() ? std::string{} : place.home + "/.local/share/jupyter/runtime";
}

std::string jupyter_folder(const RuntimePlace& place) {
  if (const auto folder = find_variable(place, "JUPYTER_RUNTIME_DIR"); !folder.empty()) {
    return std::string{folder};
  }
  if (const auto data = find_variable(place, "JUPYTER_DATA_DIR"); !data.empty()) {
    return fmt::format("{}/runtime", data);
  }
  // With JUPYTER_PLATFORM_DIRS other code decides, and on Linux comes to the same folder.
  if (const auto data = find_variable(place, "XDG_DATA_HOME"); !data.empty()) {
    return fmt::format("{}/jupyter/runtime", data);
  }
  return default_folder(place);
}

std::string vscode_folder(const RuntimePlace& place) {
  if (const auto folder = find_variable(place, "JUPYTER_RUNTIME_DIR"); !folder.empty()) {
    return std::string{folder};
  }
  if (const auto folder = find_variable(place, "XDG_RUNTIME_DIR"); !folder.empty()) {
    return fmt::format("{}/jupyter/runtime", folder);
  }
  return default_folder(place);
}

}  // namespace

std::vector<std::string> candidate_runtime_folders(const RuntimePlace& place) {
  std::vector<std::string> folders;
  for (std::string folder : {jupyter_folder(place), vscode_folder(place), default_folder(place),
                             fmt::format("/run/user/{}/jupyter/runtime", place.uid)}) {
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    // A relative one depends on where its process stood when it read the variable.
    if (!folder.starts_with('/')) continue;
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) {
      folders.push_back(std::move(folder));
    }
  }
  return folders;
}

}  // namespace gander::owner::jupyter
