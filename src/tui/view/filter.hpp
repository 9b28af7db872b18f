// SPDX-License-Identifier: Apache-2.0
// The filter language of the process table: `train user:ann gpu:0,3 type:c mem>10g !python`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gander/result.hpp"
#include "gander/snapshot.hpp"

namespace gander::tui {

/// Terms that must all hold. An empty filter lets everything through.
class Filter {
 public:
  /// Reads a filter; fails with one line that names the word which is wrong.
  static Result<Filter> parse(std::string_view text);
  [[nodiscard]] bool is_empty() const { return terms_.empty(); }
  /// Whether this use of the process passes.
  [[nodiscard]] bool matches(const Snapshot& snapshot, const Process& process,
                             const Use& use) const;

 private:
  enum class Field : std::uint8_t { text, user, gpu, type, memory, sm, cpu, owner, pid };
  enum class Comparison : std::uint8_t { contains, above, below };
  struct Term {
    Field field{};
    Comparison comparison{};
    bool is_negated = false;
    std::string text;
    double number{};
  };
  static Result<Term> read_term(std::string_view word);
  static bool holds_number(const Term& term, const Reading& reading);
  static bool holds_term(const Term& term, const Snapshot& snapshot, const Process& process,
                         const Use& use);

  std::vector<Term> terms_;
};

}  // namespace gander::tui
