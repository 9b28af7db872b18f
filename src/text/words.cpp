// SPDX-License-Identifier: Apache-2.0
// Facts as words.
#include "text/words.hpp"

#include "text/safe.hpp"

namespace gander::text {

namespace {

bool waits_for_reset(Missing reason, DeviceState state) {
  return reason == Missing::device_lost && state == DeviceState::reset_required;
}

}  // namespace

std::string_view missing_word(Missing reason, int columns, DeviceState state) {
  if (waits_for_reset(reason, state)) return columns < 5 ? "RST" : "RESET";
  return write_missing(reason, columns);
}

std::string_view explain(Missing reason, DeviceState state) {
  return waits_for_reset(reason, state) ? "the device must be reset (gander doctor)"
                                        : explain(reason);
}

std::string words(const Known<std::string>& text, int columns, DeviceState state) {
  if (text.is_known()) return safe(text.value());
  return std::string{missing_word(text.reason(), columns, state)};
}

}  // namespace gander::text
