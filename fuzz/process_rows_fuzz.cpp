// SPDX-License-Identifier: Apache-2.0
// Any bytes as the process lists and utilisation samples that a driver library left in our buffers.
// The first two bytes are the number of rows it claims and the width we believe.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "driver/nvml/process_rows.hpp"
#include "fuzz/require.hpp"

namespace {

using namespace gander::driver::nvml;
using gander::Metric;
using gander::fuzz::require;

constexpr std::size_t head_size = 2;

void check_rows(std::span<const std::byte> written, std::size_t claimed, ProcessRows& rows) {
  ProcessBuffer buffer;
  buffer.fill_canary();
  std::memcpy(buffer.data(), written.data(), std::min(written.size(), buffer.bytes().size()));
  const auto count = std::min(claimed, buffer.capacity());
  const auto stride = probe_stride(buffer.bytes(), count);
  require(stride == 0 || stride == narrow_row || stride == medium_row || stride == wide_row);
  if (stride == 0) return;
  for (std::size_t place = 0; place < count; ++place) {
    const auto row = decode_row(buffer.bytes(), place, stride);
    place % 2 == 0 ? rows.add(row, gander::ContextType::compute) : rows.add_mps(row);
  }
}

void check_list(const ProcessRows& rows) {
  for (const auto& process : rows.finish()) {
    require(process.pid > 0);
    const auto memory = process.use.readings[Metric::gpu_memory];
    require(!memory.is_known() || memory.value() >= 0);
  }
}

void check_samples(std::span<const std::byte> bytes, std::uint64_t now) {
  std::vector<ProcessSample> samples(bytes.size() / sizeof(ProcessSample));
  if (!samples.empty()) {
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(ProcessSample));
  }
  const auto since = choose_last_seen(samples.empty() ? 0 : samples.front().stamp, now);
  const auto filtered = filter_samples(samples, since, now);
  for (const auto& [pid, sample] : filtered.good) {
    require(pid > 0 && sample.stamp > since && sample.sm <= 100 && sample.ofa <= 100);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < head_size) return 0;
  const std::span written{reinterpret_cast<const std::byte*>(data) + head_size, size - head_size};
  ProcessRows rows;
  rows.set_others_mps(data[1] % 2 == 0);
  check_rows(written, data[0], rows);
  check_list(rows);
  check_samples(written, std::uint64_t{data[1]} * 1'000'000);
  return 0;
}
