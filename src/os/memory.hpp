// SPDX-License-Identifier: Apache-2.0
// Memory of a program that stays for days and does little: what only its start needed goes back.
#pragma once

namespace gander::os {

/// One heap for all threads instead of one for each, which costs memory and gains nothing where
/// threads take turns. To be called before there are threads.
void share_one_heap();

/// Gives back free heap, and unmaps the program text that was read so far: what is still used comes
/// back from the page cache by itself. For the moment when the start is over.
void release_start();

}  // namespace gander::os
