// SPDX-License-Identifier: Apache-2.0
// A line editor of one line.
#include "tui/app/filter_line.hpp"

namespace gander::tui {
namespace {

/// Longer filters are accidents of the clipboard.
constexpr std::size_t longest_filter = 512;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

void append(char32_t character, std::string& text) {
  const auto put = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  const auto code = static_cast<std::uint32_t>(character);
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | (code >> 6));
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3F));
    put(0x80 | ((code >> 6) & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

void remove_character(std::string& text) {
  while (!text.empty() && is_continuation(text.back())) text.pop_back();
  if (!text.empty()) text.pop_back();
}

void remove_word(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  while (!text.empty() && text.back() != ' ') text.pop_back();
}

/// What does not make sense yet (`gpu:` before its number) leaves the filter as it was; whether it
/// makes sense.
bool apply(ViewState& state) {
  auto filter = Filter::parse(state.filter_text);
  if (filter) {
    state.filter = std::move(*filter);
    state.message.clear();
  } else {
    state.message = filter.error().message;
  }
  return filter.has_value();
}

bool edit_with_control(char32_t letter, ViewState& state) {
  if (letter == U'u') {
    state.filter_text.clear();
  } else if (letter == U'w') {
    remove_word(state.filter_text);
  } else if (letter == U'h') {
    remove_character(state.filter_text);
  } else if (letter == U'c') {
    clear_filter(state);
    return true;
  } else {
    return false;
  }
  apply(state);
  return true;
}

}  // namespace

void clear_filter(ViewState& state) {
  state.is_typing_filter = false;
  state.filter_text.clear();
  state.filter = Filter{};
}

bool edit_filter(const Key& key, ViewState& state) {
  switch (key.name) {
    case NamedKey::enter:
      // What is not in force must not look as if it were.
      if (apply(state)) state.is_typing_filter = false;
      return true;
    case NamedKey::escape:
      clear_filter(state);
      return true;
    case NamedKey::backspace:
      remove_character(state.filter_text);
      apply(state);
      return true;
    case NamedKey::none:
      break;
    default:
      return false;
  }
  if (key.control) return edit_with_control(key.character, state);
  if (key.alt || key.character < U' ') return false;
  if (state.filter_text.size() < longest_filter) append(key.character, state.filter_text);
  apply(state);
  return true;
}

void paste_into_filter(std::string_view text, ViewState& state) {
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (state.filter_text.size() >= longest_filter) break;
    if (code >= 0x20 && code != 0x7F) state.filter_text += byte;
  }
  apply(state);
}

}  // namespace gander::tui
