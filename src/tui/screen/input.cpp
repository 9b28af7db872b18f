// SPDX-License-Identifier: Apache-2.0
// A streaming parser of what terminals send: characters, control bytes, escape sequences in the
// forms of xterm, rxvt, the Linux console and kitty, SGR mouse reports, bracketed paste, replies.
#include "tui/screen/input.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "text/utf8.hpp"

namespace gander::tui {
namespace {

constexpr std::string_view paste_begin = "\x1b[200~";
constexpr std::string_view paste_end = "\x1b[201~";
/// Longer than any sequence a terminal sends: what is longer is noise.
constexpr std::size_t longest_sequence = 64;
constexpr std::size_t longest_paste = 64UL * 1024;

/// What the beginning of some bytes is.
struct Step {
  enum class Kind { incomplete, nothing, input } kind{};
  std::size_t bytes{};
  Input input;
};

Step incomplete() { return {Step::Kind::incomplete, 0, {}}; }
Step skip(std::size_t bytes) { return {Step::Kind::nothing, bytes, {}}; }
Step found(std::size_t bytes, Input input) { return {Step::Kind::input, bytes, std::move(input)}; }

Key named(NamedKey name) {
  Key key;
  key.name = name;
  return key;
}

NamedKey letter_key(char letter) {
  switch (letter) {
    case 'A':
      return NamedKey::up;
    case 'B':
      return NamedKey::down;
    case 'C':
      return NamedKey::right;
    case 'D':
      return NamedKey::left;
    case 'H':
      return NamedKey::home;
    case 'F':
      return NamedKey::end;
    case 'P':
      return NamedKey::f1;
    case 'Q':
      return NamedKey::f2;
    case 'R':
      return NamedKey::f3;
    case 'S':
      return NamedKey::f4;
    case 'Z':
      return NamedKey::tab;
    default:
      return NamedKey::none;
  }
}

NamedKey number_key(int number) {
  constexpr std::array<std::pair<int, NamedKey>, 28> keys{{
      {1, NamedKey::home},   {2, NamedKey::insert},   {3, NamedKey::del},
      {4, NamedKey::end},    {5, NamedKey::page_up},  {6, NamedKey::page_down},
      {7, NamedKey::home},   {8, NamedKey::end},      {11, NamedKey::f1},
      {12, NamedKey::f2},    {13, NamedKey::f3},      {14, NamedKey::f4},
      {15, NamedKey::f5},    {17, NamedKey::f6},      {18, NamedKey::f7},
      {19, NamedKey::f8},    {20, NamedKey::f9},      {21, NamedKey::f10},
      {23, NamedKey::f11},   {24, NamedKey::f12},     {57414, NamedKey::enter},
      {57419, NamedKey::up}, {57420, NamedKey::down}, {57421, NamedKey::page_up},
      {25, NamedKey::f1},    {26, NamedKey::f2},      {28, NamedKey::f3},
      {29, NamedKey::f4},
  }};
  const auto at = std::ranges::find(keys, number, &std::pair<int, NamedKey>::first);
  return at == keys.end() ? NamedKey::none : at->second;
}

/// F13 to F16, as which many terminals send F1 to F4 with Shift.
bool is_beyond_f12(int number) {
  return number == 25 || number == 26 || number == 28 || number == 29;
}

/// Parameters of a control sequence; sub-parameters behind a colon are ignored.
struct Parameters {
  std::array<int, 8> values{};
  std::size_t count = 0;
};

Parameters read_parameters(std::string_view text) {
  Parameters parameters;
  bool in_sub = false;
  parameters.count = text.empty() ? 0 : 1;
  for (const char byte : text) {
    if (byte == ';') {
      in_sub = false;
      if (parameters.count == parameters.values.size()) break;
      ++parameters.count;
    } else if (byte == ':') {
      in_sub = true;
    } else if (byte >= '0' && byte <= '9' && !in_sub) {
      int& value = parameters.values[parameters.count - 1];
      value = std::min(value * 10 + (byte - '0'), 1'000'000);
    }
  }
  return parameters;
}

void apply_modifiers(Key& key, int parameter) {
  const int bits = parameter > 0 ? parameter - 1 : 0;
  key.shift = (bits & 1) != 0;
  key.alt = (bits & 2) != 0;
  key.control = (bits & 4) != 0;
}

std::optional<Input> read_mouse(const Parameters& parameters, char last) {
  const int code = parameters.values[0];
  Mouse mouse;
  mouse.column = std::max(0, parameters.values[1] - 1);
  mouse.row = std::max(0, parameters.values[2] - 1);
  mouse.shift = (code & 4) != 0;
  mouse.control = (code & 16) != 0;
  if ((code & 32) != 0) return std::nullopt;  // motion
  if ((code & 64) != 0) {
    if ((code & 3) > 1) return std::nullopt;  // sideways
    mouse.action = (code & 1) == 0 ? MouseAction::wheel_up : MouseAction::wheel_down;
    return mouse;
  }
  mouse.button = (code & 3) + 1;
  mouse.action = last == 'M' ? MouseAction::press : MouseAction::release;
  return mouse;
}

/// A key that kitty's protocol spells by its character.
std::optional<Input> read_kitty_key(const Parameters& parameters) {
  Key key;
  const int code = parameters.values[0];
  switch (code) {
    case 9:
      key.name = NamedKey::tab;
      break;
    case 13:
      key.name = NamedKey::enter;
      break;
    case 27:
      key.name = NamedKey::escape;
      break;
    case 127:
      key.name = NamedKey::backspace;
      break;
    default:
      key.name = number_key(code);
      if (key.name != NamedKey::none && code < 57344) key.name = NamedKey::none;
      if (key.name == NamedKey::none) key.character = static_cast<char32_t>(code);
  }
  if (key.name == NamedKey::none && (code < 32 || code > 0x10ffff)) return std::nullopt;
  if (key.name == NamedKey::none && code >= 57344 && code <= 63743) return std::nullopt;
  apply_modifiers(key, parameters.values[1]);
  if (key.name == NamedKey::none) key.shift = false;
  return key;
}

std::optional<Input> read_control_sequence(std::string_view body, char last) {
  const bool is_private = !body.empty() && (body.front() == '?' || body.front() == '>');
  if (last == 'M' || last == 'm') {
    if (body.empty() || body.front() != '<') return std::nullopt;
    return read_mouse(read_parameters(body.substr(1)), last);
  }
  if (is_private || last == 'y' || last == 'c' || last == 'n') {
    return Reply{std::string{body} + last};
  }
  const Parameters parameters = read_parameters(body);
  if (body.empty() && last == 'I') return Focus::gained;
  if (body.empty() && last == 'O') return Focus::lost;
  if (last == 'u') return read_kitty_key(parameters);
  const bool is_shifted = last == 'Z' || (last == '~' && is_beyond_f12(parameters.values[0]));
  const NamedKey name = last == '~' ? number_key(parameters.values[0]) : letter_key(last);
  if (name == NamedKey::none) return std::nullopt;
  Key key = named(name);
  apply_modifiers(key, parameters.values[1]);
  if (is_shifted) key.shift = true;
  return key;
}

/// `ESC [ …`
Step step_control_sequence(std::string_view bytes) {
  // The Linux console spells F1 to F5 as ESC [ [ A …
  if (bytes.size() >= 3 && bytes[2] == '[') {
    if (bytes.size() < 4) return incomplete();
    const int offset = bytes[3] - 'A';
    if (offset < 0 || offset > 4) return skip(4);
    return found(4, named(static_cast<NamedKey>(static_cast<int>(NamedKey::f1) + offset)));
  }
  std::size_t end = 2;
  while (end < bytes.size() && bytes[end] >= 0x20 && bytes[end] <= 0x3f) ++end;
  if (end == bytes.size()) return end > longest_sequence ? skip(end) : incomplete();
  const char last = bytes[end];
  if (last < 0x40 || last > 0x7e) return skip(end);
  // The old mouse form carries three raw bytes; we never ask for it, but must not take them for
  // keys.
  if (last == 'M' && end == 2) return bytes.size() < 6 ? incomplete() : skip(6);
  auto input = read_control_sequence(bytes.substr(2, end - 2), last);
  if (!input) return skip(end + 1);
  return found(end + 1, std::move(*input));
}

/// `ESC ] …`, `ESC P …`, `ESC _ …`: replies, ended by BEL or ESC backslash. They hold no control
/// bytes: where one comes, the reply was cut off and a key was pressed.
Step step_string(std::string_view bytes) {
  for (std::size_t i = 2; i < bytes.size(); ++i) {
    if (bytes[i] == '\a') return found(i + 1, Reply{std::string{bytes.substr(2, i - 2)}});
    if (bytes[i] == '\x1b') {
      if (i + 1 == bytes.size()) return incomplete();
      if (bytes[i + 1] != '\\') return skip(i);
      return found(i + 2, Reply{std::string{bytes.substr(2, i - 2)}});
    }
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x20 || byte == 0x7f) return skip(i);
  }
  return bytes.size() > longest_sequence ? skip(bytes.size()) : incomplete();
}

/// Bytes of the UTF-8 character that begins with `lead`; 0 if none does.
std::size_t utf8_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

Step step_character(std::string_view bytes) {
  const std::size_t length = utf8_length(static_cast<unsigned char>(bytes.front()));
  if (length == 0) return skip(1);
  char32_t character = static_cast<unsigned char>(bytes.front());
  if (length > 1) character &= (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= bytes.size()) return incomplete();
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if ((byte & 0xc0U) != 0x80U) return skip(i);
    character = (character << 6U) | (byte & 0x3fU);
  }
  Key key;
  key.character = character;
  return found(length, key);
}

