// SPDX-License-Identifier: Apache-2.0
// One thread's conversation with one device: every call goes through here, so that a device that is
// lost is left alone and what a device does not have is not asked again.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "driver/nvml/device_entry.hpp"
#include "driver/nvml/return_code.hpp"

namespace gander::driver::nvml {

/// Lives for one call of the seam. Not for more than one thread.
class DeviceCalls {
 public:
  DeviceCalls(const Context& context, DeviceEntry& entry);
  DeviceCalls(const DeviceCalls&) = delete;
  DeviceCalls& operator=(const DeviceCalls&) = delete;
  ~DeviceCalls();

  [[nodiscard]] const Context& context() const { return context_; }
  [[nodiscard]] DeviceEntry& entry() { return entry_; }
  [[nodiscard]] const Symbols& symbols() const { return context_.library->symbols(); }

  /// Why the device cannot be asked anything now; `not_sampled` where it can.
  [[nodiscard]] Missing obstacle() const;

  /// Calls `function` on the device's handle. Does not call where there is an obstacle.
  template <class... Parameters, class... Arguments>
  Code call(Function<Parameters...> function, Arguments... arguments) {
    return call_about(function, entry_.handle, arguments...);
  }

  /// The same for a function that is about the device but takes another handle first, or none.
  template <class... Parameters, class... Arguments>
  Code call_about(Function<Parameters...> function, Arguments... arguments) {
    const Code blocked = blocking_code();
    if (blocked != code::success) return blocked;
    if (function == nullptr) return code::function_not_found;
    const Code answer = context_.library->call(function, arguments...);
    note(answer);
    return answer;
  }

  /// Asks the forms of one question, newest first: each fills its argument and gives back a code.
  /// Forms that were rejected before are skipped, and a question all of whose forms were rejected
  /// is answered from memory.
  template <class Value, class... Forms>
  Known<Value> ask(Question question, Forms... forms) {
    Learned& learned = this->learned(question);
    if (const Missing reason = closed_reason(learned); reason != Missing::not_sampled) {
      return reason;
    }
    Value value{};
    Code code = code::function_not_found;
    std::size_t place = 0;
    const auto attempt = [&](auto& form) {
      if (place++ < learned.variant) return false;
      value = Value{};
      code = form(value);
      if (classify(code) != CodeClass::structural) return true;
      learned.variant = place;
      return false;
    };
    static_cast<void>((attempt(forms) || ...));
    const Missing reason = learn(learned, code);
    if (reason != Missing::not_sampled) return reason;
    return value;
  }

  /// What was learned about a question.
  [[nodiscard]] Learned& learned(Question question) {
    return entry_.learned[static_cast<std::size_t>(question)];
  }
  /// Why something is not worth asking now; `not_sampled` where it is.
  [[nodiscard]] Missing closed_reason(const Learned& learned);
  /// Takes note of an answer; `not_sampled` where it is a value, else why there is none.
  Missing learn(Learned& learned, Code code);

  /// What the driver said where the newest answer was `driver_error`.
  [[nodiscard]] Code failure() const { return failure_; }
  /// For who gives an answer again that was kept.
  void set_failure(Code code) { failure_ = code; }

  /// Notes right after it was asked whether the value called `what`, a text that stays, is missing
  /// because of an error.
  template <class T>
  void check(std::string_view what, const Known<T>& value) {
    const bool is_error = !value.is_known() && value.reason() == Missing::driver_error;
    checked_.push_back({what, is_error ? failure_ : code::success});
  }
  /// Brings the errors up to date for all that was checked.
  void update(std::vector<DriverError>& errors) const;

 private:
  [[nodiscard]] Code blocking_code() const;
  void note(Code answer);

  const Context& context_;
  DeviceEntry& entry_;
  struct Checked {
    std::string_view what;
    Code code;  ///< 0: a value, or a better reason.
  };
  Code failure_ = code::success;
  std::vector<Checked> checked_;
};

/// Where an answer made us doubt it, asks the device whether it is still who it was, and marks it
/// as stale where it is not; now and then only.
void check_identity(DeviceCalls& calls);

/// Marks the device as down (or answering again, for 0) and keeps an event where that is news.
void set_down_code(const Context& context, DeviceEntry& entry, Code code);

}  // namespace gander::driver::nvml
