// SPDX-License-Identifier: Apache-2.0
// The rules by which a process is given to a kernel or a script, nearest proof first.
#include "owner/workload/anchor.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <tuple>

namespace gander::owner {
namespace {

/// A wrapper (`conda run`, `srun`) carries the kernel's command line too: the topmost is the one
/// that was started, and leads the session.
const Kin& outermost(const Lineage& lineage, const Kin& kernel) {
  const Kin* found = &kernel;
  for (const Kin* above = lineage.parent(*found);
       above != nullptr && above->kernel && above->kernel->id == kernel.kernel->id;
       above = lineage.parent(*above)) {
    found = above;
  }
  return *found;
}

bool is_served(const Lineage& lineage, const Kin& kin) {
  const Kin* parent = lineage.parent(kin);
  return parent != nullptr && parent->is_server;
}

/// Whether one may be a fork of the other: it carries the same command line, and is of the same
/// user in the same place.
bool is_same_kernel(const Kin& one, const Kin& other) {
  return one.kernel == other.kernel && one.facts->process.uid == other.facts->process.uid &&
         one.facts->cgroup == other.facts->cgroup;
}

/// The kernel of which this one is a fork, however it left; itself, if it is none. A kernel is what
/// a server started, and where none did, the first with its command line.
const Kin& find_original(const Lineage& lineage, const Kin& kernel) {
  const auto rank = [&lineage](const Kin& kin) {
    constexpr auto never = std::numeric_limits<std::uint64_t>::max();
    return std::tuple{!is_served(lineage, kin), kin.facts->process.start_ticks.value_or(never),
                      kin.pid()};
  };
  const Kin* best = &kernel;
  const auto others = is_served(lineage, kernel) ? std::span<const Kin>{} : lineage.all();
  for (const Kin& other : others) {
    if (!other.kernel || !is_same_kernel(kernel, other)) continue;
    if (rank(other) < rank(*best)) best = &other;
  }
  return *best;
}

/// The process at which the work of a kernel began.
const Kin& find_root(const Lineage& lineage, const Kin& kernel) {
  return outermost(lineage, find_original(lineage, kernel));
}

const Kin* find_session_kernel(const Lineage& lineage, const Kin& kin) {
  const auto& session = kin.facts->process.session;
  if (!session.is_known()) return nullptr;
  const Kin* leader = lineage.find(session.value());
  return leader != nullptr && leader->kernel ? leader : nullptr;
}

struct Inherited {
  std::string_view session;
  std::string_view parent;
  friend bool operator==(const Inherited&, const Inherited&) = default;
};

Inherited inherited_by(const Clue& clue) {
  return {clue.variable("JPY_SESSION_NAME"), clue.variable("JPY_PARENT_PID")};
}

/// The live kernel whose variables a process carries: session, server, user and PID namespace must
/// agree. Where several do, nobody can say which one it was.
const Kin* find_inherited_kernel(const Lineage& lineage, const Kin& kin,
                                 const FindClue& find_clue) {
  const Clue& clue = find_clue(kin);
  const Inherited own = inherited_by(clue);
  if (own.session.empty()) return nullptr;
  const Kin* found = nullptr;
  for (const Kin& other : lineage.all()) {
    if (!other.kernel || other.facts->process.uid != kin.facts->process.uid) continue;
    const Clue& its = find_clue(other);
    if (its.pid_space != clue.pid_space || inherited_by(its) != own) continue;
    if (found != nullptr && &find_root(lineage, *found) != &find_root(lineage, other)) {
      return nullptr;
    }
    found = &other;
  }
  return found;
}

bool has_same_command(const Kin& one, const Kin& other) {
  const auto& command = one.facts->process.command;
  return command.is_known() && !command.value().empty() && command == other.facts->process.command;
}

/// Whether `kin` does what its parent does: a fork of it, a worker, or a rank of a launcher.
bool belongs_to_parent(const Kin& kin, const Kin& parent) {
  if (parent.is_server || parent.kernel) return false;
  if (has_same_command(kin, parent)) return true;
  if (parent.task.kind == TaskKind::launcher) return kin.task.kind != TaskKind::program;
  const bool is_parent_python =
      parent.task.kind == TaskKind::script || parent.task.kind == TaskKind::worker;
  return kin.task.kind == TaskKind::worker && is_parent_python;
}

const Kin& find_run_root(const Lineage& lineage, const Kin& kin) {
  const Kin* root = &kin;
  std::size_t steps = 0;
  for (const Kin* parent = lineage.parent(*root);
       parent != nullptr && steps < lineage.all().size() && belongs_to_parent(*root, *parent);
       parent = lineage.parent(*root), ++steps) {
    root = parent;
  }
  return *root;
}

/// The Jupyter server above it, if there is one.
const Kin* find_terminal_server(const Lineage& lineage, const Kin& kin) {
  return lineage.find_ancestor(kin, [](const Kin& one) { return one.is_server; });
}

}  // namespace

std::string_view name_of(Proof proof) {
  switch (proof) {
    case Proof::self:
      return "command";
    case Proof::session:
      return "session";
    case Proof::ancestor:
      return "ancestor";
    case Proof::environment:
      break;
  }
  return "environment";
}

std::optional<Anchor> find_kernel(const Lineage& lineage, const Kin& kin) {
  const auto made = [&lineage](const Kin& kernel, Proof proof) {
    return Anchor{AnchorKind::kernel, &find_root(lineage, kernel), proof, nullptr};
  };
  if (kin.kernel) return made(kin, Proof::self);
  if (const Kin* leader = find_session_kernel(lineage, kin)) return made(*leader, Proof::session);
  const auto is_kernel_or_server = [](const Kin& one) { return one.kernel || one.is_server; };
  const Kin* nearest = lineage.find_ancestor(kin, is_kernel_or_server);
  if (nearest == nullptr || !nearest->kernel) return {};
  return made(*nearest, Proof::ancestor);
}

Anchor find_anchor(const Lineage& lineage, const Kin& kin, const FindClue& find_clue) {
  if (const auto kernel = find_kernel(lineage, kin)) return *kernel;
  if (const Kin* kernel = find_inherited_kernel(lineage, kin, find_clue)) {
    return {AnchorKind::kernel, &find_root(lineage, *kernel), Proof::environment, nullptr};
  }
  const Kin& root = find_run_root(lineage, kin);
  const Proof proof = &root == &kin ? Proof::self : Proof::ancestor;
  const Clue& clue = find_clue(kin);
  if (!clue.variable("JPY_SESSION_NAME").empty()) {
    return {AnchorKind::lost_kernel, &root, Proof::environment, nullptr};
  }
  const bool has_terminal = !clue.variable("JUPYTER_SERVER_ROOT").empty();
  if (const Kin* server = find_terminal_server(lineage, kin)) {
    // A server has children of other kinds too, but no shell stands between them.
    const bool is_likely = !clue.environment.is_known() && lineage.parent(root) != server;
    if (has_terminal || is_likely) return {AnchorKind::terminal, &root, proof, server};
  }
  if (has_terminal) return {AnchorKind::terminal, &root, Proof::environment, nullptr};
  const bool is_program = root.task.kind == TaskKind::program;
  return {is_program ? AnchorKind::program : AnchorKind::script, &root, proof, nullptr};
}

}  // namespace gander::owner