Step step_control_byte(char byte) {
  switch (byte) {
    case '\r':
    case '\n':
      return found(1, named(NamedKey::enter));
    case '\t':
      return found(1, named(NamedKey::tab));
    case '\b':
    case '\x7f':
      return found(1, named(NamedKey::backspace));
    case '\0':
      return skip(1);
    default:
      break;
  }
  Key key;
  key.control = true;
  key.character = static_cast<char32_t>(byte < 27 ? byte + 'a' - 1 : byte + '@');
  return found(1, key);
}

Step step_key(std::string_view bytes) {
  const char first = bytes.front();
  const bool is_control = (first >= 0 && first < 0x20) || first == 0x7f;
  return is_control ? step_control_byte(first) : step_character(bytes);
}

Step step_escape(std::string_view bytes) {
  if (bytes.size() < 2) return incomplete();
  switch (bytes[1]) {
    case '[':
      return bytes.size() < 3 ? incomplete() : step_control_sequence(bytes);
    case 'O': {
      if (bytes.size() < 3) return incomplete();
      const NamedKey name = letter_key(bytes[2]);
      return name == NamedKey::none ? skip(3) : found(3, named(name));
    }
    case ']':
    case 'P':
    case '_':
      return step_string(bytes);
    case '\x1b':
      return found(1, named(NamedKey::escape));
    default:
      break;
  }
  Step step = step_key(bytes.substr(1));
  if (step.kind == Step::Kind::incomplete) return step;
  step.bytes += 1;
  if (auto* key = std::get_if<Key>(&step.input)) key->alt = true;
  return step;
}

