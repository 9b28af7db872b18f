// SPDX-License-Identifier: Apache-2.0
// Starts placeholders, binds their PIDs, and ends them.
#include "sim/cast.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <set>

#include "sim/actor_spec.hpp"
#include "sim/pid_spaces.hpp"

namespace gander::sim {
namespace {

constexpr std::chrono::seconds patience{20};

bool is_account_name(const std::string& name) {
  const auto is_plain = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_plain);
}

void choose_user(const ProcessDescription& process, ActorSpec& spec) {
  if (geteuid() != 0) return;
  const passwd* account = process.user.empty() ? nullptr : getpwnam(process.user.c_str());
  if (account != nullptr) {
    spec.uid = account->pw_uid;
    spec.gid = account->pw_gid;
  } else if (process.uid != ProcessDescription::no_uid) {
    spec.uid = process.uid;
    spec.gid = process.uid;
  } else {
    return;
  }
  spec.change_user = true;
}

/// The specification of a process and its children; each takes the next id in `described`.
ActorSpec make_spec(const ProcessDescription& process,
                    std::vector<const ProcessDescription*>& described) {
  ActorSpec spec;
  spec.id = static_cast<std::uint32_t>(described.size());
  described.push_back(&process);
  choose_user(process, spec);
  spec.cpu_permille = static_cast<std::uint32_t>(std::lround(process.cpu * 1000));
  spec.own_session = process.own_session;
  spec.ended = process.ended;
  spec.stubborn = process.stubborn;
  spec.own_pid_space = process.own_pid_space;
  spec.argv = process.argv;
  for (const auto& [name, value] : process.environment) {
    spec.environment.push_back(fmt::format("{}={}", name, value));
  }
  for (const auto& child : process.children) spec.children.push_back(make_spec(child, described));
  return spec;
}

/// One "id pid" line of a placeholder.
void note_report(const std::string& line, std::vector<pid_t>& pids) {
  unsigned id = 0;
  int pid = 0;
  if (std::sscanf(line.c_str(), "%u %d", &id, &pid) == 2 && id < pids.size()) pids[id] = pid;
}

/// Waits until each has reported; false where some never did.
bool collect_reports(int report, std::vector<pid_t>& pids) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string bytes;
  while (std::find(pids.begin(), pids.end(), 0) != pids.end()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd ready{report, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) == 0) return false;
    char buffer[4096];
    const ssize_t got = read(report, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes.append(buffer, static_cast<std::size_t>(got));
    for (auto end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n')) {
      note_report(bytes.substr(0, end), pids);
      bytes.erase(0, end + 1);
    }
  }
  return true;
}

Error system_error(const std::string& what) {
  return {gander::Fault::operating_system, fmt::format("{}: {}", what, std::strerror(errno))};
}

/// Waits for a child; returns at once where it is none of ours.
void await_end(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
}

bool has_ended(pid_t pid) { return kill(pid, 0) != 0 && errno == ESRCH; }

}  // namespace

Result<Cast> Cast::start(const std::vector<ProcessDescription>& processes,
                         const std::string& actor) {
  const int binary = open(actor.c_str(), O_RDONLY | O_CLOEXEC);
  if (binary < 0) return tl::make_unexpected(system_error("cannot open " + actor));
  int life[2];
  int report[2];
  if (pipe2(life, O_CLOEXEC) != 0 || pipe2(report, O_CLOEXEC) != 0) {
    return tl::make_unexpected(system_error("cannot make a pipe for the simulated processes"));
  }
  Cast cast{life[1]};
  for (const auto& process : processes) {
    const ActorSpec spec = make_spec(process, cast.described_);
    const pid_t pid = start_actor(binary, spec, {life[0], report[1]});
    if (pid > 0) cast.own_.push_back(pid);
  }
  cast.pids_.resize(cast.described_.size());
  close(binary);
  close(life[0]);
  close(report[1]);
  const bool complete = collect_reports(report[0], cast.pids_);
  close(report[0]);
  if (complete) return cast;
  return fail(gander::Fault::timed_out,
              "not every simulated process started; are there enough processes and memory?");
}

Cast::~Cast() {
  if (life_ >= 0) close(life_);
  for (const pid_t pid : own_) kill(pid, SIGKILL);
  for (const pid_t pid : own_) await_end(pid);
  // Where this program takes on orphans, the others are its children by now: parents come first.
  for (const pid_t pid : pids_) {
    if (pid > 0) await_end(pid);
  }
}

std::string Cast::accounts() const {
  std::set<std::string> lines;
  for (const ProcessDescription* process : described_) {
    const bool is_own = geteuid() == 0 && process->uid != ProcessDescription::no_uid;
    if (!is_own || !is_account_name(process->user)) continue;
    if (getpwnam(process->user.c_str()) != nullptr) continue;
    lines.insert(fmt::format("{0}:x:{1}:{1}::/:/bin/false\n", process->user, process->uid));
  }
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::vector<Process> Cast::rows() const {
  std::vector<Process> rows;
  for (std::size_t i = 0; i < described_.size(); ++i) {
    if (described_[i]->uses.empty()) continue;
    const PidSpaces spaces = find_pid_spaces(pids_[i]);
    for (Process use : described_[i]->uses) {
      use.pid = static_cast<std::uint32_t>(pids_[i]);
      use.spaces = spaces;
      rows.push_back(use);
    }
  }
  return rows;
}

std::vector<std::uint32_t> Cast::take_ended() {
  std::vector<std::uint32_t> ended;
  for (std::size_t i = 0; i < described_.size(); ++i) {
    if (described_[i]->uses.empty() || described_[i]->ended || pids_[i] == 0) continue;
    if (!has_ended(pids_[i])) continue;
    ended.push_back(static_cast<std::uint32_t>(pids_[i]));
    pids_[i] = 0;
  }
  return ended;
}

bool Cast::forget_child(pid_t pid) { return std::erase(own_, pid) > 0; }

}  // namespace gander::sim
