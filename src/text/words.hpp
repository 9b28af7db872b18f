// SPDX-License-Identifier: Apache-2.0
// A fact as a word in a field of a page, or the reason why there is none. Knows no page.
#pragma once

#include <string>
#include <string_view>

#include "gander/device.hpp"
#include "gander/reading.hpp"
#include "text/units.hpp"

namespace gander::text {

/// Why a value of a device in `state` is absent. A device that waits for its reset is not lost,
/// though drivers give both the same reason.
std::string_view missing_word(Missing reason, int columns, DeviceState state = DeviceState::ok);

/// The same in a sentence: `the device must be reset`.
std::string_view explain(Missing reason, DeviceState state);

/// A known reading as `write` has it, else its reason; at most `columns` columns.
template <class Write>
std::string cell(const Reading& reading, int columns, Write write,
                 DeviceState state = DeviceState::ok) {
  if (reading.is_known()) return write(reading.value());
  return std::string{missing_word(reading.reason(), columns, state)};
}

/// Foreign text made safe, or the reason it is unknown.
std::string words(const Known<std::string>& text, int columns, DeviceState state = DeviceState::ok);

}  // namespace gander::text
