// SPDX-License-Identifier: Apache-2.0
// The list of owner finders, nearest proof first. A new finder is a file and a line here.
#include <array>
#include <memory>

#include "owner/container.hpp"
#include "owner/finder.hpp"
#include "owner/pod.hpp"
#include "owner/slurm_job.hpp"
#include "owner/systemd_unit.hpp"
#include "owner/user.hpp"

namespace gander::owner {
namespace {

const auto& finders() {
  static const std::array list = {
      make_container_finder(),    make_pod_finder(),  make_slurm_job_finder(),
      make_systemd_unit_finder(), make_user_finder(),
  };
  return list;
}

}  // namespace

std::vector<Owner> find_owners(const host::ProcessFacts& process,
                               std::span<const host::ProcessFacts> all) {
  std::vector<Owner> owners;
  for (const auto& finder : finders()) {
    if (auto owner = finder->find(process, all)) owners.push_back(std::move(*owner));
  }
  return owners;
}

}  // namespace gander::owner
