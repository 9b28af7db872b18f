// SPDX-License-Identifier: Apache-2.0
// What the user did, decoded from the terminal's bytes. Knows no meaning of any key.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gander::tui {

/// Keys that are no character.
enum class NamedKey : std::uint8_t {
  none,
  enter,
  escape,
  tab,
  backspace,
  del,
  insert,
  up,
  down,
  left,
  right,
  home,
  end,
  page_up,
  page_down,
  f1,
  f2,
  f3,
  f4,
  f5,
  f6,
  f7,
  f8,
  f9,
  f10,
  f11,
  f12,
};

/// One key press: a named key or a character, and what was held with it.
struct Key {
  NamedKey name{};
  char32_t character{};  ///< Set where `name` is none. Ctrl-letters: the lower-case letter.
  bool control = false;
  bool alt = false;
  bool shift = false;  ///< Named keys only; characters are already shifted.
  friend bool operator==(const Key&, const Key&) = default;
};

enum class MouseAction : std::uint8_t { press, release, wheel_up, wheel_down };
struct Mouse {
  MouseAction action{};
  int button{};  ///< 1 left, 2 middle, 3 right; 0 for the wheel.
  int row{};
  int column{};
  bool control = false;
  bool shift = false;
  friend bool operator==(const Mouse&, const Mouse&) = default;
};

struct Paste {
  std::string text;  ///< Foreign bytes.
};
enum class Focus : std::uint8_t { gained, lost };
/// The terminal answered a question of ours (background colour, mode support).
struct Reply {
  std::string text;
};

using Input = std::variant<Key, Mouse, Paste, Focus, Reply>;

/// Spells a key as help and configuration do: `Ctrl-c`, `Alt-k`, `F5`, `Shift-Tab`, `/`.
std::string to_string(const Key& key);
std::optional<Key> find_key(std::string_view name);

/// Turns bytes, in pieces of any size, into what the user did. Bytes that mean nothing vanish.
class InputDecoder {
 public:
  /// Takes bytes that arrived; returns what is complete.
  std::vector<Input> feed(std::string_view bytes);
  /// Call when nothing followed for `escape_wait`: a lone escape is then the key.
  std::vector<Input> expire();
  [[nodiscard]] bool is_waiting() const { return !pending_.empty(); }
  static constexpr std::chrono::milliseconds escape_wait{25};

 private:
  bool take_paste(std::vector<Input>& out);

  std::string pending_;
  std::string pasted_;
  bool is_pasting_ = false;
};

}  // namespace gander::tui
