// SPDX-License-Identifier: Apache-2.0
// Reads process lists and utilisation samples out of bytes a driver wrote.
#include "driver/nvml/process_rows.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace gander::driver::nvml {
namespace {

constexpr std::byte canary{0xA5};
constexpr std::size_t most_rows = 65536;
// No kernel gives out greater numbers (PID_MAX_LIMIT): what is above is no process.
constexpr std::uint32_t largest_pid = 4U << 20U;
constexpr std::uint64_t second = 1'000'000;
// The driver keeps about ten seconds of samples; a mean over more than a few is stale.
constexpr std::uint64_t longest_window = 5 * second;
// The driver's stamps and our clock are the same clock, read a moment apart.
constexpr std::uint64_t future_tolerance = 2 * second;

Known<std::uint32_t> instance_of(std::uint32_t id) {
  if (id == no_instance) return Missing::not_supported;
  return id;
}

Known<double> memory_of(std::uint64_t bytes) {
  // All ones say "not available"; what no address space holds is no amount of memory either.
  constexpr std::uint64_t impossible = std::uint64_t{1} << 52U;
  if (bytes >= impossible) return Missing::no_data;
  return static_cast<double>(bytes);
}

bool is_believable(const ProcessSample& sample) {
  return std::max({sample.sm, sample.memory, sample.encoder, sample.decoder, sample.jpeg,
                   sample.ofa}) <= 100;
}

}  // namespace

bool ProcessBuffer::grow(std::size_t rows) {
  rows = std::max(rows + rows / 2, capacity() * 2);
  if (capacity() >= most_rows) return false;
  bytes_.resize(std::min(rows, most_rows) * wide_row);
  return true;
}

void ProcessBuffer::fill_canary() { std::ranges::fill(bytes_, canary); }

std::size_t probe_stride(std::span<const std::byte> bytes, std::size_t count) {
  std::size_t written = bytes.size();
  // Most of it was left alone: many bytes at a time.
  std::array<std::byte, 64> untouched{};
  untouched.fill(canary);
  while (written >= untouched.size() &&
         std::memcmp(&bytes[written - untouched.size()], untouched.data(), untouched.size()) == 0) {
    written -= untouched.size();
  }
  while (written > 0 && bytes[written - 1] == canary) --written;
  if (written == 0 || count == 0) return 0;
  for (const std::size_t stride : {narrow_row, medium_row, wide_row}) {
    // The last row must begin inside what was written, or the library wrote fewer rows than it
    // says.
    if (written <= count * stride) return written > (count - 1) * stride ? stride : 0;
  }
  return 0;
}

ProcessRow decode_row(std::span<const std::byte> bytes, std::size_t place, std::size_t stride) {
  ProcessRow row;
  row.gpu_instance = row.compute_instance = no_instance;
  const std::span<const std::byte> from = bytes.subspan(place * stride, stride);
  std::memcpy(&row.pid, from.data(), sizeof row.pid);
  std::memcpy(&row.used_memory, from.data() + offsetof(ProcessRow, used_memory),
              sizeof row.used_memory);
  if (stride < medium_row) return row;
  std::memcpy(&row.gpu_instance, from.data() + offsetof(ProcessRow, gpu_instance),
              sizeof row.gpu_instance);
  std::memcpy(&row.compute_instance, from.data() + offsetof(ProcessRow, compute_instance),
              sizeof row.compute_instance);
  return row;
}

void ProcessRows::add(const ProcessRow& row, ContextType type) {
  if (row.pid == 0 || row.pid > largest_pid) return;
  const Known<double> memory = memory_of(row.used_memory);
  const auto [place, is_new] =
      rows_.try_emplace({row.pid, row.gpu_instance, row.compute_instance}, Value{memory, type});
  if (is_new) return;
  Value& value = place->second;
  if (value.type != type) value.type = ContextType::compute_graphics;
  if (!memory.is_known()) return;
  if (!value.memory.is_known() || value.memory.value() < memory.value()) value.memory = memory;
}

void ProcessRows::add_kept(const ProcessRow& row, ContextType type, double age) {
  const auto known = rows_.find({row.pid, row.gpu_instance, row.compute_instance});
  if (known == rows_.end()) {
    add(row, type);
    const auto added = rows_.find({row.pid, row.gpu_instance, row.compute_instance});
    if (added != rows_.end()) added->second.age = age;
  } else if (known->second.type != type) {
    known->second.type = ContextType::compute_graphics;
  }
}

void ProcessRows::add_mps(const ProcessRow& row) {
  add(row, ContextType::compute);
  const auto place = rows_.find({row.pid, row.gpu_instance, row.compute_instance});
  if (place != rows_.end()) place->second.is_mps = true;
}

std::vector<ListedProcess> ProcessRows::finish() const {
  std::vector<ListedProcess> listed;
  listed.reserve(rows_.size());
  for (const auto& [key, value] : rows_) {
    ListedProcess process;
    process.pid = key.pid;
    process.use.type = value.type;
    process.use.mps = value.is_mps ? Known<bool>{true} : others_mps_;
    process.use.gpu_instance_id = instance_of(key.gpu_instance);
    process.use.compute_instance_id = instance_of(key.compute_instance);
    process.use.readings[Metric::gpu_memory] = value.memory;
    process.age = value.age;
    listed.push_back(std::move(process));
  }
  return listed;
}

std::uint64_t choose_last_seen(std::uint64_t last_seen, std::uint64_t now) {
  const bool is_future = last_seen > now + future_tolerance;
  const std::uint64_t one_second_ago = now > second ? now - second : 0;
  if (last_seen == 0 || is_future) return one_second_ago;
  const std::uint64_t oldest = now > longest_window ? now - longest_window : 0;
  return std::max(last_seen, oldest);
}

FilteredSamples filter_samples(std::span<const ProcessSample> samples, std::uint64_t last_seen,
                               std::uint64_t now) {
  FilteredSamples result;
  for (const ProcessSample& sample : samples) {
    if (sample.pid == 0) continue;
    const bool is_new = sample.stamp > last_seen && sample.stamp <= now + future_tolerance;
    if (!is_new || !is_believable(sample)) {
      result.bad.insert(sample.pid);
      continue;
    }
    const auto [place, inserted] = result.good.try_emplace(sample.pid, sample);
    if (!inserted && place->second.stamp < sample.stamp) place->second = sample;
  }
  return result;
}

}  // namespace gander::driver::nvml
