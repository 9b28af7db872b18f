// SPDX-License-Identifier: Apache-2.0
// Grows a group around each candidate and takes the closest one.
#include "choose/together.hpp"

#include <algorithm>
#include <utility>

namespace gander::choose {
namespace {

/// Any NVLink is better than any way over PCIe.
constexpr int link_weight = 16;
constexpr int longest_path = static_cast<int>(PeerPath::system) + 1;

using Table = std::vector<std::vector<int>>;

Table measure(const std::vector<Candidate>& candidates) {
  Table table(candidates.size(), std::vector<int>(candidates.size()));
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    for (std::size_t k = 0; k < candidates.size(); ++k) {
      if (i != k) table[i][k] = nearness(*candidates[i].device, *candidates[k].device);
    }
  }
  return table;
}

struct Group {
  std::vector<std::size_t> members;
  int nearness = -1;
};

Group gather(const Table& table, std::size_t first, std::size_t count) {
  Group group{{first}, 0};
  std::vector<int> gains = table[first];
  std::vector<bool> is_taken(table.size());
  is_taken[first] = true;
  while (group.members.size() < count) {
    std::size_t best = table.size();
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (!is_taken[i] && (best == table.size() || gains[i] > gains[best])) best = i;
    }
    is_taken[best] = true;
    group.members.push_back(best);
    group.nearness += gains[best];
    for (std::size_t i = 0; i < table.size(); ++i) gains[i] += table[best][i];
  }
  return group;
}

}  // namespace

int nearness(const Device& a, const Device& b) {
  if (!b.uuid.is_known()) return 0;
  const auto peer = std::ranges::find(a.peers, b.uuid.value(), &Peer::device);
  if (peer == a.peers.end()) return 0;
  const int links = peer->links.is_known() ? static_cast<int>(peer->links.value()) : 0;
  const int path = peer->path.is_known() ? longest_path - static_cast<int>(peer->path.value()) : 0;
  return links * link_weight + path;
}

void bring_together(std::vector<Candidate>& candidates, std::size_t count) {
  if (count < 2 || count >= candidates.size()) return;
  const Table table = measure(candidates);
  Group best;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    auto group = gather(table, i, count);
    if (group.nearness > best.nearness) best = std::move(group);
  }
  std::vector<bool> is_chosen(candidates.size());
  for (const auto member : best.members) is_chosen[member] = true;
  std::vector<Candidate> sorted;
  sorted.reserve(candidates.size());
  for (const bool chosen : {true, false}) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (is_chosen[i] == chosen) sorted.push_back(std::move(candidates[i]));
    }
  }
  candidates = std::move(sorted);
}

}  // namespace gander::choose
