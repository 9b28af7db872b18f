// SPDX-License-Identifier: Apache-2.0
// The host: two rows of bars, or graphs of processor, memory, swap and of the GPUs beside them.
#pragma once

#include "tui/panel/panel.hpp"

namespace gander::tui {

enum class HostForm : std::uint8_t { full, compact };
int host_rows(HostForm form);
void draw_host(const View& view, HostForm form, const Canvas& canvas, Drawn& drawn);

}  // namespace gander::tui
