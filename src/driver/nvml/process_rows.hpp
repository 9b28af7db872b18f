// SPDX-License-Identifier: Apache-2.0
// Process lists as bytes: how wide a row is, what stands in it, and which rows are the same
// process. Pure: it makes no calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include "driver/driver.hpp"
#include "driver/nvml/abi_extension.hpp"

namespace gander::driver::nvml {

inline constexpr std::size_t narrow_row = 16;  ///< pid, memory.
inline constexpr std::size_t medium_row = 24;  ///< and instance ids.
inline constexpr std::size_t wide_row = 32;    ///< and protected memory.

/// Room for one process list, kept between calls so that no call has to ask for the size first.
class ProcessBuffer {
 public:
  /// Number of rows that fit, whatever their width.
  [[nodiscard]] std::size_t capacity() const { return bytes_.size() / wide_row; }
  [[nodiscard]] std::byte* data() { return bytes_.data(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }
  /// Makes room for at least `rows`, up to a limit; false where that limit is reached.
  bool grow(std::size_t rows);
  /// Overwrites everything with the canary, to see afterwards how far the library wrote.
  void fill_canary();

 private:
  std::vector<std::byte> bytes_ = std::vector<std::byte>(128 * wide_row);
};

/// Width of a row in a buffer that held only canaries before `count` rows were written to it; 0
/// where the bytes fit no width we know (nothing written, or more than rows can be).
std::size_t probe_stride(std::span<const std::byte> bytes, std::size_t count);

/// Row `place` of a list with rows of `stride` bytes; what the row lacks is absent: no instances.
ProcessRow decode_row(std::span<const std::byte> bytes, std::size_t place, std::size_t stride);

/// Collects the rows of one device's lists: one for each process and instance. A process in several
/// lists keeps the larger memory, never the sum.
class ProcessRows {
 public:
  /// Takes one row; rows of pid 0, or of one no kernel has, are no processes and are dropped.
  void add(const ProcessRow& row, ContextType type);
  /// Takes one row of a list of `age` seconds ago, after those of now: what these say wins.
  void add_kept(const ProcessRow& row, ContextType type, double age);
  /// The same for a row of the list of processes that go through a Multi-Process Service.
  void add_mps(const ProcessRow& row);
  /// What is true of processes that are not in that list: false, or why it could not be had.
  void set_others_mps(Known<bool> mps) { others_mps_ = mps; }
  /// The rows so far in the order of their pids.
  [[nodiscard]] std::vector<ListedProcess> finish() const;

 private:
  struct Key {
    std::uint32_t pid;
    std::uint32_t gpu_instance;
    std::uint32_t compute_instance;
    auto operator<=>(const Key&) const = default;
  };
  struct Value {
    Known<double> memory{Missing::no_data};
    ContextType type{};
    bool is_mps = false;
    double age = 0;
  };
  std::map<Key, Value> rows_;
  Known<bool> others_mps_{Missing::not_supported};
};

/// What one process did, in percent, as either form of the question tells it.
struct ProcessSample {
  std::uint32_t pid{};
  std::uint64_t stamp{};  ///< Microseconds of CLOCK_REALTIME.
  std::uint32_t sm{};
  std::uint32_t memory{};
  std::uint32_t encoder{};
  std::uint32_t decoder{};
  std::uint32_t jpeg{};
  std::uint32_t ofa{};
};

/// The samples of one answer.
struct ProcessSamples {
  std::vector<ProcessSample> rows;
  bool has_all_engines = false;  ///< False: `jpeg` and `ofa` were not told.
};

/// What a device said about utilisation so far. Times are microseconds of CLOCK_REALTIME.
struct UtilizationMemory {
  std::vector<UtilizationSample> buffer = std::vector<UtilizationSample>(128);
  std::vector<UtilizationRow> wide_buffer = std::vector<UtilizationRow>(128);
  std::uint64_t last_seen = 0;  ///< Newest stamp that was believed.
  std::uint64_t asked_at = 0;   ///< When the samples below were taken.
  ProcessSamples latest;        ///< The answer then, unfiltered.
};

/// From which stamp on to ask for samples at time `now`: the newest one seen, but never more than a
/// few seconds back, and a second back where the clock was set back or nothing was seen yet.
std::uint64_t choose_last_seen(std::uint64_t last_seen, std::uint64_t now);

/// Samples one can believe, and the pids of those one cannot.
struct FilteredSamples {
  std::map<std::uint32_t, ProcessSample> good;  ///< The newest of each pid.
  std::set<std::uint32_t> bad;                  ///< Said something impossible.
  bool has_all_engines = false;
};

/// Sorts the samples of one answer to a question for what is newer than `last_seen`, asked at
/// `now`: shares above 100, stamps not newer or in the future, and pid 0 are not believed.
FilteredSamples filter_samples(std::span<const ProcessSample> samples, std::uint64_t last_seen,
                               std::uint64_t now);

}  // namespace gander::driver::nvml
