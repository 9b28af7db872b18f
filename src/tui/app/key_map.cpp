// SPDX-License-Identifier: Apache-2.0
// Which keys do what: from the table of actions, then as the configuration wants it.
#include <fmt/format.h>

#include <algorithm>

#include "text/nearest.hpp"
#include "text/spelling.hpp"
#include "tui/app/control.hpp"

namespace gander::tui {
namespace {

/// Where the `+` between two keys stands; npos for a single key (`+` is a key, and so is `Alt-+`).
std::size_t joint_of(std::string_view keys) {
  const auto at = keys.find('+', 1);
  return at == std::string_view::npos || at + 1 == keys.size() ? std::string_view::npos : at;
}

std::string first_of(std::string_view keys) { return std::string{keys.substr(0, joint_of(keys))}; }

/// A key, or two joined by `+`, spelled as the decoder spells them; nothing if there is no such.
std::optional<std::string> read_keys(std::string_view word) {
  const auto joint = joint_of(word);
  const auto first = find_key(word.substr(0, joint));
  if (!first) return std::nullopt;
  if (joint == std::string_view::npos) return to_string(*first);
  const auto second = find_key(word.substr(joint + 1));
  if (!second) return std::nullopt;
  return to_string(*first) + "+" + to_string(*second);
}

Error unknown_action(std::string_view name) {
  std::vector<std::string> names;
  for (const ActionRow& row : actions()) names.emplace_back(row.name);
  const auto nearest = text::find_nearest(name, names);
  return {Fault::usage,
          fmt::format("there is no action '{}'{}", name,
                      nearest.empty() ? "" : fmt::format("; is '{}' meant?", nearest))};
}

}  // namespace

KeyMap::KeyMap() {
  for (const ActionRow& row : actions()) {
    keys_[row.id] = fmt::format("{}", fmt::join(text::split(row.keys, ' '), " "));
  }
  arrange();
}

void KeyMap::arrange() {
  actions_.clear();
  for (const Screen screen : screens) {
    for (const bool is_winner : {true, false}) {
      for (const ActionRow& row : actions()) {
        if (!holds_on(row, screen) || wins_on(row, screen) != is_winner) continue;
        for (const auto key : text::split(keys_[row.id], ' ')) {
          actions_.emplace(std::pair{screen, std::string{key}}, row.id);
        }
      }
    }
  }
}

std::optional<Action> KeyMap::find_rival(const ActionRow& row, std::string_view keys) const {
  const bool is_pair = joint_of(keys) != std::string_view::npos;
  for (const auto& [place, action] : actions_) {
    if (action == row.id || !holds_on(row, place.first)) continue;
    // Between these two it is settled who has the key.
    const bool is_settled = wins_on(row, place.first) != wins_on(row_of(action), place.first);
    if (place.second == keys && is_settled) continue;
    // A key cannot both do something and wait for a second one.
    const bool collides = place.second == keys || (is_pair && place.second == first_of(keys)) ||
                          (!is_pair && joint_of(place.second) != std::string_view::npos &&
                           first_of(place.second) == keys);
    if (collides) return action;
  }
  return std::nullopt;
}

Result<void> KeyMap::bind(std::string_view action, std::string_view keys) {
  const auto id = find_action(action);
  if (!id) return tl::make_unexpected(unknown_action(action));
  const ActionRow& row = row_of(*id);
  std::vector<std::string> wanted;
  for (const std::string_view word : text::split(keys, ' ')) {
    auto spelled = read_keys(word);
    if (!spelled) return fail(Fault::usage, fmt::format("there is no key '{}'", word));
    if (const auto rival = find_rival(row, *spelled)) {
      return fail(Fault::usage, fmt::format("the key '{}' of '{}' is also that of '{}'", *spelled,
                                            action, row_of(*rival).name));
    }
    wanted.push_back(std::move(*spelled));
  }
  keys_[*id] = fmt::format("{}", fmt::join(wanted, " "));
  arrange();
  return {};
}

std::optional<Action> KeyMap::find(Screen screen, std::string_view keys) const {
  const auto found = actions_.find(std::pair{screen, std::string{keys}});
  if (found == actions_.end()) return std::nullopt;
  return found->second;
}

bool KeyMap::is_prefix(Screen screen, std::string_view key) const {
  return std::ranges::any_of(actions_, [&](const auto& entry) {
    const auto& [place, action] = entry;
    return place.first == screen && joint_of(place.second) != std::string_view::npos &&
           first_of(place.second) == key;
  });
}

std::string KeyMap::keys_of(Action action) const {
  const auto found = keys_.find(action);
  return found == keys_.end() ? std::string{} : found->second;
}

}  // namespace gander::tui
