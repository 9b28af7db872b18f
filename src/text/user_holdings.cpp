// SPDX-License-Identifier: Apache-2.0
// Bodies of user_holdings.hpp.
#include "text/user_holdings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "text/memory_unit.hpp"
#include "text/process_words.hpp"
#include "text/workload_columns.hpp"

namespace gander::text {
namespace {

/// A sum, or the least, of numbers of which none may be unknown.
void add(std::optional<double>& sum, const Reading& more) {
  sum = sum && more.is_known() ? std::optional{*sum + more.value()} : std::nullopt;
}

void lower(std::optional<double>& least, const Reading& other, bool is_first) {
  if (!other.is_known() || (!is_first && !least)) {
    least.reset();
  } else {
    least = is_first ? other.value() : std::min(*least, other.value());
  }
}

}  // namespace

std::vector<UserHolding> sum_by_user(std::span<const WorkloadGroup> groups) {
  std::map<std::string, UserHolding> users;
  std::set<const Process*> seen;
  for (const auto& group : groups) {
    for (const auto& row : group.rows) {
      if (row.use == nullptr) continue;
      const auto [place, is_new] = users.try_emplace(user_of(*row.process));
      auto& holding = place->second;
      if (is_new) holding = {place->first, 0, 0.0, std::nullopt};
      add(holding.gpu_memory, row.use->readings[Metric::gpu_memory]);
      lower(holding.gpu_idle, row.process->readings[Metric::gpu_idle_time], is_new);
      if (seen.insert(row.process).second) ++holding.processes;
    }
  }
  std::vector<UserHolding> holdings;
  holdings.reserve(users.size());
  for (auto& [user, holding] : users) holdings.push_back(std::move(holding));
  std::ranges::stable_sort(holdings, [](const UserHolding& one, const UserHolding& other) {
    return std::tuple{one.gpu_memory.has_value(), one.gpu_memory.value_or(0)} >
           std::tuple{other.gpu_memory.has_value(), other.gpu_memory.value_or(0)};
  });
  return holdings;
}

std::string write_holding(const UserHolding& holding) {
  auto text = fmt::format("{}: {} process{}", holding.user, holding.processes,
                          holding.processes == 1 ? "" : "es");
  text += holding.gpu_memory ? ", " + write_memory(*holding.gpu_memory, MemoryUnit::automatic)
                             : std::string{", GPU memory unknown"};
  text += holding.gpu_idle ? ", no GPU activity for " + write_age(*holding.gpu_idle)
                           : std::string{", GPU activity unknown"};
  return text;
}

}  // namespace gander::text
