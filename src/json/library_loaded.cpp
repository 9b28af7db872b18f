// SPDX-License-Identifier: Apache-2.0
// The library is loaded when the first text is read. Of all its functions only one is called by
// name, the others through what that gives.
#include <simdjson.h>

#include <optional>
#include <utility>

#include "json/library.hpp"
#include "os/shared_library.hpp"

namespace gander::json {
namespace {

using Implementation = simdjson::internal::atomic_ptr<const simdjson::implementation>;
using FindImplementation = Implementation& (*)();

struct Library {
  std::optional<Error> error;
  FindImplementation find_implementation = nullptr;
};

Library load() {
  auto opened = os::SharedLibrary::open(GANDER_SIMDJSON);
  if (!opened) return {opened.error(), nullptr};
  void* const found = opened->find_symbol("_ZN8simdjson25get_active_implementationEv");
  if (found == nullptr) {
    return {Error{Fault::no_library, GANDER_SIMDJSON " is not the simdjson we were built for"},
            nullptr};
  }
  // Documents may live as long as the program.
  opened->abandon();
  return {std::nullopt, reinterpret_cast<FindImplementation>(found)};
}

const Library& library() {
  static const Library one = load();
  return one;
}

}  // namespace

Result<void> load_library() {
  if (library().error) return tl::make_unexpected(*library().error);
  return {};
}

}  // namespace gander::json

simdjson::internal::atomic_ptr<const simdjson::implementation>&
simdjson::get_active_implementation() {
  return gander::json::library().find_implementation();
}
