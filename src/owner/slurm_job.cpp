// SPDX-License-Identifier: Apache-2.0
// The job by the cgroup of the process.
#include "owner/slurm_job.hpp"

#include "owner/cgroup/facts.hpp"

namespace gander::owner {
namespace {

class SlurmJobFinder final : public Finder {
 public:
  [[nodiscard]] OwnerKind kind() const override { return OwnerKind::slurm_job; }
  [[nodiscard]] std::optional<Owner> find(const host::ProcessFacts& process,
                                          std::span<const host::ProcessFacts>) const override {
    return find_in_cgroup(kind(), process);
  }
};

}  // namespace

std::unique_ptr<Finder> make_slurm_job_finder() { return std::make_unique<SlurmJobFinder>(); }

}  // namespace gander::owner
