// SPDX-License-Identifier: Apache-2.0
// Most options of nbstat, nbwatch and their like are options of our commands as well; these are the
// others.
#include "cli/old_name.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
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
#define GANDER_OLD_NAME(name, command, mode) OldName{name, command, Mode::mode},
#include "cli/old_names.inc"
#undef GANDER_OLD_NAME
};

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::optional<double> find_number(const std::string& word) {
  char* end = nullptr;
  const double number = std::strtod(word.c_str(), &end);
  return word.empty() || *end != '\0' ? std::nullopt : std::optional{number};
}

/// They take any interval, and none below a tenth of a second.
std::string raise(const std::string& interval) {
  constexpr double shortest = 0.1;
  const auto seconds = find_number(interval);
  return seconds && *seconds < shortest ? "0.1" : interval;
}

/// Goes through the words of an old command line.
class Speller {
 public:
  Speller(const OldName& old, std::vector<std::string> words)
      : old_(old), words_(std::move(words)) {}

  std::vector<std::string> spell() && {
    spelled_ = {"gander", std::string{old_.command}};
    while (place_ < words_.size()) take(words_[place_++]);
    add_form();
    return std::move(spelled_);
  }

 private:
  /// What their defaults are, behind all words: an option that may stand alone takes the next one.
  void add_form() {
    const bool was_asked_to_stay = old_.mode == Mode::once && !interval_.empty();
    if (samples_) spelled_.push_back(samples_->empty() ? "--samples" : "--samples=" + *samples_);
    if (was_asked_to_stay && !shows_footnote_) spelled_.emplace_back("--hide-footnote");
    if (was_asked_to_stay && !shows_help_) spelled_.emplace_back("--hide-help");
    if (old_.mode == Mode::stays || was_asked_to_stay) {
      spelled_.push_back("--watch=" + (interval_.empty() ? "1" : raise(interval_)));
    }
  }

  /// `-i2` as `-i=2`.
  static std::string part(const std::string& word) {
    const bool is_short = word.starts_with("-i") || word.starts_with("-w");
    const bool has_number = is_short && word.size() > 2 && find_number(word.substr(2));
    return has_number ? word.substr(0, 2) + "=" + word.substr(2) : word;
  }

  void take(const std::string& typed) {
    const auto word = typed.starts_with("--") ? typed : part(typed);
    const bool has_value =
        word.starts_with("--") || word.starts_with("-i=") || word.starts_with("-w=");
    const auto sign = has_value ? word.find('=') : std::string::npos;
    const auto option = std::string_view{word}.substr(0, sign);
    const auto value = sign == std::string::npos ? "" : word.substr(sign + 1);
    if (option == "-i" || option == "--interval") {
      const auto interval = value.empty() ? take_number() : value;
      if (!interval.empty()) interval_ = interval;
    } else if (option == "-w" || option == "--window") {
      samples_ = value.empty() ? take_number() : value;
    } else if (option == "--show-help") {
      shows_help_ = true;
    } else {
      shows_footnote_ = shows_footnote_ || option == "--show-footnote";
      spelled_.push_back(word);
    }
  }

  /// The next word where it is a number: these options may stand alone.
  std::string take_number() {
    const bool is_there = place_ < words_.size() && find_number(words_[place_]);
    return is_there ? words_[place_++] : std::string{};
  }

  const OldName& old_;
  std::vector<std::string> words_;
  std::size_t place_ = 0;
  std::string interval_;
  std::optional<std::string> samples_;  ///< Empty: all that are kept.
  bool shows_footnote_ = false;
  bool shows_help_ = false;
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
