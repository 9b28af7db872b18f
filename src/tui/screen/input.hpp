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

/// Whether a reply of the terminal may still come.
enum class Expectation : std::uint8_t { nothing, asked };

/// Turns bytes, in pieces of any size, into what the user did. Bytes that mean nothing vanish.
class InputDecoder {
 public:
  /// Takes bytes that arrived; returns what is complete.
  std::vector<Input> feed(std::string_view bytes);
  /// Call when nothing followed for `patience`: a lone escape is then the key.
  std::vector<Input> expire();
  /// Whether what is kept may be a key. A sequence that no key begins is waited for without end:
  /// its rest must never be taken for keys.
  [[nodiscard]] bool is_waiting() const;
  /// How long to wait for more; longer for a lone escape while a reply may begin with it.
  [[nodiscard]] std::chrono::milliseconds patience() const;
  /// Whether the terminal was asked something that it has not answered.
  void expect_reply(Expectation expectation) { is_expecting_ = expectation == Expectation::asked; }
  static constexpr std::chrono::milliseconds escape_wait{25};
  static constexpr std::chrono::milliseconds reply_wait{250};

 private:
  bool take_paste(std::vector<Input>& out);
  /// Whether what is kept is the beginning of something that no key begins.
  [[nodiscard]] bool has_begun() const;

  std::string pending_;
  std::string pasted_;
  bool is_pasting_ = false;
  bool is_expecting_ = false;
  bool has_expired_ = false;  ///< A lone escape was just taken for the key.
};

}  // namespace gander::tui
