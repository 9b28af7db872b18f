// SPDX-License-Identifier: Apache-2.0
// Holds processes after all that can be known of them was checked, and finds their descendants.
#include "host/process_control.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "host/proc_text.hpp"
#include "host/process_tree.hpp"
#include "host/user_names.hpp"
#include "os/clock.hpp"
#include "os/process_handle.hpp"

namespace gander::host {
namespace {

using namespace std::chrono_literals;

/// How long a user database may take before its names are left out.
constexpr auto name_patience = 50ms;

class Held final : public HeldProcess {
 public:
  explicit Held(os::ProcessHandle handle) : handle_(std::move(handle)) {}
  [[nodiscard]] Pid pid() const override { return handle_.pid(); }
  Result<void> send_signal(int signal) override {
    // The kernel takes signals for zombies in silence; nobody would be hit.
    if (has_ended()) return fail(Fault::not_found, fmt::format("process {} has ended", pid()));
    return handle_.send_signal(signal);
  }
  [[nodiscard]] bool has_ended() const override { return handle_.wait(0ms).value_or(false); }

 private:
  os::ProcessHandle handle_;
};

/// Why a process that was seen like this must not be signalled; nothing where it may.
std::optional<Error> find_refusal(const Process& process) {
  const auto refuse = [&](Fault fault, std::string_view why) {
    return Error{fault, fmt::format("process {} {}", process.pid, why)};
  };
  switch (process.presence) {
    case Presence::present:
      break;
    case Presence::zombie:
      return refuse(Fault::not_found, "has ended; only its parent can remove what is left of it");
    case Presence::gone:
      return refuse(Fault::not_found, "is not on this machine any more");
    case Presence::hidden:
      return refuse(Fault::no_permission, "is hidden from us (hidepid)");
    case Presence::outside:
      return refuse(Fault::not_supported,
                    "belongs to another PID namespace: which of ours it is cannot be known");
  }
  if (!process.start_ticks.is_known()) {
    return refuse(Fault::not_supported,
                  "cannot be told from another of that number: "
                  "when it started is not known");
  }
  return std::nullopt;
}

class LocalControl final : public ProcessControl {
 public:
  explicit LocalControl(const os::Root& root) : root_(root), names_(root) {}

  Result<std::unique_ptr<HeldProcess>> hold(const Process& process) override {
    if (auto refusal = find_refusal(process)) return tl::make_unexpected(std::move(*refusal));
    auto handle = os::ProcessHandle::open(process.pid, process.start_ticks.value());
    if (!handle) return tl::make_unexpected(handle.error());
    auto held = std::make_unique<Held>(std::move(*handle));
    if (held->has_ended()) {
      return fail(Fault::not_found, fmt::format("process {} has ended", process.pid));
    }
    return held;
  }

  std::vector<Process> find_descendants(const Process& process) override {
    const ProcessTree tree = read_process_tree(root_);
    const auto start = tree.starts.find(process.pid);
    // Children of whoever has the number now are not descendants of the one that was seen.
    if (start == tree.starts.end() || !process.start_ticks.is_known() ||
        start->second != process.start_ticks.value()) {
      return {};
    }
    std::vector<Process> found;
    for (const TreeEntry& entry : collect_descendants(tree, process.pid)) {
      found.push_back(describe(entry));
    }
    name_users(found);
    return found;
  }

 private:
  Process describe(const TreeEntry& entry) const {
    Process process;
    process.pid = entry.pid;
    process.start_ticks = entry.start_ticks;
    process.name = entry.name;
    process.uid = Missing::no_data;
    process.user = Missing::no_data;
    if (const auto text = root_.read(fmt::format("/proc/{}/status", entry.pid))) {
      if (const auto uid = parse_status(*text).uid) process.uid = *uid;
    }
    return process;
  }

  void name_users(std::vector<Process>& processes) {
    const auto name = [&](Process& process) {
      if (!process.uid.is_known()) return;
      process.user = names_.find(process.uid.value(), os::system_clock().steady());
    };
    std::ranges::for_each(processes, name);
    if (!names_.is_asking()) return;
    names_.wait(name_patience);
    std::ranges::for_each(processes, name);
  }

  os::Root root_;
  UserNames names_;
};

}  // namespace

std::unique_ptr<ProcessControl> make_process_control(const os::Root& root) {
  return std::make_unique<LocalControl>(root);
}

}  // namespace gander::host