Step step_over(std::string_view bytes) {
  return bytes.front() == '\x1b' ? step_escape(bytes) : step_key(bytes);
}

}  // namespace

/// Takes what belongs to the paste out of what is pending; returns whether its end was found.
bool InputDecoder::take_paste(std::vector<Input>& out) {
  const std::size_t end = pending_.find(paste_end);
  const bool is_done = end != std::string::npos;
  // The end mark may have come in part.
  const std::size_t keep = std::min(pending_.size(), paste_end.size() - 1);
  const std::size_t taken = is_done ? end : pending_.size() - keep;
  const std::size_t room = longest_paste - std::min(longest_paste, pasted_.size());
  pasted_.append(pending_, 0, std::min(taken, room));
  pending_.erase(0, is_done ? end + paste_end.size() : taken);
  if (!is_done) return false;
  is_pasting_ = false;
  out.emplace_back(Paste{std::exchange(pasted_, {})});
  return true;
}

std::vector<Input> InputDecoder::feed(std::string_view bytes) {
  // What begins a reply came so late that it was taken for the key.
  const bool may_be_late = std::exchange(has_expired_, false) && is_expecting_;
  if (may_be_late && (bytes.starts_with(']') || bytes.starts_with('['))) pending_ = '\x1b';
  pending_ += bytes;
  std::vector<Input> out;
  while (!pending_.empty()) {
    if (is_pasting_) {
      if (!take_paste(out)) break;
      continue;
    }
    if (pending_.starts_with(paste_begin)) {
      pending_.erase(0, paste_begin.size());
      is_pasting_ = true;
      continue;
    }
    Step step = step_over(pending_);
    if (step.kind == Step::Kind::incomplete) break;
    pending_.erase(0, std::max<std::size_t>(1, step.bytes));
    if (step.kind == Step::Kind::input) out.push_back(std::move(step.input));
  }
  return out;
}

