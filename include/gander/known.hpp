// SPDX-License-Identifier: Apache-2.0
// A fact that is known, or the reason why it is not.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace gander {

/// Why a value is absent. Every return code and state of every driver maps onto one of these.
enum class Missing : std::uint8_t {
  not_sampled,    ///< Nobody asked for it in this snapshot.
  not_supported,  ///< This device, driver or kernel never gives it.
  no_permission,  ///< It exists, but we may not read it.
  no_data,        ///< It exists, but there is none right now.
  timed_out,      ///< The driver did not answer within its deadline.
  device_lost,    ///< The device fell off the bus, or must be reset.
  driver_down,    ///< The whole driver is not there: unloaded, mismatched, crashed.
  suspended,      ///< The device sleeps, and asking would wake it.
  withheld,       ///< Somebody decided that we shall not see it (PID namespace, hidepid, masking).
  driver_error,   ///< The driver answered with an error; `Device::errors` has its name.
};

/// Spelling of a reason in JSON and everywhere else, for instance `not_supported`.
std::string_view name_of(Missing reason);
/// The reason spelled `name`; nothing if there is none of that name.
std::optional<Missing> find_missing(std::string_view name);

/// A value, or the reason there is none. Starts as `Missing::not_sampled`.
///
/// "0 W" and "the driver would not say" must never look alike, so there is no conversion to the
/// value: ask `is_known()` first. Reading `value()` of an unknown one is a bug and asserts.
template <class T>
class Known {
 public:
  Known() = default;
  Known(T value) : state_(std::in_place_index<1>, std::move(value)) {}  // NOLINT: a value is known
  Known(Missing reason) : state_(std::in_place_index<0>, reason) {}     // NOLINT: so is a reason

  [[nodiscard]] bool is_known() const { return state_.index() == 1; }
  [[nodiscard]] const T& value() const {
    assert(is_known());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] T value_or(const T& other) const { return is_known() ? value() : other; }
  /// Why there is no value; only asked when there is none.
  [[nodiscard]] Missing reason() const {
    assert(!is_known());
    return *std::get_if<0>(&state_);
  }
  friend bool operator==(const Known&, const Known&) = default;

 private:
  std::variant<Missing, T> state_{std::in_place_index<0>, Missing::not_sampled};
};

}  // namespace gander
