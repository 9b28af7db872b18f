// SPDX-License-Identifier: Apache-2.0
// Rows of what goes in and out: PCIe, and all NVLinks together.
#include "driver/nvml/look.hpp"

namespace gander::driver::nvml {
namespace {

// The driver writes all ones where it does not know.
constexpr std::uint32_t most_replays = 0xfffffffeU;
constexpr std::uint32_t most_kilobytes = 2'000'000'000;

template <auto Member, Question question>
Reading read_link(Look& look) {
  return bounded(ask_number<Member, question>(look), 1U, 64U, whole);
}

Reading read_replays(Look& look) {
  return bounded(ask_number<&Symbols::pcie_replays, Question::pcie_replays>(look), most_replays,
                 whole);
}

template <Question question, std::uint32_t direction>
Reading read_sample(Look& look) {
  return bounded(ask_kind<&Symbols::pcie_sample, question, direction>(look), most_kilobytes, kilo);
}

using enum Where;
using M = Metric;
using Q = Question;
using S = Symbols;
using F = Field;

// The samples come last: each blocks for 20 ms, and what was read before need not wait for them.
constexpr std::array rows{
    Row{M::pcie_generation, board, read_link<&S::pcie_generation, Q::pcie_generation>},
    Row{M::pcie_width, board, read_link<&S::pcie_width, Q::pcie_width>},
    Row{M::pcie_generation_maximum, board,
        read_link<&S::pcie_generation_maximum, Q::pcie_generation_maximum>},
    Row{M::pcie_width_maximum, board, read_link<&S::pcie_width_maximum, Q::pcie_width_maximum>},
    Row{M::pcie_transmit_total, board, nullptr, F::pcie_transmit_total},
    Row{M::pcie_receive_total, board, nullptr, F::pcie_receive_total},
    Row{M::pcie_replays, board, read_replays, F::pcie_replays},
    Row{M::nvlink_transmit_total, board, nullptr, F::nvlink_transmit_total,
        F::nvlink_transmit_bytes},
    Row{M::nvlink_receive_total, board, nullptr, F::nvlink_receive_total, F::nvlink_receive_bytes},
    Row{M::pcie_transmit_sample, board, read_sample<Q::pcie_transmit_sample, kind::pcie_transmit>},
    Row{M::pcie_receive_sample, board, read_sample<Q::pcie_receive_sample, kind::pcie_receive>},
};

}  // namespace

std::span<const Row> link_rows() { return rows; }

}  // namespace gander::driver::nvml