bool InputDecoder::has_begun() const {
  if (pending_.size() < 2 || pending_.front() != '\x1b') return false;
  const char second = pending_[1];
  if (pending_.size() == 2) return is_expecting_ && (second == ']' || second == '[');
  return second == '[' || second == ']' || second == 'P' || second == '_';
}

bool InputDecoder::is_waiting() const { return !pending_.empty() && !is_pasting_ && !has_begun(); }

std::chrono::milliseconds InputDecoder::patience() const {
  return is_expecting_ && pending_.size() == 1 ? reply_wait : escape_wait;
}

std::vector<Input> InputDecoder::expire() {
  if (!is_waiting()) return {};
  const std::string late = std::exchange(pending_, {});
  if (late.front() != '\x1b') return {};
  has_expired_ = late.size() == 1;
  std::vector<Input> out;
  // A lone escape is the key; behind an escape that began nothing stand ordinary keys.
  if (late.size() == 1) {
    out.emplace_back(named(NamedKey::escape));
  } else if (late.size() == 2) {
    Key key;
    key.character = static_cast<char32_t>(static_cast<unsigned char>(late[1]));
    key.alt = true;
    out.emplace_back(key);
  }
  return out;
}

namespace {

constexpr std::array<std::pair<NamedKey, std::string_view>, 26> key_names{{
    {NamedKey::enter, "Enter"},    {NamedKey::escape, "Escape"},
    {NamedKey::tab, "Tab"},        {NamedKey::backspace, "Backspace"},
    {NamedKey::del, "Delete"},     {NamedKey::insert, "Insert"},
    {NamedKey::up, "Up"},          {NamedKey::down, "Down"},
    {NamedKey::left, "Left"},      {NamedKey::right, "Right"},
    {NamedKey::home, "Home"},      {NamedKey::end, "End"},
    {NamedKey::page_up, "PageUp"}, {NamedKey::page_down, "PageDown"},
    {NamedKey::f1, "F1"},          {NamedKey::f2, "F2"},
    {NamedKey::f3, "F3"},          {NamedKey::f4, "F4"},
    {NamedKey::f5, "F5"},          {NamedKey::f6, "F6"},
    {NamedKey::f7, "F7"},          {NamedKey::f8, "F8"},
    {NamedKey::f9, "F9"},          {NamedKey::f10, "F10"},
    {NamedKey::f11, "F11"},        {NamedKey::f12, "F12"},
}};

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() == prefix.size()) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string to_string(const Key& key) {
  std::string text;
  if (key.control) text += "Ctrl-";
  if (key.alt) text += "Alt-";
  if (key.shift) text += "Shift-";
  if (key.name == NamedKey::none) {
    return text + (key.character == U' ' ? "Space" : text::write_utf8(key.character));
  }
  for (const auto& [name, word] : key_names) {
    if (name == key.name) text += word;
  }
  return text;
}

std::optional<Key> find_key(std::string_view name) {
  Key key;
  key.control = take_prefix(name, "Ctrl-");
  key.alt = take_prefix(name, "Alt-");
  key.shift = take_prefix(name, "Shift-");
  for (const auto& [candidate, word] : key_names) {
    if (word == name) {
      key.name = candidate;
      return key;
    }
  }
  if (key.shift || name.empty()) return std::nullopt;
  if (name == "Space") {
    key.character = U' ';
    return key;
  }
  const Step step = step_character(name);
  const auto* character = std::get_if<Key>(&step.input);
  if (step.kind != Step::Kind::input || step.bytes != name.size() || character == nullptr) {
    return std::nullopt;
  }
  if (character->character < 0x20 || character->character == 0x7f) return std::nullopt;
  key.character = character->character;
  return key;
}

}  // namespace gander::tui
