// SPDX-License-Identifier: Apache-2.0
// Joins lineage, clues and Jupyter servers into workloads.
#include "owner/workload/attribution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "host/proc_text.hpp"
#include "model/whole_number.hpp"
#include "owner/command/python.hpp"
#include "owner/jupyter/runtime_folder.hpp"
#include "owner/jupyter/server_client.hpp"
#include "owner/jupyter/server_file.hpp"
#include "owner/jupyter/server_watch.hpp"
#include "owner/workload/anchor.hpp"
#include "owner/workload/clues.hpp"
#include "owner/workload/maker.hpp"

namespace gander::owner {
namespace {

using namespace std::chrono_literals;

/// A server whose file was not found or not believed is looked for again after this.
constexpr auto search_pause = 10s;
constexpr std::size_t command_limit = 64U << 10U;
/// Kernels of one server that may have been left by a process; more are not looked at.
constexpr std::size_t most_children = 256;

bool is_there(const Kin& kin) { return kin.facts->process.presence == Presence::present; }

bool has_our_numbers(const Kin& kin) { return !is_elsewhere(*kin.facts); }

std::string_view folder_of(std::string_view file) {
  const auto slash = file.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : file.substr(0, slash);
}

/// What a kernel is to its server: when this changes, the server is asked early.
std::uint64_t mix(std::uint64_t sum, const Kin& kernel) {
  return sum + std::hash<std::string>{}(fmt::format("{} {}", kernel.kernel->id, kernel.pid()));
}

/// The children of a process, as the kernel lists them; empty where it does not.
std::vector<Pid> read_children(const os::Root& root, Pid pid) {
  const auto text = root.read(fmt::format("/proc/{0}/task/{0}/children", pid));
  std::vector<Pid> children;
  std::string_view rest = text ? std::string_view{*text} : std::string_view{};
  while (!rest.empty() && children.size() < most_children) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (const auto child = find_whole_number<Pid>(rest.substr(0, end))) children.push_back(*child);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return children;
}

/// The file of a server in the first of the folders that has one that fits.
std::optional<jupyter::VerifiedServer> find_server(
    const os::Root& files, const std::vector<std::string>& folders,
    const jupyter::ServerProcess& facts, const decltype(jupyter::HomeFiles::open_server)& open) {
  for (const std::string& folder : folders) {
    for (const std::string_view name : {"jpserver", "nbserver"}) {
      auto found = open(files, fmt::format("{}/{}-{}.json", folder, name, facts.own_pid), facts);
      if (found) return *std::move(found);
    }
  }
  return {};
}

}  // namespace

struct Attributor::State {
  State(const os::Root& machine_root, const os::Clock& machine_clock, jupyter::Asking asking,
        const jupyter::HomeFiles& files_of_homes)
      : root(machine_root),
        clock(machine_clock),
        access{files_of_homes, FileLanes{machine_root, machine_clock}, {}},
        desk(machine_root, access),
        watch(
            [files = machine_root](const jupyter::VerifiedServer& server,
                                   const std::stop_token& stop) {
              return jupyter::fetch_sessions(files, server, stop);
            },
            machine_clock, asking) {}

  using Found = std::optional<jupyter::VerifiedServer>;
  /// What we know of the file of one run of a server.
  struct Search {
    Found server;
    std::chrono::nanoseconds searched_at{};
    std::shared_ptr<Tray<Found>> tray;  ///< Of a search that goes on; null: none does.
  };

  void want_servers(const Lineage& lineage, const FindClue& find_clue);
  void search(const Kin& server, const Kin& kernel, const FindClue& find_clue, Search& into);

