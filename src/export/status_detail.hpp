// SPDX-License-Identifier: Apache-2.0
// Everything known about each device, ordered by theme, for people. Pure.
#pragma once

#include <string>

#include "gander/select.hpp"
#include "gander/snapshot.hpp"
#include "text/line.hpp"

namespace gander {

/// A section for each device of the snapshot that `selection` shows, in as many columns as `width`
/// holds; the ways to the others are named, too. What is unknown has its reason in short, explained
/// once at the end; a theme of which nothing is known for one reason is one line.
std::string write_detail(const Snapshot& snapshot, text::Rendering rendering, int width,
                         const Selection& selection = {});

}  // namespace gander
