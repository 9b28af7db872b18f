// SPDX-License-Identifier: Apache-2.0
// OpenSSL without linking it: its functions are defined here and call those that were loaded.
#include "http/tls_library.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/opensslv.h>
#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "os/shared_library.hpp"

namespace gander::http {
namespace {

/// The addresses of what was loaded, by the names it has there.
struct Functions {
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)
#define GANDER_TLS_FUNCTION(result, name, parameters, arguments) decltype(&::name) name = nullptr;
#include "http/tls_functions.inc"
#undef GANDER_TLS_FUNCTION
};

struct Library {
  Functions functions;
  std::optional<Error> error;
};

template <class Function>
bool find(const os::SharedLibrary& library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(library.find_symbol(name));
  return function != nullptr;
}

Library load() {
  Library library;
  // Its major version is the promise that programs built for it go on working.
  const auto name = fmt::format("libssl.so.{}", OPENSSL_SHLIB_VERSION);
  auto opened = os::SharedLibrary::open(name);
  if (!opened) {
    library.error = opened.error();
    return library;
  }
  Functions& functions = library.functions;
  const char* missing = nullptr;
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define GANDER_TLS_FUNCTION(result, name, parameters, arguments) \
  if (!find(*opened, #name, functions.name)) missing = #name;
#include "http/tls_functions.inc"
#undef GANDER_TLS_FUNCTION
  if (missing != nullptr) {
    library.error = Error{Fault::no_library, fmt::format("{} has no {}", name, missing)};
    return library;
  }
  // It has handlers for the end of the program.
  opened->abandon();
  return library;
}

const Library& library() {
  static const Library one = load();
  return one;
}

}  // namespace

Result<void> load_tls_library() {
  if (library().error) return tl::make_unexpected(*library().error);
  return {};
}

}  // namespace gander::http

extern "C" {
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage)
#define GANDER_TLS_FUNCTION(result, name, parameters, arguments) \
  result name parameters { return gander::http::library().functions.name arguments; }
#include "http/tls_functions.inc"
#undef GANDER_TLS_FUNCTION
}
