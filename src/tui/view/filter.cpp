// SPDX-License-Identifier: Apache-2.0
// Words of the filter language, and what they say of a process.
#include "tui/view/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/spelling.hpp"

namespace gander::tui {
namespace {

/// Longer than anybody types; what was pasted may be anything.
constexpr std::size_t most_terms = 32;

using text::lower;
using text::split;

bool holds(std::string_view text, std::string_view part) {
  return lower(text).find(part) != std::string::npos;
}

/// `10g`, `512m`, `1.5t`, or plain bytes; binary units.
std::optional<double> read_size(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || value < 0) return std::nullopt;
  std::string unit = lower({rest, static_cast<std::size_t>(end - rest)});
  if (unit.ends_with("ib")) unit.resize(unit.size() - 2);
  constexpr std::string_view units = "kmgt";
  if (unit.empty()) return value;
  const auto power = units.find(unit.front());
  if (unit.size() > 1 || power == std::string_view::npos) return std::nullopt;
  for (std::size_t i = 0; i <= power; ++i) value *= 1024;
  return value;
}

/// `50` or `50%`: a share of one.
std::optional<double> read_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc{} || rest != end) return std::nullopt;
  return value / 100;
}

std::string join(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : " ") + word;
  return all;
}

bool is_type(const Known<ContextType>& type, std::string_view wanted) {
  if (!type.is_known()) return false;
  const bool computes = type.value() != ContextType::graphics;
  const bool draws = type.value() != ContextType::compute;
  if (wanted == "c" || wanted == "compute") return computes;
  if (wanted == "g" || wanted == "graphics") return draws;
  return computes && draws;  // x
}

/// UUIDs begin with their kind: digits alone never mean a part of one.
bool is_uuid(std::string_view text) { return text.starts_with("gpu-") || text.starts_with("mig-"); }

bool names_gpus(std::string_view wanted) {
  const auto parts = split(wanted, ',');
  return !parts.empty() && std::ranges::all_of(parts, [](std::string_view part) {
    return is_uuid(part) || find_device_index(part).has_value();
  });
}

/// A GPU stands for its instances as well; a UUID for all that begin like it.
bool is_gpu(const Snapshot& snapshot, const Use& use, std::string_view wanted) {
  const Device* device = find_device(snapshot, use.device);
  if (device == nullptr) return false;
  const auto parts = split(wanted, ',');
  return std::ranges::any_of(parts, [&](std::string_view part) {
    if (is_uuid(part)) return lower(use.device).starts_with(part);
    const auto index = find_device_index(part);
    if (!index) return false;
    return *index == device->index || (!index->instance && index->gpu == device->index.gpu);
  });
}

bool has_uid(const Process& process, std::string_view wanted) {
  return process.uid.is_known() && std::to_string(process.uid.value()) == wanted;
}

/// By name, or by number, which is all that accounts without a name have.
bool is_user(const Process& process, std::string_view wanted) {
  return lower(text::user_of(process)) == wanted || has_uid(process, wanted);
}

/// In the name, or as it is shown: `job 48213`.
bool is_called(const Owner& owner, std::string_view wanted) {
  return holds(owner.name, wanted) || holds(text::owner_label(owner), wanted);
}

/// `slurm_job`, `slurm` and `job` are all names of that kind.
bool is_kind(OwnerKind kind, std::string_view wanted) {
  const auto name = name_of(kind);
  const auto words = split(name, '_');
  return name == wanted || std::ranges::find(words, wanted) != words.end();
}

}  // namespace

