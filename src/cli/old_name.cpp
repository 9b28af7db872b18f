// SPDX-License-Identifier: Apache-2.0
// Most options of nbstat and devicestat are options of our commands as well; these are the others.
#include "cli/old_name.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace gander::cli {
namespace {

/// Whether the tool of that name looks once, or stays.
enum class Mode : std::uint8_t { once, stays };

struct OldName {
  std::string_view name;
  std::string_view command;
  Mode mode;
};

constexpr std::array old_names{
#define OLD_NAME(name, command, mode) OldName{name, command, Mode::mode},
#include "cli/old_names.inc"
#undef OLD_NAME
};

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_number(const std::string& word) {
  char* end = nullptr;
  std::strtod(word.c_str(), &end);
  return !word.empty() && *end == '\0';
}

/// Goes through the words of an old command line.
class Speller {
 public:
  Speller(const OldName& old, std::vector<std::string> words)
      : old_(old), words_(std::move(words)) {}

  std::vector<std::string> spell() && {
    spelled_ = {"gander", std::string{old_.command}};
    while (place_ < words_.size()) take(words_[place_++]);
    const bool stays = old_.mode == Mode::stays || !interval_.empty();
    if (stays) spelled_.emplace_back(interval_.empty() ? "--watch=1" : "--watch=" + interval_);
    return std::move(spelled_);
  }

 private:
  void take(const std::string& word) {
    const auto sign = word.starts_with("--") ? word.find('=') : std::string::npos;
    const auto option = std::string_view{word}.substr(0, sign);
    const auto value = sign == std::string::npos ? "" : word.substr(sign + 1);
    if (option == "-i" || option == "--interval") {
      const auto interval = value.empty() ? take_number() : value;
      if (!interval.empty()) interval_ = interval;
    } else if (option == "-w" || option == "--window") {
      // So many samples of the mean; with us it is a time.
      if (value.empty()) take_number();
    } else if (option != "--show-help") {
      spelled_.push_back(word);
    }
  }

  /// The next word where it is a number: these options may stand alone.
  std::string take_number() {
    const bool is_there = place_ < words_.size() && is_number(words_[place_]);
    return is_there ? words_[place_++] : std::string{};
  }

  const OldName& old_;
  std::vector<std::string> words_;
  std::size_t place_ = 0;
  std::string interval_;
  std::vector<std::string> spelled_;
};

}  // namespace

std::vector<std::string> spell_anew(int argc, const char* const* argv) {
  std::vector<std::string> words(argv, argv + argc);
  if (words.empty()) return words;
  const auto old = std::ranges::find(old_names, base_name(words.front()), &OldName::name);
  if (old == old_names.end()) return words;
  words.erase(words.begin());
  return Speller{*old, std::move(words)}.spell();
}

}  // namespace gander::cli
