// SPDX-License-Identifier: Apache-2.0
// Takes prefixes and suffixes off that programs put around the path of a notebook.
#include "owner/jupyter/notebook_path.hpp"

#include <algorithm>

#include "owner/command/words.hpp"

namespace gander::owner::jupyter {
namespace {

constexpr std::size_t uuid_size = 36;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_uuid(std::string_view text) {
  if (text.size() != uuid_size) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

/// `RTC:` of real-time collaboration, `S3:` of a drive. A notebook's own name may hold a colon too,
/// so only capitals count.
std::string_view without_drive(std::string_view path) {
  const auto colon = path.find(':');
  if (colon == std::string_view::npos || colon == 0) return path;
  const auto drive = path.substr(0, colon);
  const bool is_drive = std::all_of(drive.begin(), drive.end(), [](unsigned char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  });
  return is_drive ? path.substr(colon + 1) : path;
}

/// A name that VS Code made of the name on its user's machine, taken back:
/// `train-jvsc-UUIDUUID.ipynb` (the path of a session) or `train-UUID.ipynb` (its name). Nothing
/// for other names.
std::optional<std::string> without_vscode(std::string_view name) {
  const auto point = name.rfind('.');
  const auto extension = point == std::string_view::npos ? std::string_view{} : name.substr(point);
  const auto stem = name.substr(0, name.size() - extension.size());
  constexpr std::string_view mark = "-jvsc-";
  constexpr std::size_t long_tail = mark.size() + 2 * uuid_size;
  if (stem.size() > long_tail) {
    const auto tail = stem.substr(stem.size() - long_tail);
    if (tail.starts_with(mark) && is_uuid(tail.substr(mark.size(), uuid_size)) &&
        is_uuid(tail.substr(mark.size() + uuid_size))) {
      return std::string{stem.substr(0, stem.size() - long_tail)} + std::string{extension};
    }
  }
  if (stem.size() > uuid_size + 1 && stem[stem.size() - uuid_size - 1] == '-' &&
      is_uuid(stem.substr(stem.size() - uuid_size))) {
    return std::string{stem.substr(0, stem.size() - uuid_size - 1)} + std::string{extension};
  }
  return {};
}

}  // namespace

std::optional<NotebookPath> normalize_notebook(std::string_view path,
                                               std::string_view root_folder) {
  path = without_drive(path);
  const auto name = base_name(path);
  if (name.empty() || name == "." || name == ".." || is_uuid(name)) return {};
  if (auto local = without_vscode(name)) return NotebookPath{*local, *local, true};
  if (path.starts_with('/') || root_folder.empty()) {
    return NotebookPath{std::string{path}, std::string{name}, false};
  }
  std::string whole{root_folder};
  if (!whole.ends_with('/')) whole += '/';
  return NotebookPath{whole.append(path), std::string{name}, false};
}

}  // namespace gander::owner::jupyter
