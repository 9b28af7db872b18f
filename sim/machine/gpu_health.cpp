// SPDX-License-Identifier: Apache-2.0
// Reads what a machine file says of a GPU's memory errors, their repair, and reported errors.
#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

struct ErrorKey {
  std::string_view key;
  std::uint64_t Health::* member;
};
constexpr std::array error_keys{
    ErrorKey{"ecc_sram_volatile_corrected", &Health::sram_volatile_corrected},
    ErrorKey{"ecc_sram_volatile_uncorrected", &Health::sram_volatile_uncorrected},
    ErrorKey{"ecc_sram_aggregate_corrected", &Health::sram_aggregate_corrected},
    ErrorKey{"ecc_sram_aggregate_uncorrected", &Health::sram_aggregate_uncorrected},
};

struct RepairKey {
  std::string_view key;
  std::uint32_t Health::* member;
};
constexpr std::array repair_keys{
    RepairKey{"remapped_corrected", &Health::remapped_corrected},
    RepairKey{"remapped_uncorrected", &Health::remapped_uncorrected},
    RepairKey{"retired_corrected", &Health::retired_corrected},
    RepairKey{"retired_uncorrected", &Health::retired_uncorrected},
};
constexpr std::array repair_flags{
    RepairKey{"remap_pending", &Health::remap_pending},
    RepairKey{"remap_failed", &Health::remap_failed},
    RepairKey{"retirement_pending", &Health::retirement_pending},
};

/// Each mention of an error is one more event, also one with the number of the last.
void read_xid(TableReader& reader, Health& health) {
  if (reader.find("xid") == nullptr) return;
  reader.number("xid", health.xid, {0, 4294967295.0});
  ++health.xid_count;
}

}  // namespace

void read_health(TableReader& reader, Health& health) {
  for (const auto& row : error_keys) reader.number(row.key, health.*row.member, {0, 9e18});
  for (const auto& row : repair_keys) reader.number(row.key, health.*row.member, {0, 4096});
  for (const auto& row : repair_flags) reader.flag(row.key, health.*row.member);
  reader.number("ecc_corrected_per_hour", health.ecc_corrected_per_hour, {0, 1e9});
  // In the order of the driver's own numbers.
  reader.choice("recovery_action", health.recovery_action,
                {"none", "reset", "reboot", "drain", "drain_and_reset", "reset_fabric_domain"});
  read_xid(reader, health);
}

}  // namespace gander::sim
