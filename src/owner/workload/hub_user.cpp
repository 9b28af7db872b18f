// SPDX-License-Identifier: Apache-2.0
// The variable has to stand in the environment of the outermost process of the same user, and that
// process has to be of a making that the user cannot imitate.
#include "owner/workload/hub_user.hpp"

#include <string_view>

#include "owner/cgroup/facts.hpp"
#include "owner/command/python.hpp"

namespace gander::owner {
namespace {

std::string_view find_variable(const Clue& clue) {
  for (const std::string_view variable : {"KERNEL_USERNAME", "JUPYTERHUB_USER"}) {
    if (const auto user = clue.variable(variable); !user.empty()) return user;
  }
  return {};
}

bool is_hub(const Kin& kin) {
  const auto& command = kin.facts->process.command;
  if (!command.is_known() || command.value().empty()) return false;
  const Arguments arguments{command.value()};
  const auto python = parse_python(arguments);
  return base_name(python ? python->name : std::string_view{arguments.front()}) == "jupyterhub";
}

/// The last of the ancestors in a row that belong to the user of the kernel.
const Kin& find_outermost(const Lineage& lineage, const Kin& kernel) {
  const Kin* outermost = &kernel;
  std::size_t steps = 0;
  for (const Kin* above = lineage.parent(kernel);
       above != nullptr && steps < lineage.all().size() &&
       above->facts->process.uid == kernel.facts->process.uid;
       above = lineage.parent(*above), ++steps) {
    outermost = above;
  }
  return *outermost;
}

/// Whether a hub of another user started it.
bool is_of_hub(const Lineage& lineage, const Kin& outermost) {
  const Kin* parent = lineage.parent(outermost);
  if (parent == nullptr || !is_hub(*parent)) return false;
  const auto& uid = parent->facts->process.uid;
  return uid.is_known() && uid != outermost.facts->process.uid;
}

/// Whether it is the first process of a container, or of the unit of the system that a hub makes
/// for this user: only who made those chose its environment.
bool is_of_place(const Kin& outermost, std::string_view user) {
  const auto* place = find_cgroup_identity(*outermost.facts);
  if (place == nullptr || place->is_delegated) return false;
  if (place->container) return outermost.facts->process.inner_pid == Known<Pid>{1};
  const std::string_view unit = place->unit ? std::string_view{*place->unit} : std::string_view{};
  return unit.starts_with("jupyter-") && unit.ends_with(".service") &&
         unit.find(user) != std::string_view::npos;
}

}  // namespace

HubUser find_hub_user(const Lineage& lineage, const Kin& kernel, const FindClue& find_clue) {
  const Clue& clue = find_clue(kernel);
  const std::string user{find_variable(clue)};
  if (user.empty()) {
    const auto reason = clue.environment.is_known() ? Missing::no_data : clue.environment.reason();
    return {reason, Certainty::likely};
  }
  if (!kernel.facts->process.uid.is_known()) return {user, Certainty::likely};
  const Kin& outermost = find_outermost(lineage, kernel);
  const bool says_so = find_variable(find_clue(outermost)) == user;
  const bool is_proven = says_so && (is_of_hub(lineage, outermost) || is_of_place(outermost, user));
  return {user, is_proven ? Certainty::certain : Certainty::likely};
}

}  // namespace gander::owner
