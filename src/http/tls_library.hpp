// SPDX-License-Identifier: Apache-2.0
// The library that speaks TLS, and when it is loaded.
#pragma once

#include "gander/result.hpp"

namespace gander::http {

/// Makes OpenSSL available; to be called before anything of it is. It is loaded for the first
/// server that wants TLS: few do, and linked in it would cost each start more than all that a start
/// does (docs/adr/0015). Fails with no_library. Any thread.
Result<void> load_tls_library();

}  // namespace gander::http
