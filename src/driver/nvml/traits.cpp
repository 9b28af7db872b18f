// SPDX-License-Identifier: Apache-2.0
// Asks for the facts that do not change while the driver is loaded.
#include "driver/nvml/traits.hpp"

#include <array>
#include <string_view>

#include "driver/nvml/topology.hpp"

namespace gander::driver::nvml {
namespace {

// By the library's numbers; the gaps are of boards that never had this library.
constexpr std::array<std::string_view, 14> architectures{
    "",       "",    "kepler", "maxwell",   "pascal", "volta", "turing",
    "ampere", "ada", "hopper", "blackwell", "",       "",      "rubin"};

constexpr std::array virtualizations{Virtualization::none, Virtualization::passthrough,
                                     Virtualization::guest, Virtualization::host,
                                     Virtualization::shared_graphics};
constexpr std::array addressing_modes{AddressingMode::none, AddressingMode::managed,
                                      AddressingMode::hardware};

Known<std::string> ask_architecture(DeviceCalls& calls) {
  const auto number = calls.ask<std::uint32_t>(Question::architecture, [&](std::uint32_t& value) {
    return calls.call(calls.symbols().architecture, &value);
  });
  if (!number.is_known()) return number.reason();
  const bool is_named =
      number.value() < architectures.size() && !architectures[number.value()].empty();
  if (!is_named) return Missing::not_supported;
  return std::string{architectures[number.value()]};
}

Known<std::string> text_of(const std::array<char, 256>& buffer) {
  if (buffer.front() == '\0') return Missing::not_supported;
  return std::string{buffer.data()};
}

Known<std::string> ask_board_part(DeviceCalls& calls) {
  std::array<char, 256> buffer{};
  const auto answer = calls.ask<bool>(Question::board_part, [&](bool& value) {
    value = true;
    return calls.call(calls.symbols().board_part, buffer.data(), 80U);
  });
  buffer.back() = '\0';
  return answer.is_known() ? text_of(buffer) : Known<std::string>{answer.reason()};
}

// The library writes up to 64 characters and is not told how much room there is.
Known<std::string> ask_gsp_firmware(DeviceCalls& calls) {
  std::array<char, 256> buffer{};
  const auto answer = calls.ask<bool>(Question::gsp_firmware, [&](bool& value) {
    value = true;
    return calls.call(calls.symbols().gsp_firmware, buffer.data());
  });
  buffer.back() = '\0';
  return answer.is_known() ? text_of(buffer) : Known<std::string>{answer.reason()};
}

Known<Virtualization> ask_virtualization(DeviceCalls& calls) {
  const auto mode = calls.ask<std::uint32_t>(Question::virtualization, [&](std::uint32_t& value) {
    return calls.call(calls.symbols().virtualization, &value);
  });
  if (!mode.is_known()) return mode.reason();
  if (mode.value() >= virtualizations.size()) return Missing::no_data;
  return virtualizations[mode.value()];
}

Known<AddressingMode> ask_addressing_mode(DeviceCalls& calls) {
  const auto mode = calls.ask<std::uint32_t>(Question::addressing_mode, [&](std::uint32_t& value) {
    AddressingModeV1 raw;
    raw.version = version_word(sizeof raw, 1);
    const Code code = calls.call(calls.symbols().addressing_mode, &raw);
    value = raw.mode;
    return code;
  });
  if (!mode.is_known()) return mode.reason();
  if (mode.value() >= addressing_modes.size()) return Missing::no_data;
  return addressing_modes[mode.value()];
}

// A GPU that works but has no memory of its own rejects the question, or says that it has 0 bytes.
// The forms are those of the readings: what is learned here holds for them as well.
Known<bool> ask_unified_memory(DeviceCalls& calls) {
  const auto has_memory = [](Code code, std::uint64_t total) {
    return code == code::success && total == 0 ? code::not_supported : code;
  };
  const auto total = calls.ask<std::uint64_t>(
      Question::memory,
      [&](std::uint64_t& value) {
        MemoryV2 raw;
        raw.version = version_word(sizeof raw, 2);
        const Code code = calls.call(calls.symbols().memory_v2, &raw);
        value = raw.total;
        return has_memory(code, raw.total);
      },
      [&](std::uint64_t& value) {
        Memory raw;
        const Code code = calls.call(calls.symbols().memory_v1, &raw);
        value = raw.total;
        return has_memory(code, raw.total);
      });
  if (total.is_known()) return false;
  if (total.reason() == Missing::not_supported) return true;
  return total.reason();
}

Traits ask_traits(DeviceCalls& calls) {
  Traits traits;
  traits.architecture = ask_architecture(calls);
  traits.board_part = ask_board_part(calls);
  traits.gsp_firmware = ask_gsp_firmware(calls);
  traits.virtualization = ask_virtualization(calls);
  traits.addressing_mode = ask_addressing_mode(calls);
  traits.unified_memory = ask_unified_memory(calls);
  traits.numa_node = ask_numa_node(calls);
  traits.cpu_affinity = ask_cpu_affinity(calls);
  return traits;
}

template <class... Facts>
void set_all(Missing reason, Facts&... facts) {
  ((facts = reason), ...);
}

void set_traits(Traits& traits, Missing reason) {
  set_all(reason, traits.architecture, traits.board_part, traits.gsp_firmware,
          traits.virtualization, traits.addressing_mode, traits.unified_memory, traits.numa_node,
          traits.cpu_affinity);
}

template <class... Facts>
bool are_final(const Facts&... facts) {
  return ((facts.is_known() || facts.reason() == Missing::not_supported) && ...);
}

bool is_final(const Traits& traits) {
  return are_final(traits.architecture, traits.board_part, traits.gsp_firmware,
                   traits.virtualization, traits.addressing_mode, traits.unified_memory,
                   traits.numa_node, traits.cpu_affinity);
}

void store(const Traits& traits, Device& into) {
  into.architecture = traits.architecture;
  into.board_part = traits.board_part;
  into.gsp_firmware = traits.gsp_firmware;
  into.virtualization = traits.virtualization;
  into.addressing_mode = traits.addressing_mode;
  into.unified_memory = traits.unified_memory;
  into.numa_node = traits.numa_node;
  into.cpu_affinity = traits.cpu_affinity;
}

}  // namespace

void describe_traits(DeviceCalls& calls, Device& into) {
  std::optional<Traits>& kept = calls.entry().memory.traits;
  if (kept) return store(*kept, into);
  Traits traits;
  if (calls.entry().is_instance()) {
    set_traits(traits, Missing::not_supported);
  } else if (const Missing obstacle = calls.obstacle(); obstacle != Missing::not_sampled) {
    set_traits(traits, obstacle);
  } else {
    traits = ask_traits(calls);
    if (is_final(traits) && calls.obstacle() == Missing::not_sampled) kept = traits;
  }
  store(traits, into);
}

}  // namespace gander::driver::nvml
