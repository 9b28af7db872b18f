// SPDX-License-Identifier: Apache-2.0
// One configuration file into a Config. Strict: what nobody knows is an error with its place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/config.hpp"
#include "sim/machine/value.hpp"

namespace gander::cli {

/// Reads one file after the other; a later one wins.
class ConfigReader {
 public:
  explicit ConfigReader(Config& config) : config_(config) {}
  /// `text` of the file `name`. `locks`: what forbids signals there holds for good.
  enum class Strength : std::uint8_t { usual, locks };
  Result<void> read(std::string_view text, const std::string& name, Strength strength);

 private:
  Result<void> read_monitor(const sim::Value& value);
  Result<void> read_keys(const sim::Value& value);
  Result<void> read_themes(const sim::Value& value);
  Result<void> read_theme(const sim::Entry& entry);
  [[nodiscard]] std::string place(const sim::Value& value) const;
  [[nodiscard]] tl::unexpected<Error> refuse(const sim::Value& value, std::string what) const;

  Config& config_;
  std::string name_;
  Strength strength_{};
};

}  // namespace gander::cli
