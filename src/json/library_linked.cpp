// SPDX-License-Identifier: Apache-2.0
// The library is linked, and so there from the start.
#include "json/library.hpp"

namespace gander::json {

Result<void> load_library() { return {}; }

}  // namespace gander::json
