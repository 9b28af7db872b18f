// SPDX-License-Identifier: Apache-2.0
// Conditions on rows of workloads.
#include "text/workload_filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gander::text {
namespace {

constexpr std::array<std::string_view, 11> type_words{
    "notebook", "vscode",     "batch_notebook", "kernel",  "terminal", "script",
    "program",  "subprocess", "zombie",         "outside", "hidden"};

/// What nbstat calls them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> other_words{
    {{"exec_notebook", "batch_notebook"},
     {"non-python", "program"},
     {"unknown", "program"},
     {"containerd", "outside"},
     {"device_zombie", "zombie"}}};

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// A workload is of its type with all its processes.
bool is_of_type(const WorkloadRow& row, const std::vector<std::string>& types) {
  const bool is_whole = row.workload != nullptr && contains(types, name_of(row.workload->type));
  return is_whole || contains(types, type_word(row));
}

bool passes_devices(const WorkloadFilter& filter, const Device* device) {
  if (filter.wanted.devices && (device == nullptr || !is_asked_for(*device, filter.wanted))) {
    return false;
  }
  return !filter.unwanted.devices || device == nullptr || !is_asked_for(*device, filter.unwanted);
}

/// Also by the name that a hub gave its user: where many share an account, that alone tells them
/// apart. A name that anybody could have given himself chooses nothing.
bool is_of(const WorkloadRow& row, const Selection& selection) {
  if (is_asked_for(*row.process, selection)) return true;
  const auto* workload = row.workload;
  if (workload == nullptr || workload->hub_user_certainty != Certainty::certain) return false;
  if (!contains(selection.users, workload->hub_user.value_or(""))) return false;
  Selection rest = selection;
  rest.users.clear();
  return is_asked_for(*row.process, rest);
}

bool passes_people(const WorkloadFilter& filter, const WorkloadRow& row) {
  if (!is_of(row, filter.wanted)) return false;
  Selection users;
  users.users = filter.unwanted.users;
  if (!users.users.empty() && is_of(row, users)) return false;
  const auto& pids = filter.unwanted.pids;
  return std::find(pids.begin(), pids.end(), row.process->pid) == pids.end();
}

/// Whether the value is in the range; one that is unknown is in none.
bool is_between(const Reading& reading, const std::optional<double>& least,
                const std::optional<double>& below) {
  if (!least && !below) return true;
  if (!reading.is_known()) return false;
  return (!least || reading.value() >= *least) && (!below || reading.value() < *below);
}

bool passes_numbers(const WorkloadFilter& filter, const WorkloadRow& row) {
  const auto memory = row.use == nullptr ? Reading{} : row.use->readings[Metric::gpu_memory];
  const auto idle = row.use == nullptr ? Reading{} : row.process->readings[Metric::gpu_idle_time];
  return is_between(memory, filter.least_memory, filter.below_memory) && passes_idle(filter, idle);
}

}  // namespace

std::string_view type_word(const WorkloadRow& row) {
  if (row.process == nullptr) return {};
  switch (row.process->presence) {
    case Presence::zombie:
    case Presence::gone:
      return "zombie";
    case Presence::hidden:
      return "hidden";
    case Presence::outside:
      return "outside";
    case Presence::present:
      break;
  }
  if (row.workload == nullptr) return "program";
  return row.workload->root == row.process->pid ? name_of(row.workload->type) : "subprocess";
}

std::string_view find_type_word(std::string_view name) {
  const auto* word = std::find(type_words.begin(), type_words.end(), name);
  if (word != type_words.end()) return *word;
  for (const auto& [other, ours] : other_words) {
    if (name == other) return ours;
  }
  return {};
}

std::string list_type_words() {
  std::string out;
  for (const auto word : type_words) out += (out.empty() ? "" : ", ") + std::string{word};
  return out;
}

bool passes_idle(const WorkloadFilter& filter, const Reading& idle) {
  return is_between(idle, filter.least_idle, filter.below_idle);
}

bool passes(const WorkloadFilter& filter, const WorkloadRow& row) {
  if (row.process == nullptr) return row.device == nullptr || passes(filter, *row.device);
  if (!passes_devices(filter, row.device) || !passes_people(filter, row)) return false;
  if (!filter.types.empty() && !is_of_type(row, filter.types)) return false;
  if (is_of_type(row, filter.unwanted_types)) return false;
  if (row.use != nullptr && !matches(row.use->type, filter.wanted.contexts)) return false;
  return passes_numbers(filter, row) && (!filter.keeps || filter.keeps(row));
}

bool passes(const WorkloadFilter& filter, const Device& device) {
  return passes_devices(filter, &device);
}

}  // namespace gander::text
