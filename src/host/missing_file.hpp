// SPDX-License-Identifier: Apache-2.0
// Why a value is absent whose file could not be read.
#pragma once

#include "gander/known.hpp"
#include "gander/result.hpp"

namespace gander::host {

/// The reason behind a failed read of a /proc file that should be there.
inline Missing missing_for(const Error& error) {
  switch (error.fault) {
    case Fault::no_permission:
      return Missing::no_permission;
    case Fault::not_supported:
      return Missing::not_supported;
    case Fault::timed_out:
      return Missing::timed_out;
    default:
      return Missing::no_data;
  }
}

}  // namespace gander::host
