// SPDX-License-Identifier: Apache-2.0
// The ranks of sources for the name of a workload.
#include "owner/workload/maker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "owner/jupyter/notebook_path.hpp"
#include "owner/workload/hub_user.hpp"

namespace gander::owner {
namespace {

using jupyter::KernelHost;
using jupyter::NotebookPath;

/// Digits of a kernel id by which people tell kernels apart.
constexpr std::size_t short_id = 8;

/// A name that was found, and where.
struct Found {
  std::string name;
  Known<std::string> path;
  WorkloadSource source{};
  Certainty certainty{};
};

Found found_at(NotebookPath place, WorkloadSource source, Certainty certainty) {
  // A file on somebody's own machine has no path here.
  Known<std::string> path = Missing::no_data;
  if (!place.is_remote) path = std::move(place.path);
  return {std::move(place.name), std::move(path), source, certainty};
}

const jupyter::KnownSession* find_session(const NameSources& sources, const Kin& kernel) {
  const auto& uid = kernel.facts->process.uid;
  return uid.is_known() ? sources.sessions.find(uid.value(), kernel.kernel->id) : nullptr;
}

/// Why a server did not answer the last time; null where it did, or nobody asked it.
const jupyter::NoAnswer* find_silence(const NameSources& sources, const jupyter::ServerKey& key) {
  const auto state = sources.sessions.servers().find(key);
  if (state == sources.sessions.servers().end() || !state->second.silence) return nullptr;
  return &*state->second.silence;
}

/// `path` as a process gave it, absolute if its working folder is known.
Known<std::string> complete(std::string_view path, const Clue& clue) {
  if (path.starts_with('/')) return std::string{path};
  if (!clue.working_folder.is_known()) return clue.working_folder.reason();
  while (path.starts_with("./")) path.remove_prefix(2);
  const std::string& folder = clue.working_folder.value();
  return folder + (folder.ends_with('/') ? "" : "/") + std::string{path};
}

std::optional<Found> find_in_session(const NameSources& sources, const Kin& kernel) {
  const auto* known = find_session(sources, kernel);
  if (known == nullptr) return {};
  auto place = jupyter::normalize_notebook(known->session.path, known->root_folder);
  if (!place) return {};
  const bool is_old = find_silence(sources, known->server) != nullptr;
  return found_at(*std::move(place), WorkloadSource::api,
                  is_old ? Certainty::likely : Certainty::certain);
}

std::optional<Found> find_in_clues(const Clue& clue) {
  if (clue.connection.is_known() && clue.connection.value().session) {
    if (auto place = jupyter::normalize_notebook(*clue.connection.value().session, "")) {
      return found_at(*std::move(place), WorkloadSource::connection_file, Certainty::likely);
    }
  }
  for (const std::string_view variable : {"JPY_SESSION_NAME", "COCALC_JUPYTER_FILENAME"}) {
    if (auto place = jupyter::normalize_notebook(clue.variable(variable), "")) {
      return found_at(*std::move(place), WorkloadSource::environment, Certainty::likely);
    }
  }
  return {};
}

std::optional<Found> find_in_runner(const NameSources& sources, const Kin& kernel) {
  const Kin* runner = sources.lineage.find_ancestor(
      kernel, [](const Kin& one) { return one.batch_notebook.has_value(); });
  if (runner == nullptr) return {};
  return Found{std::string{base_name(*runner->batch_notebook)},
               complete(*runner->batch_notebook, sources.find_clue(*runner)), WorkloadSource::batch,
               Certainty::certain};
}

/// VS Code tells nobody which notebook it is; its kernels work in the notebook's folder. Where just
/// one notebook lies there, it may be that.
std::optional<Found> find_in_folder(const Kin& kernel, const Clue& clue) {
  if (kernel.kernel->host != KernelHost::vscode || !clue.working_folder.is_known()) return {};
  const std::string& folder = clue.working_folder.value();
  if (clue.notebooks.size() == 1) {
    return Found{clue.notebooks.front(), folder + "/" + clue.notebooks.front(),
                 WorkloadSource::working_folder, Certainty::guess};
  }
  return Found{"VS Code kernel", folder, WorkloadSource::working_folder, Certainty::certain};
}

/// What runs it, where that tells nobody here which notebook it is.
std::string_view platform_of(KernelHost host) {
  switch (host) {
    case KernelHost::colab:
      return "Colab ";
    case KernelHost::databricks:
      return "Databricks ";
    case KernelHost::gateway:
      return "gateway ";
    case KernelHost::jupyter:
    case KernelHost::vscode:
    case KernelHost::batch:
      break;
  }
  return {};
}

Found name_kernel(const NameSources& sources, const Kin& kernel, const Clue& clue) {
  if (auto found = find_in_session(sources, kernel)) return *std::move(found);
  if (auto found = find_in_clues(clue)) return *std::move(found);
  if (auto found = find_in_runner(sources, kernel)) return *std::move(found);
  if (auto found = find_in_folder(kernel, clue)) return *std::move(found);
  const auto reason = clue.environment.is_known() ? Missing::no_data : clue.environment.reason();
  return {fmt::format("{}kernel {}", platform_of(kernel.kernel->host),
                      kernel.kernel->id.substr(0, short_id)),
          reason, WorkloadSource::command, Certainty::certain};
}

/// A console has a title and no file; documents have an extension.
bool is_document(const NameSources& sources, const Kin& kernel, const Found& found) {
  if (found.source == WorkloadSource::command) return false;
  const auto* known = find_session(sources, kernel);
  if (found.source == WorkloadSource::api && known != nullptr) {
    return known->session.type.empty() || known->session.type == "notebook";
  }
  return found.name.rfind('.') != std::string::npos;
}

WorkloadType type_of(const NameSources& sources, const Kin& kernel, const Found& found) {
  if (kernel.kernel->host == KernelHost::vscode) return WorkloadType::vscode;
  if (kernel.kernel->host == KernelHost::batch || found.source == WorkloadSource::batch) {
    return WorkloadType::batch_notebook;
  }
  return is_document(sources, kernel, found) ? WorkloadType::notebook : WorkloadType::kernel;
}

/// Whether what started it is gone: the system, or a container's first process, took it over.
bool is_orphan(const Lineage& lineage, const Kin& kernel) {
  if (kernel.kernel->host != KernelHost::vscode) return false;
  const auto& parent = kernel.facts->process.parent;
  if (!parent.is_known() || parent.value() <= 1) return true;
  const Kin* above = lineage.find(parent.value());
  if (above == nullptr) return false;
  const auto& process = above->facts->process;
  const bool is_first = process.inner_pid == Known<Pid>{1};
  const auto& command = process.command;
  const bool is_systemd = command.is_known() && !command.value().empty() &&
                          base_name(command.value().front()) == "systemd";
  return is_first || is_systemd;
}

const Kin* find_server(const Lineage& lineage, const Kin& kernel) {
  const Kin* parent = lineage.parent(kernel);
  return parent != nullptr && parent->is_server ? parent : nullptr;
}

Missing reason_of(jupyter::Silence silence) {
  switch (silence) {
    case jupyter::Silence::timed_out:
      return Missing::timed_out;
    case jupyter::Silence::refused:
      return Missing::no_permission;
    default:
      return Missing::no_data;
  }
}

/// Why nothing is known that only a server tells, where it was not silent. Its file lies beside
/// that of the kernel, and whoever may not read the one may not read the other.
Missing find_reason(const NameSources& sources, const Kin* server, const Clue& clue) {
  if (server == nullptr) return Missing::no_data;
  const auto key = server_key(*server);
  const bool is_asked = key && sources.sessions.servers().contains(*key);
  const bool may_read =
      is_asked || clue.connection != Known<jupyter::ConnectionFacts>{Missing::no_permission};
  return may_read ? Missing::no_data : Missing::no_permission;
}

/// What the kernel's server knows of it.
void add_session(const NameSources& sources, const Kin& kin, const Clue& clue, Kernel& kernel) {
  const Kin* server = find_server(sources.lineage, kin);
  const auto* known = find_session(sources, kin);
  auto key = server == nullptr ? std::nullopt : server_key(*server);
  if (known != nullptr) key = known->server;
  const auto* silence = key ? find_silence(sources, *key) : nullptr;
  const auto reason =
      silence != nullptr ? reason_of(silence->why) : find_reason(sources, server, clue);
  kernel.state = reason;
  kernel.last_activity = reason;
  kernel.connections = reason;
  kernel.server_problem = reason;
  // What it said before it fell silent is no longer the state of a kernel.
  if (silence != nullptr) {
    kernel.server_problem = silence->message;
  } else if (known != nullptr) {
    const auto& session = known->session;
    if (const auto state = find_kernel_state(session.execution_state)) kernel.state = *state;
    if (session.last_activity) kernel.last_activity = *session.last_activity;
    if (session.connections) kernel.connections = *session.connections;
  }
}

Kernel make_kernel(const NameSources& sources, const Kin& kin, const Clue& clue) {
  Kernel kernel;
  kernel.id = kin.kernel->id;
  kernel.language = Missing::no_data;
  if (!kin.kernel->language.empty()) {
    kernel.language = kin.kernel->language;
  } else if (clue.connection.is_known() && clue.connection.value().kernel_name) {
    kernel.language = *clue.connection.value().kernel_name;
  }
  kernel.is_orphan = is_orphan(sources.lineage, kin);
  add_session(sources, kin, clue, kernel);
  return kernel;
}

Found name_run(const Kin& root, const Clue& clue) {
  const Task& task = root.task;
  std::string name = task.name;
  if (name.empty() && root.facts->process.name.is_known()) name = root.facts->process.name.value();
  if (name.empty()) name = fmt::format("process {}", root.pid());
  const auto path =
      task.file.empty() ? Known<std::string>{Missing::no_data} : complete(task.file, clue);
  return {std::move(name), path, WorkloadSource::command, Certainty::certain};
}

WorkloadType type_of(const Anchor& anchor) {
  switch (anchor.kind) {
    case AnchorKind::terminal:
      return WorkloadType::terminal;
    case AnchorKind::lost_kernel:  // No kernel is left: it is what it runs, under its notebook's
                                   // name.
    case AnchorKind::script:
    case AnchorKind::kernel:
    case AnchorKind::program:
      break;
  }
  return anchor.root->task.kind == TaskKind::program ? WorkloadType::program : WorkloadType::script;
}

}  // namespace

std::optional<jupyter::ServerKey> server_key(const Kin& server) {
  const auto& process = server.facts->process;
  if (!process.start_time.is_known()) return {};
  return jupyter::ServerKey{process.pid, process.start_time.value()};
}

Workload make_workload(const NameSources& sources, const Anchor& anchor) {
  const Kin& root = *anchor.root;
  const Clue& clue = sources.find_clue(root);
  const bool is_kernel = anchor.kind == AnchorKind::kernel;
  auto found = is_kernel ? name_kernel(sources, root, clue) : name_run(root, clue);
  if (anchor.kind == AnchorKind::lost_kernel) {
    if (auto lost = find_in_clues(clue)) found = *std::move(lost);
  }
  // A console has a title, and no file of that name.
  if (is_kernel && found.source != WorkloadSource::command &&
      found.source != WorkloadSource::batch && root.kernel->host != KernelHost::vscode &&
      !is_document(sources, root, found)) {
    found.path = Missing::no_data;
  }
  Workload workload;
  workload.root = root.pid();
  workload.start_time = root.facts->process.start_time;
  workload.type = is_kernel ? type_of(sources, root, found) : type_of(anchor);
  workload.server = Missing::no_data;
  const Kin* server = is_kernel ? find_server(sources.lineage, root) : anchor.server;
  if (server != nullptr) workload.server = server->pid();
  if (is_kernel) workload.kernel = make_kernel(sources, root, clue);
  // Only what a server or gateway started carries their word; a script's own is anybody's.
  workload.hub_user = Missing::no_data;
  if (is_kernel) {
    auto hub = find_hub_user(sources.lineage, root, sources.find_clue);
    workload.hub_user = std::move(hub.name);
    workload.hub_user_certainty = hub.certainty;
  }
  workload.name = std::move(found.name);
  workload.path = std::move(found.path);
  workload.source = found.source;
  workload.certainty = found.certainty;
  return workload;
}

}  // namespace gander::owner
