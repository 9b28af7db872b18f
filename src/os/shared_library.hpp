// SPDX-License-Identifier: Apache-2.0
// A shared library loaded at run time.
#pragma once

#include <string>
#include <utility>

#include "gander/result.hpp"

namespace gander::os {

/// Owns a `dlopen` handle (RTLD_NOW | RTLD_LOCAL) and closes it at its end.
class SharedLibrary {
 public:
  /// Loads `name` (a path, or a name for the loader's search). Fails with no_library and the
  /// loader's words.
  static Result<SharedLibrary> open(const std::string& name);
  SharedLibrary(SharedLibrary&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)), path_(std::move(other.path_)) {}
  SharedLibrary& operator=(SharedLibrary&& other) noexcept;
  SharedLibrary(const SharedLibrary&) = delete;
  SharedLibrary& operator=(const SharedLibrary&) = delete;
  ~SharedLibrary();

  /// Address of a symbol; null where the library has none of that name.
  [[nodiscard]] void* find_symbol(const char* name) const;
  /// The file it came from, as the loader knows it.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Never unloads: for a library in which a thread is stuck.
  void abandon() { handle_ = nullptr; }

 private:
  SharedLibrary(void* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  void* handle_;
  std::string path_;
};

}  // namespace gander::os
