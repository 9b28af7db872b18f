// SPDX-License-Identifier: Apache-2.0
// Memory errors: counts by kind and place, remapped rows, retired pages.
#include "sim/nvml/health.hpp"

#include "sim/nvml/abi_health.hpp"

namespace gander::sim::nvml {
namespace {

constexpr u32 ampere = 7;
/// Banks whose spare rows the remapper counts.
constexpr u32 remap_banks = 640;
/// Addresses of retired pages, made up and stable.
constexpr u64 first_retired_page = 0x3a'1000;
constexpr u64 page_bytes = 0x1000;

u64 all_errors(const Target& t, ErrorKind kind) {
  const Gpu& gpu = t.gpu;
  if (kind.type != 0)
    return kind.counter == 0 ? gpu.ecc_volatile_uncorrected : gpu.ecc_aggregate_uncorrected;
  const u64 described =
      kind.counter == 0 ? gpu.ecc_volatile_corrected : gpu.ecc_aggregate_corrected;
  return described + static_cast<u64>(count_at(gpu, counter_ecc_corrected, t.t_ns));
}

u64 sram_errors(const Target& t, ErrorKind kind) {
  const Health& health = t.gpu.health;
  const u64 volatile_errors =
      kind.type == 0 ? health.sram_volatile_corrected : health.sram_volatile_uncorrected;
  const u64 aggregate_errors =
      kind.type == 0 ? health.sram_aggregate_corrected : health.sram_aggregate_uncorrected;
  return std::min(kind.counter == 0 ? volatile_errors : aggregate_errors, all_errors(t, kind));
}

Return check_ecc(const Target& t, ErrorKind kind) {
  if (kind.type > 1 || kind.counter > 1) return invalid_argument;
  return t.lacks(feature_ecc) || t.gpu.ecc_current == 0 ? not_supported : success;
}

/// Where pages or times are asked for beside their number.
struct PageList {
  u32* count;
  u32 capacity;
  u64* addresses;
  u64* times;
};

Return put_pages(const Target& t, u32 cause, const PageList& list) {
  if (list.count == nullptr || cause > 1) return invalid_argument;
  if (const Return code = check_retirement(t)) return code;
  const u32 pages = cause == 0 ? t.gpu.health.retired_corrected : t.gpu.health.retired_uncorrected;
  *list.count = pages;
  if (list.capacity < pages) return insufficient_size;
  if (list.addresses == nullptr && pages > 0) return invalid_argument;
  for (u32 i = 0; i < pages; ++i) {
    list.addresses[i] = first_retired_page + (cause * 4096U + i) * page_bytes;
    if (list.times != nullptr) list.times[i] = unix_us(t.state, 0) / 1'000'000;
  }
  return success;
}

Return put_remapped(const Target& t, RemappedRows& rows) {
  if (const Return code = check_remapping(t)) return code;
  const Health& health = t.gpu.health;
  rows = {health.remapped_corrected, 0, health.remapped_uncorrected, 0, health.remap_pending,
          health.remap_failed};
  return success;
}

/// Every uncorrected row takes a spare one from a bank of its own.
Return put_histogram(const Target& t, RemapHistogram* histogram) {
  if (histogram == nullptr) return invalid_argument;
  if (const Return code = check_remapping(t)) return code;
  const u32 rows = t.gpu.health.remapped_corrected + t.gpu.health.remapped_uncorrected;
  const u32 touched = std::min(rows, remap_banks);
  const u32 none = t.gpu.health.remap_failed != 0 ? 1 : 0;
  const u32 high = touched - std::min(touched, none);
  *histogram = {remap_banks - high - none, high, 0, 0, none};
  return success;
}

Return put_sram(const Target& t, SramStatus* status) {
  if (status == nullptr) return invalid_argument;
  if (!is_version(t.state, status->version, version_word<SramStatus>(1)))
    return argument_version_mismatch;
  if (const Return code = check_ecc(t, {0, 0})) return code;
  if (t.gpu.architecture < ampere) return not_supported;
  const u32 version = status->version;
  *status = SramStatus{};
  status->version = version;
  status->aggregate_parity = sram_errors(t, {1, 1});
  status->aggregate_corrected = sram_errors(t, {0, 1});
  status->volatile_parity = sram_errors(t, {1, 0});
  status->volatile_corrected = sram_errors(t, {0, 0});
  status->aggregate_l2 = status->aggregate_parity;
  status->threshold_exceeded = status->aggregate_parity > 4 ? 1 : 0;
  return success;
}

}  // namespace

Return count_errors(const Target& t, ErrorKind kind, u64& count) {
  if (const Return code = check_ecc(t, kind)) return code;
  count = all_errors(t, kind);
  return success;
}

Return count_errors_at(const Target& t, ErrorKind kind, u32 location, u64& count) {
  if (location > location_sram) return invalid_argument;
  if (const Return code = check_ecc(t, kind)) return code;
  const bool is_modern = t.gpu.architecture >= ampere;
  const bool is_known = is_modern ? location == location_device || location == location_sram
                                  : location != location_sram;
  if (!is_known || (location == location_cbu && kind.type == 0)) return not_supported;
  const u64 sram = sram_errors(t, kind);
  const u32 on_chip = is_modern ? location_sram : location_l2;
  count = location == on_chip ? sram : 0;
  if (location == location_device) count = all_errors(t, kind) - sram;
  return success;
}

Return check_remapping(const Target& t) {
  const bool remaps = t.gpu.architecture >= ampere && !t.lacks(feature_ecc);
  return remaps && !t.lacks(feature_remapping) ? success : not_supported;
}

Return check_retirement(const Target& t) {
  const bool retires = t.gpu.architecture < ampere && !t.lacks(feature_ecc);
  return retires && !t.lacks(feature_retirement) ? success : not_supported;
}

extern "C" {

Return nvmlDeviceGetTotalEccErrors(Device device, u32 type, u32 counter, u64* count) {
  return on_board<"nvmlDeviceGetTotalEccErrors">(device, [&](const Target& t) {
    return count == nullptr ? invalid_argument : count_errors(t, {type, counter}, *count);
  });
}

// NOLINTNEXTLINE(readability-function-size): the driver's own parameters
Return nvmlDeviceGetMemoryErrorCounter(Device device, u32 type, u32 counter, u32 location,
                                       u64* count) {
  return on_board<"nvmlDeviceGetMemoryErrorCounter">(device, [&](const Target& t) {
    return count == nullptr ? invalid_argument
                            : count_errors_at(t, {type, counter}, location, *count);
  });
}

Return nvmlDeviceGetSramEccErrorStatus(Device device, SramStatus* status) {
  return on_board<"nvmlDeviceGetSramEccErrorStatus">(
      device, [&](const Target& t) { return put_sram(t, status); });
}

Return nvmlDeviceGetDefaultEccMode(Device device, u32* mode) {
  return on_board<"nvmlDeviceGetDefaultEccMode">(
      device, [&](const Target& t) { return t.put(feature_ecc, mode, 1); });
}

// NOLINTNEXTLINE(readability-function-size): the driver's own parameters
Return nvmlDeviceGetRemappedRows(Device device, u32* corrected, u32* uncorrected, u32* pending,
                                 u32* failed) {
  return on_board<"nvmlDeviceGetRemappedRows">(device, [&](const Target& t) {
    if (corrected == nullptr || uncorrected == nullptr || pending == nullptr || failed == nullptr)
      return invalid_argument;
    RemappedRows rows{};
    if (const Return code = put_remapped(t, rows)) return code;
    *corrected = rows.corrected;
    *uncorrected = rows.uncorrected;
    *pending = rows.pending;
    *failed = rows.failed;
    return success;
  });
}

Return nvmlDeviceGetRemappedRows_v2(Device device, RemappedRows* rows) {
  return on_board<"nvmlDeviceGetRemappedRows_v2">(device, [&](const Target& t) {
    return rows == nullptr ? invalid_argument : put_remapped(t, *rows);
  });
}

Return nvmlDeviceGetRowRemapperHistogram(Device device, RemapHistogram* histogram) {
  return on_board<"nvmlDeviceGetRowRemapperHistogram">(
      device, [&](const Target& t) { return put_histogram(t, histogram); });
}

Return nvmlDeviceGetRetiredPages(Device device, u32 cause, u32* count, u64* addresses) {
  const u32 capacity = count == nullptr ? 0 : *count;
  return on_board<"nvmlDeviceGetRetiredPages">(device, [&](const Target& t) {
    return put_pages(t, cause, {count, capacity, addresses, nullptr});
  });
}

// NOLINTNEXTLINE(readability-function-size): the driver's own parameters
Return nvmlDeviceGetRetiredPages_v2(Device device, u32 cause, u32* count, u64* addresses,
                                    u64* times) {
  const u32 capacity = count == nullptr ? 0 : *count;
  return on_board<"nvmlDeviceGetRetiredPages_v2">(device, [&](const Target& t) {
    return put_pages(t, cause, {count, capacity, addresses, times});
  });
}

Return nvmlDeviceGetRetiredPagesPendingStatus(Device device, u32* pending) {
  return on_board<"nvmlDeviceGetRetiredPagesPendingStatus">(device, [&](const Target& t) {
    if (const Return code = check_retirement(t)) return code;
    return put(pending, t.gpu.health.retirement_pending);
  });
}

}  // extern "C"
}  // namespace gander::sim::nvml
