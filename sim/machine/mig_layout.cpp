// SPDX-License-Identifier: Apache-2.0
// Lays MIG devices out by the names of their profiles, and takes a layout away: what an
// administrator does to a GPU that others are looking at.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

constexpr std::uint32_t all_slices = 7;
constexpr std::uint64_t gigabyte = 1'000'000'000;

/// "2g.10gb": slices of the GPU and gigabytes; nothing where it is none.
struct Profile {
  std::uint32_t slices;
  std::uint32_t gigabytes;
};
std::optional<Profile> parse_profile(const std::string& text) {
  Profile profile{};
  int end = 0;
  if (std::sscanf(text.c_str(), "%1ug.%3ugb%n", &profile.slices, &profile.gigabytes, &end) != 2 ||
      static_cast<std::size_t>(end) != text.size() || profile.slices < 1 ||
      profile.slices > all_slices || profile.gigabytes < 1) {
    return std::nullopt;
  }
  return profile;
}

/// NVML's number of a GPU instance profile of so many slices.
std::uint32_t profile_number(std::uint32_t slices) {
  constexpr std::array<std::uint32_t, all_slices + 1> numbers{0, 0, 1, 2, 3, 3, 6, 4};
  return numbers[slices];
}

/// The first number the driver gives to a GPU instance of so many slices: big ones begin low.
std::uint32_t first_instance(std::uint32_t slices) {
  constexpr std::array<std::uint32_t, all_slices + 1> numbers{7, 7, 3, 1, 1, 1, 1, 0};
  return numbers[slices];
}

MigSlot make_slot(const Gpu& gpu, const std::string& text, const Profile& profile) {
  MigSlot slot{};
  slot.present = 1;
  slot.gpu_slices = slot.compute_slices = profile.slices;
  slot.gpu_instance_profile = slot.compute_instance_profile = profile_number(profile.slices);
  slot.multiprocessors = std::max(1U, gpu.multiprocessors / all_slices * profile.slices);
  slot.memory_total = std::min(profile.gigabytes * gigabyte, gpu.memory_total);
  set_text(slot.name, fmt::format("{} MIG {}", gpu.name.data(), text).c_str());
  return slot;
}

/// The lowest number not taken; ids of a layout that is gone are given out again.
std::uint32_t free_instance(const Gpu& gpu, std::uint32_t from) {
  const auto is_taken = [&](std::uint32_t id) {
    return std::any_of(gpu.mig.begin(), gpu.mig.end(), [&](const MigSlot& slot) {
      return slot.present != 0 && slot.gpu_instance_id == id;
    });
  };
  while (is_taken(from)) ++from;
  return from;
}

}  // namespace

void read_mig_layout(TableReader& reader, Gpu& gpu) {
  std::vector<std::string> profiles;
  if (reader.find("mig_layout") == nullptr) return;
  reader.texts("mig_layout", profiles);
  if (profiles == std::vector<std::string>{"none"}) profiles.clear();
  gpu.mig = {};
  std::uint32_t slices = 0;
  for (std::size_t at = 0; at < profiles.size(); ++at) {
    const auto profile = parse_profile(profiles[at]);
    if (!profile)
      return reader.report("mig_layout", R"(write profiles like ["3g.20gb", "1g.5gb"])");
    slices += profile->slices;
    if (slices > all_slices || at >= max_mig_slots)
      return reader.report("mig_layout", "is more than the 7 slices of a GPU");
    MigSlot slot = make_slot(gpu, profiles[at], *profile);
    slot.gpu_instance_id = free_instance(gpu, first_instance(profile->slices));
    gpu.mig[at] = slot;
  }
  if (!profiles.empty()) gpu.mig_mode = 1;
}

}  // namespace gander::sim
