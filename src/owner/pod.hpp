// SPDX-License-Identifier: Apache-2.0
// Finds the Kubernetes pod a process runs in.
#pragma once

#include <memory>

#include "owner/finder.hpp"

namespace gander::owner {

/// Labels with the pod's UID; its name only the cluster knows.
std::unique_ptr<Finder> make_pod_finder();

}  // namespace gander::owner
