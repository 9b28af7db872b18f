// SPDX-License-Identifier: Apache-2.0
// Asks for what changes about a device without being a number.
#include "driver/nvml/conditions.hpp"

#include <chrono>

namespace gander::driver::nvml {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds limits_period = 5s;
constexpr std::chrono::nanoseconds conditions_period = 60s;
// A tick that comes a little early must not push the question to the tick after.
constexpr std::chrono::nanoseconds tolerance = 100ms;

bool is_due(const LastAsked& last, std::chrono::nanoseconds period, const os::Clock& clock) {
  return !last || clock.steady() - *last + tolerance >= period;
}

/// Whether the value, or its absence, is an answer of the device.
template <class T>
bool is_answer(const Known<T>& value) {
  if (value.is_known()) return true;
  return value.reason() == Missing::not_supported || value.reason() == Missing::no_permission ||
         value.reason() == Missing::no_data;
}

Known<ClockLimits> ask_clock_limits(DeviceCalls& calls) {
  const auto answer = calls.ask<std::uint64_t>(
      Question::clock_limits,
      [&](std::uint64_t& value) { return calls.call(calls.symbols().event_reasons, &value); },
      [&](std::uint64_t& value) { return calls.call(calls.symbols().throttle_reasons, &value); });
  if (!answer.is_known()) return answer.reason();
  // All ones is no set of reasons; single bits above ours belong to newer drivers.
  if (answer.value() == ~std::uint64_t{0}) return Missing::no_data;
  constexpr std::uint64_t known_bits = (std::uint64_t{1} << clock_limit_count) - 1;
  return ClockLimits{answer.value() & known_bits};
}

Known<Switch> switch_of(const Reading& number) {
  if (!number.is_known()) return number.reason();
  return number.value() == 0 ? Switch::off : Switch::on;
}

Known<bool> flag_of(const Reading& number) {
  if (!number.is_known()) return number.reason();
  return number.value() != 0;
}

Reading flag_of(const Known<std::uint32_t>& number) { return bounded(number, 1U, whole); }

bool is_missing(const Reading& reading) {
  return !reading.is_known() && reading.reason() == Missing::not_supported;
}

struct EccModes {
  std::uint32_t current{};
  std::uint32_t pending{};
};

void read_ecc_mode(Look& look, Device& into) {
  const Reading current = look.fields().read(Field::ecc_mode);
  const Reading pending = look.fields().read(Field::ecc_mode_pending);
  into.ecc_mode = switch_of(current);
  into.ecc_mode_pending = switch_of(pending);
  if (!is_missing(current) && !is_missing(pending)) return;
  DeviceCalls& calls = look.calls();
  const auto modes = calls.ask<EccModes>(Question::ecc_mode, [&](EccModes& value) {
    return calls.call(calls.symbols().ecc_mode, &value.current, &value.pending);
  });
  if (!modes.is_known()) return;
  into.ecc_mode = switch_of(flag_of(Known{modes.value().current}));
  into.ecc_mode_pending = switch_of(flag_of(Known{modes.value().pending}));
}

Known<bool> read_retirement_pending(Look& look) {
  const Reading field = look.fields().read(Field::retirement_pending);
  if (!is_missing(field)) return flag_of(field);
  return flag_of(
      flag_of(ask_number<&Symbols::retirement_pending, Question::retirement_pending>(look)));
}

Known<bool> read_remap_flag(Look& look, Field field, std::uint32_t RemappedRows::* member) {
  const Reading answer = look.fields().read(field);
  if (!is_missing(answer)) return flag_of(answer);
  const Known<RemappedRows>& rows = look.remapped_rows();
  if (!rows.is_known()) return rows.reason();
  return flag_of(flag_of(Known<std::uint32_t>{rows.value().*member}));
}

Known<RecoveryAction> read_recovery_action(Look& look) {
  const Reading field = look.fields().read(Field::recovery_action);
  if (!field.is_known()) return field.reason();
  return static_cast<RecoveryAction>(static_cast<std::uint8_t>(field.value()));
}

/// Gives everything that is no answer of the device a reason; answers of before stay true.
void excuse_conditions(Device& into, Missing reason) {
  const auto excuse = [reason](auto& value) {
    if (!is_answer(value)) value = reason;
  };
  excuse(into.ecc_mode);
  excuse(into.ecc_mode_pending);
  excuse(into.accounting_mode);
  excuse(into.retirement_pending);
  excuse(into.remap_pending);
  excuse(into.remap_failed);
  excuse(into.recovery_action);
}

}  // namespace

void read_clock_limits(DeviceCalls& calls, Device& into) {
  const Missing obstacle = calls.obstacle();
  if (obstacle != Missing::not_sampled) {
    into.clock_limits = obstacle;
  } else if (calls.entry().is_instance()) {
    into.clock_limits = Missing::not_supported;
  } else if (!is_answer(into.clock_limits) ||
             is_due(calls.entry().limits_at, limits_period, calls.context().clock)) {
    calls.entry().limits_at = calls.context().clock.steady();
    into.clock_limits = ask_clock_limits(calls);
    calls.check("clock_limits", into.clock_limits);
  }
}

bool are_conditions_due(DeviceCalls& calls, const Device& into) {
  if (calls.obstacle() != Missing::not_sampled || calls.entry().is_instance()) return true;
  const bool is_told = is_answer(into.ecc_mode) && is_answer(into.accounting_mode) &&
                       is_answer(into.retirement_pending) && is_answer(into.remap_pending) &&
                       is_answer(into.remap_failed) && is_answer(into.recovery_action);
  return !is_told || is_due(calls.entry().conditions_at, conditions_period, calls.context().clock);
}

void want_conditions(Look& look) {
  if (look.calls().entry().is_instance()) return;
  for (const Field field : {Field::ecc_mode, Field::ecc_mode_pending, Field::retirement_pending,
                            Field::remap_pending, Field::remap_failed, Field::recovery_action}) {
    look.fields().want(field);
  }
}

void read_conditions(Look& look, Device& into) {
  DeviceCalls& calls = look.calls();
  if (const Missing obstacle = calls.obstacle(); obstacle != Missing::not_sampled) {
    return excuse_conditions(into, obstacle);
  }
  if (calls.entry().is_instance()) return excuse_conditions(into, Missing::not_supported);
  calls.entry().conditions_at = calls.context().clock.steady();
  read_ecc_mode(look, into);
  calls.check("ecc_mode", into.ecc_mode);
  into.retirement_pending = read_retirement_pending(look);
  calls.check("retirement_pending", into.retirement_pending);
  into.remap_pending = read_remap_flag(look, Field::remap_pending, &RemappedRows::pending);
  calls.check("remap_pending", into.remap_pending);
  into.remap_failed = read_remap_flag(look, Field::remap_failed, &RemappedRows::failed);
  calls.check("remap_failed", into.remap_failed);
  into.recovery_action = read_recovery_action(look);
  calls.check("recovery_action", into.recovery_action);
  into.accounting_mode =
      switch_of(flag_of(ask_number<&Symbols::accounting_mode, Question::accounting_mode>(look)));
  calls.check("accounting_mode", into.accounting_mode);
}

}  // namespace gander::driver::nvml
