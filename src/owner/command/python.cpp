// SPDX-License-Identifier: Apache-2.0
// The command line of CPython, as `python --help` tells it.
#include "owner/command/python.hpp"

#include <array>

namespace gander::owner {
namespace {

/// The letter of a bundle of short options that takes what follows as its value; npos: none.
std::size_t find_valued(std::string_view bundle) { return bundle.find_first_of("cmWXQ"); }

/// The value of an option: the rest of its word, or the next one.
std::string_view take_value(std::string_view word_rest, Arguments& rest) {
  if (!word_rest.empty() || rest.empty()) return word_rest;
  const std::string_view value = rest.front();
  rest = rest.subspan(1);
  return value;
}

}  // namespace

bool is_python(std::string_view program) {
  std::string_view name = base_name(program);
  for (const std::string_view stem : {"python", "pypy"}) {
    if (!name.starts_with(stem)) continue;
    const auto version = name.substr(stem.size());
    // `python3.12t` and `python3-dbg` are Python too; `pythonista` is something else.
    return version.find_first_not_of("0123456789.") == std::string_view::npos ||
           version.ends_with("-dbg") ||
           (version.ends_with('t') && version.find_first_of("0123456789") == 0);
  }
  return false;
}

std::optional<PythonCommand> parse_python(Arguments arguments) {
  if (arguments.empty() || !is_python(arguments.front())) return {};
  Arguments rest = arguments.subspan(1);
  while (!rest.empty()) {
    const std::string_view word = rest.front();
    if (word.empty() || word == "-" || word.front() != '-') break;
    rest = rest.subspan(1);
    if (word == "--") break;
    if (word == "--check-hash-based-pycs") take_value({}, rest);
    if (word.starts_with("--")) continue;
    const auto place = find_valued(word.substr(1));
    if (place == std::string_view::npos) continue;
    const char option = word[place + 1];
    const auto value = take_value(word.substr(place + 2), rest);
    if (option == 'm') return PythonCommand{PythonTask::module, value, rest};
    if (option == 'c') return PythonCommand{PythonTask::text, {}, rest};
  }
  if (rest.empty() || rest.front() == "-") {
    return PythonCommand{PythonTask::interactive, {}, rest.empty() ? rest : rest.subspan(1)};
  }
  return PythonCommand{PythonTask::script, rest.front(), rest.subspan(1)};
}

bool is_multiprocessing(const PythonCommand& command, Arguments arguments) {
  constexpr std::array modules = {"multiprocessing.spawn", "multiprocessing.forkserver",
                                  "multiprocessing.resource_tracker", "multiprocess.spawn"};
  if (command.task == PythonTask::module) return is_one_of(command.name, modules);
  if (command.task != PythonTask::text) return false;
  return std::any_of(arguments.begin(), arguments.end(), [](std::string_view word) {
    return word.find("from multiprocess") != std::string_view::npos ||
           word == "--multiprocessing-fork";
  });
}

}  // namespace gander::owner