  os::Root root;
  const os::Clock& clock;
  FileAccess access;
  ClueDesk desk;
  jupyter::ServerWatch watch;
  std::map<jupyter::ServerKey, Search> searches;
  std::vector<Pid> relatives;
  std::shared_ptr<const jupyter::SessionBoard> used;  ///< By the last look, where it asked.
  std::uint64_t used_files = 0;  ///< Errands that had come back when the last look began.
};

/// Looks where the kernel's own file lies, then where Jupyter and VS Code put theirs.
void Attributor::State::search(const Kin& server, const Kin& kernel, const FindClue& find_clue,
                               Search& into) {
  into.searched_at = clock.steady();
  const auto& process = server.facts->process;
  const auto& pids = server.facts->namespace_pids;
  if (!process.uid.is_known() || !process.start_time.is_known()) return;
  const Pid own = pids.is_known() && !pids.value().empty() ? pids.value().back() : process.pid;
  const jupyter::ServerProcess facts{process.pid, own, process.uid.value(),
                                     process.start_time.value(),
                                     jupyter::ServerRole::jupyter_server};
  const Clue& clue = find_clue(server);
  std::vector<std::string> folders{std::string{folder_of(kernel.kernel->connection_file)}};
  jupyter::RuntimePlace place{std::string{clue.variable("HOME")}, facts.uid, {}};
  if (clue.environment.is_known()) place.environment = clue.environment.value();
  for (auto& folder : jupyter::candidate_runtime_folders(place)) {
    folders.push_back(std::move(folder));
  }
  std::erase_if(folders, [](const std::string& folder) { return !folder.starts_with('/'); });
  if (folders.empty()) return;
  auto tray = std::make_shared<Tray<Found>>();
  const auto lane = access.lane_of(*server.facts, folders);
  const bool is_sent = access.errands.send(
      lane, [tray, facts, folders = std::move(folders), open = access.files.open_server,
             machine = root, elsewhere = is_elsewhere(*server.facts)] {
        tray->put(find_server(root_of(machine, facts.pid, elsewhere), folders, facts, open));
      });
  if (is_sent) into.tray = std::move(tray);
}

void Attributor::State::want_servers(const Lineage& lineage, const FindClue& find_clue) {
  struct Owned {
    const Kin* server{};
    const Kin* kernel{};
    std::uint64_t kernels{};
  };
  std::map<jupyter::ServerKey, Owned> owned;
  for (const Kin& kin : lineage.all()) {
    const Kin* parent = kin.kernel ? lineage.parent(kin) : nullptr;
    if (parent == nullptr || !parent->is_server) continue;
    const auto key = server_key(*parent);
    if (!key) continue;
    auto& entry = owned[*key];
    entry = {parent, &kin, mix(entry.kernels, kin)};
  }
  std::erase_if(searches, [&owned](const auto& entry) { return !owned.contains(entry.first); });
  std::vector<jupyter::WantedServer> wanted;
  for (const auto& [key, entry] : owned) {
    const auto [place, is_new] = searches.try_emplace(key);
    auto& known = place->second;
    if (auto found = known.tray ? known.tray->take() : std::nullopt) {
      known.server = *std::move(found);
      known.tray = nullptr;
    }
    const bool is_due = is_new || clock.steady() - known.searched_at >= search_pause;
    if (!known.server && !known.tray && is_due)
      search(*entry.server, *entry.kernel, find_clue, known);
    if (known.server) wanted.push_back({*known.server, entry.kernels});
  }
  watch.want(wanted);
}

Attributor::Attributor(const os::Root& root, const os::Clock& clock, jupyter::Asking asking,
                       const jupyter::HomeFiles& files)
    : state_(std::make_unique<State>(root, clock, asking, files)) {}

Attributor::~Attributor() = default;

Attributed Attributor::look(std::span<const host::ProcessFacts> facts, std::span<const Pid> pids,
                            Attribution wanted) {
  auto& state = *state_;
  Attributed answer;
  state.used_files = state.access.errands.finished();
  if (wanted == Attribution::none) {
    state.relatives.clear();
    state.used = nullptr;
    return answer;
  }
  const Lineage lineage{facts};
  const FindClue find_clue = [&state](const Kin& kin) -> const Clue& {
    return state.desk.look(*kin.facts, kin.kernel ? kin.kernel->connection_file : "");
  };
  if (wanted >= Attribution::servers) state.want_servers(lineage, find_clue);
  const auto sessions = state.watch.latest();
  state.used = wanted >= Attribution::servers ? sessions : nullptr;
  const NameSources sources{lineage, find_clue, *sessions};
  const std::set<Pid> asked(pids.begin(), pids.end());
  std::set<Pid> relatives;
  std::map<Pid, Workload> workloads;
  for (const Kin& kin : lineage.all()) {
    if (!is_there(kin)) continue;
    auto anchor = find_kernel(lineage, kin);
    if (!anchor && !asked.contains(kin.pid())) continue;
    if (!anchor) {
      anchor = find_anchor(lineage, kin, find_clue);
      const auto parent = find_whole_number<Pid>(find_clue(kin).variable("JPY_PARENT_PID"));
      // A job that left its kernel: the kernel is among the children of their server, whose number
      // is ours where nobody is in a namespace of his own.
      if (parent && has_our_numbers(kin)) relatives.insert(*parent);
    }
    const Pid root = anchor->root->pid();
    const auto [place, is_new] = workloads.try_emplace(root);
    if (is_new) place->second = make_workload(sources, *anchor);
    const bool is_inherited = anchor->proof == Proof::environment;
    answer.links[kin.pid()] = {root, std::string{name_of(anchor->proof)},
                               is_inherited ? Certainty::likely : Certainty::certain};
    answer.links.try_emplace(
        root, WorkloadLink{root, std::string{name_of(Proof::self)}, Certainty::certain});
  }
  answer.workloads.reserve(workloads.size());
  for (auto& [root, workload] : workloads) answer.workloads.push_back(std::move(workload));
  state.relatives.clear();
  for (const Pid server : relatives) {
    for (const Pid child : read_children(state.root, server)) state.relatives.push_back(child);
  }
  state.desk.forget_unseen();
  return answer;
}

bool Attributor::has_news() const {
  if (state_->used_files != state_->access.errands.finished()) return true;
  return state_->used != nullptr && state_->used != state_->watch.latest();
}

bool Attributor::wait_files(std::chrono::milliseconds patience) {
  return state_->access.errands.wait(patience);
}

bool Attributor::is_busy() const {
  return state_->access.errands.is_busy() || state_->watch.is_busy();
}

std::span<const Pid> Attributor::relatives() const { return state_->relatives; }

bool Attributor::wait_servers(std::chrono::milliseconds patience) {
  return state_->watch.wait(patience);
}

std::vector<Pid> find_workers(const os::Root& root) {
  std::vector<Pid> workers;
  const auto names = root.list("/proc");
  if (!names) return workers;
  for (const std::string& name : *names) {
    const auto pid = find_whole_number<Pid>(name);
    if (!pid) continue;
    const auto text = root.read(fmt::format("/proc/{}/cmdline", *pid), command_limit);
    if (!text || text->empty()) continue;
    const auto command = host::parse_command(*text);
    const Arguments arguments{command};
    if (command.empty()) continue;
    const bool is_worker = is_python(command.front()) || jupyter::parse_kernel_command(arguments);
    const bool is_served = jupyter::is_server_command(arguments) || is_editor_helper(arguments);
    if (is_worker && !is_served) workers.push_back(*pid);
  }
  std::ranges::sort(workers);
  return workers;
}

Owner label_of(const Workload& workload, const WorkloadLink& link) {
  // Also what a kernel left behind that is no more.
  const bool is_notebook =
      workload.kernel.has_value() || workload.source == WorkloadSource::environment;
  return {is_notebook ? OwnerKind::notebook : OwnerKind::script, workload.name, link.proof,
          std::max(link.certainty, workload.certainty)};
}

}  // namespace gander::owner
