// SPDX-License-Identifier: Apache-2.0
// Reads the clues of a process, and believes them only while it is the same process.
#include "owner/workload/clues.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "host/same_process.hpp"
#include "owner/jupyter/kernel_command.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t environment_limit = 1U << 20U;
constexpr std::size_t most_names = 4096;
constexpr std::array kept_variables = {"JPY_SESSION_NAME",
                                       "JPY_PARENT_PID",
                                       "KERNEL_ID",
                                       "KERNEL_USERNAME",
                                       "JUPYTERHUB_USER",
                                       "JUPYTER_SERVER_ROOT",
                                       "COCALC_JUPYTER_FILENAME",
                                       "JUPYTER_RUNTIME_DIR",
                                       "JUPYTER_DATA_DIR",
                                       "JUPYTER_PLATFORM_DIRS",
                                       "XDG_DATA_HOME",
                                       "XDG_RUNTIME_DIR",
                                       "HOME"};

Missing reason_of(const Error& error) {
  return error.fault == Fault::no_permission ? Missing::no_permission : Missing::no_data;
}

Clue make_empty() {
  Clue clue;
  clue.environment = Missing::no_data;
  clue.working_folder = Missing::no_data;
  clue.pid_space = Missing::no_data;
  clue.connection = Missing::no_data;
  return clue;
}

bool is_kept(std::string_view entry) {
  const auto name = entry.substr(0, entry.find('='));
  return std::find(kept_variables.begin(), kept_variables.end(), name) != kept_variables.end();
}

Known<std::vector<std::string>> read_environment(const os::Root& root, Pid pid) {
  const auto text = root.read_piece(fmt::format("/proc/{}/environ", pid), environment_limit);
  if (!text) return reason_of(text.error());
  std::vector<std::string> kept;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\0'), rest.size());
    if (is_kept(rest.substr(0, end))) kept.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return kept;
}

/// A folder that was removed has no name any more, and one outside of our root none for us.
Known<std::string> read_folder(const os::Root& root, Pid pid) {
  const auto folder = root.read_link(fmt::format("/proc/{}/cwd", pid));
  if (!folder) return reason_of(folder.error());
  if (!folder->starts_with('/') || folder->ends_with(" (deleted)")) return Missing::no_data;
  return *folder;
}

std::vector<std::string> list_notebooks(const os::Root& root, const std::string& folder) {
  auto names = root.list(folder, most_names).value_or(std::vector<std::string>{});
  // Of a folder that is too large nobody could say that just one notebook lies in it.
  if (names.size() >= most_names) return {};
  std::erase_if(names, [](const std::string& name) { return !name.ends_with(".ipynb"); });
  return names;
}

bool is_still(const os::Root& root, const Process& process) {
  return process.start_ticks.is_known() &&
         host::is_same_process(root, process.pid, process.start_ticks.value());
}

}  // namespace

std::string_view Clue::variable(std::string_view name) const {
  if (!environment.is_known()) return {};
  for (const std::string_view entry : environment.value()) {
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=') {
      return entry.substr(name.size() + 1);
    }
  }
  return {};
}

bool is_elsewhere(const host::ProcessFacts& facts) {
  const auto& pids = facts.namespace_pids;
  return pids.is_known() && pids.value().size() > 1;
}

os::Root root_of(const os::Root& root, Pid pid, bool is_elsewhere) {
  return is_elsewhere ? os::Root{root.path(fmt::format("/proc/{}/root", pid))} : root;
}

std::string FileAccess::lane_of(const host::ProcessFacts& facts,
                                std::span<const std::string> paths) {
  return is_elsewhere(facts) ? lanes.find_inside(facts.process.pid) : lanes.find(paths);
}

/// The files to be read of one process; owns all that it says.
struct ClueDesk::Wish {
  os::Root root;
  jupyter::HomeFiles files;
  Pid pid{};
  std::uint64_t start_ticks{};
  bool is_elsewhere{};
  std::optional<std::uint32_t> uid;
  std::string connection_file;  ///< Empty: none.
  std::string notebook_folder;  ///< Empty: none.
};

