// SPDX-License-Identifier: Apache-2.0
// Writes the processes of the GPUs: their kinds, memory and load, and of who they are only what
// does not give anybody away, unless asked to keep names.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "os/root.hpp"
#include "os/user.hpp"
#include "sim/record/record.hpp"

namespace gander::sim::record {
namespace {

using nvml::u32;
using nvml::u64;

constexpr u32 first_masked_uid = 20001;

struct Kind {
  const char* name;
  bool Use::* member;
};
constexpr Kind kinds[] = {
    {"Compute", &Use::compute}, {"Graphics", &Use::graphics}, {"MPSCompute", &Use::mps}};

Use& use_of(Processes& processes, const Board& board, const ListedProcess& row) {
  std::optional<u32> slot;
  if (const auto at = board.slots.find(row.gpu_instance); at != board.slots.end())
    slot = at->second;
  auto& uses = processes[row.pid];
  const auto same = std::find_if(uses.begin(), uses.end(), [&](const Use& use) {
    return use.gpu == board.index && use.slot == slot;
  });
  if (same != uses.end()) return *same;
  uses.push_back({});
  uses.back().gpu = board.index;
  uses.back().slot = slot;
  return uses.back();
}

void list_board(const Session& session, const Board& board, Processes& processes) {
  for (const Kind& kind : kinds) {
    const auto rows = list_processes(session.client, board.device, kind.name);
    if (!rows) continue;
    for (const ListedProcess& row : *rows) {
      if (row.pid == 0) continue;
      Use& use = use_of(processes, board, row);
      use.*kind.member = true;
      use.memory = row.memory;
    }
  }
}

void sample_board(const Session& session, const Board& board, Processes& processes) {
  std::vector<nvml::ProcessSample> samples(512);
  auto count = static_cast<u32>(samples.size());
  if (session.client.call("nvmlDeviceGetProcessUtilization", board.device, samples.data(), &count,
                          u64{0}) != nvml::success)
    return;
  samples.resize(std::min<std::size_t>(count, samples.size()));
  for (const auto& sample : samples) {
    const auto process = processes.find(sample.pid);
    if (process == processes.end()) continue;
    for (Use& use : process->second) {
      if (use.gpu != board.index) continue;
      // Drivers put absurd numbers into samples of processes that just ended.
      use.sm = std::min(sample.sm, 100U);
      use.memory_utilization = std::min(sample.memory, 100U);
      use.encoder = std::min(sample.encoder, 100U);
      use.decoder = std::min(sample.decoder, 100U);
    }
  }
}

/// Words of a command line; nothing where the process ended or is in another namespace.
std::vector<std::string> words_of(u32 pid) {
  std::vector<std::string> words;
  const auto text = os::Root{}.read(fmt::format("/proc/{}/cmdline", pid), 65536);
  if (!text) return words;
  std::string word;
  for (const char c : *text) {
    if (c != '\0') {
      word += c;
      continue;
    }
    words.push_back(std::move(word));
    word.clear();
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::optional<u32> uid_of(u32 pid) {
  const auto status = os::Root{}.read(fmt::format("/proc/{}/status", pid));
  const auto at = status ? status->find("\nUid:\t") : std::string::npos;
  unsigned uid = 0;
  if (at == std::string::npos || std::sscanf(status->c_str() + at, "\nUid: %u", &uid) != 1)
    return std::nullopt;
  return uid;
}

/// Gives users numbers in the order they are met.
class Mask {
 public:
  u32 number_of(u32 uid) {
    return numbers_.emplace(uid, static_cast<u32>(numbers_.size() + 1)).first->second;
  }

 private:
  std::map<u32, u32> numbers_;
};

void write_user(u32 uid, bool keep_names, Mask& mask, TomlWriter& out) {
  if (uid == 0) return;
  if (!keep_names) {
    const u32 number = mask.number_of(uid);
    out.text("user", fmt::format("user{}", number));
    out.number("uid", first_masked_uid + number - 1);
    return;
  }
  if (const auto name = os::find_user_name(uid)) out.text("user", *name);
  out.number("uid", uid);
}

std::string write_use(const Use& use) {
  std::string out = fmt::format("gpu = {}", use.gpu);
  if (use.slot) out += fmt::format(", mig = {}", *use.slot);
  if (use.graphics) out += fmt::format(", type = \"{}\"", use.compute ? "both" : "graphics");
  if (use.mps) out += use.compute ? ", mps = true" : ", type = \"mps\"";
  out += use.memory == nvml::value_not_available ? ", memory_unknown = true"
                                                 : ", memory = " + size_text(use.memory);
  const std::pair<const char*, u32> loads[] = {{"sm", use.sm},
                                               {"memory_utilization", use.memory_utilization},
                                               {"encoder", use.encoder},
                                               {"decoder", use.decoder}};
  for (const auto& [key, percent] : loads) {
    if (percent != 0) out += fmt::format(", {} = {}", key, percent);
  }
  return "{ " + out + " }";
}

std::string without_folder(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

}  // namespace

Processes find_processes(Session& session) {
  Processes processes;
  for (const Board& board : session.boards) {
    if (board.device == nullptr) continue;
    list_board(session, board, processes);
    sample_board(session, board, processes);
  }
  for (const auto& [pid, uses] : processes) {
    for (const Use& use : uses) {
      if (use.memory != nvml::value_not_available)
        session.boards[use.gpu].memory_used_by_processes += use.memory;
    }
  }
  return processes;
}

void write_processes(const Session& session, const Processes& processes, TomlWriter& out) {
  Mask mask;
  std::size_t unknown = 0;
  for (const auto& [pid, uses] : processes) {
    out.table("[process]");
    auto words = words_of(pid);
    const bool is_known = !words.empty() && !words.front().empty();
    if (!is_known) words = {fmt::format("process{}", ++unknown)};
    if (is_known && !session.options.keep_names) words = {without_folder(words.front())};
    out.raw("argv", quote_all(words));
    const auto uid = uid_of(pid);
    if (uid) write_user(*uid, session.options.keep_names, mask, out);
    // The driver still lists it, but it is gone, or in a namespace we do not see.
    if (!uid || !is_known) out.flag("ended", 1);
    std::string all;
    for (const Use& use : uses) all += (all.empty() ? "" : ", ") + write_use(use);
    out.raw("use", "[" + all + "]");
  }
}

}  // namespace gander::sim::record
