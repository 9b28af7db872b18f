// SPDX-License-Identifier: Apache-2.0
// What is said of a process in the rows of a table. Knows no colour and no place on a page.
#pragma once

#include <string>
#include <string_view>

#include "gander/process.hpp"

namespace gander::text {

/// The command, or what keeps us from it: what a number without a process means to a person.
std::string command_of(const Process& process);
/// What people call an owner, within its space: `trainer`, `ml/train-0`. Empty where only its
/// number is known.
std::string title_of(const Owner& owner);
/// An owner as people call it: `job 48213 fit`, the title or short id of a container, `env torch`.
std::string owner_label(const Owner& owner);
/// The nearest label that is not the user; empty where there is none.
std::string owner_of(const Process& process);
/// The user's name, else the number, else why both are unknown (at most seven columns).
std::string user_of(const Process& process);
/// `C`, `G`, `X` for both, `?`; `M+C` of a client of the Multi-Process Service, as nvidia-smi has
/// it.
std::string_view type_of(const Use& use);
/// The same in one column: `M` for `M+C`.
std::string_view type_letter_of(const Use& use);

}  // namespace gander::text