const Clue& ClueDesk::look(const host::ProcessFacts& facts, std::string_view connection_file) {
  const auto& process = facts.process;
  const auto ticks = process.start_ticks.value_or(0);
  const auto& command = process.command;
  const bool has_command = command.is_known();
  const auto known = entries_.find(process.pid);
  const bool is_same = known != entries_.end() && known->second.start_ticks == ticks &&
                       (!has_command || known->second.command == command.value());
  if (is_same) {
    Entry& entry = known->second;
    entry.is_seen = true;
    if (auto found = entry.files ? entry.files->take() : std::nullopt) {
      entry.clue.notebooks = std::move(found->notebooks);
      entry.clue.connection = std::move(found->connection);
      entry.files = nullptr;
    }
    return entry.clue;
  }
  Entry entry{ticks, has_command ? command.value() : std::vector<std::string>{}, read(facts), true,
              nullptr};
  // Files were opened by number: they are of one process only if it is still there.
  if (is_still(root_, process)) {
    send_for_files(facts, connection_file, entry);
  } else {
    entry.clue = make_empty();
  }
  return entries_.insert_or_assign(process.pid, std::move(entry)).first->second.clue;
}

Clue ClueDesk::read(const host::ProcessFacts& facts) const {
  const auto& process = facts.process;
  Clue clue;
  clue.environment = read_environment(root_, process.pid);
  clue.working_folder = read_folder(root_, process.pid);
  const auto space = root_.read_link(fmt::format("/proc/{}/ns/pid", process.pid));
  clue.pid_space = space ? Known<std::string>{*space} : reason_of(space.error());
  clue.connection = Missing::no_data;
  return clue;
}

void ClueDesk::send_for_files(const host::ProcessFacts& facts, std::string_view connection_file,
                              Entry& entry) {
  const auto& process = facts.process;
  const auto& folder = entry.clue.working_folder;
  Wish wish{root_, access_.files, process.pid, entry.start_ticks, is_elsewhere(facts), {}, {}, {}};
  if (jupyter::is_vscode_file(connection_file)) wish.notebook_folder = folder.value_or("");
  if (process.uid.is_known()) {
    wish.uid = process.uid.value();
    wish.connection_file = connection_file;
  }
  if (!wish.connection_file.empty() && !wish.connection_file.starts_with('/')) {
    wish.connection_file =
        folder.is_known() ? folder.value() + "/" + wish.connection_file : std::string{};
  }
  if (wish.connection_file.empty() && wish.notebook_folder.empty()) return;
  const std::array places{wish.connection_file, wish.notebook_folder};
  const auto lane = access_.lane_of(facts, places);
  auto tray = std::make_shared<Tray<FileClue>>();
  const bool is_sent =
      access_.errands.send(lane, [tray, wish = std::move(wish)] { tray->put(read_files(wish)); });
  if (!is_sent) return;
  entry.clue.connection = Missing::not_sampled;
  entry.files = std::move(tray);
}

/// On another thread.
ClueDesk::FileClue ClueDesk::read_files(const Wish& wish) {
  FileClue found;
  const os::Root files = root_of(wish.root, wish.pid, wish.is_elsewhere);
  if (!wish.connection_file.empty()) {
    const auto read = wish.files.read_connection(files, wish.connection_file, *wish.uid);
    found.connection = read ? Known<jupyter::ConnectionFacts>{*read} : reason_of(read.error());
  }
  if (!wish.notebook_folder.empty()) found.notebooks = list_notebooks(files, wish.notebook_folder);
  if (!host::is_same_process(wish.root, wish.pid, wish.start_ticks)) return {};
  return found;
}

void ClueDesk::forget_unseen() {
  std::erase_if(entries_, [](const auto& entry) { return !entry.second.is_seen; });
  for (auto& [pid, entry] : entries_) entry.is_seen = false;
}

}  // namespace gander::owner
