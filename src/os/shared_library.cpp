// SPDX-License-Identifier: Apache-2.0
// Loads shared libraries with dlopen.
#include "os/shared_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

namespace gander::os {
namespace {

std::string path_of(void* handle, const std::string& name) {
  link_map* map = nullptr;
  if (::dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&map)) != 0 || map == nullptr ||
      map->l_name == nullptr) {
    return name;
  }
  return *map->l_name == '\0' ? name : std::string{map->l_name};
}

void close(void* handle) {
  if (handle != nullptr) ::dlclose(handle);
}

}  // namespace

Result<SharedLibrary> SharedLibrary::open(const std::string& name) {
  void* handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* words = ::dlerror();
    return fail(Fault::no_library,
                fmt::format("cannot load {}: {}", name,
                            words == nullptr ? "the loader gave no reason" : words));
  }
  return SharedLibrary{handle, path_of(handle, name)};
}

SharedLibrary& SharedLibrary::operator=(SharedLibrary&& other) noexcept {
  if (this != &other) {
    close(handle_);
    handle_ = std::exchange(other.handle_, nullptr);
    path_ = std::move(other.path_);
  }
  return *this;
}

SharedLibrary::~SharedLibrary() { close(handle_); }

void* SharedLibrary::find_symbol(const char* name) const {
  return handle_ == nullptr ? nullptr : ::dlsym(handle_, name);
}

}  // namespace gander::os
