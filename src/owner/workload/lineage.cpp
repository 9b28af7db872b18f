// SPDX-License-Identifier: Apache-2.0
// Body of lineage.hpp.
#include "owner/workload/lineage.hpp"

namespace gander::owner {
namespace {

Kin make_kin(const host::ProcessFacts& facts) {
  Kin kin;
  kin.facts = &facts;
  const auto& command = facts.process.command;
  if (!command.is_known() || command.value().empty()) return kin;
  const Arguments arguments{command.value()};
  kin.kernel = jupyter::parse_kernel_command(arguments);
  kin.is_server = !kin.kernel && jupyter::is_server_command(arguments);
  kin.task = name_task(arguments);
  kin.batch_notebook = find_batch_notebook(arguments);
  return kin;
}

}  // namespace

Lineage::Lineage(std::span<const host::ProcessFacts> facts) {
  kin_.reserve(facts.size());
  places_.reserve(facts.size());
  for (const auto& entry : facts) {
    places_.emplace(entry.process.pid, kin_.size());
    kin_.push_back(make_kin(entry));
  }
}

const Kin* Lineage::find(Pid pid) const {
  const auto place = places_.find(pid);
  return place == places_.end() ? nullptr : &kin_[place->second];
}

const Kin* Lineage::parent(const Kin& kin) const {
  const auto& parent = kin.facts->process.parent;
  return parent.is_known() ? find(parent.value()) : nullptr;
}

}  // namespace gander::owner
