// SPDX-License-Identifier: Apache-2.0
// Bodies of system_error.hpp.
#include "os/system_error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace gander::os {

Fault fault_of(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
    case ENXIO:
      return Fault::not_found;
    case EACCES:
    case EPERM:
      return Fault::no_permission;
    case ENOSYS:
    case EOPNOTSUPP:
      return Fault::not_supported;
    case ETIMEDOUT:
      return Fault::timed_out;
    default:
      return Fault::operating_system;
  }
}

Error system_error(std::string_view action, std::string_view object, int error_number) {
  return Error{fault_of(error_number), fmt::format("cannot {} {}: {}", action, object,
                                                   std::generic_category().message(error_number))};
}

}  // namespace gander::os
