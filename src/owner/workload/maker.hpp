// SPDX-License-Identifier: Apache-2.0
// Names a workload by the best source there is: the session list of the server, the connection
// file, the environment, the runner, the working folder, the command line. Asks nobody itself.
#pragma once

#include "gander/workload.hpp"
#include "owner/jupyter/server_watch.hpp"
#include "owner/workload/anchor.hpp"

namespace gander::owner {

/// What a name may be taken from.
struct NameSources {
  const Lineage& lineage;
  const FindClue& find_clue;
  const jupyter::SessionBoard& sessions;  ///< What servers said; may be empty.
};

/// The workload that began at the anchor's root.
Workload make_workload(const NameSources& sources, const Anchor& anchor);

/// What identifies the run of a server; nothing where its start is not known.
std::optional<jupyter::ServerKey> server_key(const Kin& server);

}  // namespace gander::owner