/// One word: an optional `!`, then `field:text`, `field>number`, `field<number` or plain text.
Result<Filter::Term> Filter::read_term(std::string_view word) {
  struct Name {
    std::string_view name;
    Field field;
  };
  constexpr std::array names{Name{"user", Field::user},   Name{"gpu", Field::gpu},
                             Name{"type", Field::type},   Name{"mem", Field::memory},
                             Name{"sm", Field::sm},       Name{"cpu", Field::cpu},
                             Name{"owner", Field::owner}, Name{"pid", Field::pid}};
  Term term;
  const std::string_view whole = word;
  if (word.starts_with('!')) {
    term.is_negated = true;
    word.remove_prefix(1);
  }
  const auto at = word.find_first_of(":<>");
  const auto name = at == std::string_view::npos
                        ? names.end()
                        : std::ranges::find(names, word.substr(0, at), &Name::name);
  if (name == names.end()) {
    term.text = lower(word);
    return term;
  }
  term.field = name->field;
  const std::string_view value = word.substr(at + 1);
  const bool is_number =
      term.field == Field::memory || term.field == Field::sm || term.field == Field::cpu;
  const bool compares = word[at] != ':';
  if (is_number != compares) {
    return fail(Fault::usage,
                fmt::format("filter: {} wants {}", name->name, is_number ? "> or <" : "a colon"));
  }
  if (value.empty())
    return fail(Fault::usage, fmt::format("filter: nothing behind {}", text::safe(whole)));
  if (!is_number) {
    term.text = lower(value);
    if (term.field == Field::type &&
        !std::ranges::any_of(std::array{"c", "g", "x", "compute", "graphics"},
                             [&](std::string_view known) { return known == term.text; })) {
      return fail(Fault::usage, "filter: type is c, g or x");
    }
    if (term.field == Field::gpu && !names_gpus(term.text)) {
      return fail(Fault::usage, "filter: gpu wants 3, 3:0 or the beginning of a UUID");
    }
    return term;
  }
  term.comparison = word[at] == '>' ? Comparison::above : Comparison::below;
  const auto number = term.field == Field::memory ? read_size(value) : read_percent(value);
  if (!number) {
    return fail(Fault::usage,
                fmt::format("filter: {} is no {}", text::safe(value),
                            term.field == Field::memory ? "size such as 10g" : "percentage"));
  }
  term.number = *number;
  return term;
}

Result<Filter> Filter::parse(std::string_view text) {
  Filter filter;
  for (const std::string_view word : split(text, ' ')) {
    if (filter.terms_.size() == most_terms) return fail(Fault::usage, "filter: too many words");
    auto term = read_term(word);
    if (!term) return tl::make_unexpected(term.error());
    // A lone `!` is the beginning of a word that is still being typed.
    if (term->field == Field::text && term->text.empty()) continue;
    filter.terms_.push_back(std::move(*term));
  }
  return filter;
}

bool Filter::holds_number(const Term& term, const Reading& reading) {
  // What is not known is neither above nor below.
  if (!reading.is_known()) return false;
  return term.comparison == Comparison::above ? reading.value() > term.number
                                              : reading.value() < term.number;
}

bool Filter::holds_term(const Term& term, const Snapshot& snapshot, const Process& process,
                        const Use& use) {
  const auto is_owned = [&](auto&& is_it) { return std::ranges::any_of(process.owners, is_it); };
  const auto is_its = [&](const Owner& owner) { return is_called(owner, term.text); };
  switch (term.field) {
    case Field::user:
      return is_user(process, term.text);
    case Field::gpu:
      return is_gpu(snapshot, use, term.text);
    case Field::type:
      return is_type(use.type, term.text);
    case Field::memory:
      return holds_number(term, use.readings[Metric::gpu_memory]);
    case Field::sm:
      return holds_number(term, use.readings[Metric::gpu_sm_utilization]);
    case Field::cpu:
      return holds_number(term, process.readings[Metric::cpu_usage]);
    case Field::owner:
      return is_owned(
          [&](const Owner& owner) { return is_its(owner) || is_kind(owner.kind, term.text); });
    case Field::pid:
      return std::to_string(process.pid) == term.text;
    case Field::text:
      break;
  }
  return holds(join(process.command.value_or({})), term.text) ||
         holds(process.name.value_or(""), term.text) ||
         holds(process.user.value_or(""), term.text) || has_uid(process, term.text) ||
         is_owned(is_its) || std::to_string(process.pid) == term.text;
}

bool Filter::matches(const Snapshot& snapshot, const Process& process, const Use& use) const {
  return std::ranges::all_of(terms_, [&](const Term& term) {
    return holds_term(term, snapshot, process, use) != term.is_negated;
  });
}

}  // namespace gander::tui
