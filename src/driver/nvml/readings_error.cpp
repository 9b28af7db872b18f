// SPDX-License-Identifier: Apache-2.0
// Rows of memory errors, and of the pages and rows taken out of use because of them.
#include "driver/nvml/look.hpp"

namespace gander::driver::nvml {
namespace {

constexpr std::uint32_t most_places = 1'000'000;
// Places where an error may happen, as questions and as the library numbers them.
constexpr std::uint32_t location_count = 6;

template <Question question, std::uint32_t type, std::uint32_t span>
Reading read_total(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint64_t>(question, [&](std::uint64_t& value) {
    return calls.call(calls.symbols().ecc_errors, type, span, &value);
  });
  return bounded(answer, most_bytes, whole);
}

constexpr Question question_of(std::uint32_t type, std::uint32_t span, std::uint32_t location) {
  const std::uint32_t place = location == kind::location_sram ? location_count - 1 : location;
  return static_cast<Question>(static_cast<std::uint32_t>(Question::ecc_location) +
                               (span * 2 + type) * location_count + place);
}
static_assert(question_of(kind::ecc_uncorrected, kind::ecc_aggregate, kind::location_sram) ==
              Question::ecc_location_last);

template <std::uint32_t type, std::uint32_t span, std::uint32_t location>
Reading read_location(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer =
      calls.ask<std::uint64_t>(question_of(type, span, location), [&](std::uint64_t& value) {
        return calls.call(calls.symbols().ecc_location, type, span, location, &value);
      });
  return bounded(answer, most_bytes, whole);
}

// Asked without room for the addresses, the library tells how many there are.
template <Question question, std::uint32_t cause>
Reading read_retired(Look& look) {
  DeviceCalls& calls = look.calls();
  const auto answer = calls.ask<std::uint32_t>(question, [&](std::uint32_t& value) {
    std::uint64_t* const no_room = nullptr;
    const Code code = calls.call(calls.symbols().retired_pages, cause, &value, no_room);
    // "No room" for none at all is no answer.
    return code == code::insufficient_size && value > 0 ? code::success : code;
  });
  return bounded(answer, most_places, whole);
}

template <std::uint32_t RemappedRows::* member>
Reading read_remapped(Look& look) {
  const Known<RemappedRows>& rows = look.remapped_rows();
  if (!rows.is_known()) return rows.reason();
  return bounded(Known<std::uint32_t>{rows.value().*member}, most_places, whole);
}

using enum Where;
using M = Metric;
using Q = Question;
using F = Field;
constexpr std::uint32_t corrected = kind::ecc_corrected;
constexpr std::uint32_t uncorrected = kind::ecc_uncorrected;
constexpr std::uint32_t since_load = kind::ecc_volatile;
constexpr std::uint32_t ever = kind::ecc_aggregate;

constexpr std::array rows{
    Row{M::ecc_volatile_corrected, board,
        read_total<Q::ecc_volatile_corrected, corrected, since_load>, F::ecc_volatile_corrected},
    Row{M::ecc_volatile_uncorrected, board,
        read_total<Q::ecc_volatile_uncorrected, uncorrected, since_load>,
        F::ecc_volatile_uncorrected},
    Row{M::ecc_aggregate_corrected, board, read_total<Q::ecc_aggregate_corrected, corrected, ever>,
        F::ecc_aggregate_corrected},
    Row{M::ecc_aggregate_uncorrected, board,
        read_total<Q::ecc_aggregate_uncorrected, uncorrected, ever>, F::ecc_aggregate_uncorrected},
    Row{M::ecc_volatile_corrected_l1_cache, board,
        read_location<corrected, since_load, kind::location_l1_cache>,
        F::ecc_volatile_corrected_l1_cache},
    Row{M::ecc_volatile_corrected_l2_cache, board,
        read_location<corrected, since_load, kind::location_l2_cache>,
        F::ecc_volatile_corrected_l2_cache},
    Row{M::ecc_volatile_corrected_dram, board,
        read_location<corrected, since_load, kind::location_dram>, F::ecc_volatile_corrected_dram},
    Row{M::ecc_volatile_corrected_register_file, board,
        read_location<corrected, since_load, kind::location_register_file>,
        F::ecc_volatile_corrected_register_file},
    Row{M::ecc_volatile_corrected_texture, board,
        read_location<corrected, since_load, kind::location_texture>,
        F::ecc_volatile_corrected_texture},
    Row{M::ecc_volatile_corrected_sram, board,
        read_location<corrected, since_load, kind::location_sram>},
    Row{M::ecc_volatile_uncorrected_l1_cache, board,
        read_location<uncorrected, since_load, kind::location_l1_cache>,
        F::ecc_volatile_uncorrected_l1_cache},
    Row{M::ecc_volatile_uncorrected_l2_cache, board,
        read_location<uncorrected, since_load, kind::location_l2_cache>,
        F::ecc_volatile_uncorrected_l2_cache},
    Row{M::ecc_volatile_uncorrected_dram, board,
        read_location<uncorrected, since_load, kind::location_dram>,
        F::ecc_volatile_uncorrected_dram},
    Row{M::ecc_volatile_uncorrected_register_file, board,
        read_location<uncorrected, since_load, kind::location_register_file>,
        F::ecc_volatile_uncorrected_register_file},
    Row{M::ecc_volatile_uncorrected_texture, board,
        read_location<uncorrected, since_load, kind::location_texture>,
        F::ecc_volatile_uncorrected_texture},
    Row{M::ecc_volatile_uncorrected_sram, board,
        read_location<uncorrected, since_load, kind::location_sram>},
    Row{M::ecc_aggregate_corrected_l1_cache, board,
        read_location<corrected, ever, kind::location_l1_cache>,
        F::ecc_aggregate_corrected_l1_cache},
    Row{M::ecc_aggregate_corrected_l2_cache, board,
        read_location<corrected, ever, kind::location_l2_cache>,
        F::ecc_aggregate_corrected_l2_cache},
    Row{M::ecc_aggregate_corrected_dram, board, read_location<corrected, ever, kind::location_dram>,
        F::ecc_aggregate_corrected_dram},
    Row{M::ecc_aggregate_corrected_register_file, board,
        read_location<corrected, ever, kind::location_register_file>,
        F::ecc_aggregate_corrected_register_file},
    Row{M::ecc_aggregate_corrected_texture, board,
        read_location<corrected, ever, kind::location_texture>, F::ecc_aggregate_corrected_texture},
    Row{M::ecc_aggregate_corrected_sram, board,
        read_location<corrected, ever, kind::location_sram>},
    Row{M::ecc_aggregate_uncorrected_l1_cache, board,
        read_location<uncorrected, ever, kind::location_l1_cache>,
        F::ecc_aggregate_uncorrected_l1_cache},
    Row{M::ecc_aggregate_uncorrected_l2_cache, board,
        read_location<uncorrected, ever, kind::location_l2_cache>,
        F::ecc_aggregate_uncorrected_l2_cache},
    Row{M::ecc_aggregate_uncorrected_dram, board,
        read_location<uncorrected, ever, kind::location_dram>, F::ecc_aggregate_uncorrected_dram},
    Row{M::ecc_aggregate_uncorrected_register_file, board,
        read_location<uncorrected, ever, kind::location_register_file>,
        F::ecc_aggregate_uncorrected_register_file},
    Row{M::ecc_aggregate_uncorrected_texture, board,
        read_location<uncorrected, ever, kind::location_texture>,
        F::ecc_aggregate_uncorrected_texture},
    Row{M::ecc_aggregate_uncorrected_sram, board,
        read_location<uncorrected, ever, kind::location_sram>},
    Row{M::retired_pages_corrected, board,
        read_retired<Q::retired_pages_corrected, kind::retired_for_corrected>,
        F::retired_pages_corrected},
    Row{M::retired_pages_uncorrected, board,
        read_retired<Q::retired_pages_uncorrected, kind::retired_for_uncorrected>,
        F::retired_pages_uncorrected},
    Row{M::remapped_rows_corrected, board, read_remapped<&RemappedRows::corrected>,
        F::remapped_rows_corrected},
    Row{M::remapped_rows_uncorrected, board, read_remapped<&RemappedRows::uncorrected>,
        F::remapped_rows_uncorrected},
};

}  // namespace

const Known<RemappedRows>& Look::remapped_rows() {
  const auto newer = [this](RemappedRows& into) {
    return calls_.call(calls_.symbols().remapped_rows_v2, &into);
  };
  const auto older = [this](RemappedRows& into) {
    return calls_.call(calls_.symbols().remapped_rows_v1, &into.corrected, &into.uncorrected,
                       &into.pending, &into.failed);
  };
  return once(remapped_rows_, Question::remapped_rows, newer, older);
}

std::span<const Row> error_rows() { return rows; }

}  // namespace gander::driver::nvml
