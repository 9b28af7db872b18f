// SPDX-License-Identifier: Apache-2.0
// What an operation that can fail gives back: a value, or one error a person can act on.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace gander {

/// What kind of failure it is; `cli` maps each onto one exit code.
enum class Fault {
  usage,             ///< The user's input is wrong.
  no_library,        ///< No driver library on this machine.
  driver_down,       ///< The driver is not loaded, or library and kernel module do not match.
  no_permission,     ///< The system refused.
  no_device,         ///< There is no such device, or none at all.
  device_lost,       ///< The device does not answer any more.
  timed_out,         ///< No answer within the deadline.
  not_found,         ///< A file, process or name does not exist.
  not_supported,     ///< This machine or source cannot do it.
  invalid_data,      ///< Bytes we did not write make no sense; the message says where.
  operating_system,  ///< Any other system call that failed.
};

/// A failure. `message` is one line: what was tried, on what, and what to do next.
struct Error {
  Fault fault{};
  std::string message;
  friend bool operator==(const Error&, const Error&) = default;
};

/// A value, or the error that prevented it.
template <class T>
using Result = tl::expected<T, Error>;

/// The failing `Result` of any type: `return fail(Fault::not_found, "…");`
inline tl::unexpected<Error> fail(Fault fault, std::string message) {
  return tl::make_unexpected(Error{fault, std::move(message)});
}

}  // namespace gander
