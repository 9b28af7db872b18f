// SPDX-License-Identifier: Apache-2.0
// Whether a device is free, by which terms, and if not, why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gander/device.hpp"
#include "gander/reading.hpp"

namespace gander {

/// What counts as free. All that is set has to hold; what is unknown holds nothing.
struct AvailabilityTerms {
  /// Most of the memory that may be in use, as a share of all of it: what a desktop takes does not
  /// count. Reaching it is free.
  std::optional<double> most_used_share = 0.2;
  std::optional<double> most_used_memory;         ///< Bytes.
  std::optional<double> least_free_memory;        ///< Bytes.
  std::optional<double> least_total_memory;       ///< Bytes.
  std::optional<double> most_utilization;         ///< Ratio.
  std::optional<double> most_memory_utilization;  ///< Ratio.
  std::optional<std::size_t> most_processes;      ///< Processes that compute.
  /// Memory and processes of these people count as free: names, or numeric ids.
  std::vector<std::string> free_users;
  /// Bounds are loosened by so much: those of memory by this share of them, those of utilization by
  /// as many points. Who needs it comes after who does not.
  double tolerance = 0;
};

/// Why a device is not free.
enum class ObjectionKind : std::uint8_t {
  state,       ///< It does not answer, sleeps not, and is not well: see `Device::state`.
  divided,     ///< MIG is on: its instances are taken instead.
  prohibited,  ///< Its compute mode lets nobody compute.
  exclusive,   ///< Its compute mode lets one compute, who is there.
  used_share,
  used_memory,
  free_memory,
  total_memory,
  utilization,
  memory_utilization,
  processes,
  taken,  ///< By a claim or an environment: see `Objection::who`.
};

/// One reason why a device is not free.
struct Objection {
  ObjectionKind kind{};
  /// What was measured, in the base unit of the bound, or why it is unknown.
  Reading value;
  double bound{};
  std::string who{};  ///< Who has it; foreign text, empty for other kinds.
  friend bool operator==(const Objection&, const Objection&) = default;
};

/// A device, and what speaks against it.
struct Candidate {
  const Device* device{};  ///< In the snapshot that was looked at.
  std::vector<Objection> objections;
  std::size_t leniencies{};  ///< Bounds that hold only with the tolerance.
  Reading free_memory;       ///< Bytes, with what `AvailabilityTerms::free_users` hold.
  [[nodiscard]] bool is_free() const { return objections.empty(); }
};

std::string_view name_of(ObjectionKind kind);
std::optional<ObjectionKind> find_objection_kind(std::string_view name);

}  // namespace gander
