// SPDX-License-Identifier: Apache-2.0
// Examines, orders, and cuts to what was asked for.
#include "choose/pick.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "choose/examine.hpp"
#include "choose/together.hpp"

namespace gander::choose {
namespace {

bool is_among(const Device& device, const std::optional<std::vector<DeviceIndex>>& among) {
  if (!among) return true;
  return std::ranges::any_of(*among, [&](const DeviceIndex& index) {
    // A GPU brings its instances with it.
    return index == device.index || (!index.instance && index.gpu == device.index.gpu);
  });
}

bool is_instance(const Candidate& candidate) { return candidate.device->is_instance(); }

/// Leaves either whole GPUs or one instance, as CUDA shows them.
void keep_one_kind(std::vector<Candidate>& free) {
  if (!std::ranges::all_of(free, is_instance)) {
    std::erase_if(free, is_instance);
  } else if (free.size() > 1) {
    free.erase(free.begin() + 1, free.end());
  }
}

bool wants_nearness(const std::vector<Order>& order) {
  return std::ranges::any_of(order,
                             [](const Order& each) { return each.key == OrderKey::topology; });
}

}  // namespace

Pick pick(const Snapshot& snapshot, const Wish& wish) {
  Pick pick;
  pick.candidates = examine(snapshot, wish.terms);
  std::erase_if(pick.candidates, [&](const Candidate& candidate) {
    return !is_among(*candidate.device, wish.among);
  });
  std::vector<Candidate> free;
  std::ranges::copy_if(pick.candidates, std::back_inserter(free), &Candidate::is_free);
  pick.free_count = free.size();
  sort(free, wish.order);
  keep_one_kind(free);
  const auto count = std::min(free.size(), wish.most.value_or(free.size()));
  if (wants_nearness(wish.order)) bring_together(free, count);
  for (std::size_t i = 0; i < count; ++i) pick.devices.push_back(free[i].device);
  pick.is_enough = pick.devices.size() >= wish.least;
  return pick;
}

}  // namespace gander::choose
