// SPDX-License-Identifier: Apache-2.0
// The screens beside the main one. Each is drawn on the whole terminal.
#pragma once

#include <string>
#include <vector>

#include "tui/panel/panel.hpp"

namespace gander::tui {

/// GPU processes with their ancestors and children. `tree_rows` is what can be selected, in order.
std::vector<const Process*> tree_rows(const Snapshot& snapshot, const ViewState& state);
void draw_tree(const View& view, const Canvas& canvas, Drawn& drawn);
/// The environment of the selected process; values that look secret are masked.
void draw_environment(const View& view, const Canvas& canvas, Drawn& drawn);
/// Numbers and graphs of the selected process.
void draw_process(const View& view, const Canvas& canvas, Drawn& drawn);
/// All that is known of one GPU.
void draw_device(const View& view, const Canvas& canvas, Drawn& drawn);
/// Keys and legends, made from the table of actions.
void draw_help(const View& view, const Canvas& canvas, Drawn& drawn);
void draw_settings(const View& view, const Canvas& canvas, Drawn& drawn);
/// What the number under the cursor is, where it came from, and why one is missing.
void draw_why(const View& view, const Canvas& canvas, Drawn& drawn);
/// A dialog above a dimmed screen: what a signal would hit.
void draw_dialog(const View& view, const Canvas& canvas, Drawn& drawn);

/// Whether a variable of this name must not be shown without being asked for: tokens, passwords.
bool looks_secret(std::string_view name);

}  // namespace gander::tui
