// SPDX-License-Identifier: Apache-2.0
// A token that can be sent to the server it belongs to, and neither printed nor compared. Knows
// nothing of where it came from.
#pragma once

#include <fmt/format.h>

#include <iosfwd>
#include <memory>
#include <string>

#include "http/client.hpp"

namespace gander::owner::jupyter {

/// The token of a Jupyter server; may be empty. Copies share one text, which is overwritten with
/// the last of them.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  [[nodiscard]] bool is_empty() const { return text_ == nullptr; }
  /// The header that shows it to its server: the only way out.
  [[nodiscard]] http::Header authorization() const;

  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;

 private:
  std::shared_ptr<const std::string> text_;
};

/// Overwrites what held secrets before its memory goes to somebody else.
void wipe(std::string& text);

}  // namespace gander::owner::jupyter

/// Makes every attempt to format a secret a compile error.
template <>
struct fmt::formatter<gander::owner::jupyter::Secret> {
  formatter() = delete;
};
