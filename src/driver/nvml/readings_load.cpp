// SPDX-License-Identifier: Apache-2.0
// Rows of engines, memory, clocks and what is built in.
#include <algorithm>

#include "driver/nvml/look.hpp"

namespace gander::driver::nvml {
namespace {

constexpr std::uint32_t most_megahertz = 100'000;
constexpr std::uint32_t most_cores = 10'000'000;
constexpr std::uint32_t most_bus_bits = 1'000'000;

bool is_sane(const MemoryFacts& memory) {
  const std::uint64_t reserved = memory.reserved.value_or(0);
  const bool fits = std::max({memory.total, memory.free, memory.used, reserved}) < most_bytes;
  return fits && memory.total > 0 && memory.used <= memory.total && memory.free <= memory.total &&
         reserved <= memory.total;
}

template <std::uint32_t Utilization::* member>
Reading read_utilization(Look& look) {
  const Known<Utilization>& answer = look.utilization();
  if (!answer.is_known()) return answer.reason();
  return bounded(Known<std::uint32_t>{answer.value().*member}, 100U, percent);
}

template <auto Member, Question question>
Reading read_engine(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint32_t>(question, [&](std::uint32_t& value) {
    std::uint32_t period = 0;
    return calls.call(calls.symbols().*Member, &value, &period);
  });
  return bounded(answer, 100U, percent);
}

template <std::uint64_t MemoryFacts::* member>
Reading read_memory(Look& look) {
  const Known<MemoryFacts>& answer = look.memory();
  if (!answer.is_known()) return answer.reason();
  return static_cast<double>(answer.value().*member);
}

Reading read_reserved(Look& look) {
  const Known<MemoryFacts>& answer = look.memory();
  if (!answer.is_known()) return answer.reason();
  return bounded(answer.value().reserved, most_bytes, whole);
}

template <std::uint64_t Bar1Memory::* member>
Reading read_bar1(Look& look) {
  const Known<Bar1Memory>& answer = look.bar1();
  if (!answer.is_known()) return answer.reason();
  const Bar1Memory& bar1 = answer.value();
  const bool sane =
      bar1.total > 0 && bar1.total < most_bytes && std::max(bar1.used, bar1.free) <= bar1.total;
  return sane ? Reading{static_cast<double>(bar1.*member)} : Reading{Missing::no_data};
}

template <std::uint64_t Memory::* member>
Reading read_protected(Look& look) {
  const Known<Memory>& answer = look.protected_memory();
  if (!answer.is_known()) return answer.reason();
  const Memory& memory = answer.value();
  const bool sane = memory.total < most_bytes && std::max(memory.used, memory.free) <= memory.total;
  return sane ? Reading{static_cast<double>(memory.*member)} : Reading{Missing::no_data};
}

template <auto Member, Question question, std::uint32_t domain>
Reading read_clock(Look& look) {
  return bounded(ask_kind<Member, question, domain>(look), most_megahertz, mega);
}

Reading read_performance_state(Look& look) {
  return bounded(ask_number<&Symbols::performance_state, Question::performance_state>(look), 15U,
                 whole);
}

template <auto Member, Question question, std::uint32_t highest>
Reading read_size(Look& look) {
  return bounded(ask_number<Member, question>(look), 1U, highest, whole);
}

using enum Where;
using M = Metric;
using Q = Question;
using S = Symbols;

constexpr std::array rows{
    Row{M::gpu_utilization, board_without_mig, read_utilization<&Utilization::gpu>},
    Row{M::memory_utilization, board_without_mig, read_utilization<&Utilization::memory>},
    Row{M::encoder_utilization, board_without_mig, read_engine<&S::encoder, Q::encoder>},
    Row{M::decoder_utilization, board_without_mig, read_engine<&S::decoder, Q::decoder>},
    Row{M::jpeg_utilization, board_without_mig, read_engine<&S::jpeg, Q::jpeg>},
    Row{M::ofa_utilization, board_without_mig, read_engine<&S::ofa, Q::ofa>},
    Row{M::memory_total, everywhere, read_memory<&MemoryFacts::total>},
    Row{M::memory_used, everywhere, read_memory<&MemoryFacts::used>},
    Row{M::memory_free, everywhere, read_memory<&MemoryFacts::free>},
    Row{M::memory_reserved, everywhere, read_reserved},
    Row{M::bar1_total, board, read_bar1<&Bar1Memory::total>},
    Row{M::bar1_used, board, read_bar1<&Bar1Memory::used>},
    Row{M::bar1_free, board, read_bar1<&Bar1Memory::free>},
    Row{M::protected_memory_total, board, read_protected<&Memory::total>},
    Row{M::protected_memory_used, board, read_protected<&Memory::used>},
    Row{M::graphics_clock, board, read_clock<&S::clock, Q::clock_graphics, kind::clock_graphics>},
    Row{M::sm_clock, board, read_clock<&S::clock, Q::clock_sm, kind::clock_sm>},
    Row{M::memory_clock, board, read_clock<&S::clock, Q::clock_memory, kind::clock_memory>},
    Row{M::video_clock, board, read_clock<&S::clock, Q::clock_video, kind::clock_video>},
    Row{M::max_graphics_clock, board,
        read_clock<&S::max_clock, Q::max_clock_graphics, kind::clock_graphics>},
    Row{M::max_sm_clock, board, read_clock<&S::max_clock, Q::max_clock_sm, kind::clock_sm>},
    Row{M::max_memory_clock, board,
        read_clock<&S::max_clock, Q::max_clock_memory, kind::clock_memory>},
    Row{M::max_video_clock, board,
        read_clock<&S::max_clock, Q::max_clock_video, kind::clock_video>},
    Row{M::performance_state, board, read_performance_state},
    Row{M::cores, board, read_size<&S::cores, Q::cores, most_cores>},
    Row{M::memory_bus_width, board,
        read_size<&S::memory_bus_width, Q::memory_bus_width, most_bus_bits>},
};

}  // namespace

const Known<Utilization>& Look::utilization() {
  return once(utilization_, Question::utilization, [this](Utilization& value) {
    return calls_.call(calls_.symbols().utilization, &value);
  });
}

// Before version 2 the library counted what it reserves as used, and nothing tells how much it is:
// `used` is then what the driver says.
const Known<MemoryFacts>& Look::memory() {
  const auto newer = [this](MemoryFacts& facts) {
    MemoryV2 raw;
    raw.version = version_word(sizeof raw, 2);
    const Code code = calls_.call(calls_.symbols().memory_v2, &raw);
    facts = {raw.total, raw.free, raw.used, raw.reserved};
    return code;
  };
  const auto older = [this](MemoryFacts& facts) {
    Memory raw;
    const Code code = calls_.call(calls_.symbols().memory_v1, &raw);
    facts = {raw.total, raw.free, raw.used, Missing::not_supported};
    return code;
  };
  const Known<MemoryFacts>& facts = once(memory_, Question::memory, newer, older);
  if (facts.is_known() && !is_sane(facts.value())) memory_.answer = Missing::no_data;
  return *memory_.answer;
}

const Known<Bar1Memory>& Look::bar1() {
  return once(bar1_, Question::bar1,
              [this](Bar1Memory& value) { return calls_.call(calls_.symbols().bar1, &value); });
}

const Known<Memory>& Look::protected_memory() {
  return once(protected_memory_, Question::protected_memory, [this](Memory& value) {
    return calls_.call(calls_.symbols().protected_memory, &value);
  });
}

std::span<const Row> load_rows() { return rows; }

}  // namespace gander::driver::nvml
